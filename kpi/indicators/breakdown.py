"""What a figure is made of: by sector, collector, occupation, kind …, each part with its share of
the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpi.counting import Facts
from kpi.definitions import ORIGIN_PLAN, Cut, Since, Sum
from kpi.vocabulary import Division

OTHERWISE = "未填写"
# A day before anything: a stock is everything begun and not ended, however long ago it began.
_EVER = date(1900, 1, 1)


@dataclass(frozen=True)
class Part:
    """`share` of the split's total, 0–1, None when that is not above zero. `note`: e.g. the
    department that collects it.
    """

    name: str
    value: float
    share: float | None
    note: str = ""


@dataclass(frozen=True)
class Split:
    """One way to take a figure apart, greatest part first; the parts add up to `total`."""

    title: str
    unit: str
    total: float
    parts: tuple[Part, ...]


def splits(code: str, facts: Facts, division: Division, as_of: date) -> tuple[Split, ...]:
    """The ways to take an indicator apart; none when it has no dimension or its dataset is 未接入 or
    empty.
    """
    return tuple(_split(cut, facts, division, as_of)
                 for cut in facts.definitions.indicators[code].cuts if facts.has(cut.sum.dataset))


def _split(cut: Cut, facts: Facts, division: Division, as_of: date) -> Split:
    sums = sums_by(cut.sum, cut.sum.event, cut.by, facts, division, as_of)
    if cut.sum.minus is not None:
        for name, value in sums_by(cut.sum, cut.sum.minus, cut.by, facts, division, as_of).items():
            sums[name] = sums.get(name, 0.0) - value
    total = sum(sums.values())
    parts = [Part(cut.names.get(name, name) or OTHERWISE, value, value / total if total > 0
                  else None, cut.notes.get(name, "")) for name, value in sums.items() if value]
    return Split(cut.title, cut.unit, total,
                 tuple(sorted(parts, key=lambda part: (-part.value, part.name))))


def sums_by(total: Sum, event: str, by: str, facts: Facts, division: Division,
            as_of: date) -> dict[str, float]:
    """What an event (that of a sum, or the one it takes off) amounts to by the values of a
    dimension, through `as_of`.
    """
    first = date(as_of.year, 1, 1) if total.since == Since.YEAR else _EVER
    # what counts since the plan's start is decided by where a row's own date lies, so that a
    # write-off follows its posting
    return facts.breakdown(total.dataset, event, by, division=division, first=first, last=as_of,
                           column=total.column, origin=ORIGIN_PLAN if total.since == Since.PLAN
                           else None, where=total.where)
