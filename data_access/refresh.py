"""A refresh: read every dataset, keep the last good part of what cannot be read, write one snapshot."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from data_access import snapshot as snapshots
from data_access.mapping import DatasetMapping, Mappings, load_mappings
from data_access.queries import ReadingRules
from data_access.reading import read_dataset, read_reference
from data_access.reference import geography_from
from data_access.schema import bind
from data_access.settings import Settings, load_plan
from data_access.snapshot import Part, Snapshot
from data_access.sources import SourceUnavailableError, open_engine, reading
from kpi.datasets import CONNECTIONS, DATASETS, FACT_DATASETS, REFERENCE_DATASETS
from kpi.division import Geography
from kpi.errors import InputError
from kpi.facts import Source, SourceState
from kpi.plan import Plan
from sample_data.reference import reference_rows

Progress = Callable[[str, float], None]
Reference = dict[str, list[dict[str, Any]] | None]


def refresh(settings: Settings, *, now: datetime | None = None, progress: Progress | None = None) -> Snapshot:
    """Read all sources and make the result the current snapshot.

    A source that cannot be read keeps its last good part, marked stale; the others still refresh. `now` is the
    reading time (default: the clock). Raises InputError when the plan, the mapping file or the divisions are unusable,
    or another refresh is running; the last snapshot then stays in force.
    """
    plan = load_plan(settings)
    with _alone(settings.data):
        taken = _read_all(settings, plan, load_mappings(settings.sources_file), now or datetime.now(),
                          progress or (lambda _text, _share: None))
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
            raise InputError("另一个刷新正在进行；请等它完成后再试。") from None
        yield


def _read_all(settings: Settings, plan: Plan, mappings: Mappings, now: datetime, progress: Progress) -> Snapshot:
    urls, now = _urls(settings, now)
    previous = _previous(settings)
    sources = _Reader(urls, mappings)
    reference, messages = _read_divisions(sources, previous)
    geography = geography_from(plan, reference["managing_unit"] or [], reference["township"] or [],
                               reference["central_village"])
    rules = _rules(plan, geography, now.date())
    parts: dict[str, Part] = {}
    for number, name in enumerate(FACT_DATASETS):
        progress(f"正在读取{DATASETS[name].title}", number / len(FACT_DATASETS))
        part, message = _read_part(sources, name, rules, geography, now, previous)
        if part is not None:
            parts[name] = part
        if message is not None:
            messages.append(message)
    sources.close()
    progress("读取完成", 1.0)
    identity = snapshots.identify(now, parts, reference)
    return Snapshot(identity, now, settings.sample, plan.window.start, parts, reference,
                    _source_states(sources, parts, previous), tuple(dict.fromkeys(messages)))


def _urls(settings: Settings, now: datetime) -> tuple[Mapping[str, str], datetime]:
    if not settings.sample:
        return settings.urls, now
    from data_access.embedded import sample_urls  # only the embedded default needs the generator

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


class _Reader:
    """Engines of one refresh, opened on first use; remembers which connections failed and why."""

    def __init__(self, urls: Mapping[str, str], mappings: Mappings) -> None:
        self._urls, self._mappings = urls, mappings
        self._engines: dict[str, Engine] = {}
        self.failures: dict[str, str] = {}
        self.read: set[str] = set()

    def mapping(self, dataset: str) -> DatasetMapping | None:
        """The dataset's mapping, None when its connection is not configured. Raises InputError on a bad mapping."""
        mapping = self._mappings[dataset]
        if isinstance(mapping, InputError):
            if DATASETS[dataset].connection not in self._urls:
                return None
            raise mapping
        return mapping if mapping.connection in self._urls else None

    def connection_of(self, dataset: str) -> str:
        mapping = self._mappings[dataset]
        return DATASETS[dataset].connection if isinstance(mapping, InputError) else mapping.connection

    def engine(self, connection: str) -> Engine:
        if connection in self.failures:
            raise SourceUnavailableError(self.failures[connection])
        if connection not in self._engines:
            self._engines[connection] = open_engine(connection, self._urls[connection])
        return self._engines[connection]

    def configured(self, connection: str) -> bool:
        return connection in self._urls

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()


def _read_divisions(sources: _Reader, previous: Snapshot | None) -> tuple[Reference, list[str]]:
    mapped = {name: sources.mapping(name) for name in REFERENCE_DATASETS}
    bundled: Reference = {"managing_unit": reference_rows("managing_unit"), "township": reference_rows("township"),
                          "central_village": None}
    found, messages = dict(bundled), []
    for name, mapping in mapped.items():
        if mapping is None:
            continue
        try:
            with reading(mapping.connection, sources.engine(mapping.connection)) as opened:
                found[name] = read_reference(bind(mapping, opened), opened)
        except InputError as error:
            if previous is None or previous.reference[name] is None:
                raise
            # divisions change rarely: yesterday's list is better than none
            found[name] = previous.reference[name]
            sources.failures.setdefault(mapping.connection, str(error))
            messages.append(f"{error}（沿用上次读到的{DATASETS[name].title}）")
        else:
            sources.read.add(mapping.connection)
    return found, messages


def _rules(plan: Plan, geography: Geography, read_on: date) -> ReadingRules:
    return ReadingRules(geography.final_township, geography.unit_codes, plan.city_code, read_on, plan.window.start,
                        plan.duplicate_window_days)


def _read_part(sources: _Reader, name: str, rules: ReadingRules, geography: Geography, now: datetime,
               previous: Snapshot | None) -> tuple[Part | None, str | None]:
    """The dataset read now; else its last good part marked stale; else nothing. With the sentence that says why."""
    connection = sources.connection_of(name)
    try:
        mapping = sources.mapping(name)
        if mapping is None:
            return None, None
        with reading(connection, sources.engine(connection)) as opened:
            part = Part(read_dataset(bind(mapping, opened), opened, rules, geography), now)
    except InputError as error:
        if isinstance(error, SourceUnavailableError):
            sources.failures[connection] = str(error)
        return _last_good(name, previous, str(error)), str(error)
    sources.read.add(connection)
    return part, None


def _last_good(name: str, previous: Snapshot | None, message: str) -> Part | None:
    part = None if previous is None else previous.parts.get(name)
    return None if part is None else Part(part.data, part.read_at, True, message)


def _source_states(sources: _Reader, parts: Mapping[str, Part], previous: Snapshot | None) -> dict[str, Source]:
    return {connection: _source_state(sources, connection, parts, previous) for connection in CONNECTIONS}


def _source_state(sources: _Reader, connection: str, parts: Mapping[str, Part], previous: Snapshot | None) -> Source:
    if not sources.configured(connection):
        return Source(connection, SourceState.ABSENT)
    own = [part for name, part in parts.items() if sources.connection_of(name) == connection]
    latest = max((part.data.latest for part in own if part.data.latest is not None), default=None)
    read_at = max((part.read_at for part in own), default=None)
    messages = [part.message for part in own if part.message]
    failure = sources.failures.get(connection) or (messages[0] if messages else None)
    missing = [name for name in FACT_DATASETS if sources.connection_of(name) == connection and name not in parts]
    if failure is None and not missing:
        state = SourceState.OK
    elif own or (connection == "reference" and previous is not None):
        state = SourceState.STALE
    else:
        state = SourceState.DOWN
    return Source(connection, state, latest, None if read_at is None else read_at.isoformat(timespec="seconds"), failure)
