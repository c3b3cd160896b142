"""Digests of whole scorecards of the sample: what a change that must move no figure is held
against.

`python -m tests.pages.golden DATA` prints `golden.json` from the sample in that data folder (built
there when it is missing; delete a `history-*` file the other code has left in its snapshot). The
digests come from the code before the change, never from the code under test: check out the commit
whose figures are to stay, copy this file into it, run it there, and put the answer into
`golden.json` of the changed code. A change that is meant to move figures replaces them in the same
commit and says so.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from data_access.current import Current, load_or_refresh
from data_access.site.load import load_settings
from data_access.site.settings import ROOT
from kpi.scorecard.scorecard import Scorecard, scorecard
from reports.scorecard import SnapshotNote, to_json

FILE = Path(__file__).with_suffix(".json")
DAYS = tuple(map(date.fromisoformat, ("2025-01-01", "2025-01-31", "2025-02-01", "2025-03-15",
                                      "2025-06-30", "2025-07-01", "2025-10-08", "2025-12-31",
                                      "2026-01-01", "2026-02-28", "2026-05-06", "2026-06-30",
                                      "2026-09-17", "2026-10-30")))
"""The first day, ends and beginnings of months and years, holidays, and days without a meaning."""


ADDED = frozenset({"remarks", "covers", "newest", "age", "fresh", "final", "too_soon",
                   "grade"})
"""Names in JSON and fields that came later: left out of the digests, so that all else must be as it was."""

LATER = frozenset({"jobs_filled", "fill_rate", "days_to_fill", "unfilled_jobs",
                   "seeker_registration", "venue_services", "jobs_pushed", "active_venues",
                   "venue_service", "training_subsidies", "injury_claims_decided",
                   "publicity_reach", "training_subsidy", "injury_claim", "publicity",
                   "notified_back", "traceable_agreements", "employed_after_help"})
"""Indicators and datasets that came later: left out too, so that the figures of the others must be as they were."""


def _as_before(text: str) -> str:
    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: without(part) for name, part in value.items() if name not in ADDED}
        return [without(part) for part in value] if isinstance(value, list) else value
    content = without(json.loads(text))
    for name, kind in (("lines", "indicator"), ("alerts", "indicator"),
                       ("alert_cards", "indicator"), ("quality", "dataset")):
        content[name] = [one for one in content[name] if one[kind] not in LATER]
    for quality in content["quality"]:
        del quality["state"]
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def digests(current: Current) -> dict[str, dict[str, str]]:
    """Day → kind → digest. `json`: the JSON file byte for byte but for keys added since;
    `fields`: every field of every part of the scorecard with all digits; `coarse`: with six digits,
    the same on every processor."""
    sources, days = current.figures.facts.sources, {}
    for day in DAYS:
        card = scorecard(current.figures, day)
        text = to_json(card, SnapshotNote("golden", datetime(2026, 11, 1), True, sources))
        days[day.isoformat()] = {
            "json": _digest([_as_before(text)]),
            "fields": _digest(fields(card, 17)), "coarse": _digest(fields(card, 6))}
    return days



def fields(card: Scorecard, figures: int) -> Iterator[str]:
    """A line per value, with its path; the plan and the geography are given, not computed."""
    for name in ("lines", "ranking", "alerts", "quality"):
        given = getattr(card, name)
        yield from _walk(name, {key: one for key, one in given.items() if key not in LATER}
                         if isinstance(given, Mapping) else
                         tuple(one for one in given
                               if getattr(one, "indicator", "") not in LATER), figures)


def _walk(path: str, value: Any, figures: int) -> Iterator[str]:
    if dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            if part.name in ADDED:
                continue
            yield from _walk(f"{path}.{part.name}", getattr(value, part.name), figures)
    elif isinstance(value, Mapping):
        for name in sorted(value, key=str):
            yield from _walk(f"{path}[{name}]", value[name], figures)
    elif isinstance(value, tuple | list):
        for number, part in enumerate(value):
            yield from _walk(f"{path}[{number}]", part, figures)
    elif isinstance(value, float):
        # a difference of two equal sums has no digits worth comparing
        rounded = format(0.0 if abs(value) < 1e-9 else value, f".{figures}g")
        yield f"{path} = {value if figures >= 17 else rounded}"
    else:
        assert value is None or isinstance(value, str | int | date | Enum | frozenset), (
            path,
            type(value),
        )
        yield f"{path} = {sorted(value) if isinstance(value, frozenset) else value}"


def arithmetic() -> str:
    """How this processor rounds: another one may end exponentials and sums in another digit."""
    draw = np.random.default_rng(1)
    numbers = draw.uniform(0.01, 5, 4096)
    parts = (np.exp(numbers), np.log(numbers), numbers ** 0.7, numbers[None, :] @ numbers[:, None],
             numbers.sum(keepdims=True), np.cumsum(numbers), draw.standard_normal(4096),
             draw.chisquare(4, 4096))
    return sha256(b"".join(part.tobytes() for part in parts)).hexdigest()[:16]


def _digest(lines: Iterator[str] | list[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


if __name__ == "__main__":
    sample = load_or_refresh(load_settings({"LINGGONG_DATA": sys.argv[1]},
                                           ROOT / "no-secrets.toml"))
    print(json.dumps({"arithmetic": arithmetic(), "days": digests(sample)}, indent=1))
