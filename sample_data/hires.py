"""Matched hires of job postings, and whether the standard electronic agreement was signed."""

from __future__ import annotations

import numpy as np

from reference.derive.divide import choose
from sample_data.calendar import Days, Ints
from sample_data.table import END, Array, Columns, Table, keys, later, take, where, written

# matched since the plan's start at scale 1, and the part of them with an agreement
HIRES, SIGNED = 25_800, 0.68
# most who come at all come soon: half of all posts are filled after nine days
_MEAN_DAYS, _LONGEST, _DRAWN = 2.7, 40, 60
# agreements without a number, and those with a sign for none in its place
_UNNUMBERED, _MARKED = 0.11, 0.02
_UNDATED, _BACKWARDS, _NO_SECTOR, _NO_OCCUPATION = 0.012, 0.004, 0.015, 0.02


def hires(rng: np.random.Generator, of_post: np.random.Generator, scale: float,
          postings: Table) -> Table:
    """Hires on postings with a known place that were not found false, likelier on larger ones.

    `of_post` draws which post of the unit a hire answers, so that where and when people were
    matched is the same as ever.
    """
    columns = postings.columns
    sound = np.flatnonzero(np.isnat(columns["invalidated_on"]) & (columns["published_on"] <= END)
                           & (columns["unit_code"] != "329999"))
    weight = np.maximum(columns["headcount"][sound].astype(float), 0.1)
    chosen = np.sort(rng.choice(sound, round(HIRES * scale), p=weight / weight.sum()))
    matched = later(rng, columns["published_on"][chosen], 0, 18)
    # agreements became usual over time
    recent = 1 - (END - matched).astype(float) / 670
    signed = where(choose(rng, 0.6 * recent, round(SIGNED * len(chosen))),
                   later(rng, matched, 0, 5))
    stamps = written(rng, matched, signed)
    answered = _answered(of_post, dict(columns), sound, chosen, matched)
    return Table("hire", {"hire_id": keys("H", len(chosen)),
                          "posting_id": columns["posting_id"][answered],
                          "unit_code": columns["unit_code"][chosen],
                          "township_code": columns["township_code"][chosen], "matched_on": matched,
                          "agreement_signed_on": signed, "updated_at": stamps,
                          **_post_columns(of_post, take(dict(columns), answered)),
                          "agreement_no": _agreement_numbers(of_post, signed)})


def _answered(rng: np.random.Generator, columns: Columns, sound: Ints, chosen: Ints,
              matched: Days) -> Ints:
    """Which post each hire answers: of the same unit, some days before the match, likelier one for
    many.
    """
    answered = chosen.copy()
    places = np.repeat(sound, np.clip(columns["headcount"][sound].astype(int), 1, 50))
    units = columns["unit_code"]
    for unit in sorted({str(code) for code in units[chosen]}):
        own = places[units[places].astype(str) == unit]
        own = own[np.argsort(columns["published_on"][own], kind="stable")]
        days, mine = columns["published_on"][own], np.flatnonzero(units[chosen].astype(str) == unit)
        first, after = np.searchsorted(days, matched[mine] - _LONGEST), np.searchsorted(
            days, matched[mine], side="right")
        drawn = first[:, None] + (rng.random((len(mine), _DRAWN)) * (after - first)[:, None]).astype(
            int)
        waited = (matched[mine][:, None] - days[np.minimum(drawn, len(own) - 1)]).astype(int)
        best = np.argmax(rng.gumbel(size=drawn.shape) - waited / _MEAN_DAYS, axis=1)
        some = after > first
        answered[mine[some]] = own[drawn[np.arange(len(mine)), best][some]]
    return answered


def _post_columns(rng: np.random.Generator, posts: Columns) -> dict[str, Array]:
    """What a site that keeps both tables gives of the post: not always all of it, and now and then
    a day after the match.
    """
    count = len(posts["published_on"])
    dated = where(rng.random(count) >= _UNDATED, posts["published_on"])
    dated = np.where(rng.random(count) < _BACKWARDS, np.minimum(dated + 40, END), dated)
    sector, occupation = posts["sector"].copy(), posts["occupation"].copy()
    # a value no list has would take a hire away that has always counted
    sector[(rng.random(count) < _NO_SECTOR) | (sector == "其他行业")] = None
    occupation[rng.random(count) < _NO_OCCUPATION] = None
    return {"sector": sector, "occupation": occupation, "published_on": dated}


def _agreement_numbers(rng: np.random.Generator, signed: Days) -> Array:
    """What the agreement can be traced by: some have no number, some a stroke or “无” instead."""
    numbers, drawn = keys("XY", len(signed)), rng.random(len(signed))
    numbers[drawn < _MARKED] = "无"
    numbers[drawn < _MARKED / 2] = "/"
    numbers[np.isnat(signed) | (drawn > 1 - _UNNUMBERED)] = None
    return numbers
