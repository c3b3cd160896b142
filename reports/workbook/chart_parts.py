"""Charts and drawings as other programs write them: with the usual prefixes, and with the numbers
they draw beside their references.

openpyxl leaves both out. Excel, WPS and LibreOffice draw such a chart all the same; a phone's
previewer, which does not calculate, draws nothing, and web previewers fail on the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import product
from xml.sax.saxutils import escape, unescape

from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import to_excel

Value = Callable[[str, int, int], object]
"""Value of a cell by sheet, row and column."""
_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/"
_MAIN = f' xmlns:a="{_NAMESPACE}main"'
_PLAIN = re.compile(r"<(/?)([A-Za-z]\w*)(?=[\s/>])")
_REFERENCE = re.compile(r"(<cat>)?<(num|str)Ref><f>(.*?)</f></\2Ref>")
_CELLS = re.compile(r"(.+)!\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")


def drawing(xml: str) -> str:
    """A drawing part with xdr: and a:."""
    return _prefixed(xml, "xdr", "spreadsheetDrawing")


def chart(xml: str, value: Value) -> str:
    """A chart part with c: and a:, and a cache of what each of its references holds."""
    return _prefixed(_REFERENCE.sub(lambda match: _with_cache(match, value), xml), "c", "chart")


def _prefixed(xml: str, prefix: str, kind: str) -> str:
    own = f'xmlns="{_NAMESPACE}{kind}"'
    if own not in xml:
        return xml
    named = _PLAIN.sub(rf"<\1{prefix}:\2", xml.replace(_MAIN, ""))
    return named.replace(own, f'xmlns:{prefix}="{_NAMESPACE}{kind}"{_MAIN}', 1)


def _with_cache(match: re.Match[str], value: Value) -> str:
    category, kind, reference = match[1] or "", match[2], match[3]
    values = [value(*cell) for cell in _cells(unescape(reference))]
    # names along an axis are texts; of figures, what is none is left out
    words = kind == "str" or (bool(category) and all(one is None or isinstance(one, str)
                                                     for one in values))
    kind = "str" if words else "num"
    points = "".join(f'<pt idx="{at}"><v>{escape(text)}</v></pt>'
                     for at, one in enumerate(values) if (text := _text(one, words=words)))
    code = "" if words else f"<formatCode>{_format(values)}</formatCode>"
    return (f"{category}<{kind}Ref><f>{reference}</f><{kind}Cache>{code}"
            f'<ptCount val="{len(values)}"/>{points}</{kind}Cache></{kind}Ref>')


def _cells(reference: str) -> list[tuple[str, int, int]]:
    match = _CELLS.fullmatch(reference)
    assert match is not None, reference
    sheet, first, top, last, bottom = match.groups()
    name = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
    rows = range(int(top), int(bottom or top) + 1)
    columns = range(column_index_from_string(first), column_index_from_string(last or first) + 1)
    return [(name, row, column) for row, column in product(rows, columns)]


def _text(value: object, *, words: bool) -> str:
    """A number with all its digits; nothing for what is no number among numbers."""
    if words:
        return "" if value is None else str(value)
    if isinstance(value, date):
        return f"{to_excel(value):g}"  # type: ignore[no-untyped-call]
    return repr(float(value)) if isinstance(value, int | float) else ""


def _format(values: list[object]) -> str:
    return "yyyy\\-mm" if any(isinstance(value, date) for value in values) else "General"
