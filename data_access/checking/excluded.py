"""Which rows were not counted and why: read from the source on demand, keys and codes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from data_access.boundary import load_mappings
from data_access.connect import LiveDataset, Sources
from data_access.ledger.returns import own_datasets
from data_access.reading import (
    ReadingRules,
    geography_of,
    judge,
    once_each,
    prepared,
    read_divisions,
    read_findings,
    read_repeats,
    reading_rules,
)
from data_access.site import Settings, load_plan
from data_access.snapshots import local_now, source_urls
from data_access.snapshots import snapshot as snapshots
from kpi.definitions import COUNTED
from kpi.vocabulary import REASON_NAMES, InputError, Reason, listed_code

ROW_LIMIT = 1000


@dataclass(frozen=True)
class ExcludedRow:
    """One row of a source that is not counted. `key`: what the bureau finds it by; codes as given,
    None when null.
    """

    key: str
    reason: Reason
    township: str | None
    unit: str | None
    day: date | None

    @property
    def reason_name(self) -> str:
        return REASON_NAMES[self.reason]


@dataclass(frozen=True)
class ExcludedRows:
    """The excluded rows of one dataset by reason, newest first; `truncated` when there are more
    than the limit.
    """

    dataset: str
    rows: tuple[ExcludedRow, ...]
    truncated: bool
    read_at: datetime


def excluded_rows(settings: Settings, dataset: str, *, reason: Reason | None = None,
                  limit: int = ROW_LIMIT, now: datetime | None = None) -> ExcludedRows:
    """Ask the source now, by the same statements a refresh uses; of one `reason` or of all.

    Judged as on the day of the last snapshot (a row of the future then is one here too), or of
    `now` without one. Raises InputError when the dataset is not one that is counted, has no source,
    or cannot be read.
    """
    plan = load_plan(settings)
    asked_at = now or local_now(plan)
    counted = plan.definitions.counted
    if dataset not in counted:
        raise InputError(f"没有数据集 {dataset}；可用的有 {'、'.join(counted)}。")
    last = snapshots.load_current(settings.data)
    sources = Sources(source_urls(settings), load_mappings(settings.sources_file, plan.definitions),
                      settings.statement_seconds, settings.data,
                      own_datasets(settings), settings.home)
    if not sources.expected(dataset):
        raise InputError(
            f"数据集 {dataset}（"
            f"{plan.definitions.datasets[dataset].title}）未接入；请先在 secrets.toml 或 sources.toml 中配置。")
    try:
        reference, _ = read_divisions(sources, None if last is None else last.reference)
        read_on = asked_at.date() if last is None else last.read_at.date()
        geography = geography_of(plan, reference)
        rules = reading_rules(plan, geography, read_on)
        with sources.open(dataset) as (live, opened):
            ready = prepared(live, opened, read_findings(live, opened, rules, geography), rules,
                             geography).live
            counted_once = once_each(ready, read_repeats(ready, opened, 0,
                                                         mended=ready is not live))
            rows = opened.execute(_statement(counted_once, rules, reason, limit)).all()
    finally:
        sources.close()
    return ExcludedRows(dataset, tuple(_row(one) for one in rows[:limit]), len(rows) > limit,
                        asked_at)


def _statement(live: LiveDataset, rules: ReadingRules, reason: Reason | None,
               limit: int) -> sa.Select[Any]:
    definition = live.mapping.dataset
    assert definition.counted_on is not None
    rows = judge(live, rules, named=True)
    township = rows.c.get("township_code")
    day = rows.c[definition.counted_on]
    return sa.select(rows.c[definition.key].label("key"), rows.c.status.label("status"),
                     (sa.null() if township is None else township).label("township"),
                     rows.c.unit_code.label("unit"), day.label("day")).where(
                         rows.c.status != COUNTED if reason is None
                         else rows.c.status == reason.value).order_by(
                             rows.c.status, day.desc(), rows.c[definition.key]).limit(limit + 1)


def _row(row: Any) -> ExcludedRow:
    day = (
        row.day
        if row.day is None or isinstance(row.day, date)
        else date.fromisoformat(str(row.day)[:10])
    )
    township = _text(row.township)
    return ExcludedRow(_text(row.key) or "", Reason(row.status),
                       None if township is None else listed_code(township), _text(row.unit), day)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
