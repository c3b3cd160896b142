"""The words every other room uses: datasets and their columns, cells, divisions, periods, errors.
"""

from kpi.vocabulary.area import CITY, PROVINCE, AreaNames
from kpi.vocabulary.cache import Cache
from kpi.vocabulary.division import (
    CentralVillage,
    Division,
    Geography,
    ManagingUnit,
    Rollup,
    Township,
    UnitKind,
    distinct_entries,
    holds_on,
    listed_code,
)
from kpi.vocabulary.errors import InputError
from kpi.vocabulary.period import DayAxis, Window, from_ordinal, to_ordinal
from kpi.vocabulary.reasons import REASON_NAMES, Reason
from kpi.vocabulary.remark import Remark
from kpi.vocabulary.toml_values import TomlValues
from kpi.vocabulary.zone import TIME_ZONE

__all__ = [
    "CITY",
    "PROVINCE",
    "REASON_NAMES",
    "TIME_ZONE",
    "AreaNames",
    "Cache",
    "CentralVillage",
    "DayAxis",
    "Division",
    "Geography",
    "InputError",
    "ManagingUnit",
    "Reason",
    "Remark",
    "Rollup",
    "TomlValues",
    "Township",
    "UnitKind",
    "Window",
    "distinct_entries",
    "from_ordinal",
    "holds_on",
    "listed_code",
    "to_ordinal",
]
