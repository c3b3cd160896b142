"""A province of cities: the same figures with cities as members."""

from kpi.province.province import (
    CityFigures,
    Member,
    Province,
    ProvinceCard,
    ProvincePlan,
    scoped_province,
)
from kpi.province.province_access import open_cities, province_scope, within
from kpi.province.province_lines import ABSENCE_WORDS, Absence, Part, Pooled

__all__ = [
    "ABSENCE_WORDS",
    "Absence",
    "CityFigures",
    "Member",
    "Part",
    "Pooled",
    "Province",
    "ProvinceCard",
    "ProvincePlan",
    "open_cities",
    "province_scope",
    "scoped_province",
    "within",
]
