"""The alerts of the chosen scope as one page run sees them: filtered, with who took note of each.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.meeting import alert_list
from components.shell import View, account, cached_per_view, page_params
from components.shell.cache import cached
from data_access.accounts import Action
from data_access.ledger import Acknowledgements
from data_access.ledger.acknowledgements import acknowledgements
from kpi.alerts import (
    RULE_NAMES,
    SEVERITY_NAMES,
    SEVERITY_ORDER,
    SEVERITY_SHAPES,
    Acknowledgement,
    Alert,
    Flip,
    Noted,
    Receipt,
    Rule,
    alert_key,
    history_of,
    receipt,
)
from kpi.scope import Permission, Scope
from kpi.vocabulary import Rollup

ALL = "all"
NOTED_NAMES = {Noted.OPEN: "未确认", Noted.WORSENED: "确认后加重", Noted.NOTED: "已确认"}
PAGE = 12
_UNFOLDED = "alerts-unfolded"
_ASKED = "alert"


@dataclass(frozen=True, eq=False)
class Desk:
    """`scope`: the alerts of the chosen roll-up or division; `shown`: those the filters leave;
    `flips` up to the day.
    """

    view: View
    store: Acknowledgements
    scope: tuple[Alert, ...]
    shown: tuple[Alert, ...]
    receipts: dict[Alert, Receipt]
    flips: tuple[Flip, ...]

    def note(self, alert: Alert, *, withdrawn: bool = False) -> None:
        """Record that the acting account took note of the alert, or takes that back. For callbacks.

        It counts for the account's own side only. Raises InputError when the account may not do it
        any more.
        """
        permit = self.view.permit
        by = account.acting(permit.require(Permission.NOTE)).account
        what = "·".join(str(part) for part in alert_key(alert))
        permit.record(Permission.NOTE, Action.NOTED, what, "撤销" if withdrawn else "确认")
        self.store.append(Acknowledgement(*alert_key(alert), alert.severity, self.view.card.as_of,
                                          by, self.view.now(), withdrawn,
                                          side_of(self.view.access.scope)))


def open_desk(view: View) -> Desk:
    """The desk with the filters of the address."""
    scope = (
        alert_list.worst(view)
        if view.selection.division is None
        else alert_list.of(view, view.place)
    )
    store, flips = acknowledgements(view.current.settings), _flips(
        view.key, view.card.as_of.isoformat(), view)
    given = tuple(one for one in store.all() if one.side == side_of(view.access.scope))
    receipts = {alert: receipt(alert, given, flips, view.card.as_of) for alert in scope}
    wanted = {name: page_params.one(name, list(options), ALL)
              for name, _, options in _filters(view)}
    shown = tuple(alert for alert in scope if _matches(wanted, alert, receipts[alert]))
    return Desk(view, store, scope, shown, receipts, flips)


def side_of(scope: Scope) -> str:
    """For whom an acknowledgement counts: "" the city's leaders and office, else the divisions of
    the account.

    A county bureau that has taken note says nothing about whether the city has.
    """
    return "" if scope.everything else ",".join(scope.divisions)


@cached(16)
def _flips(key: str, as_of: str, _view: View) -> tuple[Flip, ...]:
    return history_of(_view.figures).flips(_view.card.as_of)


def filters(view: View) -> None:
    """级别, 指标, 规则, 确认 – each in the address under its own name."""
    with st.container(key="lg-alert-filters", horizontal=True, gap="medium"):
        for name, label, options in _filters(view):
            _filter(name, label, options)
        st.toggle("全部展开（打印前请打开）", key=_UNFOLDED)


def unfolded() -> bool:
    """Whether every card, alert and rule of the page shows all it has."""
    return bool(st.session_state.get(_UNFOLDED, False))


def topic() -> str | None:
    """The indicator the filters leave; None for all."""
    given = st.query_params.get("topic", ALL)
    return None if given == ALL else given


def name_of(alert: Alert) -> str:
    """The alert in an address and in keys: rule, indicator, roll-up and division."""
    return "-".join(str(part) for part in alert_key(alert))


def asked_for(desk: Desk) -> Alert | None:
    """The alert the address names, where the filters leave it; None when it names none."""
    given = st.query_params.get(_ASKED)
    return next((alert for alert in desk.shown if name_of(alert) == given), None)


def turn_to(number: int) -> None:
    """Show that page of the list; an alert asked for no longer decides. For callbacks."""
    st.query_params.pop(_ASKED, None)
    page_params.put("page", str(number), "1")


def _filters(view: View) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (
            "severity",
            "级别",
            {
                ALL: "全部级别",
                **{
                    one.value: f"{SEVERITY_SHAPES[one]} {SEVERITY_NAMES[one]}"
                    for one in SEVERITY_ORDER
                },
            },
        ),
        (
            "topic",
            "指标",
            {ALL: "全部指标", **{item.code: item.name for item in view.plan.indicators}},
        ),
        ("rule", "规则", {ALL: "全部规则", **{rule.value: RULE_NAMES[rule] for rule in Rule}}),
        ("noted", "确认", {ALL: "全部", **{one.value: NOTED_NAMES[one] for one in Noted}}),
    ]


def _filter(name: str, label: str, options: dict[str, str]) -> None:
    key = f"alert-{name}"
    st.session_state[key] = page_params.one(name, list(options), ALL)

    def changed() -> None:
        page_params.put(name, st.session_state[key], ALL)
        turn_to(1)

    st.selectbox(label, list(options), key=key, format_func=lambda value: options[value],
                 on_change=changed, width=210)


def _matches(wanted: dict[str, str], alert: Alert, answer: Receipt) -> bool:
    values = {"severity": alert.severity.value, "topic": alert.indicator, "rule": alert.rule.value,
              "noted": answer.state.value}
    return all(value in (ALL, values[name]) for name, value in wanted.items())


def flips_of(desk: Desk) -> tuple[Flip, ...]:
    """The changes of the scope that the filters of indicator and rule leave, newest first."""
    topics, rules = [item.code for item in desk.view.plan.indicators], [rule.value for rule in Rule]
    return _flips_about(desk.view, page_params.one("topic", topics, ALL),
                        page_params.one("rule", rules, ALL))


@cached_per_view(64)
def _flips_about(view: View, topic: str, rule: str) -> tuple[Flip, ...]:
    places = ((Rollup.CITY, view.geography.city.code), *((view.selection.rollup, member.code)
                                                         for member in view.members))
    wanted = (
        set(places) if view.selection.division is None else {(view.place.rollup, view.place.code)}
    )
    flips = _flips(view.key, view.card.as_of.isoformat(), view)
    return tuple(flip for flip in reversed(flips) if (flip.rollup, flip.division) in wanted
                 and topic in (ALL, flip.indicator) and rule in (ALL, flip.rule))


def page_of(desk: Desk) -> tuple[int, int]:
    """(page shown, number of pages), both from 1."""
    pages, asked = max(-(-len(desk.shown) // PAGE), 1), asked_for(desk)
    first = 1 if asked is None else desk.shown.index(asked) // PAGE + 1
    numbers = [str(number) for number in range(1, pages + 1)]
    return int(page_params.one("page", numbers, str(first))), pages


def on_page(desk: Desk) -> tuple[Alert, ...]:
    """The alerts of the page shown."""
    number, _ = page_of(desk)
    return desk.shown[(number - 1) * PAGE:number * PAGE]
