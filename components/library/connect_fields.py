"""The proposal as drop-downs: which dataset, which column is which, what each text stands for."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from components.library.connect_draft import Draft, digest, needed
from components.shell import View
from data_access.proposing.connecting import FileTable, choices_by_part
from data_access.proposing.entry import missing
from data_access.proposing.proposal import Recogniser, Sure
from data_access.proposing.shape import Shape
from kpi.definitions import Column, ColumnType, Dataset
from kpi.vocabulary import InputError

_NONE, _ALL = "", "\0all"
_ACROSS = 3
_PLACES = ("unit_code", "township_code")
_MARKS = {Sure.YES: "●", Sure.CHECK: "▲", Sure.NO: "○"}


def dataset_choice(view: View, draft: Draft, recogniser: Recogniser) -> None:
    """Which dataset the table is; another one begins anew."""
    named = view.plan.definitions
    shares = dict(draft.likely)
    name = st.selectbox(
        "这张表是什么", [one for one, _ in draft.likely],
        index=[one for one, _ in draft.likely].index(draft.dataset),
        format_func=lambda one: f"{named.title(one)}（必填的列对上 {shares[one]:.0%}）",
        key=f"connect-dataset-{digest(draft.source.encode())[:12]}", width=360)
    if name != draft.dataset:
        draft.propose(name, recogniser, named)
        st.rerun()


def columns(view: View, draft: Draft, recogniser: Recogniser) -> None:
    """A drop-down for every column of the dataset; the draft takes what they say."""
    assert draft.table is not None
    assert draft.proposal is not None
    assert draft.choice is not None
    dataset = view.plan.definitions.datasets[draft.dataset]
    if draft.is_form(view.plan.definitions):
        st.html(f'<p class="lg-calm">● 这是{escape(dataset.title)}的填报表，不用选列。</p>')
        return
    chosen: dict[str, str] = {}
    constants: dict[str, Any] = {}
    first = [name for name in dataset.column_names if needed(name, dataset)
             or name in _PLACES or draft.proposal.column(name).theirs]
    rest = [name for name in dataset.column_names if name not in first]
    _grid(view, draft, dataset, first, chosen, constants)
    if rest:
        titles = "、".join(dataset.column(name).title or name for name in rest)
        with st.expander(f"表里没有对上、也可以没有的 {len(rest)} 列：{titles}"):
            _grid(view, draft, dataset, rest, chosen, constants)
    values = _values(draft, dataset, chosen, recogniser)
    draft.change(chosen, constants, values, _complete(draft, dataset, constants, values))


def _complete(draft: Draft, dataset: Dataset, constants: Mapping[str, Any],
              values: Mapping[str, Mapping[str, str | bool]]) -> tuple[str, ...] | None:
    """The kinds of venue a register is complete for, to begin with those its rows name; None for
    all of them, or where every row is of one kind, which says it.
    """
    if not dataset.register or "kind" in constants:
        return None
    column = dataset.column("kind")
    named = {str(value) for value in values.get("kind", {}).values()}
    chosen = st.multiselect(
        "这份台账登记全了哪几类载体（没有选的类别不按它算，显示“待数据”而不是0）", list(column.categories),
        [kind for kind in column.categories if kind in named or not named],
        format_func=lambda kind: column.titles.get(kind, kind), placeholder="请选择",
        key=f"connect-{draft.round}-covers-{'-'.join(sorted(named))}")
    return None if not chosen or len(chosen) == len(column.categories) else tuple(chosen)


def _grid(view: View, draft: Draft, dataset: Dataset, names: list[str], chosen: dict[str, str],
          constants: dict[str, Any]) -> None:
    for start in range(0, len(names), _ACROSS):
        for place, name in zip(st.columns(_ACROSS), names[start:start + _ACROSS], strict=False):
            with place:
                theirs = _column(view, draft, dataset, name, constants)
                chosen[name] = "" if theirs == _ALL else theirs


def _column(view: View, draft: Draft, dataset: Dataset, name: str,
            constants: dict[str, Any]) -> str:
    assert draft.table is not None
    assert draft.proposal is not None
    assert draft.choice is not None
    column, proposal = dataset.column(name), draft.proposal.column(name)
    can_be_all = isinstance(draft.table, FileTable) and name not in (dataset.key, "updated_at")
    options = [_NONE, *((_ALL,) if can_be_all else ()), *draft.table.shape.selectable]
    now = _ALL if name in draft.choice.constants else draft.choice.columns.get(name, _NONE)
    label = f"{column.title or name}{'（必填）' if needed(name, dataset) else ''}"
    theirs: str = st.selectbox(label, options, options.index(now) if now in options else 0,
                               format_func=_option, key=f"connect-{draft.round}-{name}")
    if theirs == _ALL:
        constant = _constant(view, draft, column)
        if constant not in (None, ""):
            constants[name] = constant
    same = theirs == (_ALL if proposal.constant is not None else proposal.theirs or _NONE)
    why = proposal.why if proposal.sure == Sure.NO else f"{proposal.sure}：{proposal.why}"
    if theirs == _ALL and isinstance(draft.table, FileTable) and draft.table.further:
        why = f"这是 {draft.table.given.name} 的；其他文件各按自己的名称和标题，见下面列出的"
    mark, why = (_MARKS[proposal.sure], why) if same else ("●", "按您选的")
    st.html(f'<p class="lg-connect-why">{mark} {escape(why)}</p>')
    return theirs


def _option(theirs: str) -> str:
    return {_NONE: "（没有）", _ALL: "（每行都一样，写在下面）"}.get(theirs, theirs)


def _constant(view: View, draft: Draft, column: Column) -> Any:
    """The value of every row, as the column's type has it."""
    assert draft.choice is not None
    now = draft.choice.constants.get(column.name)
    key, label = f"connect-{draft.round}-c-{column.name}", f"{column.title}都是"
    names = _names(view, column)
    if names is None:
        return st.text_input(label, "" if now is None else str(now), key=key, max_chars=60).strip()
    options = list(names)
    at = options.index(now) if now in options else None
    return st.selectbox(label, options, index=at, format_func=lambda one: names[one], key=key,
                        placeholder="请选择")


