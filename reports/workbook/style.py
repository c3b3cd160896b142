"""How cells look, each look made once and shared by all cells that have it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from kpi.alerts import Severity
from kpi.judging import Light
from kpi.wording import LIGHT_COLOURS

FONT = "微软雅黑"
INK = "1F3A5F"
GREY = "5B6673"
HEAD_FILL = "E9EEF5"
BAND_FILL = "F5F7FA"
INPUT_INK = "1F3FBF"
_HAIR = Side(style="thin", color="C9D1DB")
_GRID = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_TINT = 0.06
BODY = 10
"""Size in points of what a sheet says; nothing is smaller, so that none is printed below 8 points
on a page `page.WIDEST` wide.
"""


@dataclass(frozen=True)
class Look:
    """One way a cell looks. `number` is a number format; `literal` keeps text that begins like a
    formula as text.
    """

    number: str = "General"
    align: str = "left"
    bold: bool = False
    size: float = BODY
    ink: str = "000000"
    fill: str | None = None
    grid: bool = True
    wrap: bool = False
    top: bool = False
    literal: bool = False

    def but(self, **changes: object) -> Look:
        return _changed(self, tuple(changes.items()))


@lru_cache(maxsize=1024)
def _changed(look: Look, changes: tuple[tuple[str, object], ...]) -> Look:
    # asked for every cell, answered anew for a few dozen looks
    return replace(look, **dict(changes))  # type: ignore[arg-type]


TITLE = Look(size=16, bold=True, ink=INK, align="center", grid=False)
SUBTITLE = Look(size=12, bold=True, ink=INK, grid=False)
NOTE = Look(ink=GREY, grid=False)
NOTE_WRAPPED = NOTE.but(wrap=True, top=True)
UNIT_LINE = NOTE.but(align="right")
SAMPLE = Look(size=10, bold=True, ink="A3123A", align="center", grid=False)
HEAD = Look(bold=True, ink=INK, fill=HEAD_FILL, align="center", wrap=True)
TEXT = Look()
WRAPPED = Look(wrap=True)
CENTRED = Look(align="center")
NUMBER = Look(number="#,##0", align="right")
DATE = Look(number="yyyy-mm-dd", align="center")
LINK = Look(ink="1F4E8C", grid=False)


# blue and grey have the colours of the lights that look the same, as on the screen
_SEVERITY_LIGHTS = {Severity.RED: Light.RED, Severity.YELLOW: Light.YELLOW,
                    Severity.BLUE: Light.MET, Severity.GREY: Light.STALE}


def light_look(light: Light) -> Look:
    colour = LIGHT_COLOURS[light].lstrip("#").upper()
    return Look(align="center", bold=True, ink=colour, fill=light_fill(light))


def severity_look(severity: Severity) -> Look:
    return light_look(_SEVERITY_LIGHTS[severity])


def light_fill(light: Light) -> str:
    """The light's colour thinned with white, so that its own text keeps its contrast on it."""
    colour = LIGHT_COLOURS[light].lstrip("#")
    parts = (int(colour[i:i + 2], 16) for i in (0, 2, 4))
    return "".join(f"{round(255 - (255 - part) * _TINT):02X}" for part in parts)


class Styles:
    """Looks as the style records of one workbook."""

    def __init__(self, sheet: Worksheet) -> None:
        # columns are measured in digits of this font: with the font of the cells they are as wide
        # as what stands in them, whatever a machine has instead of it
        normal = sheet.parent._named_styles["Normal"]  # type: ignore[union-attr]
        normal.font = Font(name=FONT, size=BODY)
        # a cell that is never placed: openpyxl registers a style when it is set on a cell of the
        # workbook
        self._sheet = sheet
        self._known: dict[Look, object] = {}

    def dress(self, cell: Cell, look: Look) -> None:
        style = self._known.get(look)
        if style is None:
            style = self._known[look] = self._make(look)
        cell._style = style  # type: ignore[attr-defined]

    def _make(self, look: Look) -> object:
        model = Cell(self._sheet, row=1, column=1)
        model.font = Font(name=FONT, size=look.size, bold=look.bold, color=look.ink)
        model.alignment = Alignment(horizontal=look.align, vertical="top" if look.top else "center",
                                    wrap_text=look.wrap)
        if look.fill:
            model.fill = PatternFill("solid", start_color=look.fill)
        if look.grid:
            model.border = _GRID
        model.number_format = look.number
        model.quotePrefix = look.literal
        return copy(model._style)  # type: ignore[attr-defined]
