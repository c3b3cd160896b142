"""典型做法: the models, who adopted them, and the figure before and after; recording them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape

import streamlit as st

from components.look import notices
from components.meeting import recorded
from components.shell import View, account
from data_access.accounts import Action
from data_access.ledger.model_entries import model_entries
from kpi.definitions import Indicator
from kpi.models import (
    AdoptionStanding,
    EntryKind,
    Model,
    ModelEntry,
    ModelStanding,
    Pair,
    check_model_entry,
    measurable,
    models_on,
    stand_models,
)
from kpi.scope import Permission
from kpi.vocabulary import InputError, Rollup
from kpi.wording import wording

_HEADS = ("采用单位", "采用前", "采用后", "变化", "同期同类单位", "变化")
_KINDS = {"model": "登记典型", "adopted": "登记采用", "back": "收回登记"}
_NOTE = ("前、后各看最多90天：数量类为平均每30天新增，比率类为采用当日和期末的值。同期同类单位：同一时间没有采用的"
         "同类单位的中位数。只作对照，不说明因果；前或后不足28天、没有数据的不列。")


@dataclass(frozen=True)
class Asked:
    """What a form asks to record; the fields are those of `ModelEntry`."""

    kind: EntryKind
    title: str
    unit: str
    on: date
    document: str = ""
    indicator: str = ""
    withdrawn: bool = False


def standings(view: View) -> tuple[ModelStanding, ...]:
    """The models as of the view's day."""
    return stand_models(model_entries(view.current.settings).all(), view.figures, view.card.as_of)


def show(view: View, models: tuple[ModelStanding, ...]) -> None:
    """A table per model, with what may be recorded."""
    if _may_record(view) and st.button("登记典型做法", key="model-record"):
        st.dialog("登记典型做法", width="medium")(_form)(view)
    if not models:
        st.html('<p class="lg-calm-note">○ 还没有登记典型做法。</p>')
        return
    st.html("".join(_model(view, one) for one in models)
            + f'<p class="lg-calm-note">{_NOTE}</p>')


