"""The bulletin (通报) to counties and managing units: places, scores and every core indicator unit by
unit, as a .docx.
"""

from __future__ import annotations

import io
from datetime import date, datetime

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH

from kpi.figures import Figures
from kpi.scorecard import Scorecard
from kpi.sentences import paper_words
from kpi.sentences.headline import headline
from kpi.vocabulary import Rollup
from kpi.wording import wording
from reports.brief.fields import SAMPLE_LINE
from reports.bulletin.rows import (
    INDICATOR_HEADS,
    Block,
    blocks,
    indicator_rows,
    league_heads,
    league_rows,
)
from reports.house_style import (
    BODY,
    HEADING,
    TITLE,
    governments,
    lay_out,
    paragraph,
    plain_table,
    printable,
)
from reports.snapshot_note import SnapshotNote
from reports.stamp import stamped

__all__ = ["bulletin_bytes", "file_name"]

_LEAGUE_WIDTHS = (13, 16, 45, 18, 28, 16, 20)
_INDICATOR_WIDTHS = (11, 34, 24, 31, 18, 15, 23)
_NOTE = ("按一位小数排名，同分同名次、其后名次空缺；"
         "较上月为与上月末名次比较。指标表按完成率排列，进度差为完成率与应达进度之差，比率类指标为完成值与目标之差，单位均为个百分点。")


def bulletin_bytes(figures: Figures, card: Scorecard, note: SnapshotNote,
                   rollup: Rollup = Rollup.COUNTY) -> bytes:
    """The bulletin of one roll-up; equal figures give equal bytes. Units are ranked among their
    peers only.
    """
    document = Document()
    lay_out(document)
    _head(document, card, note, rollup)
    for block in blocks(figures, card, rollup):
        _write(document, figures, card, block)
    note_words = (f"注：得分为{paper_words(card.plan.scoring)}，{_NOTE}依据{printable(card.plan.document)}；"
                  f"数据快照 {note.id}。")
    paragraph(document, note_words, BODY, 10.5, indent=False, line=18)
    for text in (f"{card.plan.city_name}零工归宿工作联席会议办公室",
                 wording.chinese_date(card.as_of, with_year=True)):
        paragraph(document, printable(text), align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
    _describe(document, card, note)
    written = io.BytesIO()
    document.save(written)
    return stamped(written.getvalue())


def file_name(as_of: date, rollup: Rollup = Rollup.COUNTY) -> str:
    return f"零工归宿_{'县区' if rollup == Rollup.COUNTY else '管理单位'}通报_{as_of:%Y%m%d}.docx"


def _head(document: DocumentType, card: Scorecard, note: SnapshotNote, rollup: Rollup) -> None:
    members = card.geography.names.members
    whom = members if rollup == Rollup.COUNTY else f"{members}、功能区"
    # of the units too long for a line: broken where it is read, not before its last character
    of_units = "\n" if rollup == Rollup.MANAGING else ""
    paragraph(document, f"关于{whom}“零工归宿”{of_units}工作进展的通报", TITLE, 22, align=WD_ALIGN_PARAGRAPH.CENTER,
              indent=False, line=36)
    if note.sample:
        paragraph(document, SAMPLE_LINE, HEADING, 14, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    paragraph(document, f"{governments(card.geography.names, zones=rollup == Rollup.MANAGING)}：",
              indent=False)
    paragraph(document, printable(headline(card)))


def _write(document: DocumentType, figures: Figures, card: Scorecard, block: Block) -> None:
    _caption(document, f"{block.title}综合得分（截至{wording.chinese_date(card.as_of, with_year=True)}）",
             HEADING, 14)
    plain_table(document, league_heads(card), _LEAGUE_WIDTHS, league_rows(card, block))
    for number, item in enumerate(card.plan.core, start=1):
        line = card.city_line(item.code)
        goal = wording.target_words(line.target, item.indicator.unit, line.comparator)
        _caption(
            document,
            printable(
                f"{wording.numeral(number)}、{item.name}（{card.geography.names.whole}目标{goal}）"
            ),
            HEADING,
            12,
        )
        plain_table(document, INDICATOR_HEADS, _INDICATOR_WIDTHS,
                    indicator_rows(figures, card, item, block))


def _caption(document: DocumentType, text: str, font: str, size: float) -> None:
    made = paragraph(document, text, font, size, align=WD_ALIGN_PARAGRAPH.LEFT, indent=False)
    made.paragraph_format.keep_with_next = True


def _describe(document: DocumentType, card: Scorecard, note: SnapshotNote) -> None:
    about = document.core_properties
    about.title, about.author = f"零工归宿工作进展通报（截至{card.as_of}）", printable(card.plan.city_name)
    about.comments = f"快照 {note.id}" + ("；演示数据" if note.sample else "")
    about.created = about.modified = datetime(note.read_at.year, note.read_at.month,
                                              note.read_at.day)
