"""A paper's content as plain HTML, for machines without a program that lays pages out. All text is
escaped.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from html import escape
from typing import Any

import openpyxl
from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph
from pptx import Presentation

MOST_ROWS = 60


def html_of(content: bytes, suffix: str) -> tuple[str, ...]:
    """One piece of HTML per sheet of an .xlsx, per slide of a .pptx, one for a .docx."""
    if suffix == ".pptx":
        return tuple(_slides(content))
    return tuple(_sheets(content)) if suffix == ".xlsx" else (_document(content),)


def _slides(content: bytes) -> Iterator[str]:
    """Texts and tables; a chart as the numbers it draws."""
    for slide in Presentation(io.BytesIO(content)).slides:
        pieces = []
        for shape in slide.shapes:
            if shape.has_text_frame:
                pieces += [f"<p>{escape(one.text)}</p>" for one in shape.text_frame.paragraphs]
            elif shape.has_table:
                pieces.append(_table([cell.text for cell in row.cells]
                                     for row in shape.table.rows))
            elif shape.has_chart:
                plot = shape.chart.plots[0]
                pieces.append(_table([["", *map(str, plot.categories)], *(
                    [one.name, *map(_shown, one.values)] for one in plot.series)]))
        yield "".join(pieces)


def _sheets(content: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, read_only=True)
    for sheet in book.worksheets:
        rows = [row for row in sheet.iter_rows(values_only=True)
                if any(value is not None for value in row)]
        more = f"<p>共 {len(rows)} 行，只显示前 {MOST_ROWS} 行。</p>" if len(rows) > MOST_ROWS else ""
        yield f"<h3>{escape(sheet.title)}</h3>{_table([_shown(value) for value in row] for row in rows[:MOST_ROWS])}{more}"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    return f"{value:,.4g}" if isinstance(value, float) and not value.is_integer() else str(value)


def _document(content: bytes) -> str:
    pieces = []
    for block in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Paragraph):
            pieces.append(f"<p>{escape(block.text)}</p>")
        elif isinstance(block, Table):
            pieces.append(_table([cell.text for cell in row.cells] for row in block.rows))
    return "".join(pieces)


def _table(rows: Iterable[Iterable[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>"
                   for row in rows)
    return f"<table>{body}</table>"
