"""The dataset `monthly_return`: what approved returns are as rows, and its definition out of the
site's form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kpi.definitions import OWN_SOURCE
from kpi.returns.figures import ReturnRow
from kpi.returns.items import FILE, following, items_in, last_day
from kpi.vocabulary import TomlValues

DATASET, TITLE = "monthly_return", "月报"

_read = TomlValues(FILE)
_DEFINITION = """
connection = "{source}"
title = "审核通过的{title}"
order = 900
key = "return_id"
counted_on = "month"
amount = "amount"
unit = "项次"
reported = {{ item = "item", asked = {{ {asked} }} }}
[columns]
return_id = {{ type = "code", title = "编号" }}
unit_code = {{ type = "code", title = "管理单位" }}
item = {{ type = "category", title = "项目", values = {{ {values} }} }}
month = {{ type = "date", title = "月末" }}
amount = {{ type = "real", title = "审核的数" }}
corrected = {{ type = "bool", title = "更正", values = {{ true = "更正过", false = "没有更正" }} }}
held_until = {{ type = "date", title = "月末数用到哪一天以前" }}
[events.reported]
by = ["item", "corrected"]
[events.lapsed]
by = ["item"]
on = "held_until"
"""


def definition_text(content: Mapping[str, Any]) -> str:
    """The dataset's definition file, from the parsed file of the form: a category per item.

    Raises InputError where the items cannot be made out.
    """
    tables = items_in(content)
    names = {_read.text(table, "code", where): _read.text(table, "name", where)
             for where, table in tables.items()}
    asked = {_read.text(table, "code", where): list(_read.texts(table, "units", where, "321302"))
             for where, table in tables.items() if table.get("units")}
    return _DEFINITION.format(source=OWN_SOURCE, title=TITLE, values=_inline(names),
                              asked=_inline(asked))


def _inline(table: Mapping[str, Any]) -> str:
    # a text or list of JSON is one of TOML too
    return ", ".join(f"{_json(key)} = {_json(value)}" for key, value in table.items())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def columns(listed: Iterable[ReturnRow]) -> Mapping[str, list[Any]]:
    """The dataset's columns: one value per row, days as ISO texts.

    A stock holds until the next month's return; where that is not approved, for one month more.
    """
    given = list(listed)
    there = {(row.unit_code, row.item, row.month) for row in given}
    return {"return_id": [f"{row.unit_code}-{row.item}-{row.month:%Y-%m}" for row in given],
            "unit_code": [row.unit_code for row in given],
            "item": [row.item for row in given],
            "month": [row.month.isoformat() for row in given],
            "amount": [float(row.amount) for row in given],
            "corrected": [int(row.corrected) for row in given],
            "held_until": [_held_until(row, there).isoformat() for row in given]}


def _held_until(row: ReturnRow, there: set[tuple[str, str, date]]) -> date:
    after = last_day(following(row.month))
    if (row.unit_code, row.item, after) in there:
        return after
    return last_day(following(after))
