"""Which department the page shows in full; kept in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.shell import View, onward, page_params
from kpi.departments import shared_counts
from kpi.plan import DepartmentPlan

_KEY = "department"


def open_to(view: View) -> tuple[DepartmentPlan, ...]:
    """The departments the account may see in full: a department itself, everybody else all."""
    listed = view.plan.departments
    if not view.access.only_department:
        return listed
    return tuple(one for one in listed if own(view, one))


def own(view: View, department: DepartmentPlan) -> bool:
    """Whether the account acts for the department, by whichever of its names."""
    return not view.access.departments.isdisjoint(department.names)


def way(view: View) -> None:
    """A link to the page, beside a figure that departments share."""
    if view.item in shared_counts(view.plan):
        onward.way("看部门", "departments")


def choose(departments: Sequence[DepartmentPlan]) -> DepartmentPlan:
    """The one in the address, the first where it names none."""
    by_key = {one.key: one for one in departments}
    first = next(iter(by_key))
    chosen = page_params.one(_KEY, list(by_key), first)
    if len(by_key) > 1:
        st.session_state["department-chosen"] = chosen
        st.selectbox("部门", list(by_key), key="department-chosen", width=320,
                     format_func=lambda key: by_key[key].name,
                     on_change=lambda: page_params.put(
                         _KEY, st.session_state["department-chosen"], first))
    return by_key[chosen]
