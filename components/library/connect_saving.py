"""What the choice would give, tried at once; saving it; what was saved before, and back."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from components.library import edit_history, refresh_panel
from components.library.connect_draft import Draft
from components.library.connect_source import EMPTIED
from components.look import notices
from components.shell import View
from data_access.accounts import Action
from data_access.proposing.connecting import (
    DatabaseTable,
    FileTable,
    Table,
    Wish,
    changed,
    staged,
    store_dropped,
)
from data_access.proposing.entry import missing
from data_access.proposing.proposal import Recogniser
from data_access.proposing.saving import entry_in, save, versioned_sources
from data_access.proposing.trying import Tried, try_text
from data_access.running import JobState
from data_access.site import digest_of
from kpi.definitions import Dataset
from kpi.scope import Permission
from kpi.vocabulary import InputError
from kpi.wording.wording import figure

_INSTEAD, _AFTER = "替换现在的来源", "加在现在的文件之后"
_MOST_REMARKS = 30
_TWICE = {"repeated_key", "duplicate_key"}
_KEPT = 0.8  # of the rows read now: with fewer the clerk is asked
_AT_ONCE = 100_000  # rows of a database that are read at every change of a drop-down


def saved(view: View, sentence: str) -> None:
    """Read anew by what was just saved, and begin the page again with what to say of it."""
    st.session_state["connect-done"] = _read(view, sentence)
    st.session_state[EMPTIED] = st.session_state.get(EMPTIED, 0) + 1
    st.rerun()


def done() -> None:
    """What was just saved."""
    sentence = st.session_state.pop("connect-done", None)
    if sentence:
        notices.card("empty", "来源已更新", sentence)


def trying(view: View, draft: Draft, recogniser: Recogniser) -> None:
    """The dry run, or what is still needed for one; then the way to save."""
    assert draft.choice is not None
    assert draft.table is not None
    dataset = view.plan.definitions.datasets[draft.dataset]
    needed = () if draft.is_form(view.plan.definitions) else missing(draft.choice, dataset)
    if needed:
        notices.card("warning", "还不能试读", f"还缺：{'、'.join(needed)}。",
                     then="请在上面选一列；表里没有而每行都一样的，选“每行都一样”。")
        return
    file = versioned_sources(view.current.settings)
    before = file.text()
    _instead(view, draft, before, dataset)
    outcome = _outcome(view, draft, recogniser, before, dataset)
    if outcome is None:
        return
    if isinstance(outcome, str):
        notices.card("error", "按现在的选择读不了", outcome)
        return
    st.html(f'<div class="lg-connect-tried">{_tried(outcome, dataset)}</div>')
    if not _sure(view, draft, outcome, dataset):
        return
    reason = st.text_input("为什么改（可不写）", max_chars=200, key="connect-reason",
                           placeholder="例如：2026年3月起改用人社局新台账")
    if st.button("保存并接入", type="primary", key="connect-save"):
        _save(view, draft, recogniser, before, dataset, reason.strip())


def _instead(view: View, draft: Draft, before: str, dataset: Dataset) -> None:
    """Whether the files of the dataset there are go on being read."""
    entry = entry_in(before, dataset.name)
    draft.wish = Wish(False, draft.wish.sheets)
    if (entry is None or not isinstance(draft.table, FileTable)
            or not (entry.get("file") or entry.get("sources"))):
        return
    way = st.radio(f"{dataset.title}现在已有来源", [_INSTEAD, _AFTER], horizontal=True,
                   key=f"connect-{draft.round}-instead")
    draft.wish = Wish(way == _AFTER, draft.wish.sheets)


def _outcome(view: View, draft: Draft, recogniser: Recogniser, before: str,
             dataset: Dataset) -> Tried | str | None:
    """The trial, made once for each text; a sentence where it cannot be read; None for a large table
    nobody has asked to read yet.
    """
    assert draft.choice is not None
    assert draft.table is not None
    settings = view.current.settings
    try:
        text = changed(before, draft.table, draft.choice, dataset, recogniser, draft.wish)
        mark = digest_of(f"{draft.source}|{text}")
        if draft.tried is not None and draft.tried[0] == mark:
            return draft.tried[1]
        if isinstance(draft.table, DatabaseTable) and draft.table.shape.rows > _AT_ONCE:
            st.caption(f"这张表有 {draft.table.shape.rows:,} 行，试读要读整张表；都选好后再试读。")
            if not st.button("试读", key="connect-try"):
                return None
        with st.spinner("正在试读…"), staged(settings, draft.table, draft.dropped) as table:
            outcome: Tried | str = try_text(
                settings, changed(before, table, draft.choice, dataset, recogniser, draft.wish),
                dataset.name)
    except InputError as error:
        return str(error)
    met = not isinstance(outcome, str) and bool(outcome.findings.unknown_values)
    draft.tried = (mark, outcome)
    if met:
        st.rerun()  # what it met further down is offered among the texts above
    return outcome


def _sure(view: View, draft: Draft, tried: Tried, dataset: Dataset) -> bool:
    """Whether nothing is odd about the trial, or the clerk has said that it is meant: most of what
    is read now would be gone, or identities stand in the files more than once.
    """
    part = view.current.snapshot.parts.get(dataset.name)
    now = 0 if part is None or tried.sample else part.data.quality.read
    odd = []
    if not draft.wish.append and tried.read < now * _KEPT:
        odd.append(f"替换后只有 {tried.read:,} 行，现在是 {now:,} 行；只是其中一部分的，请选“{_AFTER}”。")
    if draft.wish.append and _TWICE & set(tried.codes):
        odd.append("有的编号在几份文件里都有，会各计一次；是同一份数据的，请选“替换现在的来源”，或去掉重复的。")
    if not odd:
        return True
    notices.card("warning", "请先核对", "".join(odd))
    return st.checkbox("已核对，确实如此", key=f"connect-{draft.round}-{draft.wish.append}-sure")


def _tried(tried: Tried, dataset: Dataset) -> str:
    excluded = "、".join(f"{name} {rows:,}" for name, rows in tried.excluded.items())
    parts = [f"<p>读取 <b>{tried.read:,}</b> 行，计入 <b>{tried.counted:,}</b> 行"
             + (f"，不计入 {sum(tried.excluded.values()):,} 行（{escape(excluded)}）" if excluded else "")
             + (f"；最新的日期是 {tried.newest}" if tried.newest else "") + "。</p>"]
    if tried.figures:
        parts.append(_figures(tried))
    if tried.sample:
        parts.append("<p>▲ 现在显示的是演示数据；保存后不再使用演示数据，没有接入的指标显示“未接入”。</p>")
    remarks = [*(f"不认识的分类值 {dataset.column(one.column).title} = {one.value}（{one.rows:,} 行），不计入"
                 for one in tried.findings.unknown_values),
               *(f"名录中没有的区划（乡镇/单位）：{one.township or '空'}/{one.unit or '空'}（{one.rows:,} 行）"
                 for one in tried.findings.unknown_codes),
               *(f"乡镇与单位不符（以乡镇为准）：{one.township}/{one.unit}（{one.rows:,} 行）"
                 for one in tried.findings.conflicts), *tried.remarks]
    if remarks:
        more = f"<li>另有 {len(remarks) - _MOST_REMARKS} 条。</li>" if len(
            remarks) > _MOST_REMARKS else ""
        parts.append(f"<p>提醒 {len(remarks)} 条：</p><ul>" + "".join(
            f"<li>{escape(one)}</li>" for one in remarks[:_MOST_REMARKS]) + f"{more}</ul>")
    return "".join(parts)


def _figures(tried: Tried) -> str:
    rows = "".join(f"<tr><th scope=row>{escape(one.name)}</th><td>{figure(one.now, one.unit)}</td>"
                   f"<td>{figure(one.would, one.unit)}</td></tr>" for one in tried.figures)
    now = "现在（演示数据）" if tried.sample else "现在"
    return ('<div class="lg-table-box" tabindex="0" role="region" aria-label="接入前后的指标">'
            '<table class="lg-table lg-plain"><thead><tr>'
            f"<th scope=col>全市指标</th><th scope=col>{now}</th><th scope=col>接入后</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></div>")


def _save(view: View, draft: Draft, recogniser: Recogniser, before: str, dataset: Dataset,
          reason: str) -> None:
    assert draft.choice is not None
    assert draft.table is not None
    settings = view.current.settings
    try:
        # first: what leaves no trace is not done
        view.permit.record(Permission.CONNECT, Action.SOURCES, dataset.title, "提交")
        table = store_dropped(settings, dataset.name, draft.table, draft.dropped)
        text = changed(before, table, draft.choice, dataset, recogniser, draft.wish)
        made = save(settings, text, digest_of(before), reason or _in_short(table, dataset),
                    view.access.account.label, view.now(), dataset.name)
        view.permit.note(Action.SOURCES, dataset.title, f"已保存 {made.after[:12]}")
    except InputError as error:
        notices.card("error", "没有保存", str(error))
        return
    draft.forget()
    saved(view, f"{dataset.title}已按新的来源读取")


def _in_short(table: Table, dataset: Dataset) -> str:
    """Why, where the clerk wrote nothing: what was connected."""
    if isinstance(table, DatabaseTable):
        return f"接入{dataset.title}：{table.connection} 的 {table.table}"
    more = f"等 {len(table.files)} 个文件" if table.further else ""
    return f"接入{dataset.title}：{table.given.name}{more}"


def history(view: View) -> None:
    """Who changed the sources when, newest first, with a way back to before each."""
    edit_history.show(
        versioned_sources(view.current.settings).edits(), "connect",
        "直接编辑 sources.toml 的改动不在这里。",
        lambda edit: _restore(view, edit.before, f"恢复到 {edit.at:%m-%d %H:%M} 的改动之前"))


def _restore(view: View, earlier: str, reason: str) -> None:
    settings = view.current.settings
    file = versioned_sources(settings)
    try:
        view.permit.record(Permission.CONNECT, Action.SOURCES, "恢复", "提交")
        made = save(settings, file.text_of(earlier), digest_of(file.text()), reason,
                    view.access.account.label, view.now())
        view.permit.note(Action.SOURCES, "恢复", f"已保存 {made.after[:12]}")
    except InputError as error:
        notices.card("error", "没有恢复", str(error))
        return
    saved(view, reason[:60])


def _read(view: View, done: str) -> str:
    """Read by what is in force now, so that the pages show it; what to say of it."""
    # the settings of the page still say whether there were any sources before
    job = refresh_panel.read_now(view, replace(view.current.settings), "接入")
    if job.state == JobState.DONE:
        return f"{done}，各页的数字随之更新。"
    return f"{done}；读取还没有完成，完成后各页的数字随之更新，进展见“数据”页。"
