"""A refresh: read every dataset, keep the last good part of what cannot be read, write one snapshot."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy.engine import Connection

from data_access.boundary.mapping import Mappings, load_mappings
from data_access.connect.opening import Sources
from data_access.connect.schema import LiveDataset
from data_access.reading.divisions import geography_of, read_divisions, reading_rules
from data_access.reading.incremental import Trace, definition, silent_changes, slices_to_read, source_digest, trace
from data_access.reading.queries import ReadingRules
from data_access.reading.reading import DatasetPart, Fetched, Reading, read_dataset, read_rows, read_slices
from data_access.site.settings import Settings, load_plan
from data_access.snapshots import snapshot as snapshots
from data_access.snapshots.snapshot import Method, Part, Snapshot
from kpi.counting.facts import Source, SourceState
from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS, FACT_DATASETS
from kpi.plan.plan import Plan
from kpi.vocabulary.division import Geography
from kpi.vocabulary.errors import InputError

Progress = Callable[[str, float], None]


class RefreshRunningError(InputError):
    """Another refresh holds the lock."""


def refresh(settings: Settings, *, now: datetime | None = None, full: bool = False,
            progress: Progress | None = None) -> Snapshot:
    """Read all sources and make the result the current snapshot.

    What did not change since the last snapshot is kept (`data_access.reading.incremental`) unless `full`. A source that cannot be
    read keeps its last good part, marked stale; the others still refresh. `now` is the reading time (default: the
    clock). Raises InputError when the plan, the mapping file or the divisions are unusable, or another refresh is
    running; the last snapshot then stays in force.
    """
    plan = load_plan(settings)
    with _alone(settings.data):
        sources_read = _Refresh(settings, plan, load_mappings(settings.sources_file), now or datetime.now(), full)
        taken = sources_read.snapshot(progress or (lambda _text, _share: None))
        snapshots.save(taken, settings.data)
    return taken


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Holds the refresh lock. Two refreshes at once would do double work on the bureaus' databases."""
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

    def __init__(self, settings: Settings, plan: Plan, mappings: Mappings, now: datetime, full: bool) -> None:
        urls, self.now = _urls(settings, now)
        self.settings, self.plan, self.full = settings, plan, full
        self.sources = Sources(urls, mappings, settings.statement_seconds)
        self.previous = _previous(settings)
        self.messages: list[str] = []
        self.notes: list[str] = []
        self.progress: Progress = lambda _text, _share: None

    def snapshot(self, progress: Progress) -> Snapshot:
        self.progress = progress
        try:
            reference, self.messages = read_divisions(
                self.sources, None if self.previous is None else self.previous.reference, self.plan.city_code)
            geography = geography_of(self.plan, reference)
            parts = self._read_parts(geography, progress)
        finally:
            self.sources.close()
        progress("读取完成", 1.0)
        return Snapshot(snapshots.identify(self.now, parts, reference), self.now, self.settings.sample,
                        self.plan.window.start, parts, reference, self._source_states(parts),
                        tuple(dict.fromkeys(self.messages)), tuple(self.notes),
                        configuration(self.settings, self.plan))

    def _read_parts(self, geography: Geography, progress: Progress) -> dict[str, Part]:
        rules = reading_rules(self.plan, geography, self.now.date())
        parts: dict[str, Part] = {}
        for number, name in enumerate(FACT_DATASETS):
            progress(f"正在读取{DATASETS[name].title}", number / len(FACT_DATASETS))
            if self.sources.expected(name):
                part = self._read_part(name, rules, geography)
                if part is not None:
                    parts[name] = part
        return parts

    def _read_part(self, name: str, rules: ReadingRules, geography: Geography) -> Part | None:
        """The dataset read now; else its last good part marked stale; else nothing."""
        try:
            with self.sources.open(name) as (live, opened):
                return self._read_changed(live, opened, rules, geography)
        except InputError as error:
            self.messages.append(str(error))
            last = self._last(name)
            # rows of another database, or counted by other rules, would be wrong and not only old
            if last is None or last.trace is None or last.trace.source != self._source(name):
                return None
            return replace(last, stale=True, message=str(error))

    def _source(self, name: str) -> str:
        return source_digest(self.sources.url(self.sources.connection_of(name)), self.plan)

    def _last(self, name: str) -> Part | None:
        return None if self.previous is None else self.previous.parts.get(name)

    def _read_changed(self, live: LiveDataset, opened: Connection, rules: ReadingRules, geography: Geography) -> Part:
        name, last = live.mapping.dataset.name, self._last(live.mapping.dataset.name)
        before = None if last is None or self.full else last.trace
        now = trace(live, opened, Trace(self._source(name), definition(live.mapping, rules, geography), self.now, self.now,
                                        None), before)
        rows = read_rows(live, opened) if now.rows is None else now.rows
        reading = Reading(live, opened, rules, geography, rows, self._told(name))
        slices = None
        if last is not None and not self.full:
            slices = slices_to_read(name, last.data.cells, before, now, rules, self.settings.full_every_days)
        if last is None or slices is None:
            part = read_dataset(reading)
            self._note_silent_changes(name, last, part, now)
            return Part(part, self.now, trace=now)
        assert before is not None
        now = replace(now, full_at=before.full_at)
        if not slices:
            return Part(last.data, self.now, method=Method.UNCHANGED, trace=now)
        return Part(read_slices(reading, last.data, slices), self.now, method=Method.INCREMENTAL, trace=now)

    def _told(self, name: str) -> Fetched:
        number = FACT_DATASETS.index(name)

        def tell(groups: int) -> None:
            self.progress(f"正在读取{DATASETS[name].title}：已取 {groups:,} 条", number / len(FACT_DATASETS))
        return tell

    def _note_silent_changes(self, name: str, last: Part | None, part: DatasetPart, trace: Trace) -> None:
        if last is None or last.trace is None:
            return
        silent = silent_changes(name, last.data.cells, part.cells, last.trace, trace)
        if silent:
            self.notes.append(f"整读发现{DATASETS[name].title}有 {silent} 天的行被改动而没有更新 updated_at，已按整读更正；"
                              "请该系统改动数据时一并更新 updated_at。")

    def _source_states(self, parts: Mapping[str, Part]) -> dict[str, Source]:
        return {connection: self._source_state(connection, parts) for connection in CONNECTIONS}

    def _source_state(self, connection: str, parts: Mapping[str, Part]) -> Source:
        sources = self.sources
        if not sources.configured(connection):
            return Source(connection, SourceState.ABSENT)
        names = [name for name in DATASETS if sources.connection_of(name) == connection and sources.expected(name)]
        own = [parts[name] for name in names if name in parts]
        latest = max((part.data.latest for part in own if part.data.latest is not None), default=None)
        read_at = max((part.read_at for part in own), default=None)
        failure = sources.failures.get(connection) or next(
            (sources.problems[name] for name in names if name in sources.problems), None)
        if failure is None:
            state = SourceState.OK
        elif own or (connection == "reference" and self.previous is not None):
            state = SourceState.STALE
        else:
            state = SourceState.DOWN
        return Source(connection, state, latest, None if read_at is None else read_at.isoformat(timespec="seconds"),
                      failure)


