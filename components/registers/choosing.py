"""Whose register of what: the datasets open to the account's units, what is in force, the form."""

from __future__ import annotations

import streamlit as st

from components.library import connect_source
from components.look import notices
from components.shell import View
from data_access.forms import form_xlsx
from data_access.handing_in import Taking, content_of, openings, taking_of, units_of, versions_of
from kpi.scope import Permission


def choose(view: View) -> Taking | None:
    """The register to be handed in; None where nothing is open to any of the account's units."""
    units = {code: name for code, name in units_of(view.geography).items()
             if view.access.hands_in_for(code)}
    open_units = {name: [unit for unit in units if not those or unit in those]
                  for name, those in openings(view.current.settings).items()}
    names = [name for name, those in open_units.items() if those]
    if not names:
        notices.empty("没有需要报送的台账", "现在没有开放给本单位报送的数据集；需要报送的，由系统管理员在“接入”页开放。")
        return None
    with st.container(key="lg-register-choice", horizontal=True, vertical_alignment="bottom"):
        dataset = st.selectbox("数据集", names, key="register-dataset", width=240,
                               format_func=view.plan.definitions.title)
        own = open_units[dataset]
        unit = own[0] if len(own) == 1 else st.selectbox(
            "管理单位", own, key=f"register-unit-{dataset}", width=200,
            format_func=units.__getitem__)
        taking = taking_of(view.current.settings, dataset, unit, view.geography,
                           connect_source.recogniser(view))
        _download(view, taking)
    st.html(f'<p class="lg-register-state">{state(taking)}</p>')
    return taking


def state(taking: Taking) -> str:
    """What is in force of the register, in one sentence."""
    newest = versions_of(taking).newest()
    if newest is None:
        return f"{taking.owner.name}还没有报送过{taking.dataset.title}。"
    return (f"{taking.owner.name}现有第{newest.number}版，共{newest.rows:,}行，"
            f"{newest.at:%Y-%m-%d %H:%M}报送。")


def _download(view: View, taking: Taking) -> None:
    """The form with what is on record filled in already."""
    newest = versions_of(taking).newest()
    filled = f"（已填现有的{newest.rows:,}行）" if newest is not None and newest.rows else ""
    name = f"{taking.dataset.title}填报表-{taking.owner.name}"

    def make() -> bytes:
        versions = versions_of(taking)
        return form_xlsx(taking.dataset, view.geography, taking.owner.code,
                         content_of(versions, versions.newest(), taking.dataset))
    st.download_button(f"下载填报表{filled}", view.handing_out(name, make, Permission.HAND_IN),
                       file_name=f"{name}.xlsx", on_click="ignore", key="register-form")
