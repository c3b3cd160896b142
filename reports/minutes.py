"""纪要 of one joint meeting as a Word document: the items it gave out and how those of earlier
meetings stand.

Page and type by GB/T 9704-2012; where a machine lacks the fonts it names, Word and WPS fall back on
their own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from kpi.follow_ups import Meeting, Standing
from kpi.plan import Plan
from kpi.vocabulary import Geography
from kpi.wording import wording
from reports.follow_up_rows import FollowUpRow, follow_up_rows
from reports.house_style import lay_out

TITLE_FONT, BODY_FONT, HEAD_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def minutes_docx(meeting: Meeting, standings: Sequence[Standing], plan: Plan,
                 geography: Geography, *, as_of: date, sample: bool) -> bytes:
    """The minutes. `standings`: every item on record as of `as_of`, which is the meeting's own day
    where it can be; those of later meetings are left out.
    """
    document = Document()
    lay_out(document)
    _paragraph(document, f"{plan.city_name}“零工归宿”工作联席会议纪要", TITLE_FONT, 22,
               WD_ALIGN_PARAGRAPH.CENTER)
    if sample:
        _paragraph(document, "【演示数据，不代表实际情况】", BODY_FONT, 16, WD_ALIGN_PARAGRAPH.CENTER)
    _body(document, _opening(meeting))
    rows = follow_up_rows(standings, plan, geography)
    _section(document, "一、本次会议议定事项", [_agreed(row) for row in rows
                                      if row.meeting == meeting.held_on], "本次会议没有新的议定事项。")
    earlier = [row for row in rows if row.meeting is None or row.meeting < meeting.held_on]
    said = f"（截至{_day(as_of)}）" if earlier else ""
    _section(document, f"二、以往议定事项办理情况{said}", [f"{_agreed(row)}{_progress(row)}"
                                              for row in earlier], "此前没有议定事项。")
    for text in (f"{plan.city_name}零工归宿工作联席会议办公室", _day(meeting.held_on)):
        _paragraph(document, text, BODY_FONT, 16, WD_ALIGN_PARAGRAPH.RIGHT)
    _describe(document, meeting, as_of)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _day(day: date) -> str:
    return wording.chinese_date(day, with_year=True)


def _opening(meeting: Meeting) -> str:
    units = f"参加单位：{'、'.join(meeting.units)}。" if meeting.units else ""
    figures = f"会议所用数据为定稿{meeting.snapshot}。" if meeting.snapshot else ""
    return f"{_day(meeting.held_on)}，{meeting.chair_post}主持召开联席会议。{units}{figures}"


def _section(document: DocxDocument, heading: str, sentences: Sequence[str], nothing: str) -> None:
    _paragraph(document, heading, HEAD_FONT, 16, WD_ALIGN_PARAGRAPH.LEFT, indent=True)
    if not sentences:
        _body(document, nothing)
    for number, sentence in enumerate(sentences, start=1):
        _body(document, f"{number}. {sentence}")


def _agreed(row: FollowUpRow) -> str:
    """What was agreed, who answers for it, how it is checked and until when."""
    units = "" if row.responsible_units == wording.ABSENT else f"责任单位：{row.responsible_units}；"
    expected = "" if row.expected == wording.ABSENT else f"核查标准：{row.indicator}{row.expected}；"
    return (f"{row.title.rstrip('。')}（{row.number}，{row.division}）。牵头单位：{row.lead_unit}；{units}"
            f"责任岗位：{row.post}；{expected}办结期限：{_day(row.due)}。")


def _progress(row: FollowUpRow) -> str:
    """How it stands, and the newest entry."""
    late = f"{row.days_overdue}天" if row.days_overdue else ""
    state = _in_chinese(row.closed) if row.closed != wording.ABSENT else f"{row.state}{late}"
    if row.progress is None or row.progress_on is None:
        return f"目前{state}。"
    return f"目前{state}。最近进展（{_day(row.progress_on)}）：{_sentence_end(row.progress)}"


def _in_chinese(closed: str) -> str:
    """“数据销号 2026-04-03” as “2026年4月3日数据销号”."""
    how, _, on = closed.rpartition(" ")
    return f"{_day(date.fromisoformat(on))}{how}" if how else closed


def _sentence_end(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith(("。", "！", "？")) else f"{text}。"


def _body(document: DocxDocument, text: str) -> None:
    _paragraph(document, text, BODY_FONT, 16, WD_ALIGN_PARAGRAPH.JUSTIFY, indent=True)


def _paragraph(document: DocxDocument, text: str, font: str, size: float,
               alignment: WD_ALIGN_PARAGRAPH, *, indent: bool = False) -> None:
    paragraph: Any = document.add_paragraph()
    paragraph.alignment = alignment
    paragraph.paragraph_format.line_spacing, paragraph.paragraph_format.space_after = Pt(28), Pt(0)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    run = paragraph.add_run(_NOT_IN_XML.sub("", text))
    run.font.name, run.font.size = font, Pt(size)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _describe(document: DocxDocument, meeting: Meeting, as_of: date) -> None:
    about = document.core_properties
    about.title, about.author = f"联席会议纪要 {meeting.held_on}", ""
    about.comments = f"数据截至 {as_of}；定稿 {meeting.snapshot or '无'}"
