"""Which version of the plan is in force on which day.

A plan file is taken into use from a day on, and each of its tables may have a day of its own. On
any day every table is that of the newest file which had it in force by then; so a day that has been
judged is judged the same for ever, unless a file is put in force from an earlier day on purpose.

What decides how rows are counted, and where and when the city is (`_ANEW`), is always the newest
file's: it reads everything anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from kpi.plan.plan import Plan
from kpi.plan.plan_values import read
from kpi.vocabulary import InputError

EFFECTIVE, CORRECTION, REASON = "effective_from", "correction", "reason"
_NESTED = ("indicators", "departments")  # every table in them may have a day of its own
_HEAD_ANEW = ("id", "city_code", "start", "time_zone")
_ANEW = ("counting", "plausibility", "map")

Build = Callable[[Mapping[str, Any]], Plan]
"""A parsed plan file as a Plan; raises InputError."""


@dataclass(frozen=True)
class PlanFile:
    """A plan file taken into use: `data` as parsed, in force from `first` on.

    `tables`: the first day of tables that have one of their own, by dotted name (`plan`,
    `indicators.jobs_published`). `correction`: whether it takes the place of what was in force
    before it, of which `reason` says why.
    """

    digest: str
    data: Mapping[str, Any]
    first: date
    tables: Mapping[str, date]
    correction: bool = False
    reason: str = ""

    @property
    def id(self) -> str:
        return str(_table(self.data, "plan").get("id", ""))

    @property
    def earliest(self) -> date:
        """The first day anything of it is in force."""
        return min((self.first, *self.tables.values()))

    def first_of(self, table: str) -> date:
        return self.tables.get(table, self.first)


@dataclass(frozen=True)
class Era:
    """The plan in force from `first` on, until the next era begins.

    `digest`: of the file it is from, `number` its place among the files; of several, of the one
    whose tables have no day of their own.
    """

    first: date
    plan: Plan
    digest: str
    number: int = 0


def taken_into_use(data: Mapping[str, Any], digest: str, before: Sequence[PlanFile], newest: date,
                   *, meant: bool = False) -> PlanFile:
    """The file as it comes into force after those `before`.

    It is in force from `newest`, the newest complete day of the data, or from the `effective_from`
    it gives. A day it has from the file before and that has passed says nothing any more: it was
    meant for that file's changes, unless `meant` says that it was written for these. A correction
    takes the first day of the file before. The first file of a plan is in force from the plan's
    start. Raises InputError on a day outside the plan, or a correction without a reason.
    """
    start, deadline = check_days(data)
    new = PlanFile(digest, data, start, {}, *_correction(data))
    own = [one for one in before if one.id == new.id]
    if not own:
        return replace(new, correction=False)
    last = own[-1]
    if new.correction and not meant and _correction(last.data) == (True, new.reason):
        new = replace(new, correction=False)
    fresh = min(max(newest, start), deadline)
    given = _given(data, "")
    usual = last.first if new.correction else fresh
    if given is not None and (meant or given != _given(last.data, "") or given > newest):
        usual = given
    # what the file before had in force earlier than itself is corrected from there on, too
    tables = {name: day for name, day in last.tables.items() if new.correction and day < usual}
    for name, table in _tables(data).items():
        day, then = _given(table, name), _tables(last.data).get(name, {})
        same = name in last.tables if table == then else new.correction
        if day is not None and (day > newest or day != _given(then, name) or same):
            tables[name] = day
    return replace(new, first=max(usual, start), tables=tables)


def check_days(data: Mapping[str, Any]) -> tuple[date, date]:
    """The plan's start and deadline. Raises InputError on an `effective_from` outside them, or a
    correction without a reason.
    """
    head = _table(data, "plan")
    start, deadline = read.day(head, "start", "plan"), read.day(head, "deadline", "plan")
    _correction(data)
    for name, table in {"": data, **_tables(data)}.items():
        day = _given(table, name)
        where = f"[{name}] {EFFECTIVE}" if name else EFFECTIVE
        if day is not None and name in _ANEW:
            raise InputError(f"plan.toml 的 {where}：这一部分一改，全部数据都重新计算，不分日期；请删去这一行。")
        if day is not None and not start <= day <= deadline:
            raise InputError(
                f"plan.toml 的 {where} = {day} 不在方案期 {start} 至 {deadline} 之内；请改正。")
    return start, deadline


def eras(files: Sequence[PlanFile], build: Build,
         strict_from: date | None = None) -> tuple[Era, ...]:
    """The plans in force one after another, oldest first; the last is that of the newest file.

    `files` in the order they were taken into use; those of another plan than the newest are left
    out; one that judges nothing otherwise than the one before it is none of its own. An earlier
    plan this version of the program refuses gives way to the one after it. Raises InputError where
    the newest is refused, or one of a day from `strict_from` on.
    """
    return tuple(_merged(every_era(files, build, strict_from)))


def every_era(files: Sequence[PlanFile], build: Build,
              strict_from: date | None = None) -> tuple[Era, ...]:
    """As `eras`, those that change nothing among them."""
    newest = files[-1]
    own = [one for one in files if one.id == newest.id]
    start = read.day(_table(newest.data, "plan"), "start", "plan")
    days = sorted({start, *(max(day, start) for one in own
                            for day in (one.first, *one.tables.values()))})
    result: list[Era] = []
    for day in reversed(days):
        base, data = _on(own, day)
        try:
            plan = build(_anew(data, newest.data))
        except InputError as error:
            if not result:
                raise
            if strict_from is not None and day >= strict_from:
                raise _mixed(error, day) from None
            plan = result[-1].plan
        result.append(Era(day, plan, base.digest, _place(files, base)))
    return tuple(_marked(_covering(list(reversed(result)))))


def plan_on(found: Sequence[Era], day: date) -> Plan:
    """The plan in force on a day."""
    return next((era.plan for era in reversed(found) if era.first <= day), found[0].plan)


def stripped(data: Mapping[str, Any]) -> dict[str, Any]:
    """The file without what says from when it is in force, and why."""
    bare = {name: value for name, value in data.items()
            if name not in (EFFECTIVE, CORRECTION, REASON)}
    for name, value in bare.items():
        if name in _NESTED and isinstance(value, Mapping):
            bare[name] = {code: _without_day(entry) for code, entry in value.items()}
        else:
            bare[name] = _without_day(value)
    return bare


def _without_day(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: one for key, one in value.items() if key != EFFECTIVE}


def _correction(data: Mapping[str, Any]) -> tuple[bool, str]:
    wanted, reason = data.get(CORRECTION, False), data.get(REASON, "")
    if not isinstance(wanted, bool):
        raise InputError(f"plan.toml 的 {CORRECTION} 只能是 true（更正，以前也按这一版评判）或 false；"
                         f"现为 {wanted!r}，请改正。")
    if not isinstance(reason, str):
        raise InputError(f"plan.toml 的 {REASON} 应是文字，例如 {REASON} = \"…\"；现为 {reason!r}，请改正。")
    if wanted and not reason.strip():
        raise InputError(f"plan.toml 写了 {CORRECTION} = true 却没有写 {REASON}；请补上更正的原因，"
                         f"例如 {REASON} = \"录入时少写一个零\"。")
    return wanted, reason.strip()


def _given(table: Any, name: str) -> date | None:
    """The table's `effective_from`, None without one."""
    if not isinstance(table, Mapping) or EFFECTIVE not in table:
        return None
    return read.as_date(table[EFFECTIVE], EFFECTIVE, name)


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name, {})
    return table if isinstance(table, Mapping) else {}


