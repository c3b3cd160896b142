"""月报 beside an indicator: what units reported of it next to what the databases know, and, of a
figure made of returns, who is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import streamlit as st

from components.shell import View
from data_access.ledger.returns import recorded_returns
from data_access.site.return_file import load_return_form
from kpi.definitions import Indicator
from kpi.returns import (
    Compared,
    MonthlyReturn,
    ReturnForm,
    ReturnItem,
    compared,
    ended_by,
    lacking,
    months_of,
)
from kpi.returns.dataset import DATASET
from kpi.vocabulary import InputError, Rollup
from kpi.wording import wording

Cell = tuple[str, str, str]


def show(view: View) -> None:
    """The cells; nothing where no item of the form belongs to the indicator, or the account does
    not see all units of the place.
    """
    cells = list(_cells(view))
    if cells:
        st.html('<dl class="lg-beside">' + "".join(
            f"<div><dt>{escape(name)}</dt><dd><b>{escape(value)}</b><small>{escape(note)}</small>"
            "</dd></div>" for name, value, note in cells) + "</dl>")


def _cells(view: View) -> Iterator[Cell]:
    if view.place.rollup == Rollup.CITY and not view.access.scope.everything:
        return
    try:
        form = load_return_form(view.current.settings, tuple(view.geography.unit_by_code))
        items = () if form is None else _items(form, view.item.indicator)
        returns = recorded_returns(view.current.settings) if items else ()
    except InputError:
        return  # told on 月报 and 数据
    day = view.card.as_of
    months = ended_by(months_of(view.plan.window, view.figures.facts.read_on), day)
    units = tuple(unit.code for unit in view.geography.members(Rollup.MANAGING)
                  if view.place.rollup == Rollup.CITY or unit.code in view.place.units)
    for item in items:
        if item.prefill == view.item.code and not view.item.indicator.is_share:
            yield from _both(item, compared(view.figures, item, units, months, returns))
        elif months and item.prefill != view.item.code:
            yield from _missing(view, item, units, returns)


def _items(form: ReturnForm, indicator: Indicator) -> tuple[ReturnItem, ...]:
    """Those the databases answer with the indicator, and those it is made of."""
    part = indicator.part
    made = part.where.get("item") if part is not None and part.dataset == DATASET else None
    wanted = made if isinstance(made, tuple) else (made,)
    return tuple(item for item in form.items
                 if item.prefill == indicator.code or item.code in wanted)


def _both(item: ReturnItem, both: Compared | None) -> Iterator[Cell]:
    if both is None:
        return
    span = f"{both.first:%Y-%m}" + (f"至{both.last:%Y-%m}" if both.last != both.first else "")
    share = f"{both.difference / both.known:+.1%}" if both.known else ""
    yield f"月报：{item.name}", wording.figure(both.reported, item.unit), f"{span}已审，{both.units}个单位"
    yield "数据库：同月同单位", wording.figure(both.known, item.unit), ""
    yield "相差", f"{'+' if both.difference > 0 else ''}{wording.figure(both.difference, item.unit)}", share


def _missing(view: View, item: ReturnItem, units: tuple[str, ...],
             returns: tuple[MonthlyReturn, ...]) -> Iterator[Cell]:
    asked = tuple(unit for unit in units if item.asked(unit))
    month = ended_by(months_of(view.plan.window, view.figures.facts.read_on), view.card.as_of)[-1]
    absent = lacking(item, month, units, returns)
    names = "、".join(view.geography.unit_by_code[unit].short_name for unit in absent)
    yield (f"{month:%Y-%m}已审月报", f"{len(asked) - len(absent)}/{len(asked)}个单位",
           f"缺{names}" if names else "")
