"""Where a division stands on one indicator among its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi.judging import Light
from kpi.scorecard.scorecard import Scorecard
from kpi.vocabulary import Division, Geography, UnitKind


def peer_groups(geography: Geography) -> Mapping[str, tuple[Division, ...]]:
    """Counties with counties (their zones included), zones with zones; a group may be empty."""
    zones = tuple(division for division in geography.managing if division.kind == UnitKind.ZONE)
    return {"county": geography.counties, "zone": zones}


def indicator_places(card: Scorecard, indicator: str,
                     members: Sequence[Division]) -> dict[str, int | None]:
    """Place of each member by unrounded completion, by code; ties share one and the next is skipped
    (1, 2, 2, 4).

    None when there is no completion, or only a stale one: old data is shown but decides no place.
    """
    lines = {division.code: card.line(indicator, division) for division in members}
    completions = {code: line.completion for code, line in lines.items()
             if line.completion is not None and line.light != Light.STALE}
    return {code: 1 + sum(other > completions[code] for other in completions.values())
            if code in completions else None for code in lines}
