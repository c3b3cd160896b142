"""A table handed in as text: its encoding, its delimiter, and quotes that must close."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from data_access.boundary.grid import Grid
from kpi.vocabulary import InputError

_DELIMITERS = ",\t;|，"
_FIELD_LIMIT = 1_000_000


@dataclass(frozen=True)
class TextTable:
    """`grid`, and how many lines of the file hold more than a row's own (a text with line breaks in
    quotes).
    """

    grid: Grid
    spread: int


def read_text(content: bytes, name: str, header_row: int) -> TextTable:
    """The rows of a text file, the delimiter taken from its heading line. Raises InputError naming
    the line to mend.
    """
    text = _decoded(content, name)
    lines = text.splitlines()
    heading = lines[header_row - 1] if header_row <= len(lines) else ""
    delimiter = max(_DELIMITERS, key=heading.count)  # the comma wins a tie
    rows, numbers, spread = [], [], 0
    csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for row in reader:
            rows.append(row)
            numbers.append(start)
            spread += reader.line_num - start
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"文件 {name} 第 {start} 行起{_reason(str(error))}；请在文件中改正后重新刷新。") from None
    return TextTable(Grid(None, rows, numbers=numbers), spread)


def _reason(error: str) -> str:
    if "field larger" in error:
        return "有过长的内容，多半是引号没有成对"
    return "的引号没有成对（有开头没有结尾，或引号后面还有文字）"


def _decoded(content: bytes, name: str) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"),
                           (b"", "gb18030")):
        if not content.startswith(mark):
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # text of two bytes a character without its mark passes for text full of zeros
        if "\x00" not in text:
            return text
    raise InputError(f"文件 {name} 的编码认不出；请用 UTF-8 或 GB18030 另存后重试。")
