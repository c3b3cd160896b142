"""The ground of the large map: where each division of the roll-up lies, and how much of the city to
show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.look import corners
from components.shell import View
from components.shell.cache import cached
from data_access.outlines import county_outlines, zone_points
from kpi.counting import Point, Venue, middles, venues_on
from kpi.vocabulary import Division, Rollup, UnitKind
from reference import Outline

_AROUND = 0.09  # degrees shown on each side of a zone's own point


@dataclass(frozen=True)
class Ground:
    """`outlines` by county code, empty for a city without; `labels`: where to write each division,
    by code.

    `venues`: the open ones of the day. A division that neither outlines nor venues place has no
    label.
    """

    outlines: Mapping[str, Outline]
    labels: Mapping[str, Point]
    venues: tuple[Venue, ...]

    @property
    def drawable(self) -> bool:
        return bool(self.outlines or self.labels)

    def around(self, place: Division) -> list[Point]:
        """Points the map must show: a county's outline, a zone's surroundings, or everything."""
        if place.kind == UnitKind.COUNTY and place.code in self.outlines:
            return corners([self.outlines[place.code]])
        if place.kind is not None and place.code in self.labels:
            x, y = self.labels[place.code]
            return [(x - _AROUND, y - _AROUND), (x + _AROUND, y + _AROUND)]
        placed = [venue.at for venue in self.venues if venue.at is not None]
        return corners(self.outlines.values()) or placed


def ground(view: View) -> Ground:
    """The ground under the chosen roll-up on the chosen day."""
    return _ground(view.key, view.card.as_of.isoformat(), view.selection.rollup.value, view)


@cached(32)
def _ground(key: str, as_of: str, rollup: str, _view: View) -> Ground:
    settings, plan, geography = _view.current.settings, _view.plan, _view.geography
    outlines = county_outlines(settings, plan, geography)
    venues = venues_on(_view.figures.facts, _view.card.as_of)
    labels = {**middles(venues), **zone_points(settings, plan, geography),
              **{code: outline.label for code, outline in outlines.items()}}
    if rollup == Rollup.COUNTY:
        labels = {county.code: labels[unit] for county in geography.counties
                  if (unit := next((unit for unit in county.units if unit in labels),
                                   None)) is not None}
    return Ground(outlines, {code: labels[code] for code in labels
                             if code in {member.code for member in _view.members}}, venues)
