"""单位报送 on 接入: which datasets the units hand in, opened and closed; what they have handed in."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.library import connect_source
from components.library.connect_now import change_entry
from components.look import notices
from components.registers import versions
from components.shell import View
from data_access.handing_in import closed, opened, openings, taking_of, units_of
from data_access.proposing.saving import entry_in, versioned_sources
from kpi.definitions import Dataset
from kpi.scope import Permission
from kpi.vocabulary import InputError


def show(view: View, saved: Callable[[str], None]) -> None:
    """A dataset, the units it is open to, the buttons; below it the units' versions, and back.
    `saved`: what is to happen with the sentence of a change.
    """
    definitions = view.plan.definitions
    now = openings(view.current.settings)
    names = [name for name in definitions.counted
             if "unit_code" in definitions.datasets[name].column_names]
    units = units_of(view.geography)
    with st.container(key="lg-register-opening", horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "数据集", names, next((at for at, name in enumerate(names) if name in now), 0),
            key="opening-dataset", width=260,
            format_func=lambda one: definitions.title(one) + ("（已开放）" if one in now else ""))
        dataset = definitions.datasets[name]
        chosen = st.multiselect("开放给（不选为全部管理单位）", list(units),
                                [one for one in now.get(name, ()) if one in units],
                                format_func=units.__getitem__, key=f"opening-units-{name}",
                                placeholder="全部管理单位", width=420)
        if st.button("更新开放的单位" if name in now else "开放报送", key="opening-save"):
            _change(view, name, "开放单位报送", lambda text: opened(text, name, chosen), saved)
        if name in now and st.button("停止报送", key="opening-close"):
            _change(view, name, "停止单位报送", lambda text: closed(text, name), saved)
    for sentence in _warnings(view, dataset, is_open=name in now):
        st.caption(sentence)
    if name in now:
        versions.of_all_units(view, name)
        unit = st.selectbox("看哪个单位的历次报送", list(units), key="opening-unit", width=240,
                            format_func=units.__getitem__)
        taking = taking_of(view.current.settings, name, unit, view.geography,
                           connect_source.recogniser(view))
        versions.show(view, taking, Permission.CONNECT)


def _warnings(view: View, dataset: Dataset, *, is_open: bool) -> list[str]:
    """What opening or closing takes away."""
    if is_open:
        return ["停止报送后，已报送的台账仍然保存，但不再计入。"]
    settings = view.current.settings
    if settings.sample:
        return ["现在显示的是演示数据；开放报送后不再使用演示数据，没有接入的指标显示“未接入”。"]
    entry = entry_in(versioned_sources(settings).text(), dataset.name) or {}
    connection = str(entry.get("connection", dataset.connection))
    if not entry.get("file") and not entry.get("sources") and connection in settings.urls:
        return [f"{dataset.title}现在从连接 {connection} 的数据库读取；开放报送后不再从那里读取，只计入单位报送的台账。"]
    return []


def _change(view: View, name: str, what: str, change: Callable[[str], str],
            saved: Callable[[str], None]) -> None:
    try:
        saved(change_entry(view, name, f"{view.plan.definitions.title(name)}{what}", change))
    except InputError as error:
        notices.card("error", "没有保存", str(error))