def configuration(settings: Settings, plan: Plan) -> str:
    """Digest of what decides which data a snapshot holds and how it is counted; never of a password."""
    mapping = settings.sources_file.read_bytes() if settings.sources_file.exists() else b""
    content = hashlib.sha256(mapping)
    for name, url in sorted(settings.urls.items()):
        content.update(f"{name} {source_digest(url, plan)}".encode())
    content.update(source_digest("", plan).encode())
    return content.hexdigest()


def source_urls(settings: Settings) -> Mapping[str, str]:
    """URL by connection, of the embedded sample where nothing is configured."""
    return _urls(settings, datetime.now())[0]


def _urls(settings: Settings, now: datetime) -> tuple[Mapping[str, str], datetime]:
    if not settings.sample:
        return settings.urls, now
    from data_access.snapshots.embedded import sample_urls  # only the embedded default needs the generator

    urls, as_of = sample_urls(settings.data)
    # a clock before the sample's own end would take its last rows for rows of the future
    return urls, max(now, datetime.combine(as_of + timedelta(days=1), time(6)))


def _previous(settings: Settings) -> Snapshot | None:
    """The last snapshot of the same kind of sources; the sample must never fill in for a real source or the reverse."""
    try:
        last = snapshots.load_current(settings.data)
    except InputError:
        return None
    return last if last is not None and last.sample == settings.sample else None
