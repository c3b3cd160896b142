"""The boundary to other people's data: what a cell stands for, or why it cannot be taken.

`DivisionNames` looks up divisions by code or name in the lists of one city (`bundled_lists`, `lists_of`);
`resolve_places` does it for the distinct places of a dataset and says what to remark.
"""

from data_access.boundary.division_names import DivisionNames, Outcome, Resolution
from data_access.boundary.lists import DivisionLists, FormerDivision, VillageName, bundled_lists, lists_of
from data_access.boundary.places import Places, RawPlace, resolve_places
from kpi.vocabulary.remark import Remark

__all__ = ["DivisionLists", "DivisionNames", "FormerDivision", "Outcome", "Places", "RawPlace", "Remark", "Resolution",
           "VillageName", "bundled_lists", "lists_of", "resolve_places"]
