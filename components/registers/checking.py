"""What the dropped table would change, before it is handed in; and handing it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import streamlit as st

from components.library.connect_draft import Draft
from components.look import notices
from components.registers import dropping, reading
from components.registers.rows_table import rows_table
from components.shell import View
from components.shell.permit import RefusedError
from data_access.accounts import Action
from data_access.boundary import CellsError
from data_access.boundary.places import RESOLVED
from data_access.handing_in import (
    Effect,
    Handed,
    Taking,
    Weighed,
    effect,
    put_in_force,
    read_handed,
    weighed,
)
from data_access.proposing.connecting import FileTable, staged
from data_access.proposing.trying import Tried
from data_access.registers import Key, key_columns
from kpi.definitions import Column, ColumnType
from kpi.scope import Permission
from kpi.vocabulary import InputError
from kpi.wording.wording import figure

_REPLACE, _APPEND = "替换本单位全部", "按编号追加更新"
_MOST, _MOST_REMARKS = 20, 20
_READ = "register-read"


@dataclass(frozen=True)
class _Looked:
    """What was made of a table: its rows, or why it cannot be taken."""

    mark: str
    handed: Handed | None = None
    faults: InputError | None = None


def check(view: View, taking: Taking, draft: Draft) -> None:
    """The faults of the table by cell, or the difference with the way to hand it in."""
    looked = _looked(taking, draft)
    if looked.handed is None:
        assert looked.faults is not None
        _show_faults(looked.faults)
        return
    way = st.radio("怎样报送", [_REPLACE, _APPEND], horizontal=True, key="register-way",
                   captions=["表里没有的，从台账中删去", "同一编号的换成新的，新编号的加上，其余不动"])
    try:
        given = weighed(taking, looked.handed.register, append=way == _APPEND)
    except InputError as error:
        notices.card("error", "现有的台账读不出来", str(error))
        return
    _show_difference(taking, given)
    _remarks("读取时的提醒", looked.handed.remarks)
    if given.nothing:
        notices.empty("没有改动", "与现有的台账完全相同，不用提交。")
        return
    if not _show_effect(taking, given, f"{looked.mark}|{way}|{given.seen}"):
        return
    shown = reading.shown_last(f"{looked.mark}|{way}", given.seen)
    _hand_in(view, taking, replace(given, seen=shown))


def _looked(taking: Taking, draft: Draft) -> _Looked:
    """The table read, once for as long as it and the choice of its columns are the same."""
    assert isinstance(draft.table, FileTable)
    assert draft.choice is not None
    mark = f"{taking.owner.code}|{draft.source}|{draft.choice}"
    held: _Looked | None = st.session_state.get(_READ)
    if held is not None and held.mark == mark:
        return held
    try:
        with st.spinner("正在核对…"), staged(taking.settings, draft.table, draft.dropped) as table:
            assert isinstance(table, FileTable)
            made = _Looked(mark, read_handed(taking, table, draft.choice))
    except InputError as error:
        made = _Looked(mark, faults=error)
    st.session_state[_READ] = made
    return made


def _show_faults(error: InputError) -> None:
    if not isinstance(error, CellsError):
        notices.card("error", "这张表不能报送", str(error))
        return
    listed = "" if error.count == len(error.lines) else f"，先列出{len(error.lines)}处"
    notices.card("error", f"有{error.count:,}处要改{listed}", error.advice)
    st.html('<ul class="lg-register-faults">'
            + "".join(f"<li>{escape(line)}</li>" for line in error.lines) + "</ul>")


def _show_difference(taking: Taking, given: Weighed) -> None:
    changes = given.difference
    counts = (("新增", len(changes.added)), ("改", len(changes.changed)),
              ("删", len(changes.removed)), ("不变", changes.unchanged))
    st.html('<p class="lg-register-counts">'
            + "".join(f"<span>{name} <b>{number:,}</b> 行</span>" for name, number in counts)
            + f"<span>提交后共 <b>{len(given.result.rows):,}</b> 行</span></p>")
    rows = [(_shown_key(taking, one.key), taking.dataset.column(name).title or name,
             in_words(taking, name, was), in_words(taking, name, now))
            for one in changes.changed[:_MOST] for name, was, now in one.columns]
    if rows:
        more = f"（前{_MOST}行）" if len(changes.changed) > _MOST else ""
        st.html(f'<p class="lg-register-head">改动的行{more}</p>' + rows_table(
            ("编号", "哪一列", "原来", "改成"), rows))
    for title, keys in (("新增的编号", changes.added), ("删去的编号", changes.removed)):
        if keys:
            _keys(taking, title, keys)


def _keys(taking: Taking, title: str, keys: Sequence[Key]) -> None:
    shown = "、".join(_shown_key(taking, key) for key in keys[:_MOST])
    more = f" 等{len(keys):,}个" if len(keys) > _MOST else ""
    st.html(f'<p class="lg-register-keys"><b>{title}：</b>{escape(shown)}{more}</p>')


def _shown_key(taking: Taking, key: Key) -> str:
    return " · ".join(in_words(taking, name, text) for name, text
                      in zip(key_columns(taking.dataset), key, strict=True))


def in_words(taking: Taking, name: str, text: str) -> str:
    """A stored text as a clerk wrote it."""
    column = taking.dataset.column(name)
    if not text:
        return "（空）"
    if name == "unit_code":
        return taking.owner.names.name(text)
    return _of_a_list(column, text)


def _of_a_list(column: Column, text: str) -> str:
    if column.type == ColumnType.BOOL:
        return "是" if text == "1" else "否"
    return column.titles.get(text, text) if column.categories else text


def _remarks(title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    more = f"<li>另有{len(lines) - _MOST_REMARKS}条。</li>" if len(lines) > _MOST_REMARKS else ""
    st.html(f'<p class="lg-register-head">{title}（{len(lines)}条）</p><ul class="lg-register-faults">'
            + "".join(f"<li>{escape(one)}</li>" for one in lines[:_MOST_REMARKS]) + f"{more}</ul>")


def _show_effect(taking: Taking, given: Weighed, mark: str) -> bool:
    """How the rows would count, and the unit's figures with them; worked out once. False where the
    dataset could not be read with this register: it would stop everybody's.
    """
    held: tuple[str, Effect | str] | None = st.session_state.get("register-effect")
    if held is None or held[0] != mark:
        made: Effect | str
        try:
            with st.spinner("正在计算报送后的指标…"):
                made = effect(taking, given.result)
        except InputError as error:
            made = str(error)
        held = (mark, made)
        st.session_state["register-effect"] = held
    if isinstance(held[1], str):
        notices.card("error", "按这份台账读不了，不能提交", held[1],
                     then="请在表中改正后重新上传；不是本单位的内容引起的，请告知系统管理员。")
        return False
    _not_counted(held[1].own)
    _remarks("计入时的提醒", [*(f"{one.township or '（没有乡镇）'}对不上名录，{one.rows:,}行只计到单位"
                          for one in held[1].own.findings.unknown_codes),
                           *(line for line, code in zip(held[1].own.remarks, held[1].own.codes,
                                                        strict=True) if code != RESOLVED)])
    _figures(taking, held[1].whole)
    return True


def _not_counted(own: Tried) -> None:
    left = sum(own.excluded.values())
    if left:
        why = "、".join(f"{name}{rows:,}行" for name, rows in own.excluded.items())
        st.html(f'<p class="lg-register-keys"><b>其中{left:,}行现在不计入：</b>{escape(why)}。'
                "照样收下，条件具备时计入。</p>")


def _figures(taking: Taking, whole: Tried) -> None:
    rows = [(one.name, figure(one.now, one.unit), figure(one.would, one.unit))
            for one in whole.figures if (one.now, one.would) != (None, None)]
    if rows:
        st.html(f'<p class="lg-register-head">{escape(taking.owner.name)}的指标</p>'
                + rows_table(("指标", "现在", "报送后"), rows))


def _hand_in(view: View, taking: Taking, given: Weighed) -> None:
    sure = True
    if given.fall:
        sure = st.checkbox(f"已核对，确实如此：{given.fall}", key="register-fall")
    label = "原因（必填）" if given.fall else "说明（可不写）"
    reason = st.text_input(label, max_chars=200, key="register-reason",
                           placeholder="例如：补报三月的培训").strip()
    ready = sure and (bool(reason) or not given.fall)
    if st.button("提交", type="primary", key="register-submit", disabled=not ready):
        _submit(view, taking, given, reason)


def _submit(view: View, taking: Taking, given: Weighed, reason: str) -> None:
    what = f"{taking.dataset.title}（{taking.owner.name}）"

    def record() -> object:
        # first: what leaves no trace is not done
        return view.permit.note(Action.HAND_IN, what, "提交")
    try:
        reading.refuse_others(view, view.permit.require(Permission.HAND_IN), taking)
        made = put_in_force(taking, given, view.access.account.label, view.now(), reason, record)
        view.permit.note(Action.HAND_IN, what, f"第{made.number}版 {made.digest[:12]}")
    except RefusedError:
        raise
    except InputError as error:
        notices.card("error", "没有提交", str(error))
        return
    dropping.emptied()
    reading.read(view, taking, made, Permission.HAND_IN)
    st.rerun()
