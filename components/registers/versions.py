"""历次报送: every version of a unit's register, with a way back to each; and what all units have in
force.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import notices
from components.registers import dropping, reading
from components.registers.rows_table import rows_table
from components.shell import View
from components.shell.permit import RefusedError
from data_access.accounts import Action
from data_access.handing_in import Taking, openings, put_back, units_of, versions_of
from data_access.registers import Version, Versions
from kpi.scope import Permission
from kpi.vocabulary import InputError

_MOST = 20


def show(view: View, taking: Taking, permission: Permission = Permission.HAND_IN) -> None:
    """The versions, the newest first. `permission`: what going back to one needs."""
    versions = versions_of(taking).all()
    if not versions:
        st.html('<p class="lg-register-state">还没有报送过。提交之后，每一版都列在这里，可以撤回到任何一版。</p>')
        return
    seen = reading.shown_last(f"{taking.dataset.name}|{taking.owner.code}", versions[0].number)
    for one in versions[:_MOST]:
        with st.container(key=f"lg-register-version-{one.number}", horizontal=True,
                          vertical_alignment="center"):
            st.html(_line(one))
            if one.number == versions[0].number:
                st.html('<span class="lg-register-state">● 现在用的一版</span>')
            elif st.button("撤回到这一版", key=f"register-back-{taking.dataset.name}-"
                           f"{taking.owner.code}-{one.number}"):
                _back(view, taking, one, seen, permission)
    if len(versions) > _MOST:
        st.caption(f"另有{len(versions) - _MOST}个较早的版本。")


def _line(one: Version) -> str:
    changes = f"新增{one.added:,}、改{one.changed:,}、删{one.removed:,}"
    parts = (f"第{one.number}版", f"{one.at:%Y-%m-%d %H:%M}", one.by, f"{one.rows:,}行", changes,
             *((one.reason,) if one.reason else ()))
    return f'<p class="lg-register-version">{escape(" · ".join(parts))}</p>'


def _back(view: View, taking: Taking, version: Version, seen: int,
          permission: Permission) -> None:
    what = f"{taking.dataset.title}（{taking.owner.name}）"

    def record() -> object:
        # first: what leaves no trace is not done
        return view.permit.note(Action.HAND_IN, what, f"撤回到第{version.number}版 提交")
    try:
        access = view.permit.require(permission)
        if permission == Permission.HAND_IN:
            reading.refuse_others(view, access, taking)
        made = put_back(taking, version.number, seen, view.access.account.label, view.now(), record)
        view.permit.note(Action.HAND_IN, what, f"第{made.number}版 {made.digest[:12]}")
    except RefusedError:
        raise
    except InputError as error:
        notices.card("error", "没有撤回", str(error))
        return
    dropping.emptied()
    reading.read(view, taking, made, permission)
    st.rerun()


def of_all_units(view: View, dataset: str) -> None:
    """What every unit the dataset is open to has in force, in numbers; those that have nothing yet
    by name.
    """
    allowed = openings(view.current.settings).get(dataset, ())
    units = units_of(view.geography)
    rows = []
    for code in [one for one in units if not allowed or one in allowed]:
        newest = Versions(view.current.settings.home, dataset, code).newest()
        rows.append((units[code], *(("还没有报送", "—", "—", "—") if newest is None else (
            f"第{newest.number}版", f"{newest.rows:,}", f"{newest.at:%Y-%m-%d %H:%M}", newest.by))))
    st.html(rows_table(("单位", "版本", "行数", "时间", "账号"), rows))
    unknown = [code for code in allowed if code not in units]
    if unknown:
        notices.card("warning", "请核对开放的单位", f"名录中没有单位代码{'、'.join(unknown)}，请在“接入”页改正。")
