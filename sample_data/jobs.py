"""The job_posting table: counted postings, their copies on other platforms, and the faults of real
data.
"""

from __future__ import annotations

import numpy as np

from sample_data.accounts import Employers
from sample_data.places import COUNTY_OF, UNITS, place_columns, use_former_township
from sample_data.posting import PLATFORMS
from sample_data.postings import counted_postings, posting_columns
from sample_data.repeats import COPIED_WITHIN
from sample_data.table import (
    NEVER,
    WRONG_YEAR,
    Array,
    Columns,
    Table,
    constant,
    keys,
    later,
    never,
    pick,
    stack,
    take,
    written,
)

_COPIES = 0.1  # of all rows
RESTATED_UNIT, RESTATED_MONTH = "321323", "2026-03"
RESTATED_AT = np.datetime64("2026-05-12T10:30:00")
_BAD = {"future_date": 3, "unknown_division": 40, "bad_amount": 9, "bad_value": 6,
        "missing_date": 4}


def job_postings(rng: np.random.Generator, scale: float, employers: Employers) -> Table:
    posting = counted_postings(rng, scale, employers)
    places = place_columns(rng, posting.unit, posting.township)
    columns = posting_columns(rng, posting, employers, places)
    copies = _copies(rng, columns)
    use_former_township(rng, columns["township_code"], 0.25)
    _contradict(rng, columns, max(1, round(12 * scale)))
    wrong = _wrong(rng, columns, scale)
    rows = stack([columns, copies, wrong])
    rows["updated_at"] = _updated(rng, rows)
    copied = np.arange(len(rows["platform"])) >= len(posting.unit)
    # of two like postings of one day the lower key counts, and that has to be the original
    rows = take(rows, np.lexsort((copied, rows["published_on"])))
    return Table("job_posting", {"posting_id": keys("P", len(copied)), **rows})


def _copies(rng: np.random.Generator, columns: Columns) -> Columns:
    """Postings that other platforms show again within the duplicate window."""
    comparable = np.flatnonzero(columns["occupation"] != None)  # noqa: E711 – element by element
    count = round(len(columns["platform"]) * _COPIES / (1 - _COPIES))
    copies = take(columns, rng.choice(comparable, count))
    copies["published_on"] = later(rng, copies["published_on"], 0, COPIED_WITHIN)
    copies["platform"] = pick(rng, PLATFORMS, count)
    copies["invalidated_on"], copies["invalid_reason"] = never(count), constant(None, count)
    return copies


def _contradict(rng: np.random.Generator, columns: Columns, count: int) -> None:
    """Some rows name a unit their township does not lie in; the township decides."""
    rows = np.flatnonzero((columns["township_code"] != None) & (columns["unit_code"] != None))  # noqa: E711
    for row in rng.choice(rows, count, replace=False):
        own = columns["unit_code"][row]
        elsewhere = [unit for unit in UNITS if COUNTY_OF[unit] != COUNTY_OF[own]]
        columns["unit_code"][row] = elsewhere[int(rng.integers(len(elsewhere)))]


def _wrong(rng: np.random.Generator, columns: Columns, scale: float) -> Columns:
    """Rows that cannot be counted, some for each reason."""
    parts = []
    for reason, number in _BAD.items():
        count = max(1, round(number * scale))
        part = take(columns, rng.choice(len(columns["platform"]), count, replace=False))
        part["invalidated_on"], part["invalid_reason"] = never(count), constant(None, count)
        _spoil(part, reason, count)
        parts.append(part)
    return stack(parts)


def _spoil(part: Columns, reason: str, count: int) -> None:
    if reason == "future_date":
        part["published_on"][:] = WRONG_YEAR
    elif reason == "missing_date":
        part["published_on"][:] = NEVER
    elif reason == "bad_amount":
        part["headcount"][:] = np.where(np.arange(count) % 3 == 0, -1, 0)
    elif reason == "bad_value":
        part["sector"][:] = "其他行业"
    else:
        part["unit_code"], part["township_code"] = constant("329999", count), constant(
            "329999001", count)


def _updated(rng: np.random.Generator, rows: Columns) -> Array:
    stamps = written(rng, rows["published_on"], rows["invalidated_on"])
    month = rows["published_on"].astype("datetime64[M]") == np.datetime64(RESTATED_MONTH)
    # the unit reported the whole month anew
    restated = (rows["unit_code"] == RESTATED_UNIT) & month & np.isnat(rows["invalidated_on"])
    stamps[restated] = RESTATED_AT
    return stamps
