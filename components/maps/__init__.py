"""The county map and the venues on it."""

from components.maps.map_legend import Fill, fill_of, label_of
from components.maps.unserved_list import Lack

__all__ = [
    "Fill",
    "Lack",
    "fill_of",
    "label_of",
]
