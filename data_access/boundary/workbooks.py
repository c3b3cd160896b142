"""Rows of a workbook somebody handed in: what is spoilt, locked or made to exhaust the machine is
refused, not met halfway.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# a sheet of the format has no more; a row may claim any number, and the gap before it is filled
MOST_ROWS = 1_048_576
LARGEST_UNPACKED = 300_000_000  # bytes; a register of a million rows unpacks to about half of that


class UnreadableError(Exception):
    """The content is no sound .xlsx, is locked with a password, or unpacks to more than
    `LARGEST_UNPACKED`.
    """


class NoSheetError(Exception):
    """There is no sheet of that name; `names` are those there are."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(*names)
        self.names = tuple(names)


@dataclass(frozen=True)
class SheetRows:
    """A sheet's rows from the first, read as they are asked for (each may raise UnreadableError).
    `epoch`: day 0 of date serials.
    """

    name: str
    rows: Iterator[Sequence[Any]]
    epoch: datetime


def open_sheet(content: bytes, sheet: str | None) -> SheetRows:
    """The rows of `sheet`, or of the first one for None. Raises UnreadableError or NoSheetError."""
    import openpyxl  # slow to load, and only needed where workbooks are handed in

    try:
        _refuse_bombs(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        names = tuple(page.title for page in book.worksheets)
    except UnreadableError:
        raise
    except Exception as error:  # the library lets through whatever its parsers met
        raise UnreadableError(type(error).__name__) from error
    if not names or (sheet is not None and sheet not in names):
        raise NoSheetError(names)
    name = sheet or names[0]
    return SheetRows(name, _rows(book[name]), book.epoch)


def _rows(page: Any) -> Iterator[Sequence[Any]]:
    """The rows; the sheet itself is unpacked and parsed only now."""
    try:
        # the size a sheet states of itself may be wrong, and a wrong one hides rows
        page.reset_dimensions()
        for number, row in enumerate(page.iter_rows(values_only=True)):
            if number == MOST_ROWS:
                raise UnreadableError("too many rows")
            yield row
    except UnreadableError:
        raise
    except Exception as error:  # as above
        raise UnreadableError(type(error).__name__) from error


def _refuse_bombs(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
            raise UnreadableError("too large")