def _model(view: View, one: ModelStanding) -> str:
    model = one.model
    about = f"{one.name} · {model.on} · {model.document} · 看{one.indicator_name}"
    head = f'<h3 class="lg-model">{escape(model.title)}<small>{escape(about)}</small></h3>'
    if not one.adoptions:
        return f'{head}<p class="lg-calm-note">○ 还没有单位采用。</p>'
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in _HEADS)
    indicator = view.plan.definitions.indicators.get(model.indicator)
    rows = "".join(_row(adoption, indicator) for adoption in one.adoptions)
    return (f'{head}<div class="lg-table-box" tabindex="0" role="region" '
            f'aria-label="采用“{escape(model.title)}”的单位"><table class="lg-table lg-models">'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>")


def _row(one: AdoptionStanding, indicator: Indicator | None) -> str:
    seen = one.effect
    own, alike = (None, None) if seen is None else (seen.own, seen.alike)
    peers = wording.ABSENT if alike is None else (
        f"{_value(alike.before, indicator)} → {_value(alike.after, indicator)}"
        f"<small>{alike.peers}个单位</small>")
    cells = (wording.ABSENT if own is None else _value(own.before, indicator),
             wording.ABSENT if own is None else _value(own.after, indicator),
             _change(own, indicator), peers, _change(alike, indicator))
    looked = "" if seen is None else f"，看{seen.days}天"
    about = f"<small>{one.adoption.on}起{looked}</small>"
    if one.adoption.document:
        about += f"<small>{escape(one.adoption.document)}</small>"
    return (f'<tr><th scope="row">{escape(one.name)}{about}</th>'
            + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")


def _value(value: float, indicator: Indicator | None) -> str:
    return escape(wording.figure(value, "" if indicator is None else indicator.unit))


def _change(pair: Pair | None, indicator: Indicator | None) -> str:
    """Of shares in percentage points, else in per cent of before."""
    if pair is None or indicator is None:
        return wording.ABSENT
    if indicator.is_share:
        return wording.signed(pair.change, "%")
    return wording.change(pair.after, pair.before)


def _may_record(view: View) -> bool:
    return view.may(Permission.LEDGER) and view.access.scope.everything


def _on_record(view: View) -> tuple[Model, ...]:
    """Every model recorded, whatever day the page is of."""
    return models_on(model_entries(view.current.settings).all(), date.max)


def _form(view: View) -> None:
    there = _on_record(view)
    kinds = list(_KINDS) if there else ["model"]
    kind = st.radio("登记什么", kinds, key="model-kind", horizontal=True,
                    format_func=lambda one: _KINDS[one])
    units = {one.code: one.short_name for one in view.geography.members(Rollup.MANAGING)}
    today = view.now().date()
    with st.form("model", enter_to_submit=False):
        asked = (_asked_back(view, units, today) if kind == "back"
                 else _asked_new(view, EntryKind(kind), units, today))
        if st.form_submit_button("登记", type="primary"):
            try:
                record(view, asked)
            except InputError as error:
                notices.card("error", "没有登记", str(error))
                return
            st.toast(recorded.words(view, asked.on))
            st.rerun()


def _asked_new(view: View, kind: EntryKind, units: dict[str, str], today: date) -> Asked:
    indicator = ""
    if kind == EntryKind.MODEL:
        title = st.text_input("名称", max_chars=60, key="model-title",
                              placeholder="例如：花木零工“早市”撮合")
        codes = {item.code: item.name for item in view.plan.indicators
                 if measurable(item.indicator)}
        indicator = st.selectbox("看哪个指标的前后", list(codes), key="model-indicator",
                                 format_func=lambda one: codes[one])
    else:
        title = st.selectbox("典型做法", [one.title for one in _on_record(view)], key="model-of")
    unit = st.selectbox("报送单位" if kind == EntryKind.MODEL else "采用单位", list(units),
                        key="model-unit", format_func=lambda one: units[one])
    on = st.date_input("日期", value=today, max_value=today, format="YYYY-MM-DD", key="model-on")
    document = st.text_input("文号或材料名称", max_chars=120, key="model-document",
                             placeholder="例如：宿人社发〔2025〕12号")
    return Asked(kind, title.strip(), unit, on or date.min, document.strip(), indicator)


def _asked_back(view: View, units: dict[str, str], today: date) -> Asked:
    listed: dict[str, Asked] = {}
    for one in _on_record(view):
        listed[f"典型：{one.title}"] = Asked(EntryKind.MODEL, one.title, one.unit, today,
                                         withdrawn=True)
        for adoption in one.adoptions:
            name = units.get(adoption.unit, adoption.unit)
            listed[f"采用：{one.title} · {name}"] = Asked(EntryKind.ADOPTED, one.title,
                                                      adoption.unit, today, withdrawn=True)
    return listed[st.selectbox("收回哪一条", list(listed), key="model-back")]


def record(view: View, asked: Asked) -> None:
    """Write that the acting account records a model, an adoption, or takes one back. Raises
    InputError when it may not, or the entry cannot be.
    """
    now = view.permit.require(Permission.LEDGER)
    if not now.scope.everything:
        raise InputError("只有面向全市的账号可以登记典型做法；这一步没有执行。")
    store = model_entries(view.current.settings)
    entry = check_model_entry(
        ModelEntry(asked.kind, asked.title, asked.unit, asked.on, asked.document, asked.indicator,
                   account.acting(now).account, view.now(), asked.withdrawn),
        store.all(), view.plan.window, view.now().date())
    # first: what leaves no trace is not done
    view.permit.record(Permission.LEDGER, Action.LEDGER, f"典型 {entry.title}",
                       f"{'收回' if entry.withdrawn else '登记'} {entry.kind.value} {entry.unit} "
                       f"{entry.on} {entry.document}")
    store.append(entry)
