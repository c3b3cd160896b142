"""Makes the bundled template: `python -m reports.brief.template`. Staff may edit the result, or a
copy, in WPS.

Layout by GB/T 9704-2012: A4, margins 37/35/28/26 mm, title 方正小标宋 二号, body 仿宋_GB2312 三号, first-level
headings 黑体, page numbers “— 1 —” outside; lines of 25.4 pt, 25 a page, so that the text ends on the
second. Each font names the one to fall back to where it is not installed.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm

from reports.brief import BUNDLED
from reports.brief.fields import DUTIES, HEADINGS
from reports.house_style import BODY, HEADING, TITLE, cell, lay_out, narrow_margins, paragraph

_NOTE = ("注：依据{{ plan_document }}；数据快照 {{ snapshot }}。进度差为完成率与应达进度之差，"
         "比率类指标为完成值与目标之差，单位均为个百分点。得分表后三列为指标项数。")
_CORE = (("序号", "number"), ("指标", "name"), ("目标", "target"), ("完成值", "value"),
         ("完成率", "completion"), ("进度差", "points"), ("按期可能性", "chance"), ("状态", "light"))
_RANKING = (("组别", "group"), ("名次", "place"), ("较上月", "move"), ("单位", "name"), ("得分", "score"),
            ("{{ good_head }}", "good"), ("{{ behind_head }}", "behind"),
            ("{{ far_behind_head }}", "far_behind"))
_DEPARTMENTS = (("名次", "place"), ("部门", "name"), ("已征集", "value"), ("任务", "target"),
                ("完成率", "completion"), ("进度差", "points"), ("状态", "light"))
_DUTIES = (("序号", "number"), ("任务", "text"), ("牵头单位", "lead"), ("情况", "shows"), ("状态", "state"))
_DEPARTMENT_WIDTHS = (12, 47, 22, 22, 17, 15, 21)
_DUTY_WIDTHS = (9, 54, 41, 36, 16)
_CORE_WIDTHS = (9, 32, 25, 24, 17, 14, 14, 21)
_RANKING_WIDTHS = (15, 12, 15, 39, 15, 25, 15, 20)


def make(path: Path) -> None:
    document = Document()
    lay_out(document)
    paragraph(document, "{{ title }}", TITLE, 22, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False,
              line=36)
    paragraph(document, "{%p if sample_line %}")
    paragraph(document, "{{ sample_line }}", HEADING, 14, align=WD_ALIGN_PARAGRAPH.CENTER,
              indent=False)
    paragraph(document, "{%p endif %}")
    paragraph(document, "{{ addressee }}", indent=False)
    paragraph(document, "{{ opening }}")
    _loop(document, "last_meeting")
    first, second, third, fourth = HEADINGS
    _section(document, first, "progress")
    _heading(document, second)
    paragraph(document, "{{ leaders }}")
    _loop(document, "laggards")
    _section(document, third, "problems")
    _section(document, fourth, "next_steps")
    _loop(document, "annexes")
    for text in ("{{ office }}", "{{ date }}"):
        paragraph(document, text, align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
    _annex(document)
    _about(document)
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))


def _heading(document: DocumentType, text: str) -> None:
    paragraph(document, text, HEADING).paragraph_format.keep_with_next = True


def _section(document: DocumentType, title: str, field: str) -> None:
    _heading(document, title)
    _loop(document, field)


def _loop(document: DocumentType, field: str) -> None:
    paragraph(document, f"{{%p for sentence in {field} %}}")
    paragraph(document, "{{ sentence }}")
    paragraph(document, "{%p endfor %}")


def _annex(document: DocumentType) -> None:
    _page(document, "{{ annex_head }}")
    _table(document, "核心指标完成情况（截至{{ as_of }}）", "core_table", _CORE, _CORE_WIDTHS)
    _table(document, "{{ ranking_title }}", "ranking_table", _RANKING, _RANKING_WIDTHS)
    _if(document, "department_table")
    _table(document, "各部门征集岗位", "department_table", _DEPARTMENTS, _DEPARTMENT_WIDTHS)
    _end_if(document)
    paragraph(document, _NOTE, BODY, 10.5, indent=False, line=18)
    _if(document, "duty_table")
    _page(document, "附件2")
    _table(document, f"{DUTIES}（截至{{{{ as_of }}}}）", "duty_table", _DUTIES, _DUTY_WIDTHS)
    _end_if(document)


def _page(document: DocumentType, head: str) -> None:
    heading = paragraph(document, head, HEADING, indent=False, align=WD_ALIGN_PARAGRAPH.LEFT)
    heading.paragraph_format.page_break_before = True


def _if(document: DocumentType, field: str) -> None:
    paragraph(document, f"{{%p if {field} %}}")


def _end_if(document: DocumentType) -> None:
    paragraph(document, "{%p endif %}")


def _table(document: DocumentType, title: str, field: str, columns: Sequence[tuple[str, str]],
           widths: Sequence[float]) -> None:
    caption = paragraph(document, title, HEADING, 14, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    table.autofit = False
    narrow_margins(table)
    cell(table.cell(1, 0), f"{{%tr for row in {field} %}}")
    cell(table.cell(3, 0), "{%tr endfor %}")
    for column, ((name, key), width) in enumerate(zip(columns, widths, strict=True)):
        cell(table.cell(0, column), name, HEADING)
        cell(table.cell(2, column), f"{{{{ row.{key} }}}}")
        table.columns[column].width = Mm(width)
        for row in range(4):
            table.cell(row, column).width = Mm(width)
    head = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(head)
    # a row of two lines is not parted by the end of a page
    table.rows[2]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _about(document: DocumentType) -> None:
    about = document.core_properties
    about.title, about.author, about.comments = "零工归宿情况通报模板", "", ""
    about.created = about.modified = datetime.datetime(2025, 6, 19)


if __name__ == "__main__":
    make(BUNDLED)