def _names(view: View, column: Column) -> Mapping[Any, str] | None:
    if column.name == "unit_code":
        geography = view.geography
        return {**{unit.code: unit.name for unit in geography.managing_units},
                geography.city_code: f"{view.plan.city_name}（不分县区，只计入全市）"}
    if column.type == ColumnType.BOOL:
        return {True: "是", False: "否"}
    if column.categories:
        return {value: column.titles.get(value, value) for value in column.categories}
    return None


def _values(draft: Draft, dataset: Dataset, chosen: Mapping[str, str],
            recogniser: Recogniser) -> dict[str, dict[str, str | bool]]:
    """Drop-downs for the texts of categories; what is left open is counted under no category."""
    assert draft.table is not None
    result: dict[str, dict[str, str | bool]] = {}
    for column in dataset.columns:
        theirs = chosen.get(column.name, "")
        if not theirs or not (column.categories or column.type == ColumnType.BOOL):
            continue
        proposed, left = _texts(draft.table.shape, dataset, column, theirs, recogniser, draft)
        if proposed or left:
            result[column.name] = _value_fields(draft, column, theirs, proposed, left)
    return result


def _texts(shape: Shape, dataset: Dataset, column: Column, theirs: str, recogniser: Recogniser,
           draft: Draft) -> tuple[dict[str, str | bool], list[str]]:
    """What is proposed for the column's texts, and those nothing is proposed for; also what the
    trial met further down.
    """
    own = shape.column(theirs)
    assert own is not None
    proposed, left = recogniser.values(dataset, column, own)
    result = dict(proposed)
    rest = [text for text in left if text]
    if draft.tried is not None and not isinstance(draft.tried[1], str):
        rest += [one.value for one in draft.tried[1].findings.unknown_values
                 if one.column == column.name and one.value not in (*result, *rest)
                 and one.value not in column.categories and one.value]
    return result, rest


