"""New items (from an alert or free), new meetings, and the import of last meeting's items."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import streamlit as st

from components.look import notices, plain
from components.meeting import alert_list
from components.meeting.ledger import Book
from components.shell import job_view
from data_access.running import Progress
from kpi.alerts import SEVERITY_NAMES, Alert
from kpi.follow_ups import FOLLOW_UPS_CLOSED, RULES, TITLE_LIMIT, EventKind, Item, Meeting
from kpi.scope import Permission
from kpi.vocabulary import Division, InputError, Rollup

Import = Callable[[bytes, date | None], tuple[Item, ...]]
_FREE, _FROM_ALERT = "自拟事项", "从预警立项"
_READ = "fu.import"
_CHECK, _IMPORT = "import-check", "import"
_NO_MEETING = "不属于某次会议"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def buttons(book: Book, template: Callable[[], bytes], read: Import) -> None:
    """What the office may begin; nothing for other accounts."""
    if book.actor.role not in RULES[EventKind.RAISED].roles or not book.view.may(Permission.LEDGER):
        return
    with st.container(key="lg-fu-buttons", horizontal=True, gap="small"):
        if st.button("新建事项", type="primary", key="fu-new"):
            st.dialog("新建督办事项", width="large")(_new_item)(book)
        if st.button("登记会议", key="fu-meet"):
            st.dialog("登记联席会议", width="medium")(_new_meeting)(book)
        if st.button("导入事项", key="fu-import"):
            st.dialog("导入上次会议的事项", width="medium")(_import)(book, template, read)
    job_view.show(book.view, _IMPORT)


def from_alert(book: Book, alert: Alert) -> None:
    """The form of a new item with this alert chosen, over whatever page is open."""
    st.session_state.update({"fu-new-source": _FROM_ALERT, "fu-new-alert": alert})
    st.dialog("新建督办事项", width="large")(_new_item)(book)


def _new_item(book: Book) -> None:
    alerts = alert_list.worst(book.view)
    # the way in may have chosen; a default besides would be remarked in the log
    st.session_state.setdefault("fu-new-source", _FROM_ALERT if alerts else _FREE)
    source = st.segmented_control("来源", [_FROM_ALERT, _FREE], required=True, key="fu-new-source")
    alert = _choose_alert(book, alerts) if source == _FROM_ALERT else None
    places = (book.view.geography.city, *book.view.members)
    start = _start(book, alert, places)
    # the fields begin anew with another alert, so their names hold it
    name = "free" if alert is None else f"{alert.indicator}-{alert.division}"
    with st.form(f"fu-new-{name}", enter_to_submit=False):
        title = st.text_input("事项内容", value=start.title, max_chars=TITLE_LIMIT)
        left, right = st.columns(2)
        place = left.selectbox("区划", places, index=start.place, format_func=lambda one: one.name)
        indicator = right.selectbox("核查指标", [None, *_codes(book)], index=start.indicator,
                                    format_func=lambda code: _topic(book, code))
        lead = left.text_input("牵头单位", value=start.lead, max_chars=50)
        post = right.text_input("责任岗位（写岗位，不写姓名）", max_chars=50, placeholder="例如：县人社局局长")
        units = left.text_input("责任单位（多个用顿号分开）", value="、".join(start.units))
        expected = right.text_input("预期值（不填则以恢复达序时为准）", placeholder="例如：9000 或 60%")
        due = left.date_input("办结期限", value=_due(book),
                              min_value=book.view.now().date(), format="YYYY-MM-DD")
        meeting = right.selectbox("会议", [None, *(one.held_on for one in book.meetings)], index=1
                                  if book.meetings else 0, format_func=lambda day: _NO_MEETING
                                  if day is None else day.isoformat())
        assign = st.checkbox("同时交办", value=True)
        if st.form_submit_button("立项", type="primary"):
            _raise(book, lambda: Item(title, place.rollup, place.code, lead, post, due or date.min,
                                      _split(units), indicator, _number(expected), meeting, ""
                                      if alert is None else alert.evidence), assign)


@dataclass(frozen=True)
class _Start:
    """What the fields hold before anybody types; positions in the lists they choose from."""

    title: str = ""
    place: int = 0
    indicator: int = 0
    lead: str = ""
    units: tuple[str, ...] = ()


def _start(book: Book, alert: Alert | None, places: tuple[Division, ...]) -> _Start:
    if alert is None:
        return _Start()
    plan = book.view.plan.indicator(alert.indicator)
    place = next(number for number, one in enumerate(places)
                 if (one.rollup, one.code) == (Rollup(alert.rollup), alert.division))
    own = places[place].name
    return _Start(f"{own}{plan.name}补进度", place, 1 + _codes(book).index(alert.indicator),
                  *((alert.lead_unit, plan.co_units) if places[place].rollup == Rollup.CITY
                    # the city's co-operating units answer for the city's figure
                    else (own, ())))


def _due(book: Book) -> date:
    """In two months, or with the plan where that ends before."""
    deadline, today = book.view.plan.window.deadline, book.view.now().date()
    return max(min(book.day + timedelta(days=60), deadline), today)


def _choose_alert(book: Book, alerts: tuple[Alert, ...]) -> Alert | None:
    if not alerts:
        st.caption("当前没有预警，请选择自拟事项。")
        return None
    return st.selectbox("预警", alerts, key="fu-new-alert",
                        format_func=lambda one: f"{SEVERITY_NAMES[one.severity]} · {one.evidence}")


def _topic(book: Book, code: str | None) -> str:
    return "不选（由办公室核查）" if code is None else book.view.plan.indicator(code).name


def _codes(book: Book) -> list[str]:
    return [item.code for item in book.view.plan.indicators if item.code != FOLLOW_UPS_CLOSED]


def _raise(book: Book, made: Callable[[], Item], assign: bool) -> None:
    try:
        (raised,) = book.raise_items((made(),), assign=assign)
    except InputError as error:
        notices.card("error", "没有立项", str(error))
        return
    st.toast(f"已立项：{plain(raised.number)}")
    st.rerun()


def _number(text: str) -> float | None:
    plain = text.strip().replace(",", "").replace("，", "")
    if not plain:
        return None
    try:
        return float(plain.rstrip("%％")) / (100 if plain[-1] in "%％" else 1)
    except ValueError:
        raise InputError(f"预期值“{text}”不是数字；请填写数字，或留空。") from None


def _split(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.replace("，", "、").replace(",", "、").split("、")
                 if name.strip())


def _new_meeting(book: Book) -> None:
    today = book.view.now().date()
    with st.form("fu-meeting", enter_to_submit=False):
        held_on = st.date_input("会议日期", value=today, max_value=today, format="YYYY-MM-DD")
        chair = st.text_input("主持岗位（写岗位，不写姓名）", placeholder="例如：分管副市长", max_chars=50)
        units = st.text_area("参会单位（用顿号分开）", height=80)
        snapshot_id = book.view.current.snapshot.id
        frozen = st.selectbox("会议所用数据", [snapshot_id, None],
                              format_func=lambda one: "不指定" if one is None else f"当前数据 {one}")
        if st.form_submit_button("登记", type="primary"):
            try:
                book.hold_meeting(Meeting(held_on or date.min, chair, _split(units), frozen))
            except InputError as error:
                notices.card("error", "没有登记", str(error))
                return
            st.rerun()


@dataclass(eq=False)
class _Checking:
    """One workbook for one meeting. The job fills in what is in it, or what is wrong with it; the
    dialog looks.
    """

    name: tuple[str, date | None]
    items: tuple[Item, ...] = ()
    problem: str = "程序遇到没有预料到的情况，详细信息已记入服务日志；请告知系统管理员出错的时间。"
    over: bool = False

    def check(self, read: Import, content: bytes, progress: Progress) -> str:
        """The work of the job."""
        progress("正在检查工作簿", 0.1)
        try:
            self.items = read(content, self.name[1])
        except InputError as error:
            self.problem = str(error)
            raise
        finally:
            self.over = True
        return f"共 {len(self.items)} 项，检查通过。"


def _checked(book: Book, read: Import, content: bytes, meeting: date | None) -> _Checking:
    """What is in the workbook, checked once however often the dialog is drawn, outside of its runs.
    """
    name = (hashlib.sha256(content).hexdigest(), meeting)
    checking = st.session_state.get(_READ)
    if not isinstance(checking, _Checking) or checking.name != name:
        checking = st.session_state[_READ] = _Checking(name)
    while not checking.over:  # a workbook another tab of the account is having checked goes first
        job_view.start(book.view, _CHECK, "检查工作簿", partial(checking.check, read, content))
    return checking


def _imported(record: Callable[[], tuple[Item, ...]], progress: Progress) -> str:
    progress("正在登记", 0.5)
    raised = record()
    numbers = f"{raised[0].number} 至 {raised[-1].number}" if len(raised) > 1 else raised[0].number
    return f"已立项并交办 {len(raised)} 项：{numbers}。"


def _import(book: Book, template: Callable[[], bytes], read: Import) -> None:
    made = book.view.handing_out("督办事项导入模板", template, Permission.LEDGER)
    st.download_button("下载模板", data=made, on_click="ignore", file_name="督办事项导入模板.xlsx",
                       mime=_SPREADSHEET)
    meeting = st.selectbox("会议", [*(one.held_on for one in book.meetings), None],
                           format_func=lambda day: _NO_MEETING if day is None else day.isoformat())
    with st.container(key="lg-fu-upload"):
        given = st.file_uploader("填好的工作簿（.xlsx，不超过5 MB）", type=["xlsx"], max_upload_size=5)
    if given is None:
        return
    checking = _checked(book, read, given.getvalue(), meeting)
    if not checking.items:
        notices.card("error", "没有导入", checking.problem)
        return
    number = len(checking.items)
    st.html(f'<p class="lg-calm">● 共 {number} 项，检查通过。</p>')
    if st.button(f"导入并交办 {number} 项", type="primary"):
        _begin_import(book, checking.items)


def _begin_import(book: Book, items: tuple[Item, ...]) -> None:
    try:
        record = book.raising(items, assign=True)
    except InputError as error:
        notices.card("error", "没有导入", str(error))
        return
    job_view.start(book.view, _IMPORT, "导入", partial(_imported, record))
    st.rerun()
