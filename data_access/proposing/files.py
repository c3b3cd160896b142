"""A file handed in, looked at: its sheets, where their headings are, and what is below them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from data_access.boundary.file_source import FileSource
from data_access.boundary.files import BOOKS, TEXTS, explained
from data_access.boundary.form import form_of
from data_access.boundary.grid import Book, Grid, open_book
from data_access.boundary.headings import Headings, headings_of
from data_access.boundary.text_file import read_text
from data_access.proposing.shape import Shape, blank, shape_of
from data_access.proposing.words import Words
from kpi.vocabulary import InputError

_DEEPEST, _TALLEST = 12, 3
_LONGEST_TITLE = 60
_BEGINNING = 64_000  # bytes


@dataclass(frozen=True)
class Sheet:
    """One sheet with headings. `name` None for a text file. `repeated`: headings that stand there
    more than once, so that nothing can be read by them.
    """

    name: str | None
    shape: Shape
    header_row: int = 1
    header_rows: int = 1
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True)
class GivenFile:
    """A file. `sheets`: the visible ones with anything in them, in order. `form`: the dataset whose
    form it is, which needs no mapping; None for any other file.
    """

    name: str
    sheets: tuple[Sheet, ...]
    form: str | None = None

    def sheet(self, name: str | None) -> Sheet:
        return next(one for one in self.sheets if one.name == name)

    def alike(self, sheet: Sheet) -> tuple[Sheet, ...]:
        """The sheets that bear the same headings in the same rows, this one among them."""
        def bears(other: Sheet) -> bool:
            return ([one.name for one in other.shape.columns]
                    == [one.name for one in sheet.shape.columns]
                    and (other.header_row, other.header_rows)
                    == (sheet.header_row, sheet.header_rows))
        return tuple(one for one in self.sheets if bears(one))


def look_at_file(name: str, content: bytes, words: Words) -> GivenFile:
    """What the file holds. Raises InputError when it is no table, locked or broken."""
    path = Path(name)
    suffix = path.suffix.lower()
    form: str | None = None
    if not content:
        raise InputError(f"文件 {path.name} 是空的；请核对是不是放错了文件。")
    if suffix in TEXTS:
        sheets: tuple[Sheet, ...] = (_text_sheet(path.name, content, words),)
    elif suffix in BOOKS:
        with explained(path):
            book = open_book(content, suffix)
            sheets, form = tuple(_sheets(book, path, words)), form_of(book)
    else:
        raise InputError(f"文件 {path.name} 的格式不支持；请用 Excel 或 WPS 另存为 .xlsx 或 .csv。")
    if not sheets:
        raise InputError(f"文件 {path.name} 没有一个有内容的工作表；请核对是不是放错了文件。")
    return GivenFile(path.name, sheets, form)


def of_folder(given: GivenFile, folder: str) -> GivenFile:
    """The first file of a folder of alike ones: what it alone is called says nothing of them all.
    """
    return replace(given, sheets=tuple(
        replace(one, shape=replace(one.shape, about=(folder,))) for one in given.sheets))


def at_row(file_name: str, content: bytes, sheet: Sheet, row: int, rows: int,
           words: Words) -> Sheet:
    """The sheet with its headings in other rows. Raises InputError as `look_at_file` does."""
    path = Path(file_name)
    if sheet.name is None:
        grid = read_text(content, path.name, row).grid
    else:
        with explained(path):
            grid = open_book(content, path.suffix.lower()).load(sheet.name)
    return _sheet(grid, path.name, row, rows, words)


def _sheets(book: Book, path: Path, words: Words) -> Iterator[Sheet]:
    for name in book.names:
        if name in book.hidden:
            continue
        grid = book.load(name)
        if any(not blank(cell) for row in grid.rows for cell in row):
            row, rows = _headings_at(grid, words)
            yield _sheet(grid, path.name, row, rows, words)


def _text_sheet(name: str, content: bytes, words: Words) -> Sheet:
    """A text file: which delimiter it has depends on the row of its headings."""
    best: tuple[int, int] | None = None
    for row in range(1, _DEEPEST + 1):
        grid = _beginning(content, name, row)
        if row > len(grid.rows):
            break
        hits = _hits(headings_of(grid, _at(row, 1)), words)
        if best is None or hits > best[0]:
            best = (hits, row)
    if best is None:
        raise InputError(f"文件 {name} 是空的；请核对是不是放错了文件。")
    return _sheet(read_text(content, name, best[1]).grid, name, best[1], 1, words)


def _beginning(content: bytes, name: str, row: int) -> Grid:
    """The first lines of a long text file; all of it where they cannot be read by themselves."""
    if len(content) > _BEGINNING and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        with suppress(InputError):
            return read_text(content[:_BEGINNING].rpartition(b"\n")[0], name, row).grid
    return read_text(content, name, row).grid


def _at(row: int, rows: int) -> FileSource:
    return FileSource(Path(), header_row=row, header_rows=rows)


def _headings_at(grid: Grid, words: Words) -> tuple[int, int]:
    """The first row of the headings and how many they take: where most are recognised; else the
    first row with two cells.
    """
    places = [(row, rows) for rows in range(1, _TALLEST + 1)
              for row in range(1, min(_DEEPEST, len(grid.rows)) + 1)]
    hits = {place: _hits(headings_of(grid, _at(*place)), words) for place in places}
    best = max(places, key=lambda place: (hits[place], -place[1], -place[0]))
    if hits[best]:
        return best
    filled = next((number for number, row in enumerate(grid.rows[:_DEEPEST], start=1)
                   if sum(not blank(cell) for cell in row) > 1), 1)
    return filled, 1


def _hits(headings: Headings, words: Words) -> int:
    return sum(any(words.names_a_column(name) or (words.is_personal(name) and len(name) < 12)
                   for name in names) for names in headings.names)


def _sheet(grid: Grid, file_name: str, row: int, rows: int, words: Words) -> Sheet:
    headings = headings_of(grid, _at(row, rows))
    names: list[tuple[str, tuple[str, ...]]] = []
    positions, repeated = [], []
    for position, given in enumerate(headings.names):
        own = sorted((name for name in given if len(headings.found(name)) == 1), key=len)
        if own:
            positions.append(position)
            names.append((own[0], tuple(sorted(given, key=len))))
        elif given:
            repeated.append(min(given, key=len))
    body = [[line[position] if position < len(line) else "" for position in positions]
            for line in grid.rows[row - 1 + rows:]]
    about = (Path(file_name).stem, *((grid.name,) if grid.name else ()), *_titles(grid, row))
    return Sheet(grid.name, shape_of(about, names, body, words), row, rows,
                 tuple(dict.fromkeys(repeated)))


def _titles(grid: Grid, row: int) -> Iterator[str]:
    for line in grid.rows[:row - 1]:
        yield from (text for cell in line if isinstance(cell, str)
                    and (text := " ".join(cell.split())) and len(text) <= _LONGEST_TITLE)
