"""The state of an item on a day: a fold over its events and, for items tied to an indicator, over
the data.

Day by day: first what people recorded that day, then what the data says at its end. So the state as
of D rests on nothing after D, and the history as of D is a prefix of any later one.

What the data once did is recorded, with the target it did it by, and is no longer asked of the
data: a target that is raised later neither reopens what was closed nor takes back what was counted.
Only days not looked at yet are judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from kpi.follow_ups.follow_up import EVENT_NAMES, Case, DataEvent, Event, EventKind, Item, State
from kpi.plan import FollowUpRules


class Holding(Protocol):
    """Whether the data is where an item wants it at the end of a day; None: nobody can say.

    `target`: of the division, in place of the plan's.
    """

    def __call__(self, item: Item, day: date, /, target: float | None = None) -> bool | None: ...



class ClosedBy(StrEnum):
    DATA = "data"
    MANUAL = "manual"


@dataclass(frozen=True)
class Step:
    """One line of an item's history. `stage` is where it stood afterwards; `event` None: the data
    did it.

    `held_days`: days running the data had held when it closed the item. `closed_at`: of a relapse,
    the target its closing was recorded with. `recorded`: the record of what the data did, None
    until there is one.
    """

    day: date
    stage: State
    what: str
    event: Event | None = None
    held_days: int = 0
    closed_at: float | None = None
    recorded: DataEvent | None = None

    @property
    def by_data(self) -> bool:
        return self.event is None


class Count(StrEnum):
    """What an item adds to 议定事项办结率 on a day; the lifted ones take it away again."""

    DUE = "due"
    DUE_LIFTED = "due_lifted"
    CLOSED_ON_TIME = "closed_on_time"
    CLOSED_LIFTED = "closed_lifted"


@dataclass(frozen=True)
class Status:
    """Where an item stands as of a day.

    `state` is what is shown; `stage` the one beneath 延期 and 逾期. `due`: the date in force. `since`:
    day the stage began. `days_overdue`: 0 unless overdue. `held_days`: days running the data has
    been as wanted since the report. `done_on`: the report in force, None when there is none.
    `reopened`: how often the data or the office reopened it. `counts`: (day, what it added to
    议定事项办结率), oldest first.
    """

    as_of: date
    state: State
    stage: State
    since: date
    due: date
    extended: bool
    days_overdue: int
    held_days: int
    done_on: date | None
    closed_on: date | None
    closed_by: ClosedBy | None
    reopened: int
    steps: tuple[Step, ...]
    counts: tuple[tuple[date, Count], ...]

    @property
    def is_open(self) -> bool:
        return self.stage != State.CLOSED


def NOBODY_SAYS(_item: Item, _day: date, /, target: float | None = None) -> bool | None:  # noqa: N802 – a value
    """A `Holding` for ledgers without data."""
    return None


def status(case: Case, as_of: date, rules: FollowUpRules, holding: Holding = NOBODY_SAYS,
           data_until: date | None = None) -> Status | None:
    """The item as of the end of `as_of`; None when it was not raised by then.

    `data_until`: last day the data is complete (default `as_of`); later days neither close nor
    reopen anything.
    """
    events = [event for event in case.events if event.day <= as_of]
    if not events:
        return None
    fold = _Fold(case.item, rules, holding, events[0].day)
    recorded = {event.day: event for event in case.data_events}
    by_day: dict[date, list[Event]] = {}
    for event in events:
        by_day.setdefault(event.day, []).append(event)
    day, known_until = events[0].day, as_of if data_until is None else min(as_of, data_until)
    while day <= as_of:
        for event in by_day.get(day, ()):
            fold.record(event)
        if day in recorded:
            fold.recorded(recorded[day])
        elif case.looked_until is not None and day <= case.looked_until:
            fold.hold(day)
        elif case.item.closed_by_data and day <= known_until:
            fold.look(day)
        fold.count(day)
        day += timedelta(days=1)
    return fold.status(as_of)


_MOVES: Mapping[EventKind, State] = {EventKind.RAISED: State.RAISED,
                                     EventKind.ASSIGNED: State.ASSIGNED,
                                     EventKind.DONE: State.VERIFYING,
                                     EventKind.RETURNED: State.IN_PROGRESS,
                                     EventKind.CLOSED: State.CLOSED,
                                     EventKind.REOPENED: State.IN_PROGRESS}


@dataclass
class _Fold:
    """The running state of one item. Events are taken as recorded: they were allowed when somebody
    recorded them, and data that came late must not make a recorded event an error."""

    item: Item
    rules: FollowUpRules
    holding: Holding
    since: date
    stage: State = State.RAISED
    due: date = field(init=False)
    extended: bool = False
    held: int = 0
    done_on: date | None = None
    closed_on: date | None = None
    closed_by: ClosedBy | None = None
    closed_at: float | None = None  # the target a recorded closing was judged by
    reopened: int = 0
    steps: list[Step] = field(default_factory=list)
    counts: list[tuple[date, Count]] = field(default_factory=list)
    _counted_due: bool = False
    _counted_closed: bool = False

    def __post_init__(self) -> None:
        self.due = self.item.due

    def record(self, event: Event) -> None:
        if event.kind == EventKind.EXTENDED and event.due is not None:
            self.due, self.extended = event.due, True
        if event.kind == EventKind.PROGRESS and self.stage == State.ASSIGNED:
            self._move(State.IN_PROGRESS, event.day)
        # a report on an item the data has closed in the meantime changes nothing
        elif event.kind in _MOVES and not (
            event.kind == EventKind.DONE and self.stage == State.CLOSED
        ):
            self._moved_by(event)
        self.steps.append(Step(event.day, self.stage, EVENT_NAMES[event.kind], event))

    def _moved_by(self, event: Event) -> None:
        self._move(_MOVES[event.kind], event.day)
        if event.kind == EventKind.DONE:
            self.done_on, self.held = event.day, 0
        elif event.kind == EventKind.CLOSED:
            self.closed_on, self.closed_by = event.day, ClosedBy.MANUAL
        elif event.kind in (EventKind.RETURNED, EventKind.REOPENED):
            self._reopen(event.kind == EventKind.REOPENED)

    def hold(self, day: date) -> None:
        """Count the day if the data holds at its end."""
        if self.stage == State.VERIFYING:
            self.held = self.held + 1 if self.holding(self.item, day) else 0

    def look(self, day: date) -> None:
        """What the data of the end of the day does: closes after holding long enough, reopens on a
        relapse.
        """
        self.hold(day)
        if self.stage == State.VERIFYING:
            if self.held >= self.rules.hold_days:
                self._close(day, None)
        elif self._watched(day) and self._fallen(day):
            self._fall(day, None)

    def recorded(self, event: DataEvent) -> None:
        """What the data did, as it was written down. What people had done before it that day
        stands.
        """
        if event.closes and self.stage != State.CLOSED:
            self.held = event.held_days
            self._close(event.day, event)
        elif not event.closes and self.stage == State.CLOSED:
            self._fall(event.day, event)

    def _close(self, day: date, recorded: DataEvent | None) -> None:
        self._move(State.CLOSED, day)
        self.closed_on, self.closed_by = day, ClosedBy.DATA
        self.closed_at = None if recorded is None else recorded.target
        self.steps.append(Step(day, self.stage, f"数据连续{self.held}天达到要求，自动销号", held_days=self.held,
                               recorded=recorded))

    def _fall(self, day: date, recorded: DataEvent | None) -> None:
        closed_at = self.closed_at
        self._move(State.IN_PROGRESS, day)
        self._reopen(True)
        self.steps.append(Step(day, self.stage, "数据回落，重新办理", closed_at=closed_at,
                               recorded=recorded))

    def _fallen(self, day: date) -> bool:
        """A relapse is one by the target of the closing too: an edited plan alone reopens nothing.
        """
        if self.holding(self.item, day) is not False:
            return False
        return self.closed_at is None or self.holding(self.item, day, self.closed_at) is False

    def _watched(self, day: date) -> bool:
        return (self.closed_by == ClosedBy.DATA and self.closed_on is not None
                and self.closed_on < day <= self.closed_on + timedelta(days=self.rules.watch_days))

    def _reopen(self, again: bool) -> None:
        self.reopened += again
        self.done_on, self.closed_on, self.closed_by, self.held = None, None, None, 0
        self.closed_at = None

    def _move(self, stage: State, day: date) -> None:
        if stage != self.stage:
            self.stage, self.since = stage, day

    def count(self, day: date) -> None:
        """Due from its due date on; closed on time when reported (else closed) by then, counted
        once it is due.
        """
        due = self.due <= day
        on_time = self.closed_on is not None and (self.done_on or self.closed_on) <= self.due
        closed = due and on_time
        if due != self._counted_due:
            self.counts.append((day, Count.DUE if due else Count.DUE_LIFTED))
        if closed != self._counted_closed:
            self.counts.append((day, Count.CLOSED_ON_TIME if closed else Count.CLOSED_LIFTED))
        self._counted_due, self._counted_closed = due, closed

    def status(self, as_of: date) -> Status:
        overdue = (
            (as_of - self.due).days if self.stage not in (State.CLOSED, State.VERIFYING) else 0
        )
        return Status(as_of, self._shown(overdue), self.stage, self.since, self.due, self.extended,
                      max(overdue, 0), self.held, self.done_on, self.closed_on, self.closed_by,
                      self.reopened, tuple(self.steps), tuple(self.counts))

    def _shown(self, overdue: int) -> State:
        if overdue > 0:
            return State.OVERDUE
        return (
            State.EXTENDED
            if self.extended and self.stage in (State.ASSIGNED, State.IN_PROGRESS)
            else self.stage
        )
