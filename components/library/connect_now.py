"""Where every dataset is read from just now, and saying that the site has no such data."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from components.library.connect_source import EMPTIED
from components.look import notices
from components.shell import View
from data_access.accounts import Action
from data_access.boundary import BadMappingError, DatasetMapping, load_mappings
from data_access.boundary.mapping import Mappings
from data_access.proposing.saving import save, versioned_sources, with_absent
from data_access.site import Settings, digest_of
from kpi.scope import Permission
from kpi.vocabulary import InputError

_BUNDLED = ("managing_unit", "township")  # the program comes with these
_ABSENT, _PRESENT = "标为没有这类数据", "恢复读取"


def show(view: View, saved: Callable[[str], None]) -> None:
    """The datasets with their sources, and the way to say that there is none. `saved`: what is to
    happen with the sentence of a change.
    """
    settings = view.current.settings
    try:
        mappings = load_mappings(settings.sources_file, view.plan.definitions)
    except InputError as error:
        notices.card("error", "对照表读不了", str(error))
        return
    rows = "".join(f"<tr><th scope=row>{escape(view.plan.definitions.title(name))}</th>"
                   f"<td>{escape(_words(view, settings, one))}</td></tr>"
                   for name, one in mappings.items())
    st.html('<div class="lg-table-box lg-connect-now" tabindex="0" role="region" '
            'aria-label="各类数据的来源"><table class="lg-table lg-plain"><thead><tr>'
            f"<th scope=col>数据集</th><th scope=col>现在的来源</th></tr></thead><tbody>{rows}</tbody>"
            "</table></div>")
    _absence(view, mappings, saved)


def _words(view: View, settings: Settings, one: DatasetMapping | BadMappingError) -> str:
    if isinstance(one, BadMappingError):
        return f"写法有误：{one}"
    if one.absent:
        return "标为没有这类数据"
    if one.is_file or one.is_own:
        return one.kept_in
    if settings.sample:
        return "演示数据"
    if one.connection not in settings.urls and one.dataset.name in _BUNDLED:
        return "自带的区划名录"
    if one.connection not in settings.urls:
        return "未接入"
    where = f"{view.plan.definitions.connection_title(one.connection)}（{one.connection}）"
    return f"连接 {where} 的查询语句" if one.query else f"连接 {where} 的表 {one.table}"


def _absence(view: View, mappings: Mappings, saved: Callable[[str], None]) -> None:
    """A field and a button: of a connection some tables of which do not exist."""
    named = view.plan.definitions
    name = st.selectbox("连接里没有的数据集，在这里标明，刷新时就不再找它的表",
                        [name for name in mappings if not named.datasets[name].own], index=None,
                        placeholder="选一个数据集", format_func=named.title, width=420,
                        key=f"connect-absent-{st.session_state.get(EMPTIED, 0)}")
    if name is None:
        return
    one = mappings[name]
    now_absent = isinstance(one, DatasetMapping) and one.absent
    if st.button(_PRESENT if now_absent else _ABSENT, key="connect-absent-save"):
        try:
            done = f"{named.title(name)}{'恢复读取' if now_absent else '标为没有'}"
            saved(change_entry(view, name, done,
                               lambda text: with_absent(text, name, not now_absent)))
        except InputError as error:
            notices.card("error", "没有保存", str(error))


def change_entry(view: View, name: str, done: str, change: Callable[[str], str]) -> str:
    """Put the changed text of sources.toml in force; what was done, which is also its reason.
    `change`: makes the new text of the old one. Raises InputError where it cannot be saved.
    """
    settings, title = view.current.settings, view.plan.definitions.title(name)
    file = versioned_sources(settings)
    before = file.text()
    # first: what leaves no trace is not done
    view.permit.record(Permission.CONNECT, Action.SOURCES, title, "提交")
    made = save(settings, change(before), digest_of(before), done, view.access.account.label,
                view.now(), name)
    view.permit.note(Action.SOURCES, title, f"已保存 {made.after[:12]}")
    return done
