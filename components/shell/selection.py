"""What the reader is looking at, kept in the address so that a link opens the same view.

The address names only what differs from the default; a session remembers its choice across pages.
Filter widgets mirror the choice and change it in callbacks, so there is one truth and no widget
state to reconcile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from data_access.current import Current
from kpi.vocabulary import Division, Geography, InputError, Rollup
from kpi.wording import wording

ROLLUP_NAMES = {Rollup.COUNTY: "五县区", Rollup.MANAGING: "九个管理单位"}
KEYS = ("as_of", "rollup", "indicator", "division")
_CHOSEN, _WRITTEN, _PAGE = "selection.chosen", "selection.written", "selection.page"


@dataclass(frozen=True)
class Selection:
    """`as_of` lies in the plan's window and not after the reading day. `division` is None for the
    whole city.
    """

    as_of: date
    rollup: Rollup
    indicator: str
    division: str | None

    def place(self, geography: Geography) -> Division:
        """The chosen division, the city when none is chosen."""
        return (
            geography.city
            if self.division is None
            else geography.division(self.rollup, self.division)
        )


def rollup_name(rollup: Rollup, geography: Geography) -> str:
    """“五县区”, “九个管理单位” – with this city's own numbers."""
    if geography.partial:
        return "本单位"
    return (f"{_counted(len(geography.counties))}县区" if rollup == Rollup.COUNTY
            else f"{_counted(len(geography.managing))}个管理单位")


def parse(params: Mapping[str, str], current: Current,
          geography: Geography) -> tuple[Selection, tuple[str, ...]]:
    """The selection in address parameters, and one polite sentence for each that cannot be used."""
    notices: list[str] = []
    as_of = _as_of(params.get("as_of"), current, notices)
    shown = current.judged_on(as_of)
    # divisions are those of the day: of a unit that has changed its code by the one it had then
    geography = geography if shown is current else shown.figures.facts.geography
    rollup = _rollup(params.get("rollup"), geography, notices)
    indicator = _indicator(params.get("indicator"), shown, notices)
    return Selection(as_of, rollup, indicator, _division(params.get("division"), rollup, geography,
                                                         notices)), tuple(notices)


def begin(page: str) -> None:
    """Take up the address at the start of a page.

    On another page than before, the address overrides what it names, an empty value being none; on
    the same page (the reader went back, or edited it) it is the whole choice.
    """
    state, address = st.session_state, _address()
    chosen = state.get(_CHOSEN, {})
    if state.get(_PAGE) != page:
        chosen = {**chosen, **address}
    elif address != state.get(_WRITTEN, {}):
        chosen = address
    state[_CHOSEN] = {name: value for name, value in chosen.items() if value}
    state[_PAGE] = page


def chosen() -> dict[str, str]:
    """The choice as address parameters."""
    return dict(st.session_state.get(_CHOSEN, {}))


def choose(**changes: str | None) -> None:
    """Change the choice; None returns to the default. For widget callbacks, before the page runs
    again.
    """
    choice = {**chosen(), **changes}
    st.session_state[_CHOSEN] = {key: value for key, value in choice.items() if value is not None}


def finish(selection: Selection, current: Current) -> None:
    """Write the selection back to the address, leaving out defaults; only when it changed."""
    wanted = _params(selection, current)
    if wanted != _address():
        others = {key: value for key, value in st.query_params.to_dict().items() if key not in KEYS}
        st.query_params.from_dict({**others, **wanted})
    st.session_state[_CHOSEN] = st.session_state[_WRITTEN] = wanted


def default_indicator(current: Current) -> str:
    """What is looked at first: the one whose definition says so, else the plan's first with a
    target, else its first.
    """
    first = [item.code for item in current.plan.core if item.indicator.first]
    return (first or [item.code for item in current.plan.core]
            or [current.plan.indicators[0].code])[0]


def _address() -> dict[str, str]:
    return {key: st.query_params[key] for key in KEYS if key in st.query_params}


def _params(selection: Selection, current: Current) -> dict[str, str]:
    params = {"as_of": selection.as_of.isoformat(), "rollup": selection.rollup.value,
              "indicator": selection.indicator, "division": selection.division}
    defaults = {"as_of": current.default_day.isoformat(), "rollup": Rollup.COUNTY.value,
                "indicator": default_indicator(current), "division": None}
    return {key: value for key, value in params.items() if value is not None
            and value != defaults[key]}


def _as_of(text: str | None, current: Current, notices: list[str]) -> date:
    if text is None:
        return current.default_day
    try:
        day = date.fromisoformat(text)
        current.window.check(day, current.snapshot.read_at.date())
    except ValueError:
        notices.append(f"网址中的日期“{text}”看不懂，已改用 {current.default_day}。")
    except InputError as error:
        notices.append(f"{error}已改用 {current.default_day}。")
    else:
        return day
    return current.default_day


def _rollup(text: str | None, geography: Geography, notices: list[str]) -> Rollup:
    if not geography.counties:
        return Rollup.MANAGING  # a functional zone's own account sees no county
    if text is None or text in ROLLUP_NAMES:
        return Rollup(text or Rollup.COUNTY)
    notices.append(f"网址中的汇总口径“{text}”不认识，已按县区汇总。")
    return Rollup.COUNTY


def _indicator(code: str | None, current: Current, notices: list[str]) -> str:
    if code is None or any(item.code == code for item in current.plan.indicators):
        return code or default_indicator(current)
    notices.append(f"方案中没有指标“{code}”，已改为显示默认指标。")
    return default_indicator(current)


def _division(code: str | None, rollup: Rollup, geography: Geography,
              notices: list[str]) -> str | None:
    codes = {member.code for member in geography.members(rollup)}
    if code is None or code in codes:
        return code
    if geography.holder(code) in codes:
        return geography.holder(code)
    notices.append(f"没有代码为“{code}”的单位，已改为显示全市。")
    return None


def _counted(number: int) -> str:
    return "两" if number == 2 else wording.numeral(number)
