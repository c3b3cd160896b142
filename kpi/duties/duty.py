"""The plan's duties as data: who leads, and what shows that a duty is done.

`indicator`: a figure of the plan. `milestone`: something that is there once and for all, by a day.
`evidence`: papers, meetings, reports that keep coming.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kpi.vocabulary import InputError, TomlValues

_read = TomlValues("duties.toml", "请参照自带的 duties.toml 改正")
_KEYS = ("id", "clause", "text", "lead", "co", "by", "indicator", "due")


class By(StrEnum):
    """What shows that a duty is done."""

    INDICATOR = "indicator"
    MILESTONE = "milestone"
    EVIDENCE = "evidence"


BY_NAMES = {By.INDICATOR: "指标", By.MILESTONE: "文件", By.EVIDENCE: "材料"}


@dataclass(frozen=True)
class Duty:
    """One sentence of the plan. `indicator` is "" unless `by` is `INDICATOR`, `due` None unless it
    is `MILESTONE`.
    """

    id: str
    clause: str
    text: str
    lead: str
    co: tuple[str, ...]
    by: By
    indicator: str = ""
    due: date | None = None


@dataclass(frozen=True)
class DutyEntry:
    """A document, meeting or report somebody has recorded for a duty: of the day `on`, by `account`
    at `at`. `withdrawn` takes back what was recorded of that day and document.
    """

    duty: str
    on: date
    document: str
    account: str
    at: datetime
    withdrawn: bool = False


def duties_from(content: Mapping[str, Any], codes: Sequence[str]) -> tuple[Duty, ...]:
    """The duties of a file, in its order; none of a file without any. `codes`: of the indicators
    there are.

    Raises InputError, saying which duty, on a fault of the file.
    """
    tables = content.get("duties", [])
    if not isinstance(tables, list) or set(content) - {"duties"}:
        raise InputError("duties.toml 应由一个个 [[duties]] 组成；请参照自带的文件改正。")
    duties = tuple(_duty(table, number, codes) for number, table in enumerate(tables, start=1))
    ids = [duty.id for duty in duties]
    for one in ids:
        if ids.count(one) > 1:
            raise InputError(f"duties.toml 中编号 {one} 写了两次；请改成不同的编号。")
    return duties


def _duty(table: Any, number: int, codes: Sequence[str]) -> Duty:
    where = f"第 {number} 个 [[duties]]"
    if not isinstance(table, Mapping):
        raise InputError(f"duties.toml 的{where}应是表；请参照自带的文件改正。")
    for name in table:
        if name not in _KEYS:
            raise InputError(f"duties.toml 的{where} {name} 不认识；可用的有 {'、'.join(_KEYS)}。")
    for name in ("id", "text", "lead", "by"):
        if not isinstance(table.get(name), str) or not table[name].strip():
            raise InputError(f"duties.toml 的{where}缺少 {name}（文字）；请补上。")
    if table["by"] not in tuple(By):
        raise InputError(f"duties.toml 的{where} by = \"{table['by']}\" 不认识；"
                         f"可用的有 {'、'.join(By)}。")
    by, due, code = By(table["by"]), table.get("due"), str(table.get("indicator", ""))
    if (by == By.MILESTONE) != isinstance(due, date) or isinstance(due, datetime):
        raise InputError(f"duties.toml 的{where}：milestone 须写 due = 2026-06-30 这样的日期，"
                         "其他的不写；请改正。")
    if (by == By.INDICATOR) != bool(code) or (code and code not in codes):
        raise InputError(f"duties.toml 的{where} indicator = \"{code}\"：indicator 须写指标代码，"
                         "其他的不写；请对照《口径》改正。")
    return Duty(table["id"], str(table.get("clause", "")), table["text"], table["lead"],
                _read.texts(table, "co", where, "市财政局"), by, code, due)
