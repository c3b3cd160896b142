"""A refresh: read every dataset, keep the last good part of what cannot be read, write one
snapshot.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from data_access.boundary import (
    NOTHING_REMEMBERED,
    DatasetMapping,
    Mappings,
    contradiction,
    implausible,
    list_fallen,
    load_mappings,
    own_fallen,
    summarise,
)
from data_access.connect import LiveDataset, Sources, with_plain_dates
from data_access.ledger.returns import own_datasets
from data_access.reading import (
    DatasetPart,
    Fetched,
    Looked,
    Reading,
    ReadingRules,
    Reference,
    Trace,
    definition,
    geography_of,
    look_at,
    read_dataset,
    read_divisions,
    read_rows,
    read_slices,
    reading_rules,
    secret,
    silent_changes,
    slices_to_read,
    source_digest,
    trace,
    without_population,
)
from data_access.registers import units_with_registers
from data_access.site import Settings, load_plan, plan_versions
from data_access.site.definition_files import definition_files
from data_access.snapshots import snapshot as snapshots
from data_access.snapshots.clock import local_now
from data_access.snapshots.embedded import urls_and_clock
from data_access.snapshots.snapshot import Held, Method, Part, Snapshot
from kpi.counting import Source, SourceState
from kpi.definitions import Dataset
from kpi.plan import Plan
from kpi.vocabulary import Geography, InputError, Remark

_log = logging.getLogger(__name__)
Progress = Callable[[str, float], None]
Accepted = Mapping[str, list[dict[str, Any]]]
"""Rows by reference list."""


class RefreshRunningError(InputError):
    """Another refresh holds the lock."""


def refresh(settings: Settings, *, now: datetime | None = None, full: bool = False,
            progress: Progress | None = None, accepted: Accepted | None = None) -> Snapshot:
    """Read all sources and make the result the current snapshot.

    What did not change since the last snapshot is kept (`data_access.reading.incremental`) unless
    `full`. A source that cannot be read keeps its last good part, marked stale; the others still
    refresh. So does one whose reading is too unlike the part in force to be published
    (`data_access.boundary.plausibility`): it is held for a person to accept. `accepted`: rows of
    reference lists a person has accepted. `now` is the reading time (default: the city's clock).
    Raises InputError when the plan, the mapping file or the divisions are unusable, or another
    refresh is running; the last snapshot then stays in force.
    """
    plan = load_plan(settings)
    with alone(settings.data):
        sources_read = _Refresh(settings, plan,
                                load_mappings(settings.sources_file, plan.definitions),
                                now or local_now(plan), full, accepted or {})
        snapshot = sources_read.snapshot(progress or (lambda _text, _share: None))
        snapshots.save(snapshot, settings.data)
    _note_plan(settings, plan, snapshot)
    return snapshot


def _note_plan(settings: Settings, plan: Plan, snapshot: Snapshot) -> None:
    """The plan file is in use from now on, if it was not before; whoever shows the figures names
    what is wrong with it."""
    try:
        plan_versions(settings, lambda: snapshot.latest_complete_day, lambda: local_now(plan))
    except InputError as error:
        _log.warning("the plan in force could not be recorded: %s", error)


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Holds the refresh lock. Two refreshes at once would do double work on the bureaus' databases.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "refresh.lock").open("w")
    except OSError as error:
        raise InputError(f"文件夹 {data} 不能写（{error.strerror}）；请检查 LINGGONG_DATA 指向的文件夹和权限。") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefreshRunningError("另一个刷新正在进行；请等它完成后再试。") from None
        yield


class _Refresh:
    """One reading of everything."""

    def __init__(self, settings: Settings, plan: Plan, mappings: Mappings, now: datetime,
                 full: bool, accepted: Accepted) -> None:
        urls, self.now = urls_and_clock(settings, now)
        self.settings, self.plan, self.full, self.accepted = settings, plan, full, accepted
        self.sources = Sources(urls, mappings, settings.statement_seconds, settings.data,
                               own_datasets(settings), settings.home)
        self.mappings = mappings
        self.previous = _previous(settings)
        self.held: dict[str, Held] = {}
        self.key = secret(settings.home)
        self.messages: list[str] = []
        self.notes: list[str] = []
        self.progress: Progress = lambda _text, _share: None

    def snapshot(self, progress: Progress) -> Snapshot:
        self.progress = progress
        try:
            reference, geography = self._divisions()
            parts = self._read_parts(geography, progress)
        finally:
            self.sources.close()
        progress("读取完成", 1.0)
        identity = snapshots.identify(self.now, parts, reference, self.held)
        return Snapshot(identity, self.now, self.settings.sample, self.plan.window.start, parts,
                        reference, self._source_states(parts), tuple(dict.fromkeys(self.messages)),
                        tuple(self.notes), configuration(self.settings, self.plan),
                        (*(one for name in self.plan.definitions.divisions
                           for one in self.sources.remarks.get(name, ())), *without_population(
                               reference["managing_unit"] or []), *self._not_handed_in(geography)),
                        self.held)

    def _not_handed_in(self, geography: Geography) -> Iterator[Remark]:
        """A remark on each dataset of which some units have handed in a register and others not:
        those count as if they had no rows.
        """
        names = {one.code: one.name for one in geography.managing_units}
        for dataset, mapping in self.mappings.items():
            if not isinstance(mapping, DatasetMapping) or mapping.handed_in is None:
                continue
            there = units_with_registers(self.settings.home, dataset, mapping.handed_in)
            asked = mapping.handed_in or tuple(names)
            lacking = [names[code] for code in asked if code in names and code not in there]
            if there and lacking and not mapping.has_files:
                yield Remark("not_handed_in", len(lacking), "单位报送的台账",
                             f"{'、'.join(lacking)}还没有报送，按没有记录计，这些单位和全市的数不完整；请催报", dataset)

    def _divisions(self) -> tuple[Reference, Geography]:
        """The reference lists and what they amount to; the last ones where those read now cannot be
        used.
        """
        last = None if self.previous is None else self.previous.reference
        reference, self.messages = read_divisions(self.sources, last, self.plan.city_code)
        self.messages[:0] = self.plan.definitions.problems
        reference = {**reference, **self.accepted}
        if self.previous is not None and self.previous.configuration == configuration(
                self.settings, self.plan):
            reference = self._without_fallen(reference, self.previous.reference)
        try:
            return reference, geography_of(self.plan, reference)
        except InputError as error:
            if last is None:
                raise
            # a row nobody can use must not take the other datasets' refresh with it
            self.messages.append(f"{error}（沿用上次读到的区划名录）")
            self.sources.failures["reference"] = str(error)
            return last, geography_of(self.plan, last)

    def _without_fallen(self, reference: Reference, last: Reference) -> Reference:
        """The lists, the last one in place of any that lost too many rows; that one is held."""
        used = dict(reference)
        for name in self.plan.definitions.divisions:
            rows, before = used[name] or [], last.get(name) or []
            fallen = list_fallen(len(before), len(rows), self.plan.plausibility)
            if fallen and self.sources.expected(name) and name not in self.accepted:
                self._hold(name, snapshots.rows_digest(rows), fallen, rows=rows)
                used[name] = before
        return used

    def _read_parts(self, geography: Geography, progress: Progress) -> dict[str, Part]:
        rules = reading_rules(self.plan, geography, self.now.date())
        parts: dict[str, Part] = {}
        counted = self.plan.definitions.counted
        for number, name in enumerate(counted):
            progress(f"正在读取{self.plan.definitions.datasets[name].title}", number / len(counted))
            if self.sources.expected(name):
                part = self._read_part(name, rules, geography)
                if part is not None:
                    parts[name] = part
            elif (finished := self._finished(name)) is not None:
                parts[name] = finished
        return parts

    def _finished(self, name: str) -> Part | None:
        """The last part where the plan has been followed by another and the part was read when its
        last records were in: a source no longer connected takes nothing from the result.
        """
        last, end = self._last(name), self.plan.window.deadline
        if self.settings.plan_folder is None or last is None:
            return None
        return last if last.read_at.date() > end + timedelta(days=self.plan.late_days) else None

    def _read_part(self, name: str, rules: ReadingRules, geography: Geography) -> Part | None:
        """The dataset read now; else its last good part marked stale; else nothing."""
        try:
            with self.sources.open(name) as (live, opened):
                part = self._read_changed(live, opened, rules, geography)
            last = self._last(name)
            # while a reading is held, the part in force stays as it is
            return replace(last, stale=False, message=None) if last and name in self.held else part
        except InputError as error:
            last = self._last(name)
            if last is None and not self.sources.expected(name):
                return None  # an optional table that is not there: 未接入, and no fault
            self.messages.append(str(error))
            # rows of another database, or counted by other rules, would be wrong and not only old
            if last is None or last.trace is None or last.trace.source != self._source(name):
                return None
            return replace(last, stale=True, message=str(error))

    def _source(self, name: str) -> str:
        return source_digest(self.sources.url(self.sources.connection_of(name)), self.plan)

    def _last(self, name: str) -> Part | None:
        return None if self.previous is None else self.previous.parts.get(name)

    def _read_changed(self, live: LiveDataset, opened: Connection, rules: ReadingRules,
                      geography: Geography) -> Part:
        name, last = live.mapping.dataset.name, self._last(live.mapping.dataset.name)
        live = with_plain_dates(live, opened)
        before = None if last is None or self.full else last.trace
        now = trace(live, opened, Trace(self._source(name),
                                        definition(live.mapping, rules, geography), self.now,
                                        self.now, None), before)
        rows = read_rows(live, opened) if now.rows is None else now.rows
        reading = Reading(live, opened, rules, geography, rows, self._report(name))
        slices = None
        if last is not None and not self.full:
            slices = slices_to_read(live.mapping.dataset, last.data.cells, before, now, rules,
                                    self.settings.full_every_days)
        if last is None or slices is None:
            whole = self._looked_at(Part(read_dataset(reading), self.now, trace=now), reading, None)
            if name not in self.held:
                self._note_silent_changes(live.mapping.dataset, last, whole.data, now)
            return whole
        assert before is not None
        now = replace(now, full_at=before.full_at)
        if not slices:
            return Part(last.data, self.now, method=Method.UNCHANGED, trace=now, memory=last.memory)
        fresh = Part(read_slices(reading, last.data, slices), self.now, method=Method.INCREMENTAL,
                     trace=now)
        return self._looked_at(fresh, reading, slices)

    def _looked_at(self, part: Part, reading: Reading, slices: frozenset[int] | None) -> Part:
        """The part with what is remembered of its rows; held when too unlike the part in force.

        Raises InputError when it contradicts itself.
        """
        data, last = part.data, self._last(part.data.dataset)
        wrong = contradiction(reading.live.mapping.dataset, data.cells, data.quality,
                              reading.geography)
        if wrong is not None:
            raise InputError(f"{reading.live.mapping.dataset.title}读取的结果自相矛盾：{wrong}，没有采用；"
                             "请稍后再刷新，仍然如此的请把程序日志交给技术人员。")
        before = NOTHING_REMEMBERED if last is None or last.memory is None else last.memory
        looked = look_at(reading, data.cells, slices, before, self.key)
        part = replace(part, memory=looked.memory)
        if last is not None:
            self._compare(last, part, looked, reading.geography)
        return part

    def _compare(self, last: Part, part: Part, looked: Looked, geography: Geography) -> None:
        name, then, now = part.data.dataset, last.trace, part.trace
        dataset = self.plan.definitions.datasets[name]
        if then is None or now is None:
            return
        changes = own_fallen(last.data.quality.read, part.data.quality.read,
                             self.plan.plausibility) if dataset.own else implausible(
            summarise(dataset, last.data.cells, last.data.quality,
                      last.memory or NOTHING_REMEMBERED),
            summarise(dataset, part.data.cells, part.data.quality, looked.memory, looked.keys),
            self.now.date(), self.plan.plausibility,
            {unit.code: unit.short_name for unit in geography.managing_units})
        if changes and (then.source, then.definition) == (now.source, now.definition):
            self._hold(name, snapshots.part_digest(part.data), changes, part=part)
        elif changes:
            self.notes.append(f"{dataset.title}：{'；'.join(changes)}。连接、对照表、名录或方案改过，"
                              "已直接采用；如果不是改动的本意，请改回后重新刷新。")

    def _hold(self, name: str, digest: str, findings: tuple[str, ...], part: Part | None = None,
              rows: list[dict[str, Any]] | None = None) -> None:
        earlier = None if self.previous is None else self.previous.held.get(name)
        since = self.now if earlier is None else earlier.since
        declined = earlier.declined if earlier is not None and earlier.digest == digest else None
        held = Held(name, self.sources.connection_of(name), since, digest, findings, part, rows,
                    declined)
        self.held[name] = held
        self.messages.append(held.sentence)

    def _report(self, name: str) -> Fetched:
        counted, title = self.plan.definitions.counted, self.plan.definitions.datasets[name].title

        def tell(groups: int) -> None:
            self.progress(f"正在读取{title}：已取 {groups:,} 条", counted.index(name) / len(counted))
        return tell

    def _note_silent_changes(self, dataset: Dataset, last: Part | None, part: DatasetPart,
                             trace: Trace) -> None:
        if last is None or last.trace is None:
            return
        silent = silent_changes(dataset, last.data.cells, part.cells, last.trace, trace)
        if silent:
            self.notes.append(f"整读发现{dataset.title}有 {silent} 天的行被改动而没有更新 updated_at，已按整读更正；"
                              "请该系统改动数据时一并更新 updated_at。")

    def _source_states(self, parts: Mapping[str, Part]) -> dict[str, Source]:
        return {connection: self._source_state(connection, parts)
                for connection in self.plan.definitions.connections}

    def _source_state(self, connection: str, parts: Mapping[str, Part]) -> Source:
        sources = self.sources
        names = [name for name in self.plan.definitions.datasets
                 if sources.connection_of(name) == connection
                 and (sources.expected(name) or name in parts)]
        if not sources.configured(connection) and parts.keys().isdisjoint(names):
            return Source(connection, SourceState.ABSENT)
        own = [parts[name] for name in names if name in parts]
        latest = max((part.data.latest for part in own if part.data.latest is not None),
                     default=None)
        read_at = max((part.read_at for part in own), default=None)
        failure = sources.failures.get(connection) or next(
            (sources.problems[name] for name in names if name in sources.problems), None)
        waiting = [self.held[name].sentence for name in names if name in self.held]
        if failure is None and waiting:
            state, failure = SourceState.HELD, waiting[0]
        elif failure is None:
            state = SourceState.OK
        elif own or (connection == "reference" and self.previous is not None):
            state = SourceState.STALE
        else:
            state = SourceState.DOWN
        return Source(connection, state, latest, None if read_at is None
                      else read_at.isoformat(timespec="seconds"), failure)


def configuration(settings: Settings, plan: Plan) -> str:
    """Digest of what decides which data a snapshot holds and how it is counted; never of a
    password.
    """
    mapping = settings.sources_file.read_bytes() if settings.sources_file.exists() else b""
    content = hashlib.sha256(mapping)
    for name, url in sorted(settings.urls.items()):
        content.update(f"{name} {source_digest(url, plan)}".encode())
    content.update(source_digest("", plan).encode())
    for path in definition_files(settings.config):
        content.update(path.read_bytes())
    return content.hexdigest()


def _previous(settings: Settings) -> Snapshot | None:
    """The last snapshot of the same kind of sources; the sample must never fill in for a real
    source or the reverse.
    """
    try:
        last = snapshots.load_current(settings.data)
    except InputError:
        return None
    return last if last is not None and last.sample == settings.sample else None
