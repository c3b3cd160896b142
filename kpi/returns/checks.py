"""What is wrong with a unit's amounts of a month, cell by cell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpi.returns.items import ItemKind, ReturnForm, ReturnItem

Amounts = Mapping[str, float | None]
"""By item code; None or no entry for a blank, which is never 0."""

_NEAR = 1e-6  # sums of decimals do not come out exactly


@dataclass(frozen=True)
class Fault:
    """What is wrong with the cell of item `code`. `explainable`: an explanation is enough."""

    code: str
    text: str
    explainable: bool = False


def faults(form: ReturnForm, unit: str, amounts: Amounts,
           before: Amounts | None = None) -> tuple[Fault, ...]:
    """The faults of a return in the items' order, none of a sound one. `before`: what the month
    before was approved with, None when it was not.

    A blank is a fault only where the item is required; no other check looks at it.
    """
    asked = form.of(unit)
    by_code = {item.code: item for item in asked}
    strange = [Fault(code, f"{code} 不是本单位要报的项目；请删去。")
               for code, amount in amounts.items() if code not in by_code and amount is not None]
    return (*strange, *(fault for item in asked
                        for fault in _of(item, by_code, amounts, before or {})))


def _of(item: ReturnItem, by_code: Mapping[str, ReturnItem], amounts: Amounts,
        before: Amounts) -> Iterator[Fault]:
    amount = amounts.get(item.code)
    if amount is None:
        if item.required:
            yield Fault(item.code, f"“{item.name}”没有填；确实没有就填 0。")
        return
    if not math.isfinite(amount):
        yield Fault(item.code, f"“{item.name}”不是数字；请改正。")
        return
    if not item.decimals and amount != round(amount):
        yield Fault(item.code, f"“{item.name}”{amount:.12g} 不是整数；请改正。")
    if amount < item.minimum:
        yield Fault(item.code, f"“{item.name}”{amount:.12g} 小于下限 {item.minimum:.12g}；请核对。")
    if item.maximum is not None and amount > item.maximum:
        yield Fault(item.code, f"“{item.name}”{amount:.12g} 大于上限 {item.maximum:.12g}；请核对。")
    whole = amounts.get(item.at_most) if item.at_most else None
    if whole is not None and amount > whole:
        name = by_code[item.at_most].name if item.at_most in by_code else item.at_most
        yield Fault(item.code, f"“{item.name}”{amount:.12g} 大于“{name}”{whole:.12g}；请核对。")
    yield from _sum(item, amount, by_code, amounts)
    yield from _change(item, amount, before.get(item.code))


def _sum(item: ReturnItem, amount: float, by_code: Mapping[str, ReturnItem],
         amounts: Amounts) -> Iterator[Fault]:
    parts = [amounts.get(code) for code in item.parts if code in by_code]
    given = [part for part in parts if part is not None]
    # where a part is blank its sum says nothing
    if not parts or len(given) < len(item.parts):
        return
    total = math.fsum(given)
    if abs(total - amount) > _NEAR:
        yield Fault(item.code, f"“{item.name}”{amount:.12g} 与分项之和 {total:.12g} 不等；请核对。")


def _change(item: ReturnItem, amount: float, before: float | None) -> Iterator[Fault]:
    if item.change is None or before is None or before == 0:
        return
    if abs(amount - before) > item.change * abs(before) + _NEAR:
        what = "当月" if item.kind == ItemKind.COUNT else "月末"
        yield Fault(item.code, f"“{item.name}”{what}数 {amount:.12g} 比上月 {before:.12g} 增减超过 "
                               f"{item.change:.0%}；请核对，确实如此请写明原因。", explainable=True)
