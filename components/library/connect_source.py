"""Where the table comes from: a dropped file, one in the config folder, or a table of a connection;
and its headings with ten rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape

import streamlit as st

from components.library.connect_draft import Draft, digest
from components.look import notices
from components.shell import View
from data_access.proposing.connecting import (
    FileTable,
    files_of,
    headings_at,
    looked_at,
    looked_at_together,
    read_file,
    recogniser_of,
    table_of,
    tables,
    with_further,
    words_of,
)
from data_access.proposing.files import GivenFile, Sheet
from data_access.proposing.proposal import Recogniser
from data_access.proposing.saving import plain_name
from data_access.proposing.words import SITE_FILE
from data_access.site import Settings
from kpi.vocabulary import InputError

_DROP, _FOLDER, _DATABASE = "上传文件", "配置文件夹里的文件", "数据库的表"
_LARGEST = 5  # megabytes
EMPTIED = "connect-emptied"
"""How often something was saved: what was chosen begins anew with each."""


def recogniser(view: View) -> Recogniser:
    """What proposes, made once for as long as the divisions and the site's own words are these."""
    settings = view.current.settings
    own = settings.config / SITE_FILE
    stamp = own.stat().st_mtime_ns if own.exists() else 0
    mark = f"{settings.config}|{view.key}|{stamp}"
    held: tuple[str, Recogniser] | None = st.session_state.get("connect-words")
    if held is None or held[0] != mark:
        held = (mark, recogniser_of(settings, words_of(settings)))
        st.session_state["connect-words"] = held
    return held[1]


def choose(view: View, draft: Draft, recogniser: Recogniser) -> None:
    """Choose a table; the draft takes it. A source that cannot be read is a card that says why."""
    way = st.radio("从哪里接入", [_DROP, _FOLDER, _DATABASE], key="connect-way", horizontal=True)
    try:
        if way == _DATABASE:
            _from_database(view, draft, recogniser)
        elif way == _FOLDER:
            _from_folder(view, draft, recogniser)
        else:
            _from_upload(view, draft, recogniser)
    except InputError as error:
        notices.card("error", "读不了这个来源", str(error))
        draft.forget()


def _from_upload(view: View, draft: Draft, recogniser: Recogniser) -> None:
    with st.container(key="lg-connect-upload"):
        given = st.file_uploader(
            f"Excel 或 CSV 文件（表头相同的几个可以一起选；每个不超过{_LARGEST} MB，更大的请放进配置文件夹）",
            accept_multiple_files=True, max_upload_size=_LARGEST,
            key=f"connect-file-{st.session_state.get(EMPTIED, 0)}")
    if not given:
        draft.forget()
        return
    dropped = {plain_name(one.name): one.getvalue() for one in given}
    if len(dropped) < len(given):
        names = Counter(plain_name(one.name) for one in given)
        twice = "、".join(name for name, number in names.items() if number > 1)
        raise InputError(f"选了几个同名的文件：{twice}；请去掉或改名后再上传。")
    first, *others = _together(dropped, recogniser)
    sheet_of(view, draft, recogniser, first.name, dropped[first.name], dropped=dropped,
              others=tuple(others))


def _together(files: Mapping[str, bytes], recogniser: Recogniser) -> tuple[GivenFile, ...]:
    """The dropped files, read once for as long as they are these."""
    mark = tuple((name, digest(content)) for name, content in files.items())
    stored: tuple[object, tuple[GivenFile, ...]] | None = st.session_state.get("connect-others")
    if stored is None or stored[0] != mark:
        stored = (mark, looked_at_together(files, recogniser.words))
        st.session_state["connect-others"] = stored
    return stored[1]


def _from_folder(view: View, draft: Draft, recogniser: Recogniser) -> None:
    settings = view.current.settings
    files = files_of(settings)
    if not files:
        notices.empty("配置文件夹里没有表格", f"把文件放到 {settings.config}，或改用上传。")
        draft.forget()
        return
    name = st.selectbox("文件", files, key="connect-folder", width=420)
    sheet_of(view, draft, recogniser, name, read_file(settings, name))


