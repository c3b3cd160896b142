"""What else a department is in charge of: its duties, and its open follow-up items."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.meeting import duty_list
from components.meeting.ledger import open_book
from components.shell import View, onward
from kpi.duties import DutyStanding
from kpi.follow_ups import STATE_NAMES, STATE_SHAPES, Standing
from kpi.plan import DepartmentPlan

_MOST = 8


def show_duties(view: View, department: DepartmentPlan) -> None:
    """The duties it leads, then those it helps with, each with its state."""
    all_ = duty_list.standings(view)
    own = [one for one in all_ if one.duty.lead in department.names]
    helped = [one for one in all_ if _helps(one, department)]
    if not own and not helped:
        st.html('<p class="lg-calm-note">○ 任务清单里没有这个部门牵头或配合的任务。</p>')
        return
    rows = "".join(_duty(one, "牵头") for one in own) + "".join(_duty(one, "配合") for one in helped)
    st.html('<div class="lg-table-box lg-department-box" tabindex="0" role="region" '
            'aria-label="本部门的任务"><table class="lg-table lg-department-duties"><thead><tr>'
            '<th scope="col">序号</th><th scope="col">任务</th><th scope="col">分工</th>'
            f'<th scope="col">状态</th></tr></thead><tbody>{rows}</tbody></table></div>')


def duties_note(view: View, department: DepartmentPlan) -> str:
    """“牵头 2 项、配合 13 项”."""
    all_ = duty_list.standings(view)
    return (f"牵头 {sum(one.duty.lead in department.names for one in all_)} 项、"
            f"配合 {sum(_helps(one, department) for one in all_)} 项")


def _helps(one: DutyStanding, department: DepartmentPlan) -> bool:
    return not set(department.names).isdisjoint(one.duty.co)


def show_items(view: View, department: DepartmentPlan) -> None:
    """Its open items, the first due on top, each leading to the item."""
    waiting = _open_items(view, department)
    if not waiting:
        st.html('<p class="lg-calm-note">○ 没有这个部门在办的督办事项。</p>')
    for one in waiting[:_MOST]:
        item, now = one.item, one.status
        st.html(f'<p class="lg-department-item"><b>{STATE_SHAPES[now.state]} '
                f"{STATE_NAMES[now.state]}</b> 期限 {now.due}</p>")
        onward.link(f"{item.number} {item.title}", "follow_ups", item=item.number)
    if len(waiting) > _MOST:
        onward.link(f"另有 {len(waiting) - _MOST} 项，看督办", "follow_ups")


def items_note(view: View, department: DepartmentPlan) -> str:
    """“在办 3 项”."""
    return f"在办 {len(_open_items(view, department))} 项"


def _open_items(view: View, department: DepartmentPlan) -> list[Standing]:
    return sorted((one for one in open_book(view).all
                   if one.status.is_open
                   and not set(department.names).isdisjoint(one.item.units)),
                  key=lambda one: (one.status.due, one.item.number))


def _duty(one: DutyStanding, part: str) -> str:
    return (f"<tr><td>{escape(one.duty.id)}</td>"
            f'<th scope="row">{escape(one.duty.text)}<small>{escape(one.shows)}</small></th>'
            f'<td>{part}</td><td class="lg-duty-{one.state.value}">{" ".join(one.state_words)}</td></tr>')
