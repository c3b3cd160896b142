"""What a changed sources.toml would give for one dataset, before anybody puts it in force."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from data_access.boundary import Mappings, mappings_in
from data_access.connect import Sources
from data_access.reading import (
    NO_FINDINGS,
    Health,
    Reading,
    geography_of,
    read_dataset,
    read_divisions,
    read_reference,
    read_rows,
    reading_rules,
)
from data_access.site import Settings, in_words, load_plan, plan_digest
from data_access.snapshots import Part, Snapshot, local_now
from data_access.snapshots import snapshot as snapshots
from kpi.counting import Source, SourceState
from kpi.figures.figures import figures
from kpi.forecast import line_key
from kpi.plan import Plan
from kpi.scorecard import Scorecard
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary import REASON_NAMES, InputError, Reason, Rollup


@dataclass(frozen=True)
class TriedFigure:
    """An indicator of the city or of one unit, today and as it would be; None where there is no
    figure.
    """

    name: str
    unit: str
    now: float | None
    would: float | None


@dataclass(frozen=True)
class Tried:
    """A dataset read as the changed file says. `excluded`: rows by reason, in words. `remarks`:
    what was noticed, in the words of `check`; `codes`: of which kind each is. `figures`: of every
    indicator the dataset feeds.

    `day`: of the figures as they would be; None when there are none. `sample`: today's figures are
    the demonstration's, which is no longer shown afterwards.
    """

    dataset: str
    read: int
    counted: int
    excluded: Mapping[str, int]
    remarks: tuple[str, ...]
    findings: Health = NO_FINDINGS
    newest: date | None = None
    figures: tuple[TriedFigure, ...] = ()
    day: date | None = None
    sample: bool = False
    codes: tuple[str, ...] = ()


def try_text(settings: Settings, text: str, dataset: str, now: datetime | None = None) -> Tried:
    """Read the one dataset by this text of sources.toml, and judge the city with it.

    Raises InputError naming what cannot be read, cell by cell where it is a file.
    """
    with in_words(text, "对照表文件"):
        content = tomllib.loads(text)
    return try_mappings(settings, mappings_in(content, settings.sources_file,
                                              settings.definitions), dataset, now)


def try_mappings(settings: Settings, mappings: Mappings, dataset: str,
                 now: datetime | None = None, *, unit: str = "", judged: bool = True) -> Tried:
    """The same of mappings that are in no file. `unit`: the figures of this managing unit, not of
    the city; none unless `judged`.
    """
    plan = load_plan(settings)
    at = now or local_now(plan)
    sources = Sources(settings.urls, mappings, settings.statement_seconds, settings.data,
                      home=settings.home)
    current = _current(settings)
    try:
        if not sources.expected(dataset):
            raise InputError(f"连接 {sources.connection_of(dataset)} 没有配置；请先在 secrets.toml 中写好连接。")
        if plan.definitions.datasets[dataset].counted_on is None:
            return _reference(sources, dataset)
        last = None if current is None or current.sample else current.reference
        reference, _ = read_divisions(sources, last, plan.city_code)
        geography = geography_of(plan, reference)
        with sources.open(dataset) as (live, opened):
            data = read_dataset(Reading(live, opened, reading_rules(plan, geography, at.date()),
                                        geography, read_rows(live, opened)))
    finally:
        sources.close()
    quality, health = data.quality, data.health
    remarks = tuple(remark.line() for remark in quality.remarks)
    would = _snapshot(current, plan, reference, Part(data, at), at)
    tried = Tried(dataset, quality.read, quality.counted,
                  {REASON_NAMES[Reason(name)]: rows for name, rows in quality.excluded.items()},
                  remarks, health, data.latest, sample=current is not None and current.sample,
                  codes=tuple(remark.code for remark in quality.remarks))
    if not judged:
        return tried
    return _judged(tried, current, would, plan, (plan_digest(settings), unit))


def _current(settings: Settings) -> Snapshot | None:
    try:
        return snapshots.load_current(settings.data)
    except InputError:
        return None


def _reference(sources: Sources, dataset: str) -> Tried:
    with sources.open(dataset) as (live, opened):
        rows, remarks = read_reference(live, opened)
    return Tried(dataset, len(rows), len(rows), {}, tuple(remark.line() for remark in remarks))


def _snapshot(current: Snapshot | None, plan: Plan, reference: Mapping[str, object], part: Part,
              at: datetime) -> Snapshot:
    """The snapshot in force with the part in it; of the demonstration nothing stays."""
    real = None if current is None or current.sample else current
    connection = plan.definitions.datasets[part.data.dataset].connection
    states = {name: Source(name, SourceState.ABSENT) for name in plan.definitions.connections}
    if real is not None:
        states |= real.sources
    before = states[connection].latest
    latest = max((day for day in (before, part.data.latest) if day is not None), default=None)
    states[connection] = Source(connection, SourceState.OK, latest,
                                at.isoformat(timespec="seconds"))
    parts = {**({} if real is None else real.parts), part.data.dataset: part}
    held = {} if real is None else {name: held for name, held in real.held.items()
                                    if name != part.data.dataset}
    return Snapshot("", at, False, plan.window.start, parts,
                    dict(reference),  # type: ignore[arg-type]
                    states, held=held)


def _judged(tried: Tried, current: Snapshot | None, would: Snapshot, plan: Plan,
            of: tuple[str, str]) -> Tried:
    try:
        after = _card(would, plan)
    except InputError as error:
        return replace(tried, remarks=(*tried.remarks, f"！指标还算不出来：{error}"))
    today = {} if current is None else _today(current, plan, of)
    lines = tuple(TriedFigure(item.name, item.indicator.unit, today.get(item.code),
                              _value(after, item.code, of[1]))
                  for item in plan.indicators if tried.dataset in item.indicator.datasets)
    return replace(tried, figures=lines, day=after.as_of)


_of_today: dict[tuple[str, str, str], Mapping[str, float | None]] = {}


def _today(current: Snapshot, plan: Plan, of: tuple[str, str]) -> Mapping[str, float | None]:
    """The value of every indicator in force of the city or a unit, worked out once for the trials
    of a table. `of`: the plan's digest, and the unit.
    """
    key = (current.id, *of)
    values = _of_today.get(key)
    if values is None:
        try:
            card = _card(current, plan)
        except InputError:
            return {}
        values = {item.code: _value(card, item.code, of[1]) for item in plan.indicators}
        _of_today.clear()
        _of_today[key] = values
    return values


def _value(card: Scorecard, indicator: str, unit: str) -> float | None:
    place = next((one for one in card.geography.members(Rollup.MANAGING) if one.code == unit),
                 card.geography.city)
    line = card.by_key.get(line_key(indicator, place))
    return None if line is None else line.value


def _card(snapshot: Snapshot, plan: Plan) -> Scorecard:
    window = plan.window
    day = min(max(snapshot.latest_complete_day, window.start), window.deadline)
    return scorecard(figures(snapshot.facts(plan), plan), day)
