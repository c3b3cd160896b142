"""Papers to take away: the list with its downloads made on click, and a preview as they will print.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import PurePath

import streamlit as st

from components.look import notices, plain
from components.shell import View, job_view
from components.shell.permit import Finish
from data_access.accounts import Action
from data_access.running import JobState
from kpi.scope import Permission
from kpi.vocabulary import InputError
from reports.preview import NO_OFFICE, NO_SLIDES

_KIND, _ALL = "preview", "papers"
_SHEETS, _PAPER, _ASKED = "papers-sheets", "papers-paper", "papers.asked"
_EXTENT, _WHOLE, _MEETING = "papers-extent", "全部", "会议用"
Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Offer:
    """One paper. `identity` stands for its content in caches; `data` makes the file when it is
    asked for; `pdf` makes pages of it, None where nothing can.
    """

    key: str
    title: str
    about: str
    name: str
    identity: str
    data: Callable[[], bytes]
    pdf: Finish | None = None


@dataclass(frozen=True)
class Shown:
    """What a preview shows: page pictures (PNG), the first of `total` pages, and `page` draws any
    other by its number; else pieces of safe HTML, else text.
    """

    pages: tuple[bytes, ...] = ()
    total: int = 0
    page: Callable[[int], bytes] | None = None
    html: tuple[str, ...] = ()
    text: str = ""


def choose_sheets(names: Mapping[str, str], meeting: frozenset[str]) -> frozenset[str]:
    """Which of the optional sheets (name by key) the workbook is to hold; all to begin with, or
    those for a `meeting`.
    """
    extent = st.segmented_control(
        "报表范围", (_WHOLE, _MEETING), default=_WHOLE, required=True, key=_EXTENT,
        help="会议用：封面、总表、各指标、排名、预警和督办，打印25页以内")
    if extent == _MEETING:
        return meeting & names.keys()
    chosen = st.pills("报表包含的附表", list(names), selection_mode="multi", key=_SHEETS,
                      default=list(names), format_func=lambda key: plain(names[key]))
    return frozenset(chosen or ())


def show_downloads(view: View, offered: Sequence[Offer]) -> None:
    """One row per paper; the file is made, and noted in the audit log, when its button is clicked.
    """
    for offer in offered:
        with st.container(key=f"lg-paper-{offer.key}", horizontal=True,
                          vertical_alignment="center"):
            st.html(
                f'<div class="lg-paper"><b>{escape(offer.title)}</b><span>{escape(offer.about)}</span></div>'
            )
            st.download_button("下载", data=view.handing_out(offer.name, offer.data),
                               file_name=offer.name, on_click="ignore",
                               key=f"papers-download-{offer.key}", help=offer.name)
            if offer.pdf is not None:
                name = str(PurePath(offer.name).with_suffix(".pdf"))
                st.download_button("PDF版", data=view.handing_out(name, offer.data,
                                                                finish=offer.pdf),
                                   file_name=name, on_click="ignore", mime="application/pdf",
                                   key=f"papers-pdf-{offer.key}", help=name)
    if not any(offer.pdf for offer in offered):
        st.html(f'<p class="lg-muted">{escape(NO_OFFICE)}</p>')
    elif any(offer.pdf is None and offer.name.endswith(".pptx") for offer in offered):
        st.html(f'<p class="lg-muted">{escape(NO_SLIDES)}</p>')


def show_all(view: View, offered: Sequence[Offer], bundle: Offer) -> None:
    """All papers as one file. Making them takes up to a minute, so it is a job; then they are there
    to take away, in any tab of the account, and each for itself at once."""
    ready, job = _ready(bundle), job_view.look(view, _ALL)
    with st.container(key="lg-paper-all", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="lg-paper"><b>{escape(bundle.title)}</b><span>{escape(bundle.about)}</span></div>'
        )
        if job is not None and job.result == ready:
            st.download_button("下载", data=view.handing_out(bundle.name, bundle.data),
                               file_name=bundle.name, on_click="ignore", key="papers-download-all",
                               help=bundle.name)
        asked = (job is None or job.result != ready) and st.button("生成", key="papers-all")
    if asked:
        view.permit.record(Permission.EXPORT, Action.EXPORT, bundle.name, "生成")
        job_view.start(view, _ALL, "生成报表", partial(_make_all, offered, ready))
        st.rerun()
    if job is not None and job.result != ready:  # made, they are there to take away instead
        job_view.show(view, _ALL)


def _ready(bundle: Offer) -> str:
    """What the job says of these papers once they are made: its words are what tells them from
    others.
    """
    return f"{bundle.about}已生成，可以下载。编号 {hashlib.sha256(bundle.identity.encode()).hexdigest()[:8]}"


def _make_all(offered: Sequence[Offer], ready: str, progress: Progress) -> str:
    for number, offer in enumerate(offered):
        progress(f"正在生成 {offer.title}", number / len(offered))
        offer.data()
    return ready


def show_preview(view: View, offered: Sequence[Offer],
                 draw: Callable[[Offer, Progress], Shown]) -> None:
    """The chosen paper's pages. Laying out takes seconds to a minute, so `draw` waits to be asked
    and is a job; what it has drawn it remembers."""
    by_key = {offer.key: offer for offer in offered}
    if st.session_state.get(_PAPER) not in by_key:
        st.session_state[_PAPER] = offered[0].key
    with st.container(horizontal=True, vertical_alignment="bottom", key="lg-paper-choice"):
        st.selectbox("预览哪一份", list(by_key), key=_PAPER, format_func=lambda key: by_key[key].title,
                     width=240)
        asked = st.button("生成预览", key="papers-preview", type="primary")
    offer = by_key[st.session_state[_PAPER]]
    if asked:
        st.session_state[_ASKED] = offer.identity
        view.permit.require(Permission.EXPORT)
        job_view.start(view, _KIND, "预览", partial(_drawn, offer, draw))
    if st.session_state.get(_ASKED) != offer.identity:
        st.html('<p class="lg-muted">点“生成预览”查看打印出来的样子；报表页数多，约需半分钟。</p>')
        return
    job = job_view.look(view, _KIND)
    if job is not None and job.running:
        job_view.show(view, _KIND)
        return
    if job is not None and job.state == JobState.FAILED:
        notices.card("warning", "暂时不能预览", job.result)
        return
    try:
        _show(draw(offer, lambda _text, _share: None))
    except InputError as error:
        notices.card("warning", "暂时不能预览", str(error))


def _drawn(offer: Offer, draw: Callable[[Offer, Progress], Shown], progress: Progress) -> str:
    shown = draw(offer, progress)
    return f"{offer.title}，共 {shown.total} 页。" if shown.pages else f"{offer.title}。"


def _show(shown: Shown) -> None:
    if shown.pages:
        _show_pages(shown)
    elif shown.html:
        st.html('<p class="lg-muted">本机没有安装排版程序（LibreOffice），下面只显示内容，不代表打印版式。</p>')
        for piece in shown.html:
            st.html(f'<div class="lg-plain-paper">{piece}</div>')
    else:
        st.code(shown.text, language="json")


def _show_pages(shown: Shown) -> None:
    number = shown.total if shown.page else len(shown.pages)
    more = f"，预览前 {number} 页" if number < shown.total else ""
    st.html(f'<p class="lg-muted">共 {shown.total} 页{more}</p>')
    at = (
        int(st.number_input("第几页", 1, number, key=f"papers-page-{number}", width=160))
        if number > 1
        else 1
    )
    with st.container(key="lg-paper-page"):
        st.image(_picture(shown, at), width="stretch")


def _picture(shown: Shown, at: int) -> bytes:
    if at <= len(shown.pages) or shown.page is None:
        return shown.pages[at - 1]
    return shown.page(at)
