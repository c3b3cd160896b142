"""The lists of 宿迁 and of another city, as the matcher takes them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from data_access.boundary import DivisionLists, DivisionNames, bundled_lists, lists_of
from data_access.reading.reference import geography_from
from kpi.plan.plan import plan_from
from kpi.vocabulary import Geography
from reference import reference_rows
from tests.fixtures import other_city

_PLAN = Path(__file__).parents[3] / "config" / "plan.toml"


@cache
def suqian_lists() -> DivisionLists:
    return bundled_lists(suqian_geography())


@cache
def suqian_geography() -> Geography:
    plan = plan_from(tomllib.loads(_PLAN.read_text(encoding="utf-8")))
    # the real divisions that come with the program; there is no bundled list of central villages
    return geography_from(plan, reference_rows("managing_unit"), reference_rows("township"), None)


@cache
def suqian() -> DivisionNames:
    return DivisionNames(suqian_lists())


@cache
def elsewhere_lists() -> DivisionLists:
    rows = other_city.reference()
    return lists_of(geography_from(plan_from(tomllib.loads(other_city.PLAN)), rows["managing_unit"],
                                   rows["township"], rows["central_village"]))


@cache
def elsewhere() -> DivisionNames:
    return DivisionNames(elsewhere_lists())
