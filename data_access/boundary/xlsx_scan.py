"""What a workbook's own XML says that its reader does not pass on, and whether it is safe to read
at all.

The reader gives an empty text for a cell in error and for a formula without a saved value, and lays
out every sheet as a full rectangle. Both are looked up here first, on the XML's bytes and without
building anything.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from data_access.boundary.workbooks import LARGEST_UNPACKED, MOST_ROWS, UnreadableError

MOST_COLUMNS = 256
_ALWAYS = 5_000_000  # cells of a rectangle that is read however few of them are filled
_DENSE = 20  # or so many times the cells there are
Place = tuple[int, int]
"""(row, column), both from 0."""

_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\st=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:(<(?:\w+:)?v\s*/>)|<(?:\w+:)?v\b[^>]*>([^<]*)<)?")
_FORMULAS = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<")
_REFERENCE = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d+)[\"']")
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?=[\s>/])(?![^>]*\sr=)")
_WIDE = re.compile(rb"\sr=[\"']([A-Z]{2,3})\d+[\"'][^>]*?(/?)>(</)?")
_DEEP = re.compile(rb"\sr=[\"']([A-Z]{0,3})(\d{6,})[\"'][^>]*?(/?)>(</)?")
_SHALLOW = 99_999  # rows that are not looked at one by one
_TEXT_CELL = re.compile(rb"\st=[\"']s[\"'][^>]*>\s*<(?:\w+:)?v\b[^>]*>\s*(\d+)")


class TooWideError(UnreadableError):
    """A sheet has filled cells so far out that it would be laid out as millions of empty ones;
    `cell` is one of them.
    """

    def __init__(self, sheet: str, cell: str) -> None:
        super().__init__(sheet, cell)
        self.sheet, self.cell = sheet, cell


@dataclass(frozen=True)
class SheetFlaws:
    """`errors`: cells in error and what they show. `unsaved`: formulas without a saved value.

    `lost`: there are such cells that do not say where they are.
    """

    errors: Mapping[Place, str] = field(default_factory=dict)
    unsaved: frozenset[Place] = frozenset()
    lost: bool = False


@dataclass(frozen=True)
class Scanned:
    """`sheets`: XML of each sheet by name, b"" for one without cells. `texts`: those the cells
    share.

    `epoch_1904`: whether date serials count from 1904.
    """

    sheets: Mapping[str, bytes]
    texts: bytes
    epoch_1904: bool


def scan_book(content: bytes) -> Scanned:
    """The book's outline, once every part in it has been unpacked within bounds. Raises
    UnreadableError.
    """
    parts: dict[str, bytes] = {}
    with _opened(content) as packed:
        for name in packed.namelist():
            # reading them all also finds a part that unpacks to more than it claims
            if _plain(name).endswith((".xml", ".rels")):
                parts[_plain(name)] = xml = _read(packed, name)
                if b"<!DOCTYPE" in xml[:4096]:
                    raise UnreadableError("a document type")
    book = _tree(parts, "xl/workbook.xml")
    targets = {one.get("Id", ""): one.get("Target", "")
               for one in _tree(parts, "xl/_rels/workbook.xml.rels")}
    sheets: dict[str, bytes] = {}
    for sheet in book.iter():
        if _local(sheet.tag) == "sheet":
            identity = next((value for key, value in sheet.attrib.items() if _local(key) == "id"),
                            "")
            target = posixpath.normpath(posixpath.join("/xl",
                                                       targets.get(identity, "").replace(
                                                           "\\", "/")))
            sheets[sheet.get("name", "")] = parts.get(_plain(target).lstrip("/"), b"")
    properties = next((one for one in book.iter() if _local(one.tag) == "workbookPr"), None)
    return Scanned(sheets, parts.get("xl/sharedstrings.xml", b""),
                   properties is not None and properties.get("date1904", "0") in ("1", "true"))


def scan_sheet(scanned: Scanned, sheet: str) -> SheetFlaws:
    """What is wrong with one sheet's cells. Raises TooWideError before it could be laid out,
    UnreadableError when spoilt.
    """
    xml = scanned.sheets.get(sheet, b"")
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in xml[:64]:
        raise UnreadableError("not UTF-8")
    _refuse_sprawl(xml, sheet)
    _refuse_long_texts(xml, scanned.texts)
    return _flaws(xml)


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
        if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
            raise UnreadableError("too large")
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(type(error).__name__) from error
    return packed


def _read(packed: zipfile.ZipFile, name: str) -> bytes:
    try:
        return packed.read(name)
    except Exception as error:  # whatever a damaged archive makes the library raise
        raise UnreadableError(type(error).__name__) from error


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower()


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _tree(parts: Mapping[str, bytes], name: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(parts[name])
    except (KeyError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableError(name) from error


def _refuse_sprawl(xml: bytes, sheet: str) -> None:
    """The rectangle around the filled cells must not be far larger than they are."""
    cells = _cells(xml)
    # every usual program writes the address first; only where one does not are the cells without
    # any looked for
    if xml.count(b'<c r="') != cells and _UNPLACED.search(xml):
        _refuse_unplaced(xml)
    last = _SHALLOW
    for letters, row, empty, closed in _DEEP.findall(xml):
        if len(row) > 7:
            raise UnreadableError("too many rows")
        if letters and not empty and not closed:
            last = max(last, int(row))
    wide = {letters for letters, empty, closed in _WIDE.findall(xml) if not empty and not closed}
    widest = max(wide, key=_column, default=b"Z")
    columns, bearable = _column(widest) + 1, max(_ALWAYS, _DENSE * cells)
    if last == _SHALLOW and last * columns > bearable:
        last = max((int(row) for _, row in _REFERENCE.findall(xml)), default=0)
    if last > MOST_ROWS:
        raise UnreadableError("too many rows")
    if columns > MOST_COLUMNS:
        raise TooWideError(sheet, f"{widest.decode('ascii')} 列")
    if last * columns > bearable:
        raise TooWideError(sheet, f"第 {last} 行")


def _cells(xml: bytes) -> int:
    return sum(xml.count(start) for start in (b"<c ", b"<c>", b":c ", b":c>"))


def _refuse_unplaced(xml: bytes) -> None:
    # cells without an address follow each other; the longest row bounds the width
    if any(_cells(row) > MOST_COLUMNS for row in re.split(rb"</(?:\w+:)?row>", xml)):
        raise UnreadableError("too many columns")


def _refuse_long_texts(xml: bytes, texts: bytes) -> None:
    """Cells point to shared texts, and every one gets a copy of its own."""
    if not texts or len(texts) * _cells(xml) <= LARGEST_UNPACKED:
        return
    lengths = [len(text) for text in re.split(rb"</(?:\w+:)?si>", texts)]
    longest, cells = max(lengths), _cells(xml)
    if longest * cells <= LARGEST_UNPACKED:
        return
    used = Counter(int(number) for number in _TEXT_CELL.findall(xml))
    if sum(lengths[number] * count for number, count in used.items()
           if number < len(lengths)) > LARGEST_UNPACKED:
        raise UnreadableError("too much text")


def _flaws(xml: bytes) -> SheetFlaws:
    errors: dict[Place, str] = {}
    unsaved: set[Place] = set()
    lost = False
    if b't="e"' in xml or b"t='e'" in xml:
        for attributes, inside in _ERROR.findall(xml):
            place, value = _place(attributes), _VALUE.search(inside)
            lost = lost or place is None
            if place is not None:
                errors[place] = "#N/A" if value is None else value[1].decode("utf-8", "replace")
    if b"<f" in xml or b":f" in xml:
        count = 0
        for formula in _FORMULA.finditer(xml):
            count += 1
            if not _saved(formula):
                place = _place(formula[1])
                lost = lost or place is None
                if place is not None:
                    unsaved.add(place)
        lost = lost or count != len(_FORMULAS.findall(xml))
    return SheetFlaws(errors, frozenset(unsaved), lost)


def _saved(formula: re.Match[bytes]) -> bool:
    if formula[3]:
        return True
    # an empty text is a result too, where the cell's type says that it is text
    return (formula[2] or formula[3]) is not None and (
        b't="str"' in formula[1] or b"t='str'" in formula[1]
    )


def _place(attributes: bytes) -> Place | None:
    match = _REFERENCE.search(b" " + attributes)
    return None if match is None else (int(match[2]) - 1, _column(match[1]))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
