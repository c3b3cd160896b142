"""Sheets of a workbook somebody handed in, as rows of cells with what is wrong with them."""

from __future__ import annotations

import io
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import python_calamine as calamine

from data_access.boundary.workbooks import LARGEST_UNPACKED, UnreadableError
from data_access.boundary.xlsx_scan import Place, SheetFlaws, scan_book, scan_sheet

EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# of the process that reads formats whose size cannot be seen beforehand
_SECONDS, _MEMORY = 60, 3_000_000_000
Merge = tuple[Place, Place]
"""First and last cell of a merged range, both inclusive."""


class LockedError(UnreadableError):
    """The file is locked with a password."""


class NotATableError(UnreadableError):
    """The content is no workbook at all; the argument says what it is, "" when that is not
    recognised.
    """


@dataclass(frozen=True)
class Grid:
    """One sheet; `name` None for a text file. Rows from the first, all cells from column A, ""
    where empty.

    `numbers`: row number from 1 of each of `rows` where they are not simply counted. `epoch`: day 0
    of date serials.
    """

    name: str | None
    rows: Sequence[Sequence[Any]]
    flaws: SheetFlaws = field(default_factory=SheetFlaws)
    merges: tuple[Merge, ...] = ()
    epoch: datetime = EPOCH_1900
    numbers: Sequence[int] | None = None

    def number(self, index: int) -> int:
        """The row number (line of a text file) of `rows[index]`, from 1."""
        return index + 1 if self.numbers is None else self.numbers[index]


@dataclass(frozen=True)
class Book:
    """A workbook: names of its sheets in order, and of those that are hidden. `load` reads one."""

    names: tuple[str, ...]
    hidden: frozenset[str]
    load: Callable[[str], Grid]


def open_book(content: bytes, suffix: str) -> Book:
    """The workbook in `content`. Raises LockedError, NotATableError, TooWideError (while loading)
    or UnreadableError.
    """
    if content[:8] == _OLE and "EncryptedPackage".encode("utf-16-le") in content:
        raise LockedError("password")
    if content[:4] == b"PK\x03\x04" and suffix in (".xlsx", ".xlsm", ".xls"):
        return _scanned(content)
    if suffix in (".xlsx", ".xlsm"):
        raise (
            UnreadableError("no archive")
            if content[:8] != _OLE
            else NotATableError("另一种格式（旧版 .xls）")
        )
    if content[:8] != _OLE and content[:4] != b"PK\x03\x04":
        raise NotATableError("网页" if content.lstrip()[:1] == b"<" else "")
    return _elsewhere(content)


def _scanned(content: bytes) -> Book:
    scanned = scan_book(content)
    book = _guarded(lambda: calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)))
    names, hidden = _sheets(book)
    epoch = EPOCH_1904 if scanned.epoch_1904 else EPOCH_1900

    def load(name: str) -> Grid:
        flaws = scan_sheet(scanned, name)
        rows, merges = _guarded(lambda: _content(book, name))
        return Grid(name, rows, flaws, merges, epoch)
    return Book(names, hidden, load)


def _sheets(book: Any) -> tuple[tuple[str, ...], frozenset[str]]:
    pages = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
    return (tuple(page.name for page in pages),
            frozenset(page.name for page in pages
                      if page.visible != calamine.SheetVisibleEnum.Visible))


def _content(book: Any, name: str) -> tuple[list[list[Any]], tuple[Merge, ...]]:
    sheet = book.get_sheet_by_name(name)
    return sheet.to_python(skip_empty_area=False), tuple(sheet.merged_cell_ranges or ())


def _guarded(read: Callable[[], Any]) -> Any:
    """What `read` gives; the reader's own errors, and those it stops with, as ours."""
    try:
        return read()
    except calamine.PasswordError:
        raise LockedError("password") from None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        raise UnreadableError(type(error).__name__) from error


def _elsewhere(content: bytes) -> Book:
    """Formats that can claim any size are read in a process of their own, which may run out of
    memory or time.
    """
    if len(content) > LARGEST_UNPACKED:
        raise UnreadableError("too large")
    try:
        done = subprocess.run([sys.executable, "-m", "data_access.boundary.grid"], input=content,
                              capture_output=True, timeout=3 * _SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableError("too slow") from None
    if done.returncode == _LOCKED:
        raise LockedError("password")
    if done.returncode != 0:
        raise UnreadableError("unreadable")
    # written by our own process just now
    names, hidden, grids = pickle.loads(done.stdout)
    read: Mapping[str, tuple[list[list[Any]], tuple[Merge, ...]]] = grids
    return Book(names, hidden, lambda name: Grid(name, read[name][0], merges=read[name][1]))


_LOCKED = 3


def _read_one(book: Any, name: str) -> Any:
    return _guarded(lambda: _content(book, name))


def _main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    content = sys.stdin.buffer.read()
    try:
        book = _guarded(lambda: calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)))
        names, hidden = _sheets(book)
        read = {name: _read_one(book, name) for name in names}
    except LockedError:
        return _LOCKED
    except UnreadableError:
        return 1
    sys.stdout.buffer.write(pickle.dumps((names, hidden, read)))
    return 0


if __name__ == "__main__":
    raise SystemExit(_main())
