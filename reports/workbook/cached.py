"""Puts the computed value beside every formula.

openpyxl writes a formula without its value, so a viewer that does not calculate (a phone, a
preview, a script) would show empty cells. The values come from the scorecard, so they are the same
numbers as on screen.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from reports.stamp import entry
from reports.workbook import chart_parts
from reports.workbook.chart_parts import Value

Cached = float | int | str
_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>.*?</f>)<v\s*(?:/>|></v>)</c>')


def with_cached_values(content: bytes, sheets: Sequence[Mapping[str, Cached]],
                       value: Value) -> bytes:
    """The workbook with values beside its formulas and in its charts; `sheets` holds, in sheet
    order, value by cell name, `value` gives any cell's.

    Equal content gives equal bytes: no time of writing is kept. Raises KeyError when a formula has
    no value.
    """
    by_path = {f"xl/worksheets/sheet{number}.xml": values
               for number, values in enumerate(sheets, start=1)}
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(
            written, "w", zipfile.ZIP_DEFLATED) as new:
        for path in old.namelist():
            data = old.read(path)
            if by_path.get(path):
                data = _filled(data.decode("utf-8"), by_path[path]).encode("utf-8")
            elif path.startswith("xl/charts/chart"):
                data = chart_parts.chart(data.decode("utf-8"), value).encode("utf-8")
            elif path.startswith("xl/drawings/drawing"):
                data = chart_parts.drawing(data.decode("utf-8")).encode("utf-8")
            new.writestr(entry(path), data)
    return written.getvalue()


def _filled(xml: str, values: Mapping[str, Cached]) -> str:
    def cell(match: re.Match[str]) -> str:
        name, attributes, formula = match.groups()
        value = values[name]
        if isinstance(value, str):
            return f'<c r="{name}"{attributes} t="str">{formula}<v>{escape(value)}</v></c>'
        return f'<c r="{name}"{attributes}>{formula}<v>{_digits(value)}</v></c>'
    return _FORMULA.sub(cell, xml)


def _digits(value: float) -> str:
    """All digits of the number; whole numbers without a point."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))

