"""The facts by the divisions of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from kpi.counting.facts import Facts
from kpi.vocabulary.lives import geography_on


def facts_on(facts: Facts, day: date) -> Facts:
    """The same rows, each counting for the unit that has its code on `day`, or has taken its place;
    the facts themselves where no unit ever came or went.
    """
    geography = geography_on(facts.geography, day)
    if geography is facts.geography:
        return facts
    moved = {code: holder for code, holder in geography.holders.items() if code != holder}
    return replace(facts, geography=geography,
                   cells={name: _moved(frame, moved) for name, frame in facts.cells.items()},
                   venues=None if facts.venues is None else _moved(facts.venues, moved))


def _moved(frame: pd.DataFrame, moved: Mapping[str, str]) -> pd.DataFrame:
    units = frame["unit"].astype(object)
    if not moved or not units.isin(list(moved)).any():
        return frame
    return frame.assign(unit=units.map(lambda code: moved.get(code, code)))
