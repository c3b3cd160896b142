"""What fails in a callback is a card on the page that is drawn next, never the framework's own
words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from components.look import notices
from kpi.vocabulary import InputError

P = ParamSpec("P")
_FAILED = "carded.failed"
_UNFORESEEN = "程序遇到没有预料到的情况，详细信息已记入服务日志；请刷新页面核对是否已经生效。"
_log = logging.getLogger(__name__)


def carded(callback: Callable[P, None]) -> Callable[P, None]:
    """The callback, for `on_click` and the like; what it raises becomes a card at the next
    `show_failure`.
    """
    @wraps(callback)
    def called(*args: P.args, **named: P.kwargs) -> None:
        try:
            callback(*args, **named)
        except InputError as error:
            st.session_state[_FAILED] = str(error)
        except Exception:
            _log.exception("callback %s failed", getattr(callback, "__name__", callback))
            st.session_state[_FAILED] = _UNFORESEEN
    return called


def show_failure(also: str | None = None) -> None:
    """The card of what failed since the page was last drawn, `also` what failed outside its run;
    nothing otherwise.
    """
    for sentence in (st.session_state.pop(_FAILED, None), also):
        if sentence is not None:
            notices.card("error", "上一步没有完成", sentence)


def script_failed(error: Exception) -> bool:
    """What the server calls for anything else that escapes from a run: a card in place of the
    framework's words.
    """
    if isinstance(error, InputError):
        notices.input_error(error)
    else:
        _log.error("a run failed", exc_info=error)
        notices.failure()
    return True
