"""Which indexes would let a refresh look at what changed instead of at every row, and which of them
a table lacks.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.connect import LiveDataset
from kpi.definitions import ColumnType

FROM_ROWS = 100_000
"""A smaller table is read through in no time, with or without an index."""
_TELLING = ("postgresql", "mysql", "mariadb", "sqlite", "mssql")
"""Makes that say which indexes there are. Of Oracle and DM every date is a time, so that none on
the bare column is of use.
"""


@dataclass(frozen=True)
class MissingIndex:
    """An index a table lacks. `statement` can be pasted; `cost` says in words what is slow without
    it.
    """

    columns: tuple[str, ...]
    statement: str
    cost: str

    def line(self) -> str:
        return f"缺少索引（{'，'.join(self.columns)}）：{self.cost}；请对方管理员执行 {self.statement}"


def missing_indexes(live: LiveDataset, opened: Connection, rows: int) -> tuple[MissingIndex, ...]:
    """What is missing on a mapped table of that many rows; nothing for a SELECT, a file, a small
    table, an unknown make.

    An index counts when it begins with these columns in this order, whatever comes after them.
    """
    mapping = live.mapping
    if mapping.table is None or rows < FROM_ROWS or opened.dialect.name not in _TELLING:
        return ()
    schema, _, table = mapping.table.rpartition(".")
    try:
        indexed = [tuple(str(name) for name in one["column_names"])
                 for one in sa.inspect(opened).get_indexes(table, schema=schema or None)]
    except sa.exc.SQLAlchemyError:
        return ()  # an account that may read the rows need not be allowed to see how they are kept
    return tuple(one for one in _wanted(live, opened)
                 if not any(have[:len(one.columns)] == one.columns for have in indexed))


def _wanted(live: LiveDataset, opened: Connection) -> list[MissingIndex]:
    dataset, mapping = live.mapping.dataset, live.mapping
    if dataset.counted_on is None or _is_cut(live, dataset.counted_on, opened):
        return []
    day = mapping.their_column(dataset.counted_on)
    if "updated_at" in live.absent:
        return [_index(mapping.table, (day,), "按日期重读要看整张表", opened)]
    updated = mapping.their_column("updated_at")
    wanted = [_index(mapping.table, (day, updated),
                     "重读变动的日期要看整张表，有新增的刷新约慢 2.5 倍（五百万行实测，表大于内存时更多）", opened)]
    if opened.dialect.name == "postgresql":
        wanted.append(_index(mapping.table, (updated, day),
                             "只有新增行时也要看整张表才能找到它们，这样的刷新约慢 1.2 倍（同上）", opened))
    return wanted


def _is_cut(live: LiveDataset, name: str, opened: Connection) -> bool:
    """Whether the date is made from a timestamp, so that an index on the column is of no use for
    it.
    """
    theirs = live.selectable.c[live.mapping.their_column(name)]
    assert live.mapping.dataset.column(name).type == ColumnType.DATE
    return not isinstance(theirs.type, sa.Date) and opened.dialect.name != "sqlite"


def _index(table: str | None, columns: tuple[str, ...], cost: str,
           opened: Connection) -> MissingIndex:
    quote = opened.dialect.identifier_preparer.quote
    target = ".".join(quote(part) for part in str(table).split("."))
    name = quote("ix_" + "_".join([str(table).rpartition(".")[2], *columns]))
    how = "INDEX CONCURRENTLY" if opened.dialect.name == "postgresql" else "INDEX"
    return MissingIndex(columns,
                        f"CREATE {how} {name} ON {target} ({', '.join(map(quote, columns))});",
                        cost)
