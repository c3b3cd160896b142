"""What a dataset is: its columns, the dated events it is counted by, and the rules its rows are
judged by.

The definitions themselves are files (`kpi/definitions/datasets/`); nothing here knows SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kpi.vocabulary import Reason

UPDATED_AT = "updated_at"
OWN_SOURCE = "monthly_returns"
"""The connection of datasets that the program records itself, in no database of others."""
PLACE = "place"
"""In a rule's lists of columns: the township of a row, else its unit."""


class ColumnType(StrEnum):
    """Type of a canonical column. `CODE` is text compared byte for byte; `TEXT` is free text."""

    CODE = "code"
    TEXT = "text"
    DATE = "date"
    INT = "int"
    REAL = "real"
    BOOL = "bool"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True)
class Column:
    """One canonical column.

    `nullable` says whether null is a legitimate value (a null in a non-nullable column makes the
    row excluded, never an error). `categories`, when not empty, lists every value the column may
    take after mapping. `titles`: the Chinese name of each category, of a flag under "1" and "0".
    `title` and `synonyms`: headings under which offices keep such a column. `ignored_before`: a
    date column; a date before it is read as null. `optional`: a table without the column can be
    read, as if it were null throughout. `precedes`: a date column it should not be later than.
    """

    name: str
    type: ColumnType
    nullable: bool = False
    categories: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    title: str = ""
    synonyms: tuple[str, ...] = ()
    ignored_before: str = ""
    optional: bool = False
    precedes: str = ""


class DuplicateRule(StrEnum):
    """`WITHIN_DAYS`: dated within so many days after the row before it. `FIRST`: any but the
    earliest of its like.

    `REPEATED`: of one identity, any but the earliest, of those the last changed, of those one that
    is closed.
    """

    WITHIN_DAYS = "within_days"
    FIRST = "first"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Duplicate:
    """Which rows repeat another: alike in `same`, looked at in the order of `order`.

    `days` of `WITHIN_DAYS`; None: the plan's `duplicate_window_days`. `closed` of `REPEATED`: the
    date of its end. Null equals null for `FIRST`; for `WITHIN_DAYS` a null in `same` makes no
    duplicate.
    """

    rule: DuplicateRule
    same: tuple[str, ...]
    order: tuple[str, ...]
    days: int | None = None
    closed: str = ""


@dataclass(frozen=True)
class Overlaps:
    """Named rule `clip_overlaps`: of periods alike in `same`, each loses what an earlier one
    covers.

    `begins`, `ends`: the columns of a period's first day and of the first day it no longer holds.
    """

    same: tuple[str, ...]
    begins: str
    ends: str


@dataclass(frozen=True)
class Only:
    """Rows whose `column` is not `value` (1 or 0 for a flag) are excluded for `reason`."""

    column: str
    value: str | int
    reason: Reason


@dataclass(frozen=True)
class Reported:
    """What units report period by period: who has not reported has no figure, and 0 is an amount.

    `item`: the column that says what is reported. `asked`: the codes of the units that report a
    value of it; a value it does not have is reported by all.
    """

    item: str
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


class EventKind(StrEnum):
    """How an event is read from a row."""

    COUNTED = "counted"    # the counting date: every row has it, excluded ones too
    LATER = "later"        # another date of a counted row
    WITHIN = "within"      # on the counting date, where `date` came within `days` of it
    HELD = "held"          # became true of a row while it held
    HELD_ENDS = "held_ends"  # the end of that, together with the row's
    FIRST_OF = "first_of"  # on the counting date, of the first row of its like
    CLIPPED_BEGINS = "clipped_begins"  # a period's beginning after `clip_overlaps`
    CLIPPED_ENDS = "clipped_ends"


