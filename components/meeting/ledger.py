"""The ledger as pages see it: opened once per process, folded once per revision and day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from components.shell import View, account, state
from components.shell.cache import cached
from data_access.accounts import Action
from data_access.ledger import Ledger, ledger_url
from kpi.departments import all_names
from kpi.follow_ups import (
    Actor,
    Case,
    Event,
    EventKind,
    Item,
    Meeting,
    Role,
    Standing,
    Status,
    check_tie,
    holding_of,
    ledger_day,
    standings,
    status,
)
from kpi.scope import Access, Permission
from kpi.vocabulary import Division


@dataclass(frozen=True)
class More:
    """What an extension (`due`, `approver`) or a hand-over (`lead_unit`, `post`) asks for besides
    its reason.
    """

    due: date | None = None
    approver: str | None = None
    lead_unit: str | None = None
    post: str | None = None


NOTHING_MORE = More()


@dataclass(frozen=True, eq=False)
class Book:
    """The ledger as of the view's day: `all` items by number, `shown` those of the chosen division,
    and the meetings.

    For an account of its own divisions or of a department `all` holds the items that concern it, and
    there are no meetings: their minutes tell everybody's.

    `day` is the ledger's day; with the newest figures that is today, so that what was just recorded
    is there.
    """

    view: View
    ledger: Ledger
    actor: Actor
    day: date
    all: tuple[Standing, ...]
    meetings: tuple[Meeting, ...]

    @property
    def shown(self) -> tuple[Standing, ...]:
        """Of the chosen division (a county's with its zones), or all."""
        chosen = self.view.selection.division
        place = None if chosen is None else self.view.place
        return tuple(one for one in self.all if place is None or concerns(one.item, place))

    def standing(self, number: str) -> Standing | None:
        return next((one for one in self.all if one.item.number == number), None)

    def act(self, number: str, seen: int, kind: EventKind, text: str,
            more: More = NOTHING_MORE) -> None:
        """Record an event on an item that was seen at version `seen`. Raises InputError as the
        ledger does.
        """
        needed = Permission.LEDGER if self.actor.role == Role.OFFICE else Permission.REPORT
        actor = self._record(f"{number} {kind.value}", needed)
        event = Event(kind, self.view.now(), actor.account, text, more.due, more.approver,
                      more.lead_unit, more.post)
        self.ledger.act(number, seen, event, actor, self._now())

    def raise_items(self, items: tuple[Item, ...], *, assign: bool) -> tuple[Item, ...]:
        """Record new items, all or none. Raises InputError when one cannot be judged by the
        figures.
        """
        return self.raising(items, assign=assign)()

    def raising(self, items: tuple[Item, ...], *, assign: bool) -> Callable[[], tuple[Item, ...]]:
        """What records new items, all or none, for a job: checked, allowed and noted in the audit
        log now, by this call.

        Raises InputError as `raise_items` does.
        """
        for item in items:
            check_tie(item, self.view.figures.on(self.view.current.default_day))
        actor = self._record(f"新建 {len(items)} 项")
        return lambda: self.ledger.raise_items(items, actor, self.view.now(), assign=assign)

    def hold_meeting(self, meeting: Meeting) -> None:
        """Record a meeting. Raises InputError as the ledger does."""
        actor = self._record(f"会议 {meeting.held_on}")
        self.ledger.hold_meeting(meeting, actor, self.view.now())

    def _record(self, what: str, permission: Permission = Permission.LEDGER) -> Actor:
        """The account as it is now; the form may have been open since before it lost the right to
        submit it.
        """
        now = self.view.permit.require(permission)
        # first: what leaves no trace is not done
        self.view.permit.record(permission, Action.LEDGER, what, "提交")
        return _actor(self.view, now)

    def at(self, meeting: Meeting) -> tuple[date, tuple[Standing, ...]]:
        """The meeting's day, or the ledger's where that is earlier, and everything on record as it
        stood then.
        """
        day = min(meeting.held_on, self.day)
        view, until = self.view, min(day, self.view.current.default_day)
        return day, _folded(view.key, self.ledger.revision(), day, until, self.ledger, view)

    def _now(self) -> Callable[[Case], Status | None]:
        until = self.view.current.default_day
        figures = self.view.figures.on(until)
        today, holding = max(self.view.now().date(), until), holding_of(figures)
        return lambda case: status(case, today, figures.plan.follow_up, holding, until)


def concerns(item: Item, place: Division) -> bool:
    """Whether an item is about a division; a county's items include those of the zones inside it.
    """
    return item.division == place.code or item.division in place.units


def open_book(view: View) -> Book:
    """The ledger for one page run; begins one where there is none yet."""
    ledger = state.opened_ledger(ledger_url(view.current.settings))
    latest, as_of = view.current.default_day, view.selection.as_of
    day = ledger_day(as_of, latest, view.now().date())
    folded = _folded(view.key, ledger.revision(), day, as_of, ledger, view)
    actor = _actor(view, view.access)
    if view.access.scope.everything and not view.access.only_department:
        return Book(view, ledger, actor, day, folded, ledger.meetings())
    return Book(view, ledger, actor, day, tuple(one for one in folded if actor.concerned(one.item)),
                ())


def _actor(view: View, access: Access) -> Actor:
    """The account as the ledger has it; a department's by every name the plan gives it."""
    actor = account.acting(access)
    return replace(actor, units=all_names(view.plan, actor.units)) if actor.units else actor


@cached(32)
def _folded(key: str, changes: int, day: date, until: date, _ledger: Ledger,
            _view: View) -> tuple[Standing, ...]:
    return standings(_view.figures, _ledger.cases(), day, until)
