"""Which plan is looked at, where an installation has several; with one there is nothing to choose
and nothing happens.

The address names the plan (`plan=suqian-2025-2026`), none is the current one. As with the
selection, an address on another page than before overrides what it names, on the same page it is
the whole choice.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import notices
from components.shell import selection, state
from components.shell.cache import cached
from components.shell.settings_cache import current_settings, stamp
from components.shell.state import Loaded, Progress
from components.shell.wholes import whole_of
from data_access.current import load_or_refresh
from data_access.site import PlanSite, PlanSites, Settings, plan_folders, plan_sites
from kpi.scope import Access, Permission, Scope
from kpi.vocabulary import InputError

KEY = "plan"
_CURRENT = ""
_CHOSEN, _WRITTEN, _PAGE = "plans.chosen", "plans.written", "plans.page"
Stamps = tuple[tuple[str, tuple[int, int, int] | None], ...]


def sites() -> PlanSites | None:
    """The plans of this installation, None where it has only one. Raises InputError where the
    current one cannot be used.
    """
    settings = current_settings()
    folders = plan_folders(settings)
    if not folders:
        return None
    stamps = tuple((str(folder), stamp(folder / "plan.toml")) for folder in folders)
    own = stamp(settings.plan_file)
    if own is None or None in dict(stamps).values():
        return plan_sites(settings)
    return _sites((*stamps, (state.configuration(settings), own)), settings)


@cached(4)
def _sites(stamps: Stamps, _settings: Settings) -> PlanSites:
    return plan_sites(_settings)


def other() -> PlanSite | None:
    """The plan that is looked at; None for the current one. Raises InputError where the address
    names a plan that cannot be used.
    """
    chosen = str(st.session_state.get(_CHOSEN) or "")
    plans = sites() if chosen else None
    found = None if plans is None else plans.plan(chosen)
    return None if found is None or found.current else found


def key() -> dict[str, str]:
    """The address parameter of the plan that is looked at, for links; none for the current one."""
    chosen = st.session_state.get(_CHOSEN)
    return {KEY: chosen} if chosen else {}


def begin(address: str) -> None:
    """Take up the address at the start of a run."""
    session, named = st.session_state, st.query_params.get(KEY)
    if session.get(_PAGE) != address:
        session[_CHOSEN] = named or session.get(_CHOSEN)
    elif named != session.get(_WRITTEN):
        session[_CHOSEN] = named
    session[_PAGE] = address


def choose(identity: str | None) -> None:
    """Look at another plan, None for the current one. For widget callbacks, before the page runs
    again.
    """
    st.session_state[_CHOSEN] = identity
    # days and indicators belong to one plan
    selection.choose(as_of=None, indicator=None)


def finish() -> None:
    """Write the plan to the address; only when it changed."""
    chosen = st.session_state.get(_CHOSEN) or None
    if chosen != st.query_params.get(KEY):
        if chosen is None:
            st.query_params.pop(KEY, None)
        else:
            st.query_params[KEY] = chosen
    st.session_state[_WRITTEN] = chosen


def settled() -> None:
    """Give up a plan the address names and that cannot be used, with a sentence why."""
    try:
        plan = other()
    except InputError as error:
        notices.fallback(f"{error}已改为显示现在的方案。")
        plan = None
    if plan is None:
        st.session_state[_CHOSEN] = None


def picker() -> None:
    """方案: every plan there is, by its years; nothing where there is only one."""
    plans = sites()
    if plans is None or not plans.others:
        return
    names = {_CURRENT if plan.current else plan.id: plan for plan in plans.plans}
    widget = "filter-plan"
    st.session_state[widget] = st.session_state.get(_CHOSEN) or _CURRENT
    st.selectbox("方案", list(names), key=widget, width=220,
                 format_func=lambda one: _label(names[one], plans),
                 on_change=lambda: choose(st.session_state[widget] or None))


def _label(plan: PlanSite, plans: PlanSites) -> str:
    """The years, and where another plan has the same ones its name too."""
    alike = sum(one.years == plan.years for one in plans.plans) > 1
    ended = "" if plan.current else "（只读）"
    return f"{plan.years}{ended}{' ' + plan.title if alike else ''}"


def banner(access: Access) -> None:
    """That another plan is looked at, on every page of it; and whoever looks after the plan or the
    data is told of those that cannot be used.
    """
    plans, plan = sites(), other()
    if plans is not None and (access.allowed(Permission.PLAN) or access.allowed(Permission.DATA)):
        for sentence in plans.problems.values():
            notices.card("warning", "有一个方案不能使用", sentence)
    if plan is None:
        return
    window = plan.window
    st.html(f'<p class="lg-past-plan" role="note"><b>{escape(plan.years)}的方案</b>《{escape(plan.title)}》'
            f"（{window.start} 至 {window.deadline}）已经由新方案接替，只能查看；"
            "数据有截止后更正的，最终报告仍可以再次定稿。</p>")


def back_button() -> None:
    """A button to the current plan."""
    st.button("返回现在的方案", key="plan-back", on_click=choose, args=(None,))


def load_plan_figures(plan: PlanSite, progress: Progress, scope: Scope) -> Loaded:
    """The figures of another plan, cut to a scope. Raises InputError when nothing usable can be
    had.
    """
    return state.cut(whole_of(f"plan {plan.settings.data}", plan.settings,
                              lambda: load_or_refresh(plan.settings, progress)), scope)
