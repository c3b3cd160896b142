"""Frozen meetings: keeping one, opening it again with the figures it had, and what has changed
since.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from html import escape
from pathlib import Path, PurePath

import streamlit as st

from components.library.papers import Progress
from components.look import notices
from components.shell import View, job_view
from components.shell.cache import cached
from data_access.accounts import Action
from data_access.snapshots import Frozen, FrozenNote, list_frozen, number_of, open_frozen
from data_access.snapshots.frozen_figures import FrozenIndicator, FrozenLine
from kpi.judging import Light
from kpi.plan import Comparator, IndicatorPlan
from kpi.scope import Permission
from kpi.scope.scope import scoped_plan
from kpi.scorecard import CAUSE_NAMES, Cause, Change, LineChange
from kpi.scorecard.compare import compare
from kpi.sentences.plan_changes import changes_between
from kpi.vocabulary import InputError
from kpi.wording import wording

_KINDS = {".xlsx": "报表", ".docx": "文稿", ".pptx": "汇报", ".json": "数据"}
_KIND = "freeze"
_RECOUNTED = "＊"
_AFTER_THE_END = "截止后更正"
_CHOSEN, _SURE = "meetings-chosen", "meetings-sure"


def show_freeze(view: View, freeze: Callable[[Progress], FrozenNote]) -> None:
    """Keep the day's figures, plan and papers as they are now; offered to whoever may."""
    if not view.may(Permission.FREEZE):
        return
    final = "这是最终结果；截止后更正了数据的，可以再次定稿，原定稿仍保留。" if view.card.final else ""
    st.html(
        f'<p class="lg-muted">把截至 {view.card.as_of} 的数据、方案和报表原样留存，以后数据更正、方案调整都不再影响它。{final}</p>')
    with st.container(horizontal=True, vertical_alignment="center"):
        sure = st.checkbox("确认以当前数据定稿", key=_SURE)
        asked = st.button("定稿", key="meetings-freeze", disabled=not sure)
    if asked:
        _freeze(view, freeze)
    job_view.show(view, _KIND)


def _freeze(view: View, freeze: Callable[[Progress], FrozenNote]) -> None:
    permit, data = view.permit, view.current.settings.data
    permit.record(Permission.FREEZE, Action.FREEZE, f"截至 {view.card.as_of}", "提交")

    def work(progress: Progress) -> str:
        before = list_frozen(data)
        note = freeze(progress)
        permit.note(Action.FREEZE, f"截至 {note.as_of}", "完成")
        return _outcome(note, before)

    job_view.start(view, _KIND, "定稿", work)


def _outcome(frozen_note: FrozenNote, before: Sequence[FrozenNote]) -> str:
    """Whether this is new, and what it means for what was frozen before."""
    about = f"截至 {frozen_note.as_of}，快照 {frozen_note.snapshot_id}"
    if frozen_note.folder in {note.folder for note in before}:
        return f"已有相同的定稿：{about}；数据、方案、台账和报表都没有变化，{frozen_note.frozen_at:%Y-%m-%d %H:%M} 的定稿继续有效。"
    if any(note.as_of == frozen_note.as_of for note in before):
        number = number_of(frozen_note, (*before, frozen_note))
        return f"已定稿（第 {number} 次）：{about}；已有定稿，其后台账、数据、方案或报表已变，原定稿仍保留。"
    return f"已定稿：{about}。"


def choose(view: View) -> FrozenNote | None:
    """The frozen meeting the reader looks at, the newest to begin with; None when there is none."""
    notes = list_frozen(view.current.settings.data)
    if not notes:
        notices.empty("还没有定稿的会议", "会前核对数据后点“定稿”，以后可在这里打开当时的报表，并与最新数据比较。")
        return None
    names = {note.folder.name: note for note in notes}
    if st.session_state.get(_CHOSEN) not in names:
        st.session_state[_CHOSEN] = next(iter(names))
    st.selectbox("已定稿的会议", list(names), key=_CHOSEN, width=420,
                 format_func=lambda name: _title(names[name], notes))
    return names[st.session_state[_CHOSEN]]


def _title(note: FrozenNote, notes: Sequence[FrozenNote]) -> str:
    number = number_of(note, notes)
    again = f"，第 {number} 次" if number > 1 else ""
    return f"截至 {note.as_of}（{note.frozen_at:%Y-%m-%d %H:%M} 定稿{again}{'，演示数据' if note.sample else ''}）"


def show(view: View, note: FrozenNote) -> None:
    """The frozen meeting's own figures and papers, and what has changed up to the chosen day."""
    try:
        frozen = _opened(note.folder)
    except InputError as error:
        notices.card("error", "定稿打不开", str(error))
        return
    with st.container(horizontal=True, key="lg-frozen-papers"):
        for name in frozen.outputs:
            kind = _KINDS.get(PurePath(name).suffix, "文件")
            st.download_button(f"下载{kind}：{name}",
                               data=view.handing_out(name, partial(frozen.output, name)),
                               file_name=name, on_click="ignore", key=f"meetings-{name}")
    if view.card.as_of < note.as_of:
        notices.empty("所选日期早于定稿", "把上方的截至日期改到定稿之后，这里就会说明每项指标为什么变化。")
        _show_figures(view, frozen)
        return
    try:
        rows = changes(view, note, frozen)
    except InputError as error:
        notices.card("info", "只能查看当时的数字", str(error))
        _show_figures(view, frozen)
        return
    names = _causes(view, note)
    st.html(f'<p class="lg-muted">每项变化按顺序拆为：{"、".join(names)}，四项相加等于变化。</p>')
    st.html(_table(("指标", "定稿时", "现在", "变化", *names), rows))
    _show_plan_changes(view, note, frozen)
    if any(row[0].endswith(_RECOUNTED) for row in rows):
        st.html(f'<p class="lg-muted">带{_RECOUNTED}的指标，程序更新后的算法与定稿时不同：“定稿时”是当时的数字，变化不再拆分。</p>')


