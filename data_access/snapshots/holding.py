"""待核实: what a person decides about a reading that is held. Every decision goes through here and
makes a snapshot.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from data_access.site import Settings, load_plan
from data_access.snapshots import snapshot as snapshots
from data_access.snapshots.clock import local_now
from data_access.snapshots.refresh import alone, refresh
from data_access.snapshots.snapshot import Held, Snapshot
from kpi.counting import Source, SourceState
from kpi.vocabulary import InputError


def accept(settings: Settings, dataset: str, digest: str | None = None,
           now: datetime | None = None) -> Snapshot:
    """Publish the held reading of a dataset; the snapshot then in force.

    `digest`: of the reading that was looked at; None takes the one that is held. A reference list
    decides how every row is counted, so accepting one reads the service databases again. Raises
    InputError when nothing is held, or another reading than the one looked at.
    """
    with alone(settings.data):
        snapshot, held = _held(settings, dataset, digest)
        if held.part is not None:
            published = _published(snapshot, held)
            snapshots.save(published, settings.data)
            return published
    assert held.rows is not None
    return refresh(settings, now=now, accepted={dataset: held.rows})


def decline(settings: Settings, dataset: str, digest: str, who: str,
            now: datetime | None = None) -> Snapshot:
    """Record that this reading is not wanted: the part in force stays, and nobody is reminded of
    this reading again.

    Raises InputError as `accept`.
    """
    with alone(settings.data):
        snapshot, held = _held(settings, dataset, digest)
        when = now or local_now(load_plan(settings))
        changed = {**snapshot.held, dataset: replace(held, declined=f"{who} {when:%Y-%m-%d %H:%M}")}
        declined = replace(snapshot, held=changed,
                           id=snapshots.identify(snapshot.read_at, snapshot.parts,
                                                 snapshot.reference, changed))
        snapshots.save(declined, settings.data)
        return declined


def _held(settings: Settings, dataset: str, digest: str | None) -> tuple[Snapshot, Held]:
    named = settings.definitions
    if dataset not in named.datasets:
        raise InputError(f"没有数据集 {dataset}；可用的有 {'、'.join(named.datasets)}。")
    snapshot = snapshots.load_current(settings.data)
    held = None if snapshot is None else snapshot.held.get(dataset)
    if snapshot is None or held is None:
        raise InputError(f"{named.title(dataset)}没有待核实的数据，不需要接受。")
    if digest is not None and digest != held.digest:
        raise InputError(f"{named.title(dataset)}待核实的数据已经变了，刚才看到的不是最新的；请重新核对后再决定。")
    return snapshot, held


def _published(snapshot: Snapshot, held: Held) -> Snapshot:
    assert held.part is not None
    parts = {**snapshot.parts, held.dataset: held.part}
    rest = {name: one for name, one in snapshot.held.items() if name != held.dataset}
    sources = {name: _without_hold(source, held, rest) for name, source in snapshot.sources.items()}
    return replace(snapshot, id=snapshots.identify(snapshot.read_at, parts, snapshot.reference,
                                                   rest), parts=parts, held=rest, sources=sources,
                   messages=tuple(message for message in snapshot.messages
                                  if message != held.sentence))


def _without_hold(source: Source, held: Held, rest: dict[str, Held]) -> Source:
    if source.name != held.connection or source.state != SourceState.HELD:
        return source
    assert held.part is not None
    others = [one.sentence for one in rest.values() if one.connection == source.name]
    latest = max((day for day in (source.latest, held.part.data.latest) if day is not None),
                 default=None)
    return replace(source, state=SourceState.HELD if others else SourceState.OK, message=others[0]
                   if others else None, latest=latest,
                   read_at=held.part.read_at.isoformat(timespec="seconds"))