def _tables(data: Mapping[str, Any]) -> dict[str, Any]:
    """Every table that may have a day of its own, by dotted name."""
    tables = {name: value for name, value in data.items()
              if isinstance(value, Mapping) and name not in _NESTED}
    return tables | {f"{name}.{code}": entry for name in _NESTED
                     for code, entry in _table(data, name).items()}


def _on(files: Sequence[PlanFile], day: date) -> tuple[PlanFile, dict[str, Any]]:
    """What is in force on a day: the file it is from, and its tables with those of other files in
    their place."""
    base = _newest([one for one in files if one.first <= day], files)
    data = dict(base.data)
    nested = {name: dict(_table(base.data, name)) for name in _NESTED}
    for name in {name for one in files for name in one.tables}:
        chosen = _newest([one for one in files if one.first_of(name) <= day], files)
        table = _tables(chosen.data).get(name)
        head, _, code = name.partition(".")
        into, key = (nested[head], code) if head in nested else (data, name)
        if table is None:
            into.pop(key, None)
        else:
            into[key] = table  # in its place: departments are listed in the file's order
    return base, {**data, **{name: tables for name, tables in nested.items()
                            if tables or name in data}}


def _place(files: Sequence[PlanFile], file: PlanFile) -> int:
    return next(place for place, one in enumerate(files) if one is file)


def _newest(in_force: Sequence[PlanFile], files: Sequence[PlanFile]) -> PlanFile:
    # before the first file was in force there was nothing else to judge by
    return in_force[-1] if in_force else files[0]


def _anew(data: Mapping[str, Any], newest: Mapping[str, Any]) -> dict[str, Any]:
    """The file with the newest one's start, city and rules of counting, without days of its own."""
    head = {key: value for key, value in _table(data, "plan").items() if key not in _HEAD_ANEW}
    today = _table(newest, "plan")
    head |= {key: today[key] for key in _HEAD_ANEW if key in today}
    whole = {name: value for name, value in data.items() if name not in _ANEW}
    whole |= {name: newest[name] for name in _ANEW if name in newest}
    return stripped({**whole, "plan": head})


def _mixed(error: InputError, day: date) -> InputError:
    return InputError(f"自 {day} 起的方案由前后两版合成，合成后有误：{error}"
                      f"相关的几处请写同一个 {EFFECTIVE}。")


def _merged(found: Sequence[Era]) -> Iterator[Era]:
    """Without those that change nothing."""
    before: Era | None = None
    for era in found:
        if before is None or era.plan != before.plan:
            yield era
            before = era


def _covering(found: Sequence[Era]) -> Iterator[Era]:
    """A longer plan is in force from the day after the shorter one's end: those days had none."""
    before: Era | None = None
    for era in found:
        ends = None if before is None else before.plan.window.deadline
        if ends is not None and ends < era.first:
            era = replace(era, first=ends + timedelta(days=1))
        yield era
        before = era


def _marked(found: Iterator[Era]) -> Iterator[Era]:
    for era in found:
        yield replace(era, plan=replace(era.plan, digest=era.digest, in_force_since=era.first))
