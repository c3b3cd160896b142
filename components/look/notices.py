"""Designed states: what happened, where, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kpi.vocabulary import InputError


def card(kind: str, title: str, text: str, *, then: str | None = None) -> None:
    """A notice card. `kind`: error, warning or empty."""
    after = f'<p class="lg-notice-then">{escape(then)}</p>' if then else ""
    role = ' role="alert"' if kind == "error" else ""
    st.html(
        f'<div class="lg-notice lg-notice-{kind}"{role}><h2>{escape(title)}</h2><p>{escape(text)}</p>{after}</div>'
    )


def listed(kind: str, title: str, lines: Sequence[str], *, then: str | None = None) -> None:
    """A notice card of several things, each on a line of its own. `kind`: as of `card`."""
    after = f'<p class="lg-notice-then">{escape(then)}</p>' if then else ""
    role = ' role="alert"' if kind == "error" else ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    st.html(f'<div class="lg-notice lg-notice-{kind} lg-notice-list"{role}><h2>{escape(title)}</h2>'
            f"<ul>{items}</ul>{after}</div>")


def input_error(error: InputError) -> None:
    """The plain sentence of an InputError, and a way to try again."""
    # a key of its own: a first reading that fails has its own box on the page already
    with st.container(key="lg-failed"):
        card("error", "数据暂时无法显示", str(error), then="改正后点“重试”；仍有问题请把上面这句话告诉系统管理员。")
        st.button("重试", key="notice-retry")


def failure() -> None:
    """Something nobody foresaw; its details are in the server's log."""
    with st.container(key="lg-failed"):
        card("error", "页面出错了", "程序遇到没有预料到的情况，详细信息已记入服务日志。",
             then="请点“重试”；仍有问题请告知系统管理员出错的时间。")
        st.button("重试", key="notice-retry")


def fallback(sentence: str) -> None:
    """A polite line about an address parameter that could not be used."""
    card("warning", "已为您调整显示内容", sentence)


def preparing(place: DeltaGenerator) -> DeltaGenerator:
    """What a first visitor reads while the data is prepared; gives where the progress bar goes."""
    with place:
        card("empty", "正在准备数据", "首次打开需要读取各数据源并计算指标，通常不到一分钟；完成后会自动显示，请稍候。")
        return st.empty()


def empty(title: str, text: str) -> None:
    """Nothing to show here, and why."""
    card("empty", title, text)
