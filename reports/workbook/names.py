"""Sheet names every program accepts, and references to their cells."""

from __future__ import annotations

import re

from openpyxl.utils import get_column_letter

MAX_LENGTH = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_RESERVED = "history"


class SheetNames:
    """Gives out sheet names: at most 31 characters, none of []:*?/\\, unique whatever the case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        plain = _FORBIDDEN.sub("", wanted).strip().strip("'").strip()
        if not plain or plain.lower() == _RESERVED:
            plain = "表" + plain
        name, number = plain[:MAX_LENGTH].strip().strip("'"), 1
        while name.lower() in self._taken:
            number += 1
            suffix = f"_{number}"
            name = plain[:MAX_LENGTH - len(suffix)] + suffix
        self._taken.add(name.lower())
        return name


def quoted(sheet: str) -> str:
    """The sheet's name as it stands in a formula."""
    return "'" + sheet.replace("'", "''") + "'"


def cell_name(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def remote(sheet: str, row: int, column: int) -> str:
    """A reference to a cell of another sheet."""
    return f"{quoted(sheet)}!{cell_name(row, column)}"
