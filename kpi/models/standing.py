"""Every model as of a day, with what each adopting unit's figure shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kpi.figures import Figures
from kpi.models.effect import Effect, effect
from kpi.models.model import Adoption, Model, ModelEntry, models_on
from kpi.vocabulary import Geography, InputError, Rollup


@dataclass(frozen=True)
class AdoptionStanding:
    """An adoption by the unit called `name`. `effect` None, and the document left out, where the
    scope does not see the unit.
    """

    adoption: Adoption
    name: str
    effect: Effect | None


@dataclass(frozen=True)
class ModelStanding:
    """A model; `name` is that of the unit that reported it, `indicator_name` of what it is to move.
    """

    model: Model
    name: str
    indicator_name: str
    adoptions: tuple[AdoptionStanding, ...]


def stand_models(entries: Iterable[ModelEntry], figures: Figures,
                 as_of: date) -> tuple[ModelStanding, ...]:
    """The models as of the end of `as_of`, newest first, as far as the figures' scope goes: of
    other units only name and day.
    """
    judged = figures.on(as_of)
    geography, names = judged.facts.geography, judged.plan.definitions.indicators
    return tuple(ModelStanding(
        model, _name(geography, model.unit),
        names[model.indicator].name if model.indicator in names else model.indicator,
        tuple(_adoption(figures, geography, model, one, as_of) for one in model.adoptions))
        for model in models_on(entries, as_of))


def _adoption(figures: Figures, geography: Geography, model: Model, one: Adoption,
              as_of: date) -> AdoptionStanding:
    name = _name(geography, one.unit)
    if geography.member(Rollup.MANAGING, one.unit) is None:
        return AdoptionStanding(Adoption(one.unit, one.on, ""), name, None)
    others = (model.unit, *(other.unit for other in model.adoptions))
    return AdoptionStanding(one, name, effect(figures, model.indicator, one.unit, one.on, others,
                                              as_of))


def _name(geography: Geography, unit: str) -> str:
    """What the unit is called; its code where the register does not have it any more."""
    try:
        return geography.named(Rollup.MANAGING, unit).short_name
    except InputError:
        return unit
