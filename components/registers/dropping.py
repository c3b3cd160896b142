"""The file that is dropped: the form, or the unit's own table with a drop-down for every column."""

from __future__ import annotations

import streamlit as st

from components.library import connect_fields, connect_source
from components.library.connect_draft import Draft
from components.look import notices
from components.shell import View
from data_access.handing_in import Taking, lacking, with_own_unit
from data_access.proposing.connecting import FileTable
from data_access.proposing.entry import PLACES, chosen
from data_access.proposing.proposal import Sure
from data_access.proposing.saving import plain_name
from kpi.vocabulary import InputError

_STATE, EMPTIED = "register-draft", "register-emptied"
_LARGEST = 5  # megabytes


def drop(view: View, taking: Taking) -> Draft | None:
    """The dropped table with what its columns are; None while there is none that can be read."""
    return _dropped(view, taking, st.session_state.setdefault(_STATE, Draft()))


def _dropped(view: View, taking: Taking, draft: Draft) -> Draft | None:
    number = st.session_state.get(EMPTIED, 0)
    with st.container(key="lg-connect-upload"):
        given = st.file_uploader(
            f"填报表，或本单位自己的表格（Excel 或 CSV，不超过{_LARGEST} MB）", max_upload_size=_LARGEST,
            key=f"register-file-{taking.dataset.name}-{taking.owner.code}-{number}")
    if given is None:
        draft.forget()
        return None
    try:
        name, content = plain_name(given.name), given.getvalue()
        connect_source.sheet_of(view, draft, taking.recogniser, name, content,
                                dropped={name: content}, dataset=taking.dataset.name)
    except InputError as error:
        notices.card("error", "读不了这个文件", str(error))
        draft.forget()
        return None
    _ours(taking, draft)
    return draft


def _ours(taking: Taking, draft: Draft) -> None:
    """A table that does not say whose rows it holds holds the unit's own."""
    assert draft.proposal is not None
    own = with_own_unit(taking, draft.proposal)
    if own != draft.proposal:
        draft.proposal, draft.choice = own, chosen(own)


def columns(view: View, taking: Taking, draft: Draft) -> bool:
    """Which column is which, to be seen and changed; whether every needed one is there."""
    assert isinstance(draft.table, FileTable)
    assert draft.choice is not None
    assert draft.proposal is not None
    if draft.is_form(view.plan.definitions):
        connect_fields.columns(view, draft, taking.recogniser)
        return True
    missing = lacking(taking, draft.table, draft.choice)
    # where a row belongs and whether it is there twice is checked row by row
    unsure = [one for one in draft.proposal.columns if one.sure == Sure.CHECK
              and one.column not in (*PLACES, taking.dataset.key)]
    if st.toggle("查看或改选各列", bool(missing or unsure), key=f"register-columns-{draft.round}"):
        connect_source.first_rows(draft)
        connect_fields.columns(view, draft, taking.recogniser)
        connect_fields.notes(draft)
        missing = lacking(taking, draft.table, draft.choice)
    if missing:
        notices.card("warning", "还不能核对", f"表里没有对上的列：{'、'.join(missing)}。",
                     then="请在上面选一列；表里没有的，请下载填报表，把内容复制过去再上传。")
    return not missing


def emptied() -> None:
    """The uploader begins anew."""
    st.session_state[EMPTIED] = st.session_state.get(EMPTIED, 0) + 1
    st.session_state.pop(_STATE, None)
