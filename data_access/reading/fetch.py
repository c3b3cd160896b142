"""The rows of a long answer in pieces, so that no driver holds all of it at once.

PostgreSQL by psycopg streams through COPY: nothing is kept on either side, the planner may use all its processes (it may
not for a cursor), and what comes is read column by column. The others are read through pandas.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import sqlalchemy as sa
from sqlalchemy.engine import Connection

_ROWS = 50_000
_BYTES = 8 << 20
_MEMORY, _MEMORY_OF_A_PART = "64MB", "256MB"  # a part is sorted by one process, a table by several


def pieces(opened: Connection, statement: sa.Select[Any]) -> Iterator[pd.DataFrame]:
    """Frames with the statement's columns, in whatever order the rows come; none at all when there are no rows.

    Database errors pass through as SQLAlchemy's.
    """
    if opened.dialect.name == "postgresql" and opened.dialect.driver == "psycopg":
        return _copied(opened, statement)
    return _selected(opened, statement)


def fetched(opened: Connection, statement: sa.Select[Any]) -> pd.DataFrame:
    """All rows of a short answer."""
    chunks = list(_selected(opened, statement))
    return pd.concat(chunks, ignore_index=True) if chunks else pd.DataFrame(
        columns=[column.name for column in statement.selected_columns])


def _selected(opened: Connection, statement: sa.Select[Any]) -> Iterator[pd.DataFrame]:
    try:
        yield from pd.read_sql(statement, opened, chunksize=_ROWS)
    except pd.errors.DatabaseError as error:
        # pandas hides the database's error, statement and all, inside its own
        raise error.__cause__ or error from None


def prefer_counting(opened: Connection, whole: bool) -> None:
    """Ask PostgreSQL, for this transaction, to count groups in memory rather than sort all rows for them.

    It cannot estimate how few groups there are. For a part of a table, compiling the statement takes longer than it gains.
    A setting the server does not have is left alone.
    """
    if opened.dialect.name == "postgresql":
        off = "name = 'enable_sort'" if whole else "name IN ('enable_sort', 'jit')"
        opened.execute(sa.text(
            "SELECT set_config(name, CASE name WHEN 'work_mem' THEN :memory ELSE 'off' END, true) FROM pg_settings "
            f"WHERE {off} OR name = 'work_mem' AND setting::bigint < 65536"),
            {"memory": _MEMORY if whole else _MEMORY_OF_A_PART}).all()


def _copied(opened: Connection, statement: sa.Select[Any]) -> Iterator[pd.DataFrame]:
    types = {column.name: _arrow(column.type) for column in statement.selected_columns}
    compiled = statement.compile(dialect=opened.dialect, compile_kwargs={"render_postcompile": True})
    cursor: Any = opened.connection.cursor()
    for listener in opened.dispatch.before_cursor_execute:  # COPY goes past SQLAlchemy; who listens is to hear of it
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
        raise sa.exc.DBAPIError.instance(str(compiled), None, error, opened.dialect.loaded_dbapi.Error,
                                         dialect=opened.dialect) from error
    except KeyboardInterrupt:
        # the server would go on counting for nobody, and nothing more can be said on this connection
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


def _parsed(held: io.BytesIO, types: dict[str, pa.DataType]) -> pd.DataFrame:
    held.seek(0)
    table = pa.csv.read_csv(
        held, pa.csv.ReadOptions(column_names=list(types), block_size=2 * _BYTES),
        pa.csv.ParseOptions(newlines_in_values=True),
        pa.csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False))
    frame: pd.DataFrame = table.to_pandas(strings_to_categorical=True)
    return frame
