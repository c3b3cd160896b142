"""Does every mapping work against the live sources, and what would be counted? A table a clerk understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.boundary.mapping import DatasetMapping, load_mappings
from data_access.checking.indexes import MissingIndex, missing_indexes
from data_access.connect.opening import Sources
from data_access.connect.schema import LiveDataset
from data_access.reading.divisions import geography_of, read_divisions, reading_rules
from data_access.reading.quality import NO_FINDINGS, Health, health, read_findings
from data_access.reading.queries import ReadingRules, judge
from data_access.reading.reading import to_date
from data_access.site.settings import Settings, load_plan
from data_access.snapshots.refresh import source_urls
from kpi.definitions.cube import COUNTED, REASON_NAMES, Reason
from kpi.definitions.shipped_datasets import CONNECTION_TITLES, DATASETS, FACT_DATASETS
from kpi.vocabulary.division import Geography
from kpi.vocabulary.errors import InputError

_SHOWN = 5


@dataclass(frozen=True)
class CheckRow:
    """One dataset. `source`: its table, "SELECT" or file. `rows`: in the table, None when it was not read.

    `columns` mapped to a column of theirs. `newest`: newest counted date. `excluded`: rows by reason. `problem` in
    words, None when there is none. `missing`: indexes without which refreshing is slow.
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

    @property
    def usable(self) -> bool:
        return self.problem is None

    def lines(self) -> list[str]:
        """What a clerk reads: one line, and one more for each thing to look into."""
        title = f"{DATASETS[self.dataset].title} {self.dataset}｜{CONNECTION_TITLES[self.connection]} {self.connection}"
        if self.problem is not None:
            return [f"✗ {title}｜{self.problem}"]
        if self.rows is None:
            return [f"– {title}｜未接入"]
        newest = "" if self.newest is None else f"｜最新 {self.newest}"
        counted = f"✓ {title}｜{self.source}｜{self.columns} 列｜{self.rows:,} 行{newest}"
        below = (*self._exclusions(), *self._findings(), *(one.line() for one in self.missing))
        return [counted, *(f"    {line}" for line in below)]

    def _exclusions(self) -> list[str]:
        if not self.excluded:
            return []
        named = "、".join(f"{REASON_NAMES[Reason(reason)]} {rows:,}" for reason, rows in self.excluded.items())
        return [f"将排除 {sum(self.excluded.values()):,} 行：{named}"]

    def _findings(self) -> list[str]:
        lines = []
        codes = [f"{pair.township or '空'}/{pair.unit or '空'}（{pair.rows:,} 行）" for pair in self.findings.unknown_codes]
        if codes:
            lines.append(f"名录中没有的区划代码（乡镇/单位）：{_some(codes)}")
        values = [f"{one.column} = {one.value}（{one.rows:,} 行）" for one in self.findings.unknown_values]
        if values:
            lines.append(f"不认识的分类值：{_some(values)}；请在 sources.toml 的 values 中映射")
        conflicts = [f"{pair.township}/{pair.unit}（{pair.rows:,} 行）" for pair in self.findings.conflicts]
        if conflicts:
            lines.append(f"乡镇与单位不符（以乡镇为准）：{_some(conflicts)}")
        return lines


def _some(items: list[str]) -> str:
    return "、".join(items[:_SHOWN]) + (f" 等 {len(items)} 种" if len(items) > _SHOWN else "")


def check(settings: Settings, now: datetime | None = None) -> list[CheckRow]:
    """Read every source once, writing nothing. Raises InputError on an unusable plan or mapping file."""
    plan, mappings = load_plan(settings), load_mappings(settings.sources_file)
    sources = Sources(source_urls(settings), mappings, settings.statement_seconds)
    try:
        geography = _geography(sources, settings)
        rules = reading_rules(plan, geography, (now or datetime.now()).date())
        return [_check_one(sources, name, rules, geography) for name in mappings]
    finally:
        sources.close()


def _geography(sources: Sources, settings: Settings) -> Geography:
    plan = load_plan(settings)
    try:
        return geography_of(plan, read_divisions(sources, None)[0])
    except InputError:
        # the reference rows themselves say below what is wrong; the others are checked against the bundled lists
        return geography_of(plan, read_divisions(Sources({}, {name: _nowhere(name) for name in DATASETS}), None)[0])


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
        return CheckRow(name, connection, problem=str(error))


def _read(mapping: DatasetMapping, live: LiveDataset, opened: Connection, rules: ReadingRules,
          geography: Geography) -> CheckRow:
    name = mapping.dataset.name
    columns = len(live.columns) - len(live.absent)
    if name not in FACT_DATASETS:
        rows = opened.execute(sa.select(sa.func.count()).select_from(live.selectable)).scalar_one()
        return CheckRow(name, mapping.connection, _source(mapping), int(rows), columns)
    assert mapping.dataset.counted_on is not None
    judged = judge(live, rules)
    found = opened.execute(sa.select(judged.c.status, sa.func.count(), sa.func.max(judged.c[mapping.dataset.counted_on]))
                           .group_by(judged.c.status)).all()
    by_status = {status: int(rows) for status, rows, _ in found}
    newest = next((to_date(day) for status, _, day in found if status == COUNTED), None)
    excluded = {reason.value: by_status[reason.value] for reason in Reason if reason.value in by_status}
    rows = sum(by_status.values())
    findings = health(read_findings(live, opened, rules, geography), None, rules, geography) if found else NO_FINDINGS
    return CheckRow(name, mapping.connection, _source(mapping), rows, columns, newest, excluded, findings,
                    missing=missing_indexes(live, opened, rows))


def _source(mapping: DatasetMapping) -> str:
    if mapping.file is not None:
        return f"文件 {mapping.file.path.name}"
    return "SELECT 语句" if mapping.query is not None else f"表 {mapping.table}"
