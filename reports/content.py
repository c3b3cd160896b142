"""What goes into one workbook: the figures, the day, and how much of the city its reader may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from kpi.alerts import Cards, meeting_day
from kpi.duties import DutyStanding
from kpi.figures import Figures
from kpi.judging import ScorecardLine
from kpi.plan import IndicatorPlan, Plan
from kpi.scorecard import Scorecard, indicator_places, peer_groups
from kpi.vocabulary import CITY, AreaNames, Division, Rollup, UnitKind
from reports.follow_up_rows import FollowUpRow
from reports.snapshot_note import SnapshotNote

MONTHS = 12


class Part(StrEnum):
    """Sheets that may be left out; nothing else refers to their cells. In their order in the
    workbook: what a meeting reads first.
    """

    ALERTS = "alerts"
    FOLLOW_UPS = "follow_ups"
    UNITS = "units"
    GAPS = "gaps"
    MATCHING = "matching"
    DUTIES = "duties"
    DEFINITIONS = "definitions"
    QUALITY = "quality"


PART_NAMES = {Part.ALERTS: "预警", Part.FOLLOW_UPS: "督办", Part.UNITS: "县区明细", Part.GAPS: "缺口清单",
              Part.MATCHING: "供需", Part.DUTIES: "任务清单", Part.DEFINITIONS: "口径说明",
              Part.QUALITY: "数据质量"}
ALL_PARTS = frozenset(Part)
# what lies on the table in a meeting; the rest is looked up
MEETING_PARTS = frozenset({Part.ALERTS, Part.FOLLOW_UPS})
# a province has no places and no sources of its own: the workbooks of its cities list theirs
OF_A_CITY = frozenset({Part.GAPS, Part.MATCHING, Part.DUTIES, Part.QUALITY})


@dataclass(frozen=True, eq=False)
class Content:
    """`scope` None: the whole city. A county or managing unit: only its own figures, the city's
    beside them.

    `follow_ups`: the ledger's rows as of the day, None where no ledger is kept. `parts`: the
    optional sheets wanted. `duties`: the plan's, as of the day; empty where the site has no list.
    """

    figures: Figures
    card: Scorecard
    note: SnapshotNote
    scope: Division | None
    follow_ups: tuple[FollowUpRow, ...] | None = None
    parts: frozenset[Part] = ALL_PARTS
    duties: tuple[DutyStanding, ...] = ()

    @cached_property
    def shown_follow_ups(self) -> tuple[FollowUpRow, ...]:
        """The ledger's rows of the divisions shown; a division is known there by its name."""
        if self.scope is None:
            return self.follow_ups or ()
        names = {self.scope.name, *(unit.name for unit in self.managing)}
        return tuple(row for row in self.follow_ups or () if row.division in names)

    @property
    def plan(self) -> Plan:
        return self.card.plan

    @property
    def as_of(self) -> date:
        return self.card.as_of

    @property
    def names(self) -> AreaNames:
        """What the area and its members are called."""
        return self.card.geography.names

    @property
    def city(self) -> Division:
        return self.card.geography.city

    @property
    def whole_city(self) -> bool:
        return self.scope is None

    @cached_property
    def counties(self) -> tuple[Division, ...]:
        """The counties shown, in display order."""
        if self.scope is None:
            return self.card.geography.counties
        return (self.scope,) if self.scope.rollup == Rollup.COUNTY else ()

    @cached_property
    def managing(self) -> tuple[Division, ...]:
        """The managing units shown: the counties' own first, then the zones, so that each peer
        group is one block.
        """
        shown = [unit for unit in self.card.geography.managing
                 if self.scope is None or unit.code in self.scope.units]
        return tuple(sorted(shown, key=lambda unit: unit.kind == UnitKind.ZONE))

    @cached_property
    def leaves(self) -> tuple[Division, ...]:
        """The divisions the others are the sums of: the managing units, of an area without them its
        members.
        """
        return self.managing if self.card.geography.subdivided else self.counties

    def is_leaf(self, division: Division) -> bool:
        """Whether its figures are entered, not summed. Of a province all are: a city may be left
        out of its sum.
        """
        return not self.card.geography.subdivided or division.rollup == Rollup.MANAGING

    @cached_property
    def zones(self) -> tuple[Division, ...]:
        return tuple(unit for unit in self.managing if unit.kind == UnitKind.ZONE)

    @cached_property
    def divisions(self) -> tuple[Division, ...]:
        """All shown: the city first."""
        return (self.city, *self.counties, *self.managing)

    @cached_property
    def distinct(self) -> tuple[Division, ...]:
        """`divisions` without the managing units that are the whole of their county: both have the
        same figures.
        """
        alone = {county.units for county in self.counties}
        return tuple(division for division in self.divisions
                     if division.rollup != Rollup.MANAGING or division.units not in alone)

    @cached_property
    def cards(self) -> Cards:
        """The alerts of the city and the counties as cards, the same as on the screen."""
        return Cards(self.as_of, meeting_day(self.as_of), self.card.cards)

    @cached_property
    def counted_cards(self) -> Cards | None:
        """The cards whose number is given: all of them, of a county its own; None of a managing
        unit, whose cards a scorecard does not have.
        """
        if self.scope is None:
            return self.cards
        county = self.scope.rollup == Rollup.COUNTY
        return self.cards.of_division(*self.scope.key) if county else None

    @cached_property
    def ranked(self) -> tuple[Division, ...]:
        """The counties and zones shown, each ranked among its peers; a managing unit alone when it
        is the scope.
        """
        members = (*self.counties, *self.zones)
        return members or self.managing

    def line(self, item: IndicatorPlan, division: Division) -> ScorecardLine:
        return self.card.line(item.code, division)

    @cached_property
    def _places(self) -> dict[tuple[str, str, str], int | None]:
        return {(item.code, division.rollup.value, division.code): places[division.code]
                for item in self.plan.indicators
                for members in peer_groups(self.card.geography).values()
                for places in (indicator_places(self.card, item.code, members),)
                for division in members}

    def place(self, item: IndicatorPlan, division: Division) -> int | None:
        """Place on one indicator among the peers; None for the city and for a county's own managing
        unit.
        """
        return self._places.get((item.code, division.rollup.value, division.code))

    def absent(self, item: IndicatorPlan) -> bool:
        """未接入: a dataset the indicator needs is not connected or empty."""
        return self.figures.series[item.code] is None

    @cached_property
    def month_ends(self) -> tuple[date, ...]:
        """Last days of the latest months of the plan, at most twelve; the running month ends on
        `as_of`.
        """
        ends = [self.as_of]
        while (
            len(ends) < MONTHS
            and (before := ends[-1].replace(day=1) - timedelta(days=1)) >= self.plan.window.start
        ):
            ends.append(before)
        return tuple(reversed(ends))

    @property
    def before_months(self) -> date:
        """The day before the first month shown."""
        return self.month_ends[0].replace(day=1) - timedelta(days=1)


def label(division: Division) -> str:
    return division.short_name if division.rollup == Rollup.CITY else division.name


def rollup_label(division: Division, names: AreaNames = CITY) -> str:
    if division.rollup == Rollup.CITY:
        return names.whole
    if division.rollup == Rollup.COUNTY:
        return f"{names.member}（含功能区）" if len(division.units) > 1 else names.member
    return "功能区" if division.kind == UnitKind.ZONE else "管理单位"
