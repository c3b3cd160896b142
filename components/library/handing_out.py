"""What the 报表 page hands to its components: the papers of the view, their pages, and how a meeting is frozen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePath

import streamlit as st

from components.library.papers import Offer, Progress, Shown
from components.shell.frame import View
from components.shell.kept import per_view
from data_access.snapshots.freeze import FrozenNote
from kpi.vocabulary.division import Division
from reports import papers, preview, preview_html
from reports.freezing import freeze_meeting
from reports.papers import PAPER_NAMES, Paper, Source
from reports.workbook import ALL_PARTS, PART_NAMES, Part
from reports.workbook.follow_ups import FollowUp

# the ledger's own sheet is there when a ledger is kept
SHEETS = {part.value: PART_NAMES[part] for part in Part if part != Part.FOLLOW_UPS}
_ABOUT = {Paper.WORKBOOK: "总表、各指标、排名和明细，公式可改可算", Paper.BRIEF: "两页正文加附件，按公文格式",
          Paper.COUNTIES: "五县区逐指标名次、本月新增、完成率", Paper.UNITS: "县区本级与功能区分组",
          Paper.SCORECARD: "供其他系统读取"}
_TEXT_LENGTH = 3000


def scope(view: View) -> Division | None:
    """The chosen unit, None for the whole city."""
    return None if view.selection.division is None else view.place


def offers(view: View, sheets: frozenset[str] = frozenset(SHEETS)) -> tuple[Offer, ...]:
    """What can be had: for one unit its workbook, for the city every paper."""
    parts = frozenset(part for part in ALL_PARTS if part == Part.FOLLOW_UPS or part.value in sheets)
    shown = tuple(Paper) if scope(view) is None else (Paper.WORKBOOK,)
    source = papers.source(view.current, view.card, _ledger_rows(view))
    return tuple(_offer(view, paper, parts, source) for paper in shown)


@per_view(16)
def _ledger_rows(view: View) -> Sequence[FollowUp] | None:
    """The ledger's rows as of the day; the view's key grows with every event in it, so they are those of now."""
    return papers.source(view.current, view.card).follow_ups


def _offer(view: View, paper: Paper, parts: frozenset[Part], source: Source) -> Offer:
    unit = scope(view)
    stamp = source.template.stat().st_mtime_ns if paper == Paper.BRIEF else 0
    chosen = ",".join(sorted(parts)) if paper == Paper.WORKBOOK else ""
    identity = "|".join((view.key, str(view.card.as_of), paper.value, ":".join(unit.key if unit else ()), chosen, str(stamp)))
    return Offer(paper.value, PAPER_NAMES[paper], _ABOUT[paper], papers.file_name(paper, view.card.as_of, unit), identity,
                 partial(_made, identity, paper, source, unit, parts))


@st.cache_data(max_entries=32, show_spinner=False)
def _made(identity: str, _paper: Paper, _source: Source, _unit: Division | None, _parts: frozenset[Part]) -> bytes:
    return papers.paper_bytes(_paper, _source, scope=_unit, parts=_parts)


def draw(offer: Offer, progress: Progress) -> Shown:
    """The paper's pages; where nothing can lay them out its content; of data its beginning."""
    progress("正在生成文件", 0.1)
    content, suffix = offer.data(), PurePath(offer.name).suffix
    if suffix == ".json":
        return Shown(text=content.decode("utf-8")[:_TEXT_LENGTH] + "\n…")
    if not preview.available():
        return Shown(html=preview_html.html_of(content, suffix))
    progress("正在排版", 0.4)
    return _laid_out(offer.identity, content, suffix)


@st.cache_data(max_entries=16, show_spinner=False)
def _laid_out(identity: str, _content: bytes, _suffix: str) -> Shown:
    # no progress from within: what a cached function draws is drawn again in other sessions, where its place is gone
    found = preview.rendered(_content, _suffix)
    return Shown(found.pages, found.total)


def freezing(view: View) -> Callable[[Progress], FrozenNote]:
    """Makes the day's papers and keeps them with the snapshot and the plan."""
    def freeze(progress: Progress) -> FrozenNote:
        progress("正在生成报表", 0.2)
        made = papers.meeting_papers(papers.source(view.current, view.card))
        progress("正在留存", 0.8)
        return freeze_meeting(view.current, view.card, papers.note_of(view.current), made)
    return freeze
