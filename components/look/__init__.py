"""How everything looks: theme, markup, charts, maps' drawing, notices."""

from components.look.chart import Drawn
from components.look.deck import PHONE, TOOLTIP, CompactDeck, corners, whole, width_here
from components.look.markup import plain
from components.look.theme import (
    CARD,
    FONT,
    HAIRLINE,
    INK,
    LINE,
    MUTED,
    SPARK,
    TEXT,
    few_mark,
    light_mark,
    line_mark,
    rgb,
    severity_mark,
    tint,
)

__all__ = [
    "CARD",
    "FONT",
    "HAIRLINE",
    "INK",
    "LINE",
    "MUTED",
    "PHONE",
    "SPARK",
    "TEXT",
    "TOOLTIP",
    "CompactDeck",
    "Drawn",
    "corners",
    "few_mark",
    "light_mark",
    "line_mark",
    "plain",
    "rgb",
    "severity_mark",
    "tint",
    "whole",
    "width_here",
]
