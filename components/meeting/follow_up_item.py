"""One item opened: facts, curve, history, and what this account may do."""

from __future__ import annotations

from datetime import timedelta
from html import escape

import streamlit as st

from components.look import notices, plain
from components.meeting import follow_up_curve
from components.meeting.follow_up_card import ITEM, current_value, open_item, state_mark
from components.meeting.ledger import NOTHING_MORE, Book, More
from kpi.follow_ups import (
    STATE_NAMES,
    Event,
    EventKind,
    Standing,
    Step,
    allowed,
    closing,
    deadline,
    expectation,
    place_name,
    recorded_words,
    topic,
)
from kpi.plan import Plan
from kpi.vocabulary import InputError

ACTIONS = {EventKind.ASSIGNED: "交办", EventKind.PROGRESS: "填报进展", EventKind.DONE: "报告办结",
           EventKind.RETURNED: "退回", EventKind.EXTENDED: "延期", EventKind.CLOSED: "人工销号",
           EventKind.REOPENED: "重新办理", EventKind.HANDED_OVER: "移交"}
_ASKED = {EventKind.ASSIGNED: "交办说明（可不填）", EventKind.PROGRESS: "进展内容", EventKind.DONE: "办结情况",
          EventKind.RETURNED: "退回原因", EventKind.EXTENDED: "延期理由",
          EventKind.CLOSED: "销号理由（将注明为人工销号）", EventKind.REOPENED: "重新办理的理由",
          EventKind.HANDED_OVER: "移交理由"}
_SEEN = "fu.seen"


def show(book: Book) -> None:
    """The item named in the address as a dialog over the page; a number that is not there is said
    politely.
    """
    number = st.query_params.get(ITEM)
    if number is None:
        return
    one = book.standing(number)
    if one is None:
        notices.fallback(f"截至所选日期，台账中没有编号为 {number} 的事项。")
        return
    # what a form answers to is what was on the screen when the item was opened
    seen = st.session_state.setdefault(_SEEN, {})
    seen.setdefault(number, book.ledger.case(number).version)
    st.dialog(plain(f"{one.item.number} · {one.item.title}"), width="large",
              on_dismiss=lambda: _close(number))(_body)(book, one)


def _close(number: str) -> None:
    st.session_state.get(_SEEN, {}).pop(number, None)
    open_item(None)


def _body(book: Book, standing: Standing) -> None:
    with st.container(key="lg-fu-open"):
        with st.container(key="lg-fu-facts"):
            st.html(_facts(book, standing))
            _actions(book, standing)
        with st.container(key="lg-fu-story"):
            follow_up_curve.show(book, standing)
            st.html(_history(standing, book.view.plan))


def _facts(book: Book, standing: Standing) -> str:
    item, now = standing.item, standing.status
    rows = [
        (
            "状态",
            f"{state_mark(now.state)} {escape(closing(standing) if now.closed_on else deadline(now))}",
        ),
        ("对象", escape(place_name(item, book.view.geography))),
        ("牵头单位", escape(item.lead_unit)),
        ("责任单位", escape("、".join(item.responsible_units) or "—")),
        ("责任岗位", escape(item.post)),
        ("期限", f"{now.due.isoformat()}{'（已延期）' if now.extended else ''}"),
        ("核查指标", escape(topic(item, book.view.plan))),
    ]
    if item.indicator is not None:
        rows += [("要求", escape(expectation(item, book.view.plan))),
                 ("现值", current_value(book, item)), ("核查进度", _verifying(book, standing))]
    rows += [("会议", item.meeting.isoformat() if item.meeting else "—")]
    if item.origin:
        rows.append(("来源", escape(item.origin)))
    return '<dl class="lg-explain lg-fu-dl">' + "".join(f"<dt>{name}</dt><dd>{text}</dd>"
                                                        for name, text in rows) + "</dl>"