@dataclass(frozen=True)
class Event:
    """One dated event of a dataset and the dimensions its cells are split by.

    `on`: its date column. `not_before`: dates it is taken at where it is recorded as earlier than
    them. `requires`: other columns that must be filled in. `origin`: the date that decides whether it
    lies in the plan. `ended`, of `HELD`: the date the row ends. `days`, of `WITHIN`. `same` and
    `order`, of `FIRST_OF`.
    """

    name: str
    dimensions: tuple[str, ...] = ()
    kind: EventKind = EventKind.COUNTED
    on: str = ""
    origin: str = ""
    not_before: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    ended: str = ""
    days: int = 0
    same: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """One canonical table. `key` is its identifying column, `counted_on` the date that counts a
    row.

    `counted_on` None: a list of divisions, which is not counted. `events`: the first is the
    counting date. `amount`: the column that is summed beside the rows, not above `most`. `unit`:
    what its rows, or amounts, are counted in. `missing`: the reason of a row without counting date.
    `register`: its counted rows are kept one by one, for maps and coverage. `repeats`: what a
    repeated identity is judged by, where there is any. `local`: defined, or replaced, by the site.
    `optional`: a database without the table is no fault, as long as nobody has mapped it.
    `reported`: its rows are reported by units, so that a unit without any has no figure.
    """

    name: str
    connection: str
    title: str
    key: str
    counted_on: str | None
    columns: tuple[Column, ...]
    events: tuple[Event, ...] = ()
    amount: str | None = None
    most: float | None = None
    unit: str = "件"
    missing: Reason = Reason.MISSING_DATE
    only: Only | None = None
    duplicate: Duplicate | None = None
    overlaps: Overlaps | None = None
    repeats: Duplicate | None = None
    register: bool = False
    order: int = 0
    local: bool = False
    optional: bool = False
    # not among what digests are made of: those of datasets without it stay what they were
    reported: Reported | None = field(default=None, repr=False)

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError when the dataset has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    def event(self, name: str) -> Event:
        """The event of that name. Raises KeyError when the dataset has none."""
        for event in self.events:
            if event.name == name:
                return event
        raise KeyError(f"{self.name} has no event {name}")

    @property
    def own(self) -> bool:
        """Whether the program records its rows itself."""
        return self.connection == OWN_SOURCE

    @property
    def identity(self) -> str | None:
        """The column that decides whether two rows are one and the same thing; None where none
        does.

        A list of divisions has its key; else the first code, not a category, of what makes a
        duplicate.
        """
        if self.counted_on is None:
            return self.key
        first = self.duplicate is not None and self.duplicate.rule == DuplicateRule.FIRST
        same = (*(self.duplicate.same if self.duplicate is not None and first else ()),
                *(self.overlaps.same if self.overlaps is not None else ()),
                *(self.repeats.same if self.repeats is not None else ()))
        codes = [name for name in same if name in self.column_names
                 and not self.column(name).categories]
        return codes[0] if codes else None

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def identities(self) -> tuple[str, ...]:
        """The columns rows or persons are told apart by: without them a row cannot be counted."""
        given = dict.fromkeys((self.key, *(self.overlaps.same if self.overlaps else ()),
                               *(self.repeats.same if self.repeats else ()),
                               *(name for event in self.events for name in event.same)))
        return tuple(name for name in given if (column := self.column(name)).type == ColumnType.CODE
                     and not column.nullable and not column.categories)

    @property
    def first_event(self) -> str:
        """The name of the event every row has."""
        return self.events[0].name

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What any event of the dataset is split by, each once."""
        return tuple(dict.fromkeys(name for event in self.events for name in event.dimensions))

    def township_event(self, event: Event) -> str:
        """The name under which an event's cells are split by township."""
        return (
            f"{event.name}@township"
            if event.dimensions and "township_code" in self.column_names
            else event.name
        )

    @property
    def sliced(self) -> bool:
        """Whether rows are judged by themselves or by the row shortly before, so that periods can
        be read apart.

        Not so for sums of fractions, whose last digit depends on what is added up together.
        """
        if self.counted_on is None or self.register or self.overlaps is not None:
            return False
        if self.amount is not None and self.column(self.amount).type == ColumnType.REAL:
            return False
        return (
            self.duplicate is None or self.duplicate.rule == DuplicateRule.WITHIN_DAYS
        ) and not any(event.kind == EventKind.FIRST_OF for event in self.events)

    @property
    def counting(self) -> Dataset:
        """The dataset without its wording: all that cells depend on."""
        bare = tuple(replace(column, titles={}, title="", synonyms=()) for column in self.columns)
        return replace(self, title="", unit="", order=0, local=False, columns=bare)
