"""Identities that occur more than once, by one light statement; nothing is sorted or read whole
where there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.connect import LiveDataset
from kpi.definitions import Dataset, DuplicateRule
from kpi.vocabulary import Remark

REPEATED, AGAIN, EMPTY = "duplicate_key", "registered_again", "empty"
UP_TO = 100_000


def no_rows(live: LiveDataset) -> Remark:
    """What to say about a source that holds nothing: it is read well, and yet there are no figures.
    """
    mapping = live.mapping
    return Remark(EMPTY, 1, mapping.kept_in, "一行记录也没有，相关指标显示“待数据”；本来应有记录的请核查数据来源", mapping.dataset.name)


def gathered(dataset: str, before: Iterable[Remark], noted: Iterable[Remark]) -> tuple[Remark, ...]:
    """All remarks of a dataset. `before`: made while its file was read, which names repeated keys
    by cell already.
    """
    earlier = tuple(before)
    reported = any(one.code == "repeated_key" for one in earlier)
    return (*earlier, *(replace(one, dataset=dataset) for one in noted
                        if not (reported and one.code == REPEATED)))


@dataclass(frozen=True)
class Repeats:
    """`identities` that occur more than once, `rows` after the first of each, `again` of them that
    came back after they had ended, and an `example`.
    """

    identities: int = 0
    rows: int = 0
    again: int = 0
    example: str | None = None


NONE_REPEATED = Repeats()


def read_repeats(live: LiveDataset, opened: Connection, rows: int, *, mended: bool) -> Repeats:
    """Repeated identities. `mended`: keys were trimmed, so that what the database knows of them
    says nothing.

    `rows` of the table: where no rule depends on it, a table without a unique index is not sorted
    for it beyond `UP_TO`.
    """
    same = _same(live.mapping.dataset)
    if same and live.mapping.dataset.repeats is None and rows > UP_TO:
        return NONE_REPEATED
    if not same or (not mended and _unique(live, opened, same)):
        return NONE_REPEATED
    identities, rows, again, example = opened.execute(_statement(live, same)).one()
    return Repeats(int(identities or 0), int(rows or 0), int(again or 0), None if example is None
                   else str(example))


def _same(dataset: Dataset) -> tuple[str, ...]:
    if dataset.counted_on is None or dataset.overlaps is not None:
        return ()  # one person's periods are as many rows
    return (dataset.key,) if dataset.repeats is None else dataset.repeats.same


def _ended(dataset: Dataset) -> str:
    """The column with the end of what an account's row begins; "" for other datasets."""
    if (
        dataset.duplicate is None
        or dataset.duplicate.rule != DuplicateRule.FIRST
        or dataset.key not in dataset.duplicate.same
    ):
        return ""
    return next((event.ended for event in dataset.events if event.ended), "")


def _statement(live: LiveDataset, same: Sequence[str]) -> sa.Select[Any, Any, Any, Any]:
    dataset = live.mapping.dataset
    names = dict.fromkeys((*same, dataset.counted_on or "", *([_ended(dataset)] if _ended(dataset)
                                                              else [])))
    rows = sa.select(*(live.columns[name].label(name) for name in names)).select_from(
        live.selectable).where(*(live.columns[name].is_not(None) for name in same)).subquery(
            "identified")
    keys = [rows.c[name] for name in same]
    last = sa.func.max(rows.c[dataset.counted_on or ""])
    again = (
        sa.case((last >= sa.func.min(rows.c[_ended(dataset)]), 1), else_=0)
        if _ended(dataset)
        else sa.literal_column("0")
    )
    groups = sa.select(keys[-1].label("key"), sa.func.count().label("rows"),
                       again.label("again")).group_by(*keys).having(sa.func.count() > 1).subquery(
                           "repeated")
    return sa.select(sa.func.count(), sa.func.sum(groups.c.rows - 1), sa.func.sum(groups.c.again),
                     sa.func.min(groups.c.key)).select_from(groups)


def _unique(live: LiveDataset, opened: Connection, same: Sequence[str]) -> bool:
    """Whether the database itself lets no identity occur twice."""
    mapping = live.mapping
    if mapping.table is None or any(name in mapping.values for name in same):
        return False
    theirs = {mapping.their_column(name) for name in same}
    return any(key and set(key) <= theirs for key in _unique_keys(mapping.table, opened))


def _unique_keys(name: str, opened: Connection) -> list[list[str]]:
    """Columns of each unique index of a table, as far as the account may see them."""
    schema, _, table = name.rpartition(".")
    if opened.dialect.name == "postgresql":
        # SQLAlchemy's own question takes a second here
        return [list(names) for names in opened.execute(_INDEXES,
                                                        {"table": table, "schema": schema
                                                         or None}).scalars()]
    if opened.dialect.name not in ("sqlite", "mysql", "mariadb"):
        return []  # Hive and Spark have none, and others need not answer the question
    inspector = sa.inspect(opened)
    try:
        return [inspector.get_pk_constraint(table, schema=schema or None)["constrained_columns"],
                *([*one["column_names"]] for one in inspector.get_unique_constraints(
                    table, schema=schema or None))]
    except sa.exc.SQLAlchemyError:
        return []


_INDEXES = sa.text(
    "SELECT array_agg(CAST(a.attname AS text)) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey) "
    "WHERE c.relname = :table AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL "
    "AND CASE WHEN CAST(:schema AS text) IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = :schema END "
    "GROUP BY i.indexrelid"
)


def once_each(live: LiveDataset, repeats: Repeats) -> LiveDataset:
    """The dataset judged so that of each repeated identity one row counts, where that is its rule
    and there are any.
    """
    dataset = live.mapping.dataset
    if not repeats.rows or dataset.repeats is None:
        return live
    return replace(live, mapping=replace(live.mapping,
                                         dataset=replace(dataset, duplicate=dataset.repeats)))


def repeat_remarks(live: LiveDataset, repeats: Repeats) -> tuple[Remark, ...]:
    """What to say about them; nothing about repeats that a rule of the dataset counts as such."""
    dataset = live.mapping.dataset
    title = dataset.column(dataset.key).title or dataset.key
    where = f"{dataset.title} {title}"
    example = "" if repeats.example is None else f"，例如 {repeats.example}"
    remarks = []
    if repeats.rows and not (
        dataset.duplicate is not None and dataset.key in dataset.duplicate.same
    ):
        rule = "只计最早的一行，其余按重复排除" if dataset.repeats is not None else "照常各计一次"
        remarks.append(Remark(REPEATED, repeats.rows, where,
                              f"有 {repeats.identities:,} 个{title}登记了不止一行，{rule}；请核对{example}。"))
    if repeats.again:
        remarks.append(Remark(AGAIN, repeats.again, where,
                              f"有 {repeats.again:,} 个{title}注销后又重新登记，只计最早的一次登记；请核对。"))
    return tuple(remarks)
