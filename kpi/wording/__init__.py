"""How numbers, dates and states read in Chinese."""

from kpi.wording.phrases import change_words, phrase, places_words
from kpi.wording.wording import (
    ABSENT,
    FEW_WORDS,
    FORECAST_WORDS,
    LIGHT_COLOURS,
    LIGHT_SHAPES,
    LIGHT_WORDS,
    chinese_date,
    count,
    joined,
    light_word,
    percent,
    place_words,
    target_words,
)

__all__ = [
    "ABSENT",
    "FEW_WORDS",
    "FORECAST_WORDS",
    "LIGHT_COLOURS",
    "LIGHT_SHAPES",
    "LIGHT_WORDS",
    "change_words",
    "chinese_date",
    "count",
    "joined",
    "light_word",
    "percent",
    "phrase",
    "place_words",
    "places_words",
    "target_words",
]
