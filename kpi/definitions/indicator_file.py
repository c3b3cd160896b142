"""An indicator from its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kpi.definitions import indicator_grammar as grammar
from kpi.definitions.cells import FOLLOW_UP, FOLLOW_UP_EVENTS
from kpi.definitions.dataset import Dataset, EventKind
from kpi.definitions.dataset_file import value_of
from kpi.definitions.grammar import At, Section, checked, code
from kpi.definitions.indicator import (
    SINCE_OF,
    Active,
    CompanionSum,
    Cut,
    Flow,
    Indicator,
    Kind,
    Places,
    Rule,
    Served,
    ShownWith,
    Since,
    Spoken,
    Sum,
    TownshipColumn,
    Where,
)
from kpi.definitions.matching_file import Enough, Matching, enough_from

_LAST = 10_000  # files that do not say where they come in lists
_FLOW_OF = {Kind.CUMULATIVE: Flow.SINCE_START, Kind.STOCK: Flow.STOCK, Kind.COVERAGE: Flow.STOCK,
            Kind.MATCHING: Flow.STOCK}


class UnusableDatasetError(Exception):
    """A sum is of a dataset whose own file has a fault, which has its own sentence."""


@dataclass(frozen=True)
class Vocabulary:
    """What an indicator may name: the datasets, those whose own file has a fault, and the rule of
    supply and demand, None where the datasets do not have what it needs.
    """

    datasets: Mapping[str, Dataset]
    faulty: frozenset[str] = frozenset()
    matching: Matching | None = None

    def dataset(self, name: str, at: At) -> Dataset:
        """Raises InputError for one there is none of, `UnusableDatasetError` for a faulty one."""
        if name in self.faulty:
            raise UnusableDatasetError(name)
        if name == FOLLOW_UP:
            return _LEDGER
        counted = {key: one for key, one in self.datasets.items() if one.events}
        if name not in counted:
            raise at.unknown(name, tuple(counted), "数据集")
        return counted[name]

    @property
    def register(self) -> Dataset:
        return next(dataset for dataset in self.datasets.values() if dataset.register)


_LEDGER = Dataset(FOLLOW_UP, "", "督办台账", "", None, (), FOLLOW_UP_EVENTS)


def indicator_from(name: str, values: Any, at: At, vocabulary: Vocabulary, *,
                   local: bool) -> Indicator:
    """The indicator a file defines. Raises InputError with the one sentence of a fault."""
    code(name, at, "指标代码")
    given = checked(grammar.INDICATOR, values, at)
    kind = Kind(given["kind"])
    flow = _flow(kind, given, at)
    share = "denominator" in given
    if share != (given["unit"] == "%") or share != (kind in (Kind.COVERAGE, Kind.FLOOR)):
        raise at.wrong("：coverage 和 floor 的单位是 % 且须写 denominator，cumulative 和 stock 不写；请改正。")
    if (kind == Kind.COVERAGE) != bool(given.get("coverage")):
        raise at.wrong("：kind = \"coverage\" 须写 coverage，其他的不写；请改正。")
    if (kind == Kind.MATCHING) != ("rule" in given):
        raise at.wrong("：kind = \"matching\" 须写 rule，其他的不写；请改正。")
    reader = _Reader(vocabulary, flow, given, at)
    part, whole = (None, None) if kind in (Kind.COVERAGE, Kind.MATCHING) else (
        reader.top("numerator"), reader.top("denominator") if share else None)
    coverage, matching, active = reader.coverage(), reader.matching(), reader.active(part, whole)
    datasets = reader.places(coverage) if coverage else matching[1].datasets if matching else tuple(
        dict.fromkeys(one.dataset for one in (part, whole, active) if one is not None))
    sources = tuple(vocabulary.datasets[one] for one in datasets if one in vocabulary.datasets)
    return Indicator(name, given["name"], kind, given["unit"], datasets, given["formula"],
                     reader.words("numerator"), reader.words("denominator") if share else None,
                     flow, part, whole, coverage, sources, given.get("clause", ""),
                     given.get("interval", True), reader.cuts(part), reader.companions(part, whole),
                     reader.spoken(), reader.shown_with(), TownshipColumn(given["township_column"])
                     if "township_column" in given else None, reader.closing(part, whole),
                     reader.write_offs(part), given.get("shown_first", False),
                     given.get("order", _LAST), local or any(dataset.local for dataset in sources),
                     given.get("of_people", False), reader.enough(part, whole), matching, active)


def _flow(kind: Kind, given: Mapping[str, Any], at: At) -> Flow:
    if kind != Kind.FLOOR:
        if "flow" in given:
            raise at.under("flow").wrong("：只有 kind = \"floor\" 才写；请删去。")
        return _FLOW_OF[kind]
    if "flow" not in given:
        raise at.wrong(f" 缺少 flow；可用的有 {'、'.join(flow.value for flow in Flow)}，请补上。")
    return Flow(given["flow"])


@dataclass(frozen=True)
class _Reader:
    """Reads the tables of one file."""

    vocabulary: Vocabulary
    flow: Flow
    given: Mapping[str, Any]
    at: At

    def words(self, key: str) -> str:
        return str(checked(grammar.SUM, self.given[key], self.at.under(key))["name"])

    def top(self, key: str) -> Sum:
        """The indicator's own numerator or denominator."""
        return self.sum(checked(grammar.SUM, self.given[key], self.at.under(key)),
                        self.at.under(key))

    def sum(self, table: Mapping[str, Any], at: At, usual: Sum | None = None) -> Sum:
        """A sum from a table that has the keys of one; what it does not say is as in `usual`."""
        name = table.get("dataset", usual.dataset if usual else None)
        if name is None:
            raise at.wrong(" 缺少 dataset（数据集）；请补上。")
        dataset = self.vocabulary.dataset(name, at.under("dataset"))
        own = None if usual is None or usual.dataset != name or "event" in table else usual
        event = table.get("event", own.event if own else None)
        if event is None:
            raise at.wrong(" 缺少 event（事件）；请补上。")
        minus = table.get("minus", own.minus if own else None)
        for key, one in (("event", event), ("minus", minus)):
            if one is not None and one not in [defined.name for defined in dataset.events]:
                raise at.under(key).unknown(one, [defined.name for defined in dataset.events],
                                            f"数据集 {name} 的事件")
        column = table.get("of", own.column if own else grammar.ROWS)
        if column == grammar.AMOUNT and dataset.amount is None:
            raise at.under("of").wrong(f"：数据集 {name} 没有数量列（amount）；请改为 rows。")
        carried = table.get("carried_in", False)
        if carried and (minus is None or self.flow != Flow.FILLS_UP):
            raise at.under("carried_in").wrong("：须同时写 minus，且指标的 flow 是 fills_up；请改正。")
        if dataset.reported is not None and dataset.reported.item not in table.get(
                "where", {}):
            raise at.wrong(f"：数据集 {name} 是各单位报送的数，须用 where 写明是哪一项，"
                           f"例如 where = {{ {dataset.reported.item} = \"…\" }}；请补上。")
        since = Since(table["since"]) if "since" in table else SINCE_OF[self.flow]
        where = self.where(dataset, (event, *([minus] if minus else [])), table.get("where", {}),
                           at.under("where"))
        return Sum(name, event, minus, column, since, where, carried)

    def where(self, dataset: Dataset, events: tuple[str, ...], table: Mapping[str, Any],
              at: At) -> Where:
        result: dict[str, str | int | tuple[str, ...]] = {}
        for name, value in table.items():
            for event in events:
                if name not in dataset.event(event).dimensions:
                    raise at.unknown(name, dataset.event(event).dimensions,
                                     f"事件 {event} 没有按它细分（by），列")
            column, here = dataset.column(name), at.under(name)
            if (
                isinstance(value, list)
                and value
                and not all(isinstance(one, bool) for one in value)
            ):
                result[name] = tuple(str(value_of(column, one, here)) for one in value)
            else:
                result[name] = value_of(column, value, here)
        return result

    def each(self, key: str, section: Section) -> list[tuple[dict[str, Any], At]]:
        return [(checked(section, table, self.at.under(f"{key}[{number}]")),
                 self.at.under(f"{key}[{number}]"))
                for number, table in enumerate(self.given.get(key, ()), start=1)]

    def coverage(self) -> tuple[Served, ...]:
        kinds = self.vocabulary.register.column("kind").categories
        parts = []
        for table, at in self.each("coverage", grammar.COVERAGE):
            if table["venue"] not in kinds:
                raise at.under("venue").unknown(table["venue"], kinds)
            parts.append(Served(Places(table["place"]), table["venue"], table.get("missing", "")))
        return tuple(parts)

    def matching(self) -> tuple[Rule, Matching] | None:
        if "rule" not in self.given:
            return None
        if self.vocabulary.matching is None:
            raise UnusableDatasetError("matching")
        return Rule(self.given["rule"]), self.vocabulary.matching

    def enough(self, part: Sum | None, whole: Sum | None) -> Enough | None:
        if "enough" not in self.given:
            return None
        at = self.at.under("enough")
        if part is None or whole is None:
            raise at.wrong("：只有比率才写；请删去。")
        enough = enough_from(self.given["enough"], part.dataset, at)
        events = [event.name for event in self.vocabulary.dataset(part.dataset, at).events]
        for key, name in (("event", enough.having), ("of", enough.of)):
            if name not in events:
                raise at.under(key).unknown(name, events, f"数据集 {part.dataset} 的事件")
        return enough

    def active(self, part: Sum | None, whole: Sum | None) -> Active | None:
        if "active" not in self.given:
            return None
        at = self.at.under("active")
        register = self.vocabulary.register.name
        if part is None or whole is None or {part.dataset, whole.dataset} != {register}:
            raise at.wrong(f"：分子和分母须都是数据集 {register} 的；请改正。")
        given = checked(grammar.ACTIVE, self.given["active"], at)
        dataset = self.vocabulary.dataset(given["dataset"], at.under("dataset"))
        events = {event.name: event for event in dataset.events}
        if given["event"] not in events:
            raise at.under("event").unknown(given["event"], tuple(events), "事件")
        by = events[given["event"]].dimensions
        if given["venue"] not in by:
            raise at.under("venue").unknown(given["venue"], by, "细分列")
        return Active(dataset.name, given["event"], given["venue"], given["days"])

    def places(self, coverage: tuple[Served, ...]) -> tuple[str, ...]:
        lists = [one.places.value for one in coverage if one.places == Places.CENTRAL_VILLAGE]
        return tuple(dict.fromkeys((self.vocabulary.register.name, *lists)))

    def cuts(self, usual: Sum | None) -> tuple[Cut, ...]:
        return tuple(self._cut(table, at, usual) for table, at in self.each("split", grammar.SPLIT))

    def _cut(self, table: Mapping[str, Any], at: At, usual: Sum | None) -> Cut:
        one = self.sum(table, at, usual)
        dataset = self.vocabulary.dataset(one.dataset, at)
        for event in (one.event, *([one.minus] if one.minus else [])):
            if table["by"] not in dataset.event(event).dimensions:
                raise at.under("by").unknown(table["by"], dataset.event(event).dimensions,
                                             f"事件 {event} 的细分列")
        unit = self.given["unit"]
        names, notes = dataset.column(table["by"]).titles, table.get("notes", {})
        for value, note in notes.items():
            if names and value not in names:
                raise at.under("notes").unknown(value, tuple(names), f"列 {table['by']} 的取值")
            if not isinstance(note, str):
                raise at.under(f"notes.{value}").wrong(f" 应是文字，现为 {note!r}；请改正。")
        return Cut(table["title"], table.get("unit", dataset.unit if unit == "%" else unit), one,
                   table["by"], names, notes)

    def companions(self, part: Sum | None, whole: Sum | None) -> tuple[CompanionSum, ...]:
        return tuple(self._companion(table, at, part, whole)
                     for table, at in self.each("companion", grammar.COMPANION))

    def _companion(self, table: Mapping[str, Any], at: At, part: Sum | None,
                   whole: Sum | None) -> CompanionSum:
        name, unit = table["name"], table.get("unit", self.given["unit"])
        if "numerator" in table or "denominator" in table:
            sums = []
            for key in ("numerator", "denominator"):
                given = checked(grammar.SUM, {"name": name, **table.get(key, {})}, at.under(key))
                sums.append(self.sum(given, at.under(key), part))
            return CompanionSum(name, "%", sums[0], sums[1])
        if "event" in table:
            return CompanionSum(name, unit, self.sum(table, at, part))
        if not table.get("where") or part is None:
            raise at.wrong("：须写 event，或 numerator 和 denominator，或 where；请补上。")
        narrowed = [None if one is None
                    else one.narrowed(self.where(self.vocabulary.dataset(one.dataset, at),
                                                 (one.event, *([one.minus] if one.minus else [])),
                                                 table["where"], at.under("where")))
                    for one in (part, whole)]
        assert narrowed[0] is not None
        return CompanionSum(name, unit, narrowed[0], narrowed[1], narrows=True)

    def spoken(self) -> Spoken | None:
        if "phrase" not in self.given:
            return None
        return Spoken(**checked(grammar.PHRASE, self.given["phrase"], self.at.under("phrase")))

    def shown_with(self) -> ShownWith | None:
        if "shown_with" not in self.given:
            return None
        return ShownWith(**checked(grammar.SHOWN_WITH, self.given["shown_with"],
                                   self.at.under("shown_with")))

    def closing(self, part: Sum | None, whole: Sum | None) -> str | None:
        if "closing" not in self.given:
            return None
        at = self.at.under("closing")
        event = checked(grammar.CLOSING, self.given["closing"], at)["in_time"]
        if self.flow != Flow.FILLS_UP or part is None or whole is None or whole.minus != part.event:
            raise at.wrong("：只有 flow = \"fills_up\"、分母减去（minus）的就是分子事件的指标才写；请删去。")
        dataset = self.vocabulary.dataset(part.dataset, at)
        timed = [one.name for one in dataset.events if one.kind == EventKind.WITHIN]
        if event not in timed:
            raise at.under("in_time").unknown(event, timed, "within_days_of 事件")
        return str(event)

    def write_offs(self, part: Sum | None) -> bool:
        wanted = bool(self.given.get("watch_write_offs", False))
        if wanted and (part is None or part.minus is None):
            raise self.at.under("watch_write_offs").wrong("：numerator 没有写 minus，没有冲减可看；请删去。")
        return wanted
