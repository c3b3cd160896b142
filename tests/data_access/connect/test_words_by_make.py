"""How columns and the few elements that differ are put into words by make; what no server here can
be asked.
"""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, oracle
from sqlalchemy.dialects.mssql.pymssql import MSDialect_pymssql

from data_access.connect import bare, days_between, exact, local_date, no_text, rounded, seconds_of
from data_access.connect.catalogue import FOLDING, _type, source_table, spelled
from data_access.connect.makes.dm import Dialect as DmDialect
from data_access.connect.makes.oracle import quote_names
from data_access.connect.schema import _as_text, _bool, _timestamp
from tests.data_access.connect.emulated import Connection, Driver

DAY, STAMP, TEXT = (
    sa.column("d", sa.Date()),
    sa.column("t", sa.DateTime()),
    sa.column("c", sa.VARCHAR(20)),
)


def _oracle() -> Any:
    dialect = oracle.dialect()
    quote_names(dialect)
    dialect.supports_native_boolean = False  # as before version 23
    return dialect


def _mssql(version: tuple[int, ...] = (15, 0)) -> Any:
    dialect = MSDialect_pymssql()
    dialect.server_version_info = version
    return dialect


def _words(element: Any, dialect: Any) -> str:
    return str(element.compile(dialect=dialect)).replace("\n", " ")


def test_days_between_two_dates() -> None:
    later = days_between(DAY, sa.column("e", sa.Date()))
    assert _words(later, _oracle()) == '("d" - "e")'
    assert _words(later, _mssql()) == "DATEDIFF(DAY, e, d)"
    assert _words(later, DmDialect()) == 'DATEDIFF(DAY, "e", "d")'


def test_a_time_is_cut_to_the_day_of_the_office() -> None:
    assert _words(local_date(STAMP), _oracle()) == 'TRUNC("t")'
    assert _words(local_date(sa.column("t", oracle.TIMESTAMP(timezone=True))), _oracle()) == (
        "TRUNC(CAST(\"t\" AT TIME ZONE '+08:00' AS DATE))"
    )
    assert _words(local_date(STAMP), _mssql()) == "CAST(t AS DATE)"
    assert (
        _words(local_date(sa.column("t", mssql.DATETIMEOFFSET())), _mssql())
        == "CAST(SWITCHOFFSET(t, '+08:00') AS DATE)"
    )


def test_texts_of_sql_server_keep_their_chinese_and_lose_their_trailing_blanks() -> None:
    assert (
        _words(exact(TEXT), _mssql())
        == "RTRIM(CAST(c AS NVARCHAR(20))) COLLATE Latin1_General_100_BIN2"
    )
    assert (
        _words(exact(sa.column("c", sa.NVARCHAR(20))), _mssql())
        == "RTRIM(c) COLLATE Latin1_General_100_BIN2"
    )
    assert "NVARCHAR(4000)" in _words(exact(sa.column("c", mssql.NTEXT())), _mssql())
    assert (
        _words(_as_text(sa.column("c", mssql.UNIQUEIDENTIFIER()), "mssql"), _mssql())
        == "CAST(c AS NVARCHAR(255))"
    )
    assert _words(no_text(), _mssql()) == "CAST(NULL AS NVARCHAR(255))"


def test_blanks_around_a_text() -> None:
    assert _words(bare(TEXT), _mssql()).startswith("TRIM(N'\u3000")
    assert _words(bare(TEXT), _mssql((13, 0))) == "LTRIM(RTRIM(c))", "TRIM came with 2017"
    blanks = "'\u3000 ' || CHR(9) || CHR(10) || CHR(13)"
    assert _words(bare(TEXT), _oracle()) == f'LTRIM(RTRIM("c", {blanks}), {blanks})'


def test_a_flag_of_sql_server_is_compared_with_a_number() -> None:
    assert "WHEN c" not in _words(_bool(sa.column("c", mssql.BIT()), "mssql"), _mssql())
    assert _words(rounded(sa.column("n", sa.Numeric())), _mssql()) == "ROUND(n, 0)"
    assert (
        _words(_timestamp(sa.column("t", mssql.SMALLDATETIME()), "mssql"), _mssql())
        == "CAST(t AS DATETIME2)"
    )


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (sa.VARCHAR(9), '"c"'),
        (sa.CHAR(9), 'rtrim("c")'),
        (sa.NVARCHAR(9), 'to_char("c")'),
        (sa.NCHAR(9), 'rtrim(to_char("c"))'),
        (sa.CLOB(), 'dbms_lob.substr("c", :substr_1, :substr_2)'),
        (sa.UnicodeText(), 'to_char(dbms_lob.substr("c", :substr_1, :substr_2))'),
        (sa.Numeric(6, 0), 'CAST("c" AS VARCHAR2(255 CHAR))'),
    ],
)
def test_texts_of_oracle_are_of_one_kind_and_not_padded(type_: Any, text: str) -> None:
    assert (
        _words(_as_text(sa.column("c", type_), "oracle"), _oracle()).replace(
            " VARCHAR(", " VARCHAR2("
        )
        == text
    )


def test_dm_is_not_left_to_guess_the_type_of_a_number() -> None:
    statement = sa.select(sa.case((sa.column("c") == "x", 7), else_=0).label("rows"))
    assert (
        _words(statement, DmDialect(paramstyle="qmark"))
        == 'SELECT CASE WHEN ("c" = ?) THEN 7 ELSE 0 END AS "rows" FROM DUAL'
    )


