"""What was read, added up: facts, series per unit and day, coverage of places, venues, townships.
"""

from kpi.counting.coverage import (
    PlaceDays,
    city_days,
    county_counts,
    county_days,
    needed_kinds,
    registered,
    township_counts,
    township_days,
    village_counts,
    village_days,
)
from kpi.counting.facts import (
    BoolArray,
    DatasetQuality,
    Facts,
    FloatArray,
    Hold,
    Source,
    SourceState,
)
from kpi.counting.recorded import unrecorded
from kpi.counting.services import IdleVenue, Work, active_counts, idle_venues, work_of
from kpi.counting.township_tiles import Standing, TileBlock, TownshipTile, grid, tile_blocks
from kpi.counting.townships import TownshipRow, township_rows
from kpi.counting.unserved import (
    Place,
    Unserved,
    townships_without_station,
    villages_without_window,
)
from kpi.counting.venues import GROUP_OF, Point, Venue, VenueGroup, counts, middles, venues_on

__all__ = [
    "GROUP_OF",
    "BoolArray",
    "DatasetQuality",
    "Facts",
    "FloatArray",
    "Hold",
    "IdleVenue",
    "Place",
    "PlaceDays",
    "Point",
    "Source",
    "SourceState",
    "Standing",
    "TileBlock",
    "TownshipRow",
    "TownshipTile",
    "Unserved",
    "Venue",
    "VenueGroup",
    "Work",
    "active_counts",
    "city_days",
    "counts",
    "county_counts",
    "county_days",
    "grid",
    "idle_venues",
    "middles",
    "needed_kinds",
    "registered",
    "tile_blocks",
    "township_counts",
    "township_days",
    "township_rows",
    "townships_without_station",
    "unrecorded",
    "venues_on",
    "village_counts",
    "village_days",
    "villages_without_window",
    "work_of",
]
