"""What an indicator is: which sums make its figure, how these run through time, and what is said
beside it.

What it is, not how much of it the plan wants. The definitions themselves are files
(`kpi/definitions/indicators/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from kpi.definitions.dataset import Dataset, Reported
from kpi.definitions.matching_file import Enough, Matching

Where = Mapping[str, str | int | tuple[str, ...]]
NOWHERE: Where = {}


class Kind(StrEnum):
    """What kind of figure an indicator is; it decides how it is judged and added up."""

    CUMULATIVE = "cumulative"  # a count since the plan's start
    STOCK = "stock"            # how many hold on the day
    COVERAGE = "coverage"      # places served ÷ places
    FLOOR = "floor"            # a share judged against its target at any time
    MATCHING = "matching"      # by a named rule over posts and fills: watched, never judged


class Rule(StrEnum):
    """What a `MATCHING` indicator is: the median days a post takes to fill, or the posts that were
    not filled within thirty days.
    """

    MEDIAN_DAYS = "median_days"
    UNFILLED = "unfilled"


class Judged(StrEnum):
    """Against what a value is judged before the deadline."""

    PACE = "pace"    # target × elapsed share
    FLOOR = "floor"  # the target itself


class Flow(StrEnum):
    """How a figure's numerator and denominator run through time, and so what “the last three
    months” are of it.
    """

    SINCE_START = "since_start"  # sums since the plan's start: differences
    YEARLY = "yearly"            # sums that begin anew on 1 January
    STOCK = "stock"              # what holds on the day: the day itself
    FILLS_UP = "fills_up"  # yearly, with cases carried in: judged against its path through the year


class Since(StrEnum):
    """From when a sum runs: the plan's start (by where a row's own date lies), 1 January, or ever.
    """

    PLAN = "plan"
    YEAR = "year"
    EVER = "ever"


SINCE_OF = {Flow.SINCE_START: Since.PLAN, Flow.YEARLY: Since.YEAR, Flow.STOCK: Since.EVER,
            Flow.FILLS_UP: Since.YEAR}


@dataclass(frozen=True)
class Sum:
    """Rows or amounts of an event, less those of another.

    `carried_in`: what was open on 1 January is added: everything of `event` before, less everything
    of `minus`; within the year `minus` is then not taken off.
    """

    dataset: str
    event: str
    minus: str | None = None
    column: str = "rows"
    since: Since = Since.PLAN
    where: Where = field(default_factory=dict)
    carried_in: bool = False

    def narrowed(self, where: Where) -> Sum:
        """The sum over those of its rows of which `where` is true as well."""
        return replace(self, where={**self.where, **where})


@dataclass(frozen=True)
class Cut:
    """One way to take a figure apart: a sum by one of its dimensions. `names`: of its values;
    `notes`: about them.
    """

    title: str
    unit: str
    sum: Sum
    by: str
    names: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CompanionSum:
    """A figure to read with the indicator: a sum, or a share of two (`unit` “%”). `narrows`: its
    own sums, of some rows.
    """

    name: str
    unit: str
    part: Sum
    whole: Sum | None = None
    narrows: bool = False

    @property
    def datasets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.dataset for one in (self.part, self.whole)
                                   if one is not None))


@dataclass(frozen=True)
class Active:
    """Named rule `active`: of the open venues only those count with a row of `event` within the
    last `days` days whose column `venue` names them.
    """

    dataset: str
    event: str
    venue: str
    days: int


class Places(StrEnum):
    """Places a coverage counts."""

    TOWNSHIP = "township"
    CENTRAL_VILLAGE = "central_village"
    COUNTY = "county"
    CITY = "city"


@dataclass(frozen=True)
class Served:
    """Places of a kind that should each have an open venue of a kind. `missing`: heading of those
    without.
    """

    places: Places
    venue: str
    missing: str = ""


@dataclass(frozen=True)
class Spoken:
    """How an indicator is spoken of: “累计发布零工岗位” 4.68万个; “多发布” 62 “个岗位”."""

    said: str
    verb: str
    unit: str


@dataclass(frozen=True)
class ShownWith:
    """A share that is mentioned in another indicator's sentence: “其中第三方归集占53.4%”."""

    indicator: str
    words: str


class TownshipColumn(StrEnum):
    """Columns of the township table an indicator can fill."""

    JOBS = "jobs"
    USERS = "users"
    TRAININGS = "trainings"


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    `unit` is the Chinese counting unit of the value (“%” for shares, whose values run 0–1).
    `datasets`: those it needs; it is 未接入 when one of them is absent. `sources`: those of them that
    are read from service databases. `formula`, `numerator`, `denominator`: the definition in words,
    as printed on the 口径卡. `part`, `whole`: the sums; both None for a `coverage`. `interval`:
    whether a share is one of cases, not of money. `of_people`: its splits count people's cases, so
    that small numbers are not published. `closing`: the event of cases closed in time, of a rate
    with the named rule `closing_companions`. `write_offs`: what is taken off is watched for surges.
    `local`: defined, or replaced, by the site. `enough`: how complete the rows must be for a share
    to be given. `matching`: the named rule of a `MATCHING` indicator, whose `part` is None.
    `active`: which venues of the numerator count.
    """

    code: str
    name: str
    kind: Kind
    unit: str
    datasets: tuple[str, ...]
    formula: str
    numerator: str
    denominator: str | None = None
    flow: Flow = Flow.SINCE_START
    part: Sum | None = None
    whole: Sum | None = None
    coverage: tuple[Served, ...] = ()
    sources: tuple[Dataset, ...] = ()
    clause: str = ""
    interval: bool = True
    cuts: tuple[Cut, ...] = ()
    companions: tuple[CompanionSum, ...] = ()
    spoken: Spoken | None = None
    shown_with: ShownWith | None = None
    township: TownshipColumn | None = None
    closing: str | None = None
    write_offs: bool = False
    first: bool = False
    order: int = 0
    local: bool = False
    of_people: bool = False
    enough: Enough | None = None
    matching: tuple[Rule, Matching] | None = None
    active: Active | None = None

    @property
    def is_share(self) -> bool:
        return self.denominator is not None

    @property
    def reported(self) -> Reported | None:
        """Where its count or stock is of what units report; None where they do not."""
        if self.part is None or self.kind not in (Kind.CUMULATIVE, Kind.STOCK):
            return None
        return next((one.reported for one in self.sources if one.name == self.part.dataset), None)

    @property
    def by_rule(self) -> bool:
        """Whether a named rule makes the figure, which is then no sum of events on the day."""
        return self.matching is not None or self.active is not None

    @property
    def judged(self) -> Judged:
        return Judged.FLOOR if self.kind is Kind.FLOOR else Judged.PACE

    @property
    def fills_up(self) -> bool:
        """A yearly rate that starts near zero every January whatever the office does, so it is not
        red before July.
        """
        return self.flow is Flow.FILLS_UP

    @property
    def starts_each_year(self) -> bool:
        return self.flow in (Flow.YEARLY, Flow.FILLS_UP)

    @property
    def sampled(self) -> bool:
        """Whether it is a share of cases, with the uncertainty of one."""
        return self.kind is Kind.FLOOR and self.interval

    def too_early_for_red(self, day: date) -> bool:
        """Whether the raw figure says too little by `day` to be called seriously behind."""
        return self.fills_up and day.month < 7

    @property
    def served(self) -> Served | None:
        """What a coverage of one kind of place asks for; None for a sum of several kinds, and for
        other indicators.
        """
        return self.coverage[0] if len(self.coverage) == 1 else None
