"""The divisions of one reading: from the `reference` datasets, the last reading, or the bundled
lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from data_access.connect import Sources
from data_access.reading.queries import ReadingRules
from data_access.reading.reading import read_reference
from data_access.reading.reference import geography_from
from kpi.definitions import DATASETS, REFERENCE_DATASETS
from kpi.plan import Plan
from kpi.vocabulary import Geography, InputError, Remark
from reference import province, reference_rows

_SUQIAN = "321300"  # whose bundled lists have more: four zones of its own
Reference = Mapping[str, list[dict[str, Any]] | None]


def read_divisions(sources: Sources, last: Reference | None,
                   city: str = "") -> tuple[Reference, list[str]]:
    """Rows of each reference dataset, and the sentences about those taken from the last reading
    instead.

    There is no bundled list of central villages: one that cannot be read is no list.
    `city`: whose bundled lists to take, 宿迁's unless the program comes with
    those of its province. Raises InputError when a list cannot be read and there is no last one.
    """
    lists: dict[str, list[dict[str, Any]] | None] = {**_bundled(city), "central_village": None}
    messages = []
    for name in REFERENCE_DATASETS:
        if not sources.expected(name):
            continue
        try:
            with sources.open(name) as (live, opened):
                lists[name], sources.remarks[name] = read_reference(live, opened)
        except InputError as error:
            if last is None or last[name] is None:
                if name in lists and lists[name] is None:
                    # without the list of central villages everything else still counts
                    messages.append(str(error))
                    continue
                raise
            # divisions change rarely: yesterday's list is better than none
            lists[name] = last[name]
            messages.append(f"{error}（沿用上次读到的{DATASETS[name].title}）")
    return lists, messages


def _bundled(city: str) -> dict[str, list[dict[str, Any]] | None]:
    if city != _SUQIAN and any(bundled.code == city for bundled in province.cities()):
        return {"managing_unit": list(province.unit_rows(city)),
                "township": list(province.township_rows(city))}
    return {"managing_unit": reference_rows("managing_unit"),
            "township": reference_rows("township")}


def geography_of(plan: Plan, reference: Reference) -> Geography:
    """Raises InputError naming the row to mend."""
    return geography_from(plan, reference["managing_unit"] or [], reference["township"] or [],
                          reference["central_village"])


def reading_rules(plan: Plan, geography: Geography, read_on: date) -> ReadingRules:
    return ReadingRules(geography.final_township, geography.unit_codes, plan.city_code, read_on,
                        plan.window.start, plan.duplicate_window_days)


def without_population(units: Sequence[Mapping[str, Any]]) -> tuple[Remark, ...]:
    """A remark naming the units without population when others have one: they leave all without a
    target.
    """
    units = [row for row in units if row.get("valid_to") is None]
    nameless = [str(row.get("name") or row.get("unit_code")) for row in units
                if not row.get("population")]
    if not nameless or len(nameless) == len(units):
        return ()
    return (Remark("no_population", len(nameless), DATASETS["managing_unit"].title,
                   f"{'、'.join(nameless)} 没有常住人口（population），按人口分解的目标因此都算不出来；"
                   "请补上，或在 plan.toml 中写明各单位的目标", "managing_unit"),)
