"""Matched hires of job postings, and whether the standard electronic agreement was signed."""

from __future__ import annotations

import numpy as np

from reference.derive.divide import choose
from sample_data.table import END, Table, keys, later, where, written

# matched since the plan's start at scale 1, and the part of them with an agreement
HIRES, SIGNED = 25_800, 0.68


def hires(rng: np.random.Generator, scale: float, postings: Table) -> Table:
    """Hires on postings with a known place that were not found false, likelier on larger ones."""
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
    return Table("hire", {"hire_id": keys("H", len(chosen)),
                          "posting_id": columns["posting_id"][chosen],
                          "unit_code": columns["unit_code"][chosen],
                          "township_code": columns["township_code"][chosen], "matched_on": matched,
                          "agreement_signed_on": signed,
                          "updated_at": written(rng, matched, signed)})
