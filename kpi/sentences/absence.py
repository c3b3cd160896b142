"""Why there is no figure, in words a clerk can act on."""

from __future__ import annotations

from kpi.counting import Facts, needed_kinds, unrecorded
from kpi.definitions import Indicator


def why_absent(indicator: Indicator, facts: Facts) -> str:
    """“服务载体登记没有包含乡镇驿站”, “撮合录用还没有记录”; "" when everything the indicator needs is there."""
    named = facts.definitions
    lacking = [name for name in indicator.datasets if name in named.datasets
               and not facts.has(name)]
    empty = [name for name in lacking if name in facts.cells]
    unconnected = [name for name in lacking if name not in facts.cells]
    why = [f"{'、'.join(named.title(name) for name in names)}{what}"
           for names, what in ((unconnected, "还没有数据源"), (empty, "读得到，但还没有记录")) if names]
    unfilled = unrecorded(indicator, facts)
    if unfilled:
        why.append(f"{named.title(indicator.datasets[0])}没有一行填了"
                   f"{'、'.join(column.title for column in unfilled)}，不能当作没有")
    register = named.register
    kinds = [kind for kind in needed_kinds(indicator, register)
             if not facts.covers(register.name, kind)]
    if kinds:
        titles = register.column("kind").titles
        why.append(
            f"{register.title}的数据源没有登记{'、'.join(titles.get(kind, kind) for kind in kinds)}，不能当作没有")
    return "；".join(why)
