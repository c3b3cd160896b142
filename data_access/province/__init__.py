"""Reading a province: each city's figures and the province's own."""

from data_access.province.province import check_sources, city_figures, load_city
from data_access.province.province_current import ProvinceCurrent

__all__ = [
    "ProvinceCurrent",
    "check_sources",
    "city_figures",
    "load_city",
]
