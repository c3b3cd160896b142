"""What one run of the page 月报 is about: the form, the month, the units an account sees, and what
it may do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from components.shell import View, account, page_params
from data_access.accounts import Action
from data_access.forms import ReturnLine
from data_access.ledger.returns import Returns, recorded_returns
from data_access.site.return_file import load_return_form
from data_access.snapshots import today_of
from kpi.follow_ups import Actor, Role
from kpi.returns import (
    STEP_NAMES,
    Amounts,
    MonthlyReturn,
    ReturnEvent,
    ReturnForm,
    Step,
    known,
    last_day,
    may,
    months_of,
    previous,
)
from kpi.scope import Access, Permission
from kpi.vocabulary import Division, InputError, Rollup

MONTH, UNIT = "month", "unit"
NOTHING = "—"


@dataclass(frozen=True)
class Given:
    """What somebody gives with a step, as a `ReturnEvent` has it."""

    amounts: Amounts = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, eq=False)
class Desk:
    """`months`: the first days of those due, newest first. `units`: those the account sees that are
    asked for anything, in display order. `returns`: theirs, by month and unit. `today`: by the
    city's clock; of the demonstration the day after its end.
    """

    view: View
    form: ReturnForm
    months: tuple[date, ...]
    month: date
    units: tuple[Division, ...]
    returns: Mapping[tuple[date, str], MonthlyReturn]
    today: date

    def one(self, unit: str, month: date | None = None) -> MonthlyReturn:
        """A unit's return of the chosen month, or of another; without events when nothing was
        done.
        """
        key = (month or self.month, unit)
        return self.returns.get(key, MonthlyReturn(*key))

    def before(self, unit: str) -> Amounts:
        """What the month before was approved with; empty when it was not."""
        return self.one(unit, previous(self.month)).approved or {}

    def lines(self, unit: str) -> tuple[ReturnLine, ...]:
        """Every item of the unit with what stands beside it and what was filed last."""
        one, before = self.one(unit), self.before(unit)
        figures = self.view.figures.on(last_day(self.month))
        remarks = filed_remarks(one)
        return tuple(ReturnLine(item, known(figures, item, unit, self.month),
                                before.get(item.code), one.filed.get(item.code),
                                remarks.get(item.code, "")) for item in self.form.of(unit))

    def may(self, unit: str, step: Step) -> bool:
        """Whether to offer the account this step, whatever the return's state."""
        access = self.view.access
        return self.view.may(needed(step)) and may(self.actor(access, step), unit, step)

    def act(self, seen: MonthlyReturn, step: Step, given: Given) -> MonthlyReturn:
        """Record a step on a return as it was seen. Raises InputError when the account may not any
        more, a rule or check refuses it, or the return has changed; nothing is recorded then.
        """
        permission, view = needed(step), self.view
        now = view.permit.require(permission)
        if not any(unit.code == seen.unit for unit in self.units):
            raise InputError("这个单位的月报不在您的查看范围；这一步没有执行。")
        # first: what leaves no trace is not done
        view.permit.record(permission, Action.LEDGER,
                           f"月报 {seen.month:%Y-%m} {seen.unit} {STEP_NAMES[step]}", "提交")
        actor = self.actor(now, step)
        # on the demonstration's own day, whatever the clock says
        at = datetime.combine(self.today, view.now().time().replace(microsecond=0))
        event = ReturnEvent(step, at, actor.account, given.amounts, given.remarks, given.text)
        store = Returns.open(view.current.settings)
        try:
            return store.act(self.form, seen, event, actor)
        finally:
            store.close()

    def actor(self, access: Access, step: Step) -> Actor:
        """The account as it takes a step: its own units file; without sign-in it acts for all."""
        acting = account.acting(access)
        if step != Step.FILE or not access.allowed(Permission.RETURNS):
            return acting
        units = own_units(self.view, access)
        return replace(acting, role=Role.UNIT, divisions=frozenset(
            unit.code for unit in self.units if access.every_unit or unit.code in units))


def needed(step: Step) -> Permission:
    """What an account needs for a step."""
    return Permission.RETURNS if step == Step.FILE else Permission.LEDGER


def own_units(view: View, access: Access) -> frozenset[str]:
    """The codes of the units the account acts for, as they are now."""
    return frozenset(view.geography.holder(code) for code in access.divisions)


def filed_remarks(one: MonthlyReturn) -> Mapping[str, str]:
    """The explanations of what was filed last, by item."""
    return next((event.remarks for event in reversed(one.events) if event.step == Step.FILE), {})


def reasons(one: MonthlyReturn) -> Mapping[str, str]:
    """Why it was sent back last, by item; empty once it is approved."""
    return next((event.remarks if event.step == Step.SEND_BACK else {}
                 for event in reversed(one.events)
                 if event.step in (Step.SEND_BACK, Step.APPROVE)), {})


def open_desk(view: View) -> Desk | None:
    """The desk of this run; None where the site asks for no returns, nothing is due yet, or the
    account sees no unit that is asked. Raises InputError on a faulty file.
    """
    settings = view.current.settings
    register = view.geography.unit_by_code
    form = load_return_form(settings, tuple(register))
    today = today_of(settings, view.plan)
    months = months_of(view.plan.window, today)[::-1]
    if form is None or not months:
        return None
    units = tuple(unit for unit in view.geography.members(Rollup.MANAGING)
                  if form.of(unit.code) and _sees(view, unit.code))
    if not units:
        return None
    seen = {unit.code for unit in units}
    returns = {(one.month, one.unit): one for one in recorded_returns(settings)
               if one.unit in seen}
    names = [month_value(month) for month in months]
    chosen = page_params.one(MONTH, names, names[0])
    return Desk(view, form, months, months[names.index(chosen)], units, returns, today)


def _sees(view: View, unit: str) -> bool:
    access = view.access
    whole = access.scope.everything and not access.only_department
    return whole or unit in own_units(view, access)


def month_value(month: date) -> str:
    """A month as it stands in the address."""
    return f"{month:%Y-%m}"


def shown(amount: float | None) -> str:
    """An amount in words; a dash for a blank."""
    return NOTHING if amount is None else f"{amount:,.12g}"
