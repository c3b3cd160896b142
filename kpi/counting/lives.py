"""The facts by the divisions of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from kpi.counting.facts import Facts
from kpi.vocabulary import Geography
from kpi.vocabulary.lives import geography_on


def facts_on(facts: Facts, day: date) -> Facts:
    """The same rows, each counting for the unit that has its code on `day`, or has taken its place;
    the facts themselves where no unit ever came or went.
    """
    geography = geography_on(facts.geography, day)
    if geography is facts.geography:
        return facts
    return replace(facts, geography=geography,
                   cells={name: as_held(frame, geography) for name, frame in facts.cells.items()},
                   venues=None if facts.venues is None else as_held(facts.venues, geography))


def as_held(frame: pd.DataFrame, geography: Geography) -> pd.DataFrame:
    """Rows with a column `unit`, under the codes of those they count for on the geography's day."""
    moved = {code: holder for code, holder in geography.holders.items() if code != holder}
    units = frame["unit"].astype(object)
    if not moved or not units.isin(list(moved)).any():
        return frame
    return frame.assign(unit=units.map(lambda code: moved.get(code, code)))
