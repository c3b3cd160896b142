"""Named rule `matching`: which events are posts, fills, seekers and trainees, and which occupations
are looked at together.

A fill is an event on the day its post was published, of a row whose counting date is the day of the
match; the days between the two are what a post took to fill.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kpi.definitions.dataset import Dataset
from kpi.definitions.grammar import At, Form, Key, Section, checked

_DATASET = Key("dataset", Form.TEXT, "数据集", required=True)
_EVENT = Key("event", Form.TEXT, "事件", required=True)
_SECTOR = Key("sector", Form.TEXT, "行业列", required=True)
_OCCUPATION = Key("occupation", Form.TEXT, "工种列", required=True)
_LACKING = Key("lacking_at_most", Form.NUMBER, "没有的最多占几成（0–1）", required=True)
ENOUGH = Section("enough", "数据不全时不给数", (
    Key("event", Form.TEXT, "应有的事件", required=True),
    Key("of", Form.TEXT, "在哪个事件之中", required=True), _LACKING))
_JOBS = Section("jobs", "岗位", (
    _DATASET, _EVENT, Key("minus", Form.TEXT, "冲减的事件", required=True),
    Key("of", Form.TEXT, "amount", required=True, allowed=("amount",)), _SECTOR, _OCCUPATION))
_FILLS = Section("fills", "撮合", (_DATASET, _EVENT, _SECTOR, _OCCUPATION))
_OTHERS = Section("seekers、trained", "求职、培训", (_DATASET, _EVENT, _OCCUPATION))
_FILE = Section("matching.toml", "供需", (
    Key("jobs", Form.TABLE, "岗位", required=True), Key("fills", Form.TABLE, "撮合", required=True),
    Key("dated", Form.TABLE, "有发布日期的撮合", required=True),
    Key("seekers", Form.TABLE, "求职", required=True),
    Key("trained", Form.TABLE, "培训", required=True),
    Key("indicators", Form.NAMES, "供需页上先列的指标", required=True),
    Key("occupations", Form.TABLE, "合并的工种")))


@dataclass(frozen=True)
class Enough:
    """A figure is not given where more than `lacking_at_most` (0–1) of the rows with event `of`,
    dated since the plan's start, are without event `having`. Both are events of `dataset`.
    """

    dataset: str
    having: str
    of: str
    lacking_at_most: float


@dataclass(frozen=True)
class Flowing:
    """One side of the market: an event of a dataset, and the columns it is split by."""

    dataset: str
    event: str
    occupation: str
    sector: str = ""
    minus: str = ""

    def of(self, dimension: str) -> str:
        """The column that holds its “sector” or “occupation”."""
        return {"sector": self.sector, "occupation": self.occupation}[dimension]


@dataclass(frozen=True)
class Matching:
    """What supply and demand are read from. `groups`: an occupation as a system has it → the name
    it is shown under; one that is not listed stays itself. `indicators`: codes of those shown with
    it.
    """

    jobs: Flowing
    fills: Flowing
    dated: Enough
    seekers: Flowing
    trained: Flowing
    indicators: tuple[str, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def datasets(self) -> tuple[str, ...]:
        """What the days to fill and the unfilled jobs rest on, posts first."""
        return (self.jobs.dataset, self.fills.dataset)


class NotFittingError(Exception):
    """The datasets in force do not have what the file names."""


def matching_from(values: Any, at: At, datasets: Mapping[str, Dataset]) -> Matching:
    """The rule a file defines. Raises InputError with the one sentence of a fault, and
    `NotFittingError` where a dataset, event or column it names is not there (a site has replaced
    the dataset's file).
    """
    given = checked(_FILE, values, at)
    jobs = checked(_JOBS, given["jobs"], at.under("jobs"))
    fills = checked(_FILLS, given["fills"], at.under("fills"))
    seekers, trained = (checked(_OTHERS, given[key], at.under(key))
                        for key in ("seekers", "trained"))
    dated = enough_from(given["dated"], fills["dataset"], at.under("dated"))
    groups = {name: shown for shown, names in given.get("occupations", {}).items()
              for name in (shown, *names)}
    rule = Matching(Flowing(jobs["dataset"], jobs["event"], jobs["occupation"], jobs["sector"],
                            jobs["minus"]),
                    Flowing(fills["dataset"], fills["event"], fills["occupation"],
                            fills["sector"]), dated,
                    Flowing(seekers["dataset"], seekers["event"], seekers["occupation"]),
                    Flowing(trained["dataset"], trained["event"], trained["occupation"]),
                    tuple(given["indicators"]), groups)
    for one in (rule.jobs, rule.fills, rule.seekers, rule.trained):
        _fits(one, datasets)
    for event in (dated.having, dated.of):
        _fits(Flowing(dated.dataset, event, ""), datasets)
    if not all(datasets[name].sliced for name in rule.datasets):
        raise NotFittingError
    return rule


def enough_from(values: Any, dataset: str, at: At) -> Enough:
    """Raises InputError with the one sentence of a fault."""
    given = checked(ENOUGH, values, at)
    if not 0 <= given["lacking_at_most"] <= 1:
        raise at.under("lacking_at_most").wrong(" 应在 0 和 1 之间；请改正。")
    return Enough(dataset, given["event"], given["of"], float(given["lacking_at_most"]))


def _fits(one: Flowing, datasets: Mapping[str, Dataset]) -> None:
    dataset = datasets.get(one.dataset)
    events = {} if dataset is None else {event.name: event for event in dataset.events}
    for name in (one.event, one.minus):
        if name and name not in events:
            raise NotFittingError
        for column in (one.sector, one.occupation):
            if name and column and column not in events[name].dimensions:
                raise NotFittingError
