"""The house style of every Word paper: page, type and tables by GB/T 9704-2012. Each font names its
stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from kpi.vocabulary import AreaNames

TITLE, BODY, HEADING, SMALL = "方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"
FALLBACKS = {TITLE: "宋体", BODY: "仿宋", HEADING: "SimHei", SMALL: "SimSun"}
_LATIN = "Times New Roman"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Text a Word file can hold: names come from databases and may carry control characters."""
    return _NOT_IN_XML.sub("", text)


def lay_out(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN, Pt(16)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    _name_fallbacks(document)


def _name_fallbacks(document: DocumentType) -> None:
    """Entries of the font table: which font stands in where the first is not installed."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in FALLBACKS.items())
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = part.blob.replace(b"</w:fonts>", entries.encode("utf-8") + b"</w:fonts>")


def _page_number(paragraph: Paragraph, align: WD_ALIGN_PARAGRAPH) -> None:
    paragraph.alignment = align
    styled(paragraph.add_run("— "), SMALL, 14)
    run = paragraph.add_run()
    styled(run, SMALL, 14)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        run._r.append(mark)
    styled(paragraph.add_run(" —"), SMALL, 14)


def styled(run: Run, font: str, size: float) -> None:
    run.font.name, run.font.size = _LATIN, Pt(size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def paragraph(document: DocumentType, text: str, font: str = BODY, size: float = 16, *,
              align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY, indent: bool = True,
              line: float = 25.4) -> Paragraph:
    made = document.add_paragraph()
    styled(made.add_run(text), font, size)
    made.alignment = align
    shape = made.paragraph_format
    shape.widow_control = False
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if indent:
        shape.first_line_indent = Pt(size * 2)
    return made


def governments(names: AreaNames, *, zones: bool) -> str:
    """Whom a paper is sent to, without its colon: “各县区人民政府，各功能区管委会”."""
    return f"{names.members}人民政府{'，各功能区管委会' if zones else ''}"


def cell(where: _Cell, text: str, font: str = BODY) -> None:
    """Text in a table's cell, small and centred."""
    first = where.paragraphs[0]
    first.alignment = WD_ALIGN_PARAGRAPH.CENTER
    first.paragraph_format.space_before = first.paragraph_format.space_after = Pt(1)
    styled(first.add_run(text), font, 10)


def narrow_margins(table: Any) -> None:
    """Half a millimetre beside the text of every cell, so that a column is as wide as its longest
    figure.
    """
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "28")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def plain_table(document: DocumentType, heads: Sequence[str], widths: Sequence[float],
                rows: Sequence[Sequence[str]]) -> None:
    """A grid with its heading row repeated on every page and no row torn between two; `widths` in
    mm.
    """
    made: Any = document.add_table(rows=len(rows) + 1, cols=len(heads), style="Table Grid")
    made.autofit = False
    narrow_margins(made)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for number, texts in enumerate((heads, *rows)):
        row = made.rows[number]
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for where, text, width in zip(row.cells, texts, widths, strict=True):
            where.width = Mm(width)
            cell(where, text, HEADING if number == 0 else BODY)
            # a short table stays on one page
            where.paragraphs[0].paragraph_format.keep_with_next = number < len(rows)
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
