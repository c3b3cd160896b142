"""The rows of a long answer in pieces, so that no driver holds all of it at once, as columns of
numbers and words.

PostgreSQL by psycopg streams through COPY: nothing is kept on either side, the planner may use all
its processes (it may not for a cursor), and what comes is read column by column. SQLite's rows are
taken from its own cursor: SQLAlchemy would make each an object of its own first. The others come
through SQLAlchemy.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import sqlalchemy as sa
from sqlalchemy.engine import Connection, CursorResult

from data_access.connect.native import native
from data_access.reading.columns import Column, Table, Words

_ROWS = 50_000
# rows taken from a cursor at once: so few that Python's collector is never started for them
_AT_ONCE = 500
_BYTES = 8 << 20
_MEMORY, _MEMORY_OF_A_PART = "64MB", "256MB"  # a part is sorted by one process, a table by several


def pieces(opened: Connection, statement: sa.Select[Any]) -> Iterator[Table]:
    """Tables with the statement's columns, in whatever order the rows come; none at all when there
    are no rows.

    Columns of a numeric type are numbers, any other words. Database errors pass through as
    SQLAlchemy's.
    """
    if opened.dialect.name == "postgresql" and opened.dialect.driver == "psycopg":
        return _copied(opened, statement)
    return _selected(opened, statement)


def fetched(opened: Connection, statement: sa.Select[Any]) -> pd.DataFrame:
    """All rows of a short answer."""
    try:
        return pd.read_sql(statement, opened)
    except pd.errors.DatabaseError as error:
        # pandas hides the database's error, statement and all, inside its own
        raise error.__cause__ or error from None


def _selected(opened: Connection, statement: sa.Select[Any]) -> Iterator[Table]:
    with closing(opened.execute(statement)) as result:
        raw_rows = _raw(opened, statement, result) if opened.dialect.name == "sqlite" else iter(
            lambda: [list(values) for values in zip(*result.fetchmany(_AT_ONCE), strict=True)], [])
        held, rows = _gathering(statement), 0
        for columns in raw_rows:
            for gathered, values in zip(held.values(), columns, strict=True):
                gathered.add(values)
            rows += len(columns[0])
            if rows >= _ROWS:
                yield {name: gathered.column() for name, gathered in held.items()}
                held, rows = _gathering(statement), 0
        if rows:
            yield {name: gathered.column() for name, gathered in held.items()}


def _raw(opened: Connection, statement: sa.Select[Any],
         result: CursorResult[Any]) -> Iterator[Sequence[Any]]:
    """Columns of some rows at a time, straight from the cursor; each made of what its type makes of
    the driver's values.
    """
    cursor: Any = result.cursor
    makers = [column.type.dialect_impl(opened.dialect).result_processor(opened.dialect, None)
              for column in statement.selected_columns]
    try:
        while rows := cursor.fetchmany(_AT_ONCE):
            yield [values if make is None else [make(value) for value in values]
                   for make, values in zip(makers, zip(*rows, strict=True), strict=True)]
    except _errors(opened) as error:
        raise sa.exc.DBAPIError.instance(str(statement), None, error,
                                         opened.dialect.loaded_dbapi.Error,
                                         dialect=opened.dialect) from error


def _is_number(type_: sa.types.TypeEngine[Any]) -> bool:
    return isinstance(type_, sa.Integer | sa.Numeric | sa.Float)


def _gathering(statement: sa.Select[Any]) -> dict[str, _Numbers | _Texts]:
    return {column.name: _Numbers() if _is_number(column.type) else _Texts()
            for column in statement.selected_columns}


class _Numbers:
    """A numeric column, gathered."""

    def __init__(self) -> None:
        self._parts: list[np.ndarray] = []

    def add(self, values: Sequence[Any]) -> None:
        # all of them decide: SQLite has whole numbers and fractions in one column
        given = np.array(values)
        self._parts.append(given if given.dtype == np.int64 else np.array(values, dtype=float))

    def column(self) -> Column:
        return np.concatenate(self._parts)


class _Texts:
    """A column of texts, gathered; every text is looked up, none is stored twice."""

    def __init__(self) -> None:
        self._place: dict[Any, int] = {None: -1}
        self._parts: list[np.ndarray] = []

    def add(self, values: Sequence[Any]) -> None:
        place = self._place
        for value in set(values).difference(place):
            place[value] = len(place) - 1
        self._parts.append(np.fromiter(map(place.__getitem__, values), dtype=np.int32,
                                       count=len(values)))

    def column(self) -> Column:
        return Words(np.concatenate(self._parts), list(self._place)[1:])


def prefer_counting(opened: Connection, whole: bool) -> None:
    """Ask PostgreSQL, for this transaction, to count groups in memory rather than sort all rows for
    them.

    It cannot estimate how few groups there are. For a part of a table, compiling the statement
    takes longer than it gains. A setting the server does not have is left alone.
    """
    if opened.dialect.name == "postgresql":
        # sorting "incrementally" behind an index would fetch every row of a table by itself
        off = (
            "name IN ('enable_sort', 'enable_incremental_sort')"
            if whole
            else "name IN ('enable_sort', 'jit')"
        )
        opened.execute(
            sa.text(
                "SELECT set_config(name, CASE name WHEN 'work_mem' THEN :memory ELSE 'off' END, true) FROM pg_settings "
                f"WHERE {off} OR name = 'work_mem' AND setting::bigint < 65536"
            ),
            {"memory": _MEMORY if whole else _MEMORY_OF_A_PART},
        ).all()


@contextmanager
def without_compiling(opened: Connection) -> Iterator[None]:
    """PostgreSQL does not compile the statements within: each has many short conditions, each
    process compiles them again.
    """
    if opened.dialect.name != "postgresql":
        yield
        return
    change = sa.text("SELECT set_config('jit', :jit, true) FROM pg_settings WHERE name = 'jit'")
    before = opened.execute(sa.text("SELECT setting FROM pg_settings WHERE name = 'jit'")).scalar()
    opened.execute(change, {"jit": "off"}).all()
    yield
    opened.execute(change, {"jit": before}).all()


def _copied(opened: Connection, statement: sa.Select[Any]) -> Iterator[Table]:
    types = {column.name: _arrow(column.type) for column in statement.selected_columns}
    compiled = statement.compile(dialect=opened.dialect,
                                 compile_kwargs={"render_postcompile": True})
    cursor: Any = opened.connection.cursor()
    # COPY goes past SQLAlchemy; who listens is to hear of it
    for listener in opened.dispatch.before_cursor_execute:
        listener(opened, cursor, str(compiled), compiled.params, None, False)
    try:
        with cursor.copy(f"COPY ({compiled}) TO STDOUT (FORMAT csv)", compiled.params) as lines:
            held = io.BytesIO()
            for line in lines:
                held.write(line)
                # the server sends whole rows
                if held.tell() >= _BYTES:
                    yield _parsed(held, types)
                    held = io.BytesIO()
            if held.tell():
                yield _parsed(held, types)
    except _errors(opened) as error:
        raise sa.exc.DBAPIError.instance(str(compiled), None, error,
                                         opened.dialect.loaded_dbapi.Error,
                                         dialect=opened.dialect) from error
    except KeyboardInterrupt:
        # the server would go on counting for nobody, and nothing more can be said on this
        # connection
        cursor.connection.cancel()
        opened.invalidate()
        raise


def _errors(opened: Connection) -> Any:
    return opened.dialect.loaded_dbapi.Error


def _arrow(type_: sa.types.TypeEngine[Any]) -> pa.DataType:
    if isinstance(type_, sa.Integer):
        return pa.int64()
    if isinstance(type_, sa.Numeric | sa.Float):
        return pa.float64()
    return pa.string()


def _parsed(held: io.BytesIO, types: dict[str, pa.DataType]) -> Table:
    table = pa.csv.read_csv(native(held.getbuffer()),
                            pa.csv.ReadOptions(column_names=list(types), block_size=2 * _BYTES),
                            pa.csv.ParseOptions(newlines_in_values=True),
                            pa.csv.ConvertOptions(column_types=types, null_values=[""],
                                                  strings_can_be_null=True,
                                                  quoted_strings_can_be_null=False))
    return {name: _column(table.column(name).combine_chunks()) for name in types}


def _column(values: Any) -> Column:
    if not pa.types.is_string(values.type):
        # floats with NaN where any is null
        numbers: np.ndarray = values.to_numpy(zero_copy_only=False)
        return numbers
    coded = values.dictionary_encode()
    return Words(coded.indices.fill_null(-1).to_numpy(zero_copy_only=False),
                 coded.dictionary.to_pylist())
