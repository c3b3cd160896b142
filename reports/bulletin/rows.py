"""The bulletin's tables as rows of words, from the scorecard's own lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi.figures import Figures
from kpi.judging import Light
from kpi.plan import IndicatorPlan
from kpi.ranking import Ranking, rank_group, rounded_score
from kpi.scorecard import Scorecard, indicator_places, month_addition, peer_groups
from kpi.sentences import points
from kpi.vocabulary import Division, Rollup, UnitKind
from kpi.wording import wording
from reports.brief.fields import TALLY_HEADS, move_words, tally_heads
from reports.house_style import printable

LEAGUE_HEADS = ("名次", "较上月", "单位", "得分", *TALLY_HEADS)
INDICATOR_HEADS = ("名次", "单位", "完成值", "本月新增", "完成率", "进度差", "状态")


@dataclass(frozen=True)
class Block:
    """One peer group: `ranking` best first, unranked last."""

    title: str
    members: tuple[Division, ...]
    ranking: tuple[Ranking, ...]


def blocks(figures: Figures, card: Scorecard, rollup: Rollup) -> tuple[Block, ...]:
    """The counties; or the managing units: counties without their zones among themselves, zones
    among themselves.
    """
    if rollup == Rollup.COUNTY:
        return (Block(card.geography.names.group, card.geography.counties, _of(card, "county")),)
    own = tuple(unit for unit in card.geography.managing if unit.kind == UnitKind.COUNTY)
    zones = peer_groups(card.geography)["zone"]
    # the scorecard ranks counties with their zones; without them they are ranked here, by the same
    # rule
    alone = rank_group(figures, card.by_key, "own", own, card.as_of)
    return tuple(block for block in (Block("县区本级（不含功能区）", own, alone),
                                     Block("功能区", zones, _of(card, "zone"))) if block.members)


def _of(card: Scorecard, group: str) -> tuple[Ranking, ...]:
    return tuple(row for row in card.ranking if row.group == group)


def league_heads(card: Scorecard) -> tuple[str, ...]:
    """The heads of the league table; of a result only met and missed are counted."""
    return (*LEAGUE_HEADS[:-len(TALLY_HEADS)], *tally_heads(card))


def league_rows(card: Scorecard, block: Block) -> list[tuple[str, ...]]:
    """Rows under `league_heads`."""
    members = {division.code: division for division in block.members}
    return [_league_row(card, row, members[row.division]) for row in block.ranking]


def _league_row(card: Scorecard, row: Ranking, division: Division) -> tuple[str, ...]:
    lights = [card.line(item.code, division).light for item in card.plan.core]
    behind = wording.ABSENT if card.final else lights.count(Light.YELLOW)
    tally = (sum(light in (Light.MET, Light.GREEN) for light in lights), behind,
             lights.count(Light.RED))
    return (_place(row.place), move_words(row), printable(division.name), wording.ABSENT
            if row.score is None else f"{rounded_score(row.score)}",
            *(str(number) for number in tally))


def indicator_rows(figures: Figures, card: Scorecard, item: IndicatorPlan,
                   block: Block) -> list[tuple[str, ...]]:
    """Rows under `INDICATOR_HEADS`, best first; ties share a place, units without a figure last."""
    places = indicator_places(card, item.code, block.members)
    ordered = sorted(block.members, key=lambda division: places[division.code] or len(places) + 1)
    return [_indicator_row(figures, card, item, division, places) for division in ordered]


def _indicator_row(figures: Figures, card: Scorecard, item: IndicatorPlan, division: Division,
                   places: Mapping[str, int | None]) -> tuple[str, ...]:
    line, unit = card.line(item.code, division), item.indicator.unit
    # of a city without data the series of the province holds nothing, which is no addition of 0
    added = None if line.value is None else month_addition(figures, item.code, division, card.as_of)
    return (_place(places[division.code]), printable(division.name),
            wording.figure(line.value, unit, line.target, line.comparator),
            wording.ABSENT if added is None else wording.signed(added, unit),
            wording.percent(line.completion, 1.0), wording.signed_points(points(line, item)),
            f"{wording.LIGHT_SHAPES[line.light]}{wording.line_word(line)}")


def _place(place: int | None) -> str:
    return wording.ABSENT if place is None else str(place)
