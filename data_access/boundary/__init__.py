"""Where other people's data comes in: mapping, files, cells, division names, what is refused or
remarked.
"""

from data_access.boundary.division_names import DivisionNames, Outcome, Resolution
from data_access.boundary.empty import EMPTY_MARKS
from data_access.boundary.files import GivenTable, read_given
from data_access.boundary.lists import (
    DivisionLists,
    FormerDivision,
    VillageName,
    bundled_lists,
    lists_of,
)
from data_access.boundary.mapping import (
    BadMappingError,
    DatasetMapping,
    Mappings,
    load_mappings,
    mappings_in,
)
from data_access.boundary.noticed import CellsError, listed_cells, shown
from data_access.boundary.odd_dates import EARLIEST, LATEST, iso_day
from data_access.boundary.places import Key, Places, RawPlace, resolve_places
from data_access.boundary.plausibility import (
    LATER,
    NOTHING_REMEMBERED,
    Memory,
    contradiction,
    implausible,
    list_fallen,
    own_fallen,
    summarise,
)
from data_access.boundary.privacy import SAMPLE_ROWS, number_of_a_person, personal
from data_access.boundary.workbooks import NoSheetError, UnreadableError, open_sheet

__all__ = [
    "EARLIEST",
    "EMPTY_MARKS",
    "LATER",
    "LATEST",
    "NOTHING_REMEMBERED",
    "SAMPLE_ROWS",
    "BadMappingError",
    "CellsError",
    "DatasetMapping",
    "DivisionLists",
    "DivisionNames",
    "FormerDivision",
    "GivenTable",
    "Key",
    "Mappings",
    "Memory",
    "NoSheetError",
    "Outcome",
    "Places",
    "RawPlace",
    "Resolution",
    "UnreadableError",
    "VillageName",
    "bundled_lists",
    "contradiction",
    "implausible",
    "iso_day",
    "list_fallen",
    "listed_cells",
    "lists_of",
    "load_mappings",
    "mappings_in",
    "number_of_a_person",
    "open_sheet",
    "own_fallen",
    "personal",
    "read_given",
    "resolve_places",
    "shown",
    "summarise",
]
