"""Makes the bundled template: `python -m reports.brief.template`. Staff may edit the result, or a copy, in WPS.

Layout by GB/T 9704-2012: A4, margins 37/35/28/26 mm, title 方正小标宋 二号, body 仿宋_GB2312 三号, first-level headings 黑体,
page numbers “— 1 —” outside; lines of 26 pt, 24 a page, so that the text ends on the second. Each font names the one to
fall back to where it is not installed.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from reports.brief import BUNDLED
from reports.brief.fields import HEADINGS

TITLE, BODY, HEADING, SMALL = "方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"
FALLBACKS = {TITLE: "宋体", BODY: "仿宋", HEADING: "SimHei", SMALL: "SimSun"}
_NOTE = ("注：依据{{ plan_document }}；数据快照 {{ snapshot }}。进度差为完成率与应达进度之差，单位为个百分点；"
         "比率类指标按目标判断。得分表后三列为指标项数。")
_LATIN = "Times New Roman"
_CORE = (("序号", "number"), ("指标", "name"), ("目标", "target"), ("完成值", "value"), ("完成率", "completion"),
         ("进度差", "points"), ("按期可能性", "chance"), ("状态", "light"))
_RANKING = (("组别", "group"), ("名次", "place"), ("较上月", "move"), ("单位", "name"), ("得分", "score"), ("完成或达序时", "good"),
            ("滞后", "behind"), ("严重滞后", "far_behind"))
_CORE_WIDTHS = (10, 32, 25, 23, 17, 15, 14, 20)
_RANKING_WIDTHS = (15, 12, 15, 39, 15, 25, 15, 20)


def make(path: Path) -> None:
    document = Document()
    _lay_out(document)
    _paragraph(document, "{{ title }}", TITLE, 22, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False, line=36)
    _paragraph(document, "{%p if sample_line %}")
    _paragraph(document, "{{ sample_line }}", HEADING, 14, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    _paragraph(document, "{%p endif %}")
    _paragraph(document, "{{ opening }}")
    _loop(document, "last_meeting")
    first, second, third, fourth = HEADINGS
    _section(document, first, "progress")
    _heading(document, second)
    _paragraph(document, "{{ leaders }}")
    _loop(document, "laggards")
    _section(document, third, "problems")
    _section(document, fourth, "next_steps")
    for text in ("{{ office }}", "{{ date }}"):
        _paragraph(document, text, align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
    _annex(document)
    _about(document)
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))


def _lay_out(document: DocumentType) -> None:
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
    entries = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
                      for name, other in FALLBACKS.items())
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = part.blob.replace(b"</w:fonts>", entries.encode("utf-8") + b"</w:fonts>")


def _page_number(paragraph: Paragraph, align: WD_ALIGN_PARAGRAPH) -> None:
    paragraph.alignment = align
    _styled(paragraph.add_run("— "), SMALL, 14)
    run = paragraph.add_run()
    _styled(run, SMALL, 14)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        run._r.append(mark)
    _styled(paragraph.add_run(" —"), SMALL, 14)


def _styled(run: Run, font: str, size: float) -> None:
    run.font.name, run.font.size = _LATIN, Pt(size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _paragraph(document: DocumentType, text: str, font: str = BODY, size: float = 16, *,
               align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY, indent: bool = True, line: float = 26) -> Paragraph:
    paragraph = document.add_paragraph()
    _styled(paragraph.add_run(text), font, size)
    paragraph.alignment = align
    shape = paragraph.paragraph_format
    shape.widow_control = False
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if indent:
        shape.first_line_indent = Pt(size * 2)
    return paragraph


def _heading(document: DocumentType, text: str) -> None:
    _paragraph(document, text, HEADING).paragraph_format.keep_with_next = True


def _section(document: DocumentType, title: str, field: str) -> None:
    _heading(document, title)
    _loop(document, field)


def _loop(document: DocumentType, field: str) -> None:
    _paragraph(document, f"{{%p for sentence in {field} %}}")
    _paragraph(document, "{{ sentence }}")
    _paragraph(document, "{%p endfor %}")


def _annex(document: DocumentType) -> None:
    heading = _paragraph(document, "附件", HEADING, indent=False, align=WD_ALIGN_PARAGRAPH.LEFT)
    heading.paragraph_format.page_break_before = True
    _table(document, "核心指标完成情况（截至{{ as_of }}）", "core_table", _CORE, _CORE_WIDTHS)
    _table(document, "县区和功能区得分", "ranking_table", _RANKING, _RANKING_WIDTHS)
    _paragraph(document, _NOTE, BODY, 10.5, indent=False, line=18)


def _table(document: DocumentType, title: str, field: str, columns: Sequence[tuple[str, str]],
           widths: Sequence[float]) -> None:
    caption = _paragraph(document, title, HEADING, 14, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    table.autofit = False
    _cell(table.cell(1, 0), f"{{%tr for row in {field} %}}")
    _cell(table.cell(3, 0), "{%tr endfor %}")
    for column, ((name, key), width) in enumerate(zip(columns, widths, strict=True)):
        _cell(table.cell(0, column), name, HEADING)
        _cell(table.cell(2, column), f"{{{{ row.{key} }}}}")
        table.columns[column].width = Mm(width)
        for row in range(4):
            table.cell(row, column).width = Mm(width)
    head = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(head)


def _cell(cell: _Cell, text: str, font: str = BODY) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    _styled(paragraph.add_run(text), font, 10)


def _about(document: DocumentType) -> None:
    about = document.core_properties
    about.title, about.author, about.comments = "零工归宿情况通报模板", "", ""
    about.created = about.modified = datetime.datetime(2025, 6, 19)


if __name__ == "__main__":
    make(BUNDLED)
