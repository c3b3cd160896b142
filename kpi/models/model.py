"""A practice marked as a model (典型), and the units that adopted it: as recorded, entry by entry.

A model is called by its title; an entry of the same title, or of the same title and unit for an
adoption, takes the place of the one before, or takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kpi.vocabulary import InputError, Window

_TITLE_LIMIT = 60
_DOCUMENT_LIMIT = 120


class EntryKind(StrEnum):
    """What is recorded: that a practice is a model, or that a unit has adopted one."""

    MODEL = "model"
    ADOPTED = "adopted"


@dataclass(frozen=True)
class ModelEntry:
    """Recorded by `account` at `at`. `unit`: code of the managing unit that reported the practice,
    or has adopted it; `on`: the day of that. `indicator`: what a model is to move, "" of adoptions.
    `withdrawn` takes back what was recorded of that title, for an adoption of that unit.
    """

    kind: EntryKind
    title: str
    unit: str
    on: date
    document: str
    indicator: str
    account: str
    at: datetime
    withdrawn: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        return ((self.kind, self.title) if self.kind == EntryKind.MODEL
                else (self.kind, self.title, self.unit))


@dataclass(frozen=True)
class Adoption:
    """`unit` has done as the model does since the day `on`."""

    unit: str
    on: date
    document: str


@dataclass(frozen=True)
class Model:
    """A model as of a day, its adoptions by day."""

    title: str
    unit: str
    on: date
    document: str
    indicator: str
    adoptions: tuple[Adoption, ...] = ()


def models_on(entries: Iterable[ModelEntry], day: date) -> tuple[Model, ...]:
    """The models of days up to `day` that were not taken back, newest first, with what was adopted
    by then.
    """
    latest: dict[tuple[str, ...], ModelEntry] = {}
    for one in entries:
        latest[one.key] = one
    there = [one for one in latest.values() if not one.withdrawn and one.on <= day]
    models = [Model(one.title, one.unit, one.on, one.document, one.indicator, tuple(sorted(
        (Adoption(other.unit, other.on, other.document) for other in there
         if other.kind == EntryKind.ADOPTED and other.title == one.title),
        key=lambda adoption: (adoption.on, adoption.unit))))
        for one in there if one.kind == EntryKind.MODEL]
    return tuple(sorted(models, key=lambda model: (-model.on.toordinal(), model.title)))


def check_model_entry(entry: ModelEntry, entries: Sequence[ModelEntry], window: Window,
                      today: date) -> ModelEntry:
    """The entry, if it can be recorded after those `entries`. Raises InputError otherwise."""
    models = {model.title: model for model in models_on(entries, date.max)}
    model = models.get(entry.title)
    if not entry.title.strip():
        raise InputError("典型做法的名称没有填；请写上，例如 花木零工“早市”撮合。")
    if len(entry.title) > _TITLE_LIMIT:
        raise InputError(f"典型做法的名称超过 {_TITLE_LIMIT} 个字；请写短一些。")
    if entry.kind == EntryKind.ADOPTED and model is None:
        raise InputError(f"没有名为“{entry.title}”的典型做法；请先登记典型。")
    if entry.withdrawn:
        _check_there(entry, model)
        return entry
    if not entry.document.strip():
        raise InputError("文号或材料名称没有填；请写上，例如 宿人社发〔2025〕12号。")
    if len(entry.document) > _DOCUMENT_LIMIT:
        raise InputError(f"文号或材料名称超过 {_DOCUMENT_LIMIT} 个字；请写短一些。")
    if entry.on > today:
        raise InputError(f"日期 {entry.on} 在今天之后；到那一天以后再登记。")
    if entry.on < window.start:
        raise InputError(f"日期 {entry.on} 在方案开始（{window.start}）之前；请改正。")
    if entry.kind == EntryKind.MODEL:
        if model is not None:
            raise InputError(f"“{entry.title}”已经登记为典型；要改的先收回，再重新登记。")
        return entry
    assert model is not None
    if entry.unit == model.unit:
        raise InputError("这个单位就是做法的报送单位，不用登记采用；请选别的单位。")
    if entry.on < model.on:
        raise InputError(f"采用日期 {entry.on} 早于登记为典型的日期 {model.on}；请改正。")
    if any(one.unit == entry.unit for one in model.adoptions):
        raise InputError("这个单位已经登记过采用；要改的先收回，再重新登记。")
    return entry


def _check_there(entry: ModelEntry, model: Model | None) -> None:
    if model is None:
        raise InputError(f"没有名为“{entry.title}”的典型做法，不用收回。")
    if entry.kind == EntryKind.ADOPTED and all(one.unit != entry.unit for one in model.adoptions):
        raise InputError("这个单位没有登记过采用，不用收回；请选别的单位。")
