"""Does every mapping work against the live sources, and what would be counted? A table a clerk
understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.boundary import DatasetMapping, load_mappings
from data_access.checking.indexes import MissingIndex, missing_indexes
from data_access.connect import LiveDataset, Sources
from data_access.ledger.returns import own_datasets
from data_access.reading import (
    NO_FINDINGS,
    Health,
    ReadingRules,
    gathered,
    geography_of,
    health,
    judge,
    no_rows,
    once_each,
    prepared,
    read_divisions,
    read_findings,
    read_reference,
    read_repeats,
    read_rows,
    reading_rules,
    repeat_remarks,
    to_date,
    without_population,
)
from data_access.site import Settings, load_plan
from data_access.snapshots import local_now, source_urls
from kpi.definitions import COUNTED, DATASETS, REFERENCE_DATASETS, SHIPPED, Definitions
from kpi.vocabulary import REASON_NAMES, Geography, InputError, Reason, Remark

_SHOWN = 5


@dataclass(frozen=True)
class CheckRow:
    """One dataset. `source`: its table, "SELECT" or file. `rows`: in the table, None when it was
    not read.

    `columns` mapped to a column of theirs. `newest`: newest counted date. `excluded`: rows by
    reason. `problem` in words, None when there is none. `missing`: indexes without which refreshing
    is slow. `remarks`: what else was noticed.
    """

    dataset: str
    connection: str
    source: str | None = None
    rows: int | None = None
    columns: int = 0
    newest: date | None = None
    excluded: Mapping[str, int] | None = None
    findings: Health = NO_FINDINGS
    problem: str | None = None
    missing: tuple[MissingIndex, ...] = ()
    definitions: Definitions = field(default=SHIPPED, repr=False)
    remarks: tuple[Remark, ...] = ()

    @property
    def usable(self) -> bool:
        return self.problem is None

    @property
    def noticed(self) -> bool:
        """Whether there is anything to look into, though the dataset is usable."""
        return bool(self.remarks or self.findings.unknown_codes or self.findings.unknown_values)

    def lines(self) -> list[str]:
        """What a clerk reads: one line, and one more for each thing to look into."""
        named = self.definitions
        title = (f"{named.datasets[self.dataset].title} {self.dataset}｜"
                 f"{named.connection_title(self.connection)} {self.connection}")
        if self.problem is not None:
            return [f"✗ {title}｜{self.problem}"]
        if self.rows is None:
            return [f"– {title}｜未接入"]
        newest = "" if self.newest is None else f"｜最新 {self.newest}"
        mark = "！" if self.noticed else "✓"
        counted = f"{mark} {title}｜{self.source}｜{self.columns} 列｜{self.rows:,} 行{newest}"
        below = (*self._exclusions(), *self._findings(),
                 *(remark.line() for remark in self.remarks), *(one.line() for one in self.missing))
        return [counted, *(f"    {line}" for line in below)]

    def _exclusions(self) -> list[str]:
        if not self.excluded:
            return []
        named = "、".join(f"{REASON_NAMES[Reason(reason)]} {rows:,}"
                         for reason, rows in self.excluded.items())
        return [f"将排除 {sum(self.excluded.values()):,} 行：{named}"]

    def _findings(self) -> list[str]:
        lines = []
        codes = [f"{pair.township or '空'}/{pair.unit or '空'}（{pair.rows:,} 行）"
                 for pair in self.findings.unknown_codes]
        if codes:
            lines.append(f"名录中没有的区划代码（乡镇/单位）：{_some(codes)}")
        values = [f"{one.column} = {one.value}（{one.rows:,} 行）"
                  for one in self.findings.unknown_values]
        if values:
            lines.append(f"不认识的分类值：{_some(values)}；请在 sources.toml 的 values 中映射")
        conflicts = [f"{pair.township}/{pair.unit}（{pair.rows:,} 行）"
                     for pair in self.findings.conflicts]
        if conflicts:
            lines.append(f"乡镇与单位不符（以乡镇为准）：{_some(conflicts)}")
        return lines


def _some(items: list[str]) -> str:
    return "、".join(items[:_SHOWN]) + (f" 等 {len(items)} 种" if len(items) > _SHOWN else "")


def check(settings: Settings, now: datetime | None = None) -> list[CheckRow]:
    """Read every source once, writing nothing. Raises InputError on an unusable plan or mapping
    file.
    """
    plan = load_plan(settings)
    mappings = load_mappings(settings.sources_file, plan.definitions)
    sources = Sources(source_urls(settings), mappings, settings.statement_seconds, settings.data,
                      own_datasets(settings), settings.home)
    try:
        geography = _geography(sources, settings)
        rules = reading_rules(plan, geography, (now or local_now(plan)).date())
        return [replace(_check_one(sources, name, rules, geography), definitions=plan.definitions)
                for name in mappings]
    finally:
        sources.close()


def _geography(sources: Sources, settings: Settings) -> Geography:
    plan = load_plan(settings)
    try:
        return geography_of(plan, read_divisions(sources, None)[0])
    except InputError:
        # the reference rows themselves say below what is wrong; the others are checked against the
        # bundled lists
        return geography_of(plan,
                            read_divisions(Sources({},
                                                   {name: _nowhere(name)
                                                    for name in REFERENCE_DATASETS}), None)[0])


def _nowhere(name: str) -> DatasetMapping:
    return DatasetMapping(DATASETS[name], DATASETS[name].connection)


def _check_one(sources: Sources, name: str, rules: ReadingRules, geography: Geography) -> CheckRow:
    connection = sources.connection_of(name)
    if not sources.expected(name):
        return CheckRow(name, connection)
    try:
        mapping = sources.mapping(name)
        assert mapping is not None
        with sources.open(name) as (live, opened):
            return _read(mapping, live, opened, rules, geography)
    except InputError as error:
        if not sources.expected(name):
            return CheckRow(name, connection)
        return CheckRow(name, connection, problem=str(error))


def _read(mapping: DatasetMapping, live: LiveDataset, opened: Connection, rules: ReadingRules,
          geography: Geography) -> CheckRow:
    name = mapping.dataset.name
    columns = len(live.columns) - len(live.absent)
    if mapping.dataset.counted_on is None:
        listed, remarks = read_reference(live, opened)
        if name == "managing_unit":
            remarks = (*remarks, *without_population(listed))
        return CheckRow(name, mapping.connection, mapping.kept_in, len(listed), columns,
                        remarks=remarks)
    findings = read_findings(live, opened, rules, geography)
    ready = prepared(live, opened, findings, rules, geography)
    repeats = read_repeats(ready.live, opened, read_rows(live, opened),
                           mended=ready.live is not live)
    judged = judge(once_each(ready.live, repeats), rules, named=True)
    counts = opened.execute(sa.select(judged.c.status, sa.func.count(),
                                      sa.func.max(judged.c[mapping.dataset.counted_on])).group_by(
                                          judged.c.status)).all()
    by_status = {status: int(rows) for status, rows, _ in counts}
    newest = next((to_date(day) for status, _, day in counts if status == COUNTED), None)
    excluded = {reason.value: by_status[reason.value] for reason in Reason
                if reason.value in by_status}
    rows = sum(by_status.values())
    result = health(findings, None, rules, geography, ready.places) if counts else NO_FINDINGS
    return CheckRow(name, mapping.connection, mapping.kept_in, rows, columns, newest, excluded,
                    result, missing=() if mapping.is_file or mapping.is_own else missing_indexes(live, opened, rows),
                    remarks=gathered(name, live.remarks,
                                     (*ready.places.remarks, *ready.remarks,
                                      *repeat_remarks(live, repeats),
                                      *(() if rows else (no_rows(live),)))))