def _show_plan_changes(view: View, note: FrozenNote, frozen: Frozen) -> None:
    """What the plan has asked otherwise since; a changed target is no movement of the figure."""
    then = frozen.plan if view.access.scope.everything else scoped_plan(frozen.plan, view.geography)
    changed = changes_between(then, note.as_of, view.figures, view.card.as_of)
    if changed:
        listed = "".join(f"<li>{escape(one.line())}</li>" for one in changed)
        st.html('<p class="lg-muted">其间方案有调整，每一天仍按当天有效的方案评判；目标的变动不算进上表的变化：</p>'
                f'<ul class="lg-muted">{listed}</ul>')


def _causes(view: View, note: FrozenNote) -> list[str]:
    """The parts of a change by name; what comes in after the final report corrects a finished
    result.
    """
    ended = view.plan.window.over(note.as_of, note.frozen_at.date())
    return [_AFTER_THE_END if ended and cause == Cause.CORRECTED else name
            for cause, name in CAUSE_NAMES.items()]


def _show_figures(view: View, frozen: Frozen) -> None:
    """The figures as they were shown; nothing where only papers were kept."""
    if frozen.shown is not None:
        figures, key = frozen.shown, view.place.key
        st.html(_table(("指标", f"{view.place.name}定稿时", "目标", "完成率", "状态"),
                       [_then(item, figures.line(item.code, *key)) for item in figures.core]))


@cached(4)
def _opened(folder: Path) -> Frozen:
    """Verified; whether it can be computed again shows when it is compared."""
    return open_frozen(folder)


def changes(view: View, note: FrozenNote, frozen: Frozen) -> list[tuple[str, ...]]:
    """One row per core indicator of the chosen division: then, now, change, and its parts by cause.

    Raises InputError where the meeting's data cannot be read by this version of the program.
    """
    changed = {line.indicator: line for line in _compared(view.key, note.folder.name,
                                                          view.card.as_of.isoformat(), view, frozen)
               if (line.rollup, line.division) == view.place.key}
    shown = frozen.shown
    return [_row(item, changed[item.code].value, None if shown is None
                 else shown.line(item.code, *view.place.key)) for item in view.plan.core
            if item.code in changed]


@cached(8)
def _compared(key: str, folder: str, as_of: str, _view: View,
              _frozen: Frozen) -> tuple[LineChange, ...]:
    return compare(_frozen.figures, _frozen.note.as_of, _view.figures, _view.card.as_of)


def _row(item: IndicatorPlan, change: Change, line: FrozenLine | None) -> tuple[str, ...]:
    unit, then, now = item.indicator.unit, _number(change.then), _number(change.now)
    if line is not None and not _same(line.value, then):
        # what was shown stands; what today's program makes of the same data is no change of the
        # figure
        total = None if line.value is None or now is None else now - line.value
        return (item.name + _RECOUNTED, wording.figure(line.value, unit), wording.figure(now, unit),
                _signed(total, unit), *(wording.ABSENT for _ in Cause))
    ends = (wording.figure(then, unit), wording.figure(now, unit))
    parts = [wording.ABSENT if change.parts is None else _part(float(change.parts[cause]), unit)
             for cause in Cause]
    return (item.name, *ends, _signed(_number(change.total), unit), *parts)


def _same(shown: float | None, computed: float | None) -> bool:
    if shown is None or computed is None:
        return shown is computed
    return math.isclose(shown, computed, rel_tol=1e-9, abs_tol=1e-9)


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _signed(total: float | None, unit: str) -> str:
    return wording.ABSENT if total is None else wording.signed(total, unit)


def _part(value: float, unit: str) -> str:
    return wording.ABSENT if value == 0 else wording.signed(value, unit)


def _then(item: FrozenIndicator, line: FrozenLine | None) -> tuple[str, ...]:
    if line is None:
        return (item.name, *[wording.ABSENT] * 4)
    comparator = (
        Comparator(line.comparator) if line.comparator in set(Comparator) else Comparator.AT_LEAST
    )
    return (item.name, wording.figure(line.value, item.unit, line.target, comparator),
            wording.target_words(line.target, item.unit, comparator),
            wording.percent(line.completion, 1.0), _light(line.light))


def _light(word: str) -> str:
    """The light as shown; of one this version does not have nothing is said."""
    if word not in set(Light):
        return wording.ABSENT
    light = Light(word)
    return f"{wording.LIGHT_SHAPES[light]} {wording.LIGHT_WORDS[light]}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>"
                   for row in rows)
    return f'<div class="lg-scroll"><table class="lg-changes"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