def _value_fields(draft: Draft, column: Column, theirs: str,
                  proposed: Mapping[str, str | bool], left: list[str]) -> dict[str, str | bool]:
    names: dict[Any, str] = {None: "（不计入）"}
    names |= ({True: "是", False: "否"} if column.type == ColumnType.BOOL else
              {value: column.titles.get(value, value) for value in column.categories})
    options, result = list(names), dict[str, str | bool]()
    title = f"{column.title}：“{theirs}”里的 {len(proposed) + len(left)} 种写法"
    with st.expander(f"{title}，{len(left)} 种没有对上" if left else title,
                     expanded=bool(left)):
        texts = [*left, *proposed]
        for start in range(0, len(texts), _ACROSS + 1):
            for place, text in zip(st.columns(_ACROSS + 1), texts[start:start + _ACROSS + 1],
                                   strict=False):
                ours = place.selectbox(
                    text, options, options.index(proposed.get(text)),
                    format_func=lambda one: names[one],
                    key=f"connect-{draft.round}-v-{column.name}-{theirs}-{text}")
                if ours is not None:
                    result[text] = ours
    return result


def notes(draft: Draft) -> None:
    """What is passed over and why; what cannot be chosen."""
    assert draft.proposal is not None
    proposal = draft.proposal
    if isinstance(draft.table, FileTable) and draft.table.given.form == draft.dataset:
        return
    lines = [f"不选“{one.theirs}”作{one.column}：{one.why}。" for one in proposal.friends]
    if proposal.personal:
        lines.append(f"个人信息，不能选也不读取：{'、'.join(proposal.personal)}。")
    if proposal.skip:
        lines.append(f"写着{'、'.join(proposal.skip)}的行不是记录，跳过。")
    if proposal.empty:
        lines.append(f"{'、'.join(proposal.empty)} 按空处理。")
    lines += [f"数量的单位不是 1，乘以 {factor:g}。" for factor in proposal.scale.values()]
    if lines:
        st.html('<ul class="lg-connect-notes">'
                + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>")


def sheets_choice(view: View, draft: Draft, recogniser: Recogniser) -> None:
    """Which sheets or files with these headings are read, and what each says of its own rows."""
    table, choice = draft.table, draft.choice
    if not isinstance(table, FileTable) or choice is None:
        return
    dataset = view.plan.definitions.datasets[draft.dataset]
    if len(table.parts()) == 1 or missing(choice, dataset):
        return
    whole = True
    if table.further:
        st.html(f'<p class="lg-connect-together">{len(table.files)} 个文件一并读取：</p>')
    else:
        whole = st.checkbox(f"表头相同的 {len(table.parts())} 个工作表一并读取", True,
                            key=f"connect-{draft.round}-sheets")
    draft.wish = type(draft.wish)(draft.wish.append, whole)
    if not whole:
        return
    try:
        own = choices_by_part(table, choice, dataset, recogniser)
    except InputError as error:
        st.warning(str(error))
        return
    texts = [(name, [_in_words(view, dataset, column, value) for column, value in
                    one.constants.items() if value != choice.constants.get(column)
                    or column == "unit_code"]) for name, one in own.items()]
    lines = "".join(f"<li>{escape(name)}{escape('：' + '、'.join(parts)) if parts else ''}</li>"
                    for name, parts in texts)
    st.html(f'<ul class="lg-connect-notes">{lines}</ul>')


def _in_words(view: View, dataset: Dataset, name: str, value: Any) -> str:
    column = dataset.column(name)
    names = _names(view, column) or {}
    return f"{column.title}都是{names.get(value, value)}"