def sheet_of(view: View, draft: Draft, recogniser: Recogniser, name: str, content: bytes, *,
             dropped: Mapping[str, bytes] | None = None, others: tuple[GivenFile, ...] = (),
             dataset: str | None = None) -> None:
    """Which sheet of the file, and where its headings are; the draft takes it. `dropped`: the
    content of dropped files, `others`: those besides the first. `dataset`: what it is, where that is
    not asked. Raises InputError when the file cannot be read.
    """
    mark = digest(content)
    given = _looked_at(name, content, mark, recogniser)
    sheet = given.sheets[0]
    # the form says itself where its rows are
    known = dataset is not None and given.form is not None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(given.sheets) > 1 and not known:
            at = st.selectbox("工作表", range(len(given.sheets)), key=f"connect-sheet-{mark[:8]}",
                              format_func=lambda n: str(given.sheets[n].name), width=260)
            sheet = given.sheets[at]
        sheet = sheet if known else _headings(name, content, mark, sheet, recogniser)
    table = with_further(FileTable(given, sheet, name), others)
    marks = [digest(one) for one in (dropped or {name: content}).values()]
    source = f"{name}|{marks}|{sheet.name}|{sheet.header_row}|{sheet.header_rows}"
    draft.take(source if dataset is None else f"{dataset}|{source}", table, dropped, recogniser,
               view.plan.definitions, dataset)


def _headings(name: str, content: bytes, mark: str, sheet: Sheet, recogniser: Recogniser) -> Sheet:
    """The sheet with its headings where the clerk says they are."""
    key = f"{mark[:8]}-{sheet.name}"
    row = st.number_input("表头从第几行起", 1, 50, sheet.header_row, key=f"connect-row-{key}", width=150)
    rows = st.number_input("表头占几行", 1, 5, sheet.header_rows, key=f"connect-rows-{key}", width=130)
    if (row, rows) == (sheet.header_row, sheet.header_rows):
        return sheet
    return headings_at(name, content, sheet, (int(row), int(rows)), recogniser.words)


def _looked_at(name: str, content: bytes, mark: str, recogniser: Recogniser) -> GivenFile:
    """The file, read once for as long as it is the one being connected."""
    stored: tuple[str, GivenFile] | None = st.session_state.get("connect-looked")
    if stored is None or stored[0] != f"{name}|{mark}":
        stored = (f"{name}|{mark}", looked_at(name, content, recogniser.words))
        st.session_state["connect-looked"] = stored
    return stored[1]


def _from_database(view: View, draft: Draft, recogniser: Recogniser) -> None:
    settings = view.current.settings
    if not settings.urls:
        notices.empty("还没有配置数据库连接", "请系统管理员按《接入》第 1 节在 secrets.toml 中写好只读账户的连接。")
        draft.forget()
        return
    named = view.plan.definitions
    with st.container(horizontal=True, vertical_alignment="bottom"):
        connection = st.selectbox(
            "连接", list(settings.urls), key="connect-connection", width=260,
            format_func=lambda one: f"{named.connection_title(one)}（{one}）")
        again = st.button("重新测试连接", key="connect-test")
        names = _tables(settings, connection, again)
        name = st.selectbox(f"连接可用，有 {len(names)} 张表或视图", names, index=None,
                            placeholder="选一张表", width=320,
                            key=f"connect-table-{connection}-{st.session_state.get(EMPTIED, 0)}")
    if name is None:
        draft.forget()
        return
    source = f"{connection}|{name}"
    if draft.source != source:
        draft.take(source, table_of(settings, connection, name, recogniser.words), None,
                   recogniser, view.plan.definitions)


def _tables(settings: Settings, connection: str, again: bool) -> tuple[str, ...]:
    """The connection's tables, asked for when it is chosen and when it is tested again."""
    stored: tuple[str, tuple[str, ...]] | None = st.session_state.get("connect-tables")
    if stored is None or stored[0] != connection or again:
        st.session_state.pop("connect-tables", None)
        with st.spinner("正在连接…"):
            stored = (connection, tables(settings, connection))
        st.session_state["connect-tables"] = stored
    return stored[1]


def first_rows(draft: Draft) -> None:
    """The headings with the first rows; personal columns are covered."""
    assert draft.table is not None
    shape = draft.table.shape
    head = "".join(f"<th scope=col>{escape(one.name)}</th>" for one in shape.columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
                   for row in shape.first)
    st.html('<div class="lg-table-box lg-connect-rows" tabindex="0" role="region" '
            'aria-label="表头和前十行"><table class="lg-table lg-plain">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")
    repeated = draft.table.sheet.repeated if isinstance(draft.table, FileTable) else ()
    if repeated:
        st.html(f'<p class="lg-none">重名的表头读不了：{escape("、".join(repeated))}；'
                "请在表中改成不同的名称。</p>")
