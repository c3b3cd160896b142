"""The figures of a frozen meeting as data: shown whatever version of the program opens it, computed
by none.

    <frozen>/figures.json    of meetings frozen by this version
    <frozen>/outputs/scorecard.json, plan.toml, snapshot/reference.json    of earlier ones: numbers
    and names apart
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from kpi.definitions import SHIPPED
from kpi.scorecard import Scorecard
from kpi.vocabulary import Rollup

FIGURES_FILE = "figures.json"
_SCORES = "outputs/scorecard.json"


@dataclass(frozen=True)
class FrozenIndicator:
    """An indicator as it was called. `core`: the plan set a number for it."""

    code: str
    name: str
    unit: str
    core: bool


@dataclass(frozen=True)
class FrozenDivision:
    """A division as it was called."""

    rollup: str
    code: str
    name: str


@dataclass(frozen=True)
class FrozenLine:
    """One figure as it was shown: shares 0–1 and unrounded, None where there was none. `light` and
    `comparator` by their words in the JSON scorecard, which a later program may no longer have."""

    indicator: str
    rollup: str
    division: str
    value: float | None
    target: float | None
    comparator: str
    completion: float | None
    light: str


@dataclass(frozen=True)
class FrozenFigures:
    """Every figure of a meeting with the names of its day, in the plan's order."""

    as_of: date
    plan: str
    indicators: tuple[FrozenIndicator, ...]
    divisions: tuple[FrozenDivision, ...]
    lines: tuple[FrozenLine, ...]

    @cached_property
    def _by_key(self) -> Mapping[tuple[str, str, str], FrozenLine]:
        return {(line.indicator, line.rollup, line.division): line for line in self.lines}

    @property
    def core(self) -> tuple[FrozenIndicator, ...]:
        return tuple(indicator for indicator in self.indicators if indicator.core)

    def line(self, indicator: str, rollup: str, division: str) -> FrozenLine | None:
        """None when the meeting had no such indicator or division."""
        return self._by_key.get((indicator, rollup, division))

    def division(self, rollup: str, code: str) -> FrozenDivision | None:
        """None when the meeting had no such division."""
        return next((one for one in self.divisions if (one.rollup, one.code) == (rollup, code)),
                    None)


def frozen_figures(card: Scorecard) -> FrozenFigures:
    """The figures of a scorecard as they are frozen."""
    plan = card.plan
    return FrozenFigures(card.as_of, plan.title,
                         tuple(FrozenIndicator(item.code, item.name, item.indicator.unit,
                                               item.is_core) for item in plan.indicators),
                         tuple(FrozenDivision(*one.key, one.short_name)
                               for one in card.geography.divisions),
                         tuple(FrozenLine(line.indicator, line.rollup, line.division, line.value,
                                          line.target, line.comparator.value, line.completion,
                                          line.light.value) for line in card.lines))


def to_bytes(figures: FrozenFigures) -> bytes:
    """The file. Equal figures, equal bytes."""
    content = {"format": 1, **asdict(figures), "as_of": figures.as_of.isoformat()}
    return (json.dumps(content, ensure_ascii=False, indent=None, allow_nan=False) + "\n").encode()


def read_figures(folder: Path) -> FrozenFigures | None:
    """The figures in a frozen folder; None where only papers are there, or they cannot be read."""
    try:
        if (folder / FIGURES_FILE).exists():
            return _read(json.loads((folder / FIGURES_FILE).read_text(encoding="utf-8")))
        return _of_earlier(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _read(content: Mapping[str, Any]) -> FrozenFigures:
    return FrozenFigures(date.fromisoformat(content["as_of"]), content["plan"],
                         tuple(
                             FrozenIndicator(*(one[key]
                                               for key in ("code", "name", "unit", "core")))
                             for one in content["indicators"]),
                         tuple(FrozenDivision(one["rollup"], one["code"], one["name"])
                               for one in content["divisions"]),
                         tuple(map(_line, content["lines"])))


def _line(one: Mapping[str, Any]) -> FrozenLine:
    return FrozenLine(one["indicator"], one["rollup"], one["division"], one["value"], one["target"],
                      one["comparator"], one["completion"], one["light"])


def _of_earlier(folder: Path) -> FrozenFigures:
    """From the scorecard among the papers, with the names of the plan and the division lists frozen
    with it.
    """
    scores = json.loads((folder / _SCORES).read_text(encoding="utf-8"))
    plan = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    lists = json.loads((folder / "snapshot" / "reference.json").read_text(encoding="utf-8"))
    lines = tuple(map(_line, scores["lines"]))
    names = {row["unit_code"]: row.get("short_name") or row["name"]
             for row in lists.get("managing_unit") or ()}
    targets = {line.indicator for line in lines if line.target is not None}
    return FrozenFigures(
        date.fromisoformat(scores["as_of"]), plan["plan"]["title"],
        tuple(_indicator(code, plan["indicators"].get(code, {}), code in targets)
              for code in dict.fromkeys(line.indicator for line in lines)),
        tuple(_divisions(lines, names)), lines)


def _indicator(code: str, entry: Mapping[str, Any], core: bool) -> FrozenIndicator:
    shipped = SHIPPED.indicators.get(code)
    name = entry.get("name") or (code if shipped is None else shipped.name)
    return FrozenIndicator(code, name, "" if shipped is None else shipped.unit, core)


def _divisions(lines: Iterable[FrozenLine], names: Mapping[str, str]) -> Iterable[FrozenDivision]:
    for rollup, code in dict.fromkeys((line.rollup, line.division) for line in lines):
        yield FrozenDivision(rollup, code, "全市" if rollup == Rollup.CITY else names.get(code, code))
