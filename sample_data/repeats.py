"""Keeps counted postings apart: none may fall into the duplicate window of another one like it."""

from __future__ import annotations

import numpy as np

from sample_data.accounts import Employers
from sample_data.calendar import Ints
from sample_data.posting import Postings

WINDOW = 30
COPIED_WITHIN = 14  # days after which another platform repeats a posting at the latest
_ROUNDS = 60


def part_repeats(rng: np.random.Generator, posting: Postings, employers: Employers) -> None:
    """Gives postings that would repeat another one an employer of the same unit that does not.

    Apart means beyond the window even after a copy of the earlier one was published. What still
    repeats after many rounds loses its occupation, as rows do whose platform has no such field.
    """
    for _ in range(_ROUNDS):
        rows = _repeating(posting)
        if len(rows) == 0:
            return
        for number in np.unique(posting.unit[rows]):
            own = np.flatnonzero(employers.unit == number)
            own = own if len(own) else np.arange(len(employers.code))
            mine = rows[posting.unit[rows] == number]
            posting.employer[mine] = rng.choice(own, len(mine))
    posting.occupation[_repeating(posting)] = None


def _repeating(posting: Postings) -> Ints:
    """Rows that follow one of the same employer, occupation and place too soon."""
    named = np.flatnonzero(posting.occupation != None)  # noqa: E711 – element by element
    occupation = np.unique(posting.occupation[named].astype(str), return_inverse=True)[1]
    place = posting.unit[named] * 1000 + posting.township[named]
    order = np.lexsort((posting.day[named], place, occupation, posting.employer[named]))
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for values in (posting.employer[named], occupation, place):
        same &= values[order][1:] == values[order][:-1]
    days = posting.day[named][order]
    soon = (days[1:] - days[:-1]).astype(int) <= WINDOW + COPIED_WITHIN
    return named[order][1:][same & soon]