def _verifying(book: Book, standing: Standing) -> str:
    now, rules = standing.status, book.view.plan.follow_up
    if now.done_on is not None and now.closed_on is None:
        return f"{now.done_on.isoformat()}报告办结，已连续达标{now.held_days}/{rules.hold_days}天"
    if now.closed_on is not None:
        return f"销号后{rules.watch_days}天内数据回落将重新办理"
    return f"报告办结后，数据连续{rules.hold_days}天达标才自动销号"


def _history(standing: Standing, plan: Plan) -> str:
    entries = "".join(_entry(step, recorded_words(step, standing.item, plan))
                      for step in reversed(standing.status.steps))
    return f'<h3 class="lg-fu-h3">办理记录</h3><ol class="lg-fu-steps" tabindex="0">{entries}</ol>'


def _entry(step: Step, recorded: str) -> str:
    event = step.event
    who = "数据自动核查" if event is None else f"{escape(event.account)} {event.at:%H:%M}"
    detail = "" if event is None else _detail(event)
    text = escape(recorded if event is None else event.text)
    paragraph = f"<p>{detail}{text}</p>" if detail or text else ""
    return (
        f"<li class='{'lg-fu-data' if step.by_data else ''}'><div><b>{escape(step.what)}</b>"
        f"<span>{step.day.isoformat()} · {who} · {STATE_NAMES[step.stage]}</span></div>{paragraph}</li>"
    )


def _detail(event: Event) -> str:
    if event.lead_unit is not None:
        return f"移交{escape(event.lead_unit)}，责任岗位：{escape(event.post or '')}。"
    return "" if event.due is None else (
        f"延至{event.due.isoformat()}，{escape(event.approver or '')}批准。")


def _actions(book: Book, standing: Standing) -> None:
    if book.view.access.looking_back:
        st.html('<p class="lg-fu-note">这是已由新方案接替的方案，台账只能查看。</p>')
        return
    if book.day < book.view.now().date():
        st.html('<p class="lg-fu-note">正在查看较早日期的台账；要填报请把截至日期改回最新。</p>')
        return
    may = allowed(standing.item, standing.status, book.actor)
    if not may:
        st.html('<p class="lg-fu-note">本账户目前不能对这个事项做任何操作。</p>')
        return
    kind = EventKind(str(st.segmented_control("操作", [kind.value for kind in may],
                                              key=f"fu-action-{standing.item.number}",
                                              default=may[0].value, required=True,
                                              format_func=lambda value: ACTIONS[EventKind(value)])))
    with st.form(f"fu-form-{standing.item.number}-{kind}", enter_to_submit=False):
        text = st.text_area(_ASKED[kind], max_chars=2000, height=96)
        asked = (_extension(standing) if kind == EventKind.EXTENDED
                 else _handed_to() if kind == EventKind.HANDED_OVER else NOTHING_MORE)
        if st.form_submit_button(ACTIONS[kind], type="primary"):
            _submit(book, standing, kind, text, asked)


def _extension(standing: Standing) -> More:
    earliest = max(standing.status.due, standing.status.as_of) + timedelta(days=1)
    due = st.date_input("延期至", value=earliest + timedelta(days=29), min_value=earliest,
                        format="YYYY-MM-DD")
    return More(due, st.text_input("批准岗位", placeholder="例如：分管副市长", max_chars=50))


def _handed_to() -> More:
    unit = st.text_input("接手的牵头单位", placeholder="例如：市商务局", max_chars=50)
    return More(lead_unit=unit, post=st.text_input("接手的责任岗位（写岗位，不写姓名）", max_chars=50))


def _submit(book: Book, standing: Standing, kind: EventKind, text: str, more: More) -> None:
    number, seen = standing.item.number, st.session_state[_SEEN]
    try:
        book.act(number, seen.get(number, standing.case.version), kind, text, more)
    except InputError as error:
        notices.card("error", "没有记下", str(error))
        return
    seen.pop(number, None)
    st.rerun()