def test_names_are_quoted_as_the_catalogue_has_them() -> None:
    table = sa.table("GIG_HIRE", sa.column("LEVEL"), sa.column("jobId"), schema="GIG")
    text = _words(sa.select(table.c["LEVEL"].label("rows"), table.c["jobId"]), _oracle())
    assert (
        text == 'SELECT "GIG"."GIG_HIRE"."LEVEL" AS "rows", "GIG"."GIG_HIRE"."jobId"  '
        'FROM "GIG"."GIG_HIRE"'
    )


@pytest.mark.parametrize(
    ("name", "having", "table"),
    [
        ("id", ["ID", "AREA"], "ID"),
        ("ID", ["id"], "id"),
        ("id", ["id", "ID"], "id"),
        ("Id", ["id", "ID"], "Id"),
        ("x", ["id"], "x"),
    ],
)
def test_a_name_is_found_whatever_its_capitals_where_there_is_one_such(
    name: str, having: list[str], table: str
) -> None:
    assert spelled(name, having) == table
    assert set(FOLDING) == {"oracle", "dm", "mssql"}


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        (("VARCHAR2", None, None), sa.VARCHAR),
        (("CHAR", None, None), sa.CHAR),
        (("NCHAR", None, None), sa.NCHAR),
        (("NUMBER", 6, 0), sa.Numeric),
        (("NUMBER", None, None), sa.Numeric),
        (("DATE", None, None), sa.DateTime),
        (("TIMESTAMP(6)", None, None), sa.DateTime),
        (("TIMESTAMP(6) WITH TIME ZONE", None, None), sa.DateTime),
        (("DATETIME(6)", None, None), sa.DateTime),
        (("BIGINT", None, None), sa.Integer),
        (("FLOAT", 126, None), sa.Float),
        (("NCLOB", None, None), sa.UnicodeText),
        (("SDO_GEOMETRY", None, None), sa.types.NullType),
    ],
)
def test_types_of_oracle_and_dm(declared: tuple[str, Any, Any], kind: type[Any]) -> None:
    assert isinstance(_type(*declared), kind)
    assert bool(getattr(_type(*declared), "timezone", False)) is ("TIME ZONE" in declared[0])


def _opened(
    driver: Driver,
    rows: dict[tuple[str, str], list[tuple[Any, ...]]],
    synonyms: dict[str, tuple[str, str]],
) -> sa.Connection:
    """A connection whose catalogue has these columns by owner and table, and these synonyms of
    everyone's.
    """
    engine = sa.create_engine("dm+dmPython://GIG:Geheim-1@h/", module=driver)

    def answer(_self: Any, statement: str, parameters: Any = None) -> Any:
        names, owners = set(parameters[:2]), set(parameters[2:])
        if "all_synonyms" in statement:
            table: list[tuple[Any, ...]] = [
                ("PUBLIC", *of) for name, of in synonyms.items() if name in names
            ]
        else:
            table = [
                (owner, table, *row)
                for (owner, table), all_ in rows.items()
                if table in names and owner in owners
                for row in all_
            ]
        return table

    sa.event.listen(
        engine,
        "do_execute",
        lambda cursor, statement, parameters, context: (
            (
                cursor._answer(
                    ["a"] * 6 if "tab_columns" in statement else ["a"] * 3,
                    answer(None, statement, parameters),
                )
                or True
            )
            if "all_" in statement
            else None
        ),
    )
    return engine.connect()


def test_a_table_is_found_by_its_name_in_capitals_by_its_exact_name_and_by_a_synonym() -> None:
    driver = Driver("dm")
    driver.answers = {"'' IS NULL": [(0,)]}
    column = ("ID", "NUMBER", 6, 0)
    opened = _opened(
        driver,
        {("GIG", "HIRE"): [column], ("GIG", "hire2"): [column], ("OTHER", "JOBS"): [column]},
        {"JOB": ("OTHER", "JOBS")},
    )
    with opened:
        assert isinstance(opened.connection.dbapi_connection, Connection)
        for asked, schema, name, owner in (
            ("hire", None, "HIRE", "GIG"),
            ("hire2", None, "hire2", "GIG"),
            ("job", None, "JOBS", "OTHER"),
            ("jobs", "other", "JOBS", "OTHER"),
        ):
            table = source_table(opened, asked, schema)
            assert (table.name, table.schema, [column for column, _ in table.columns]) == (
                name,
                owner,
                ["ID"],
            ), asked
        assert source_table(opened, "nothing", None).columns == ()
    opened.engine.dispose()


def test_seconds_since_1970_are_counted_by_words_the_make_has() -> None:
    assert _words(seconds_of(STAMP), _mssql()).startswith(
        "(CAST(DATEDIFF(DAY, '19700101', t) AS BIGINT) * 86400"
    )
    assert 'EXTRACT(HOUR FROM CAST("t" AS TIMESTAMP)) * 3600' in _words(
        seconds_of(STAMP), _oracle()
    )
    assert _words(seconds_of(STAMP), DmDialect()).startswith(
        "(DATEDIFF(DAY, DATE '1970-01-01', \"t\") * 86400"
    )
