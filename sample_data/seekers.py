"""求职登记: people who came to look for work, by the occupation they asked for."""

from __future__ import annotations

import numpy as np

from reference.derive.divide import split, split_cells
from sample_data.calendar import AS_OF, PLAN_START, draw_days, months
from sample_data.places import PERFORMANCE, draw_townships, performing, place_columns
from sample_data.table import (
    NEVER,
    WRONG_YEAR,
    Columns,
    Table,
    constant,
    keys,
    later,
    pick,
    stack,
    take,
    where,
    written,
)

SEEKERS = 21_400  # registered since the plan's start at scale 1
# what people ask for is not what is offered: few want to care for the old, many to deliver
_WANTED = {"外卖配送": 0.15, "快递派送": 0.09, "家庭保洁": 0.12, "打包分拣": 0.11, "仓库理货": 0.08,
           "普工": 0.09, "餐饮帮工": 0.07, "超市促销": 0.05, "直播助理": 0.05, "母婴护理": 0.04,
           "养老护理员": 0.02, "水电安装": 0.03, "瓦工": 0.02, "果蔬采摘": 0.03, "花木管护": 0.02,
           None: 0.03}


def seeker_registrations(rng: np.random.Generator, scale: float) -> Table:
    """Registrations since the plan's start; most are closed after some weeks."""
    counts = split(round(SEEKERS * scale), performing(PERFORMANCE.users))
    axis = months(PLAN_START, AS_OF)
    cells = split_cells(rng, counts, np.linspace(0.7, 1.3, len(axis)), 0.15)
    unit = np.repeat(np.arange(len(counts)), counts)
    day = draw_days(rng, np.concatenate([np.repeat(axis, row) for row in cells]))
    closed = where(rng.random(len(day)) < 0.72, later(rng, day, 1, 60))
    rows: Columns = {**place_columns(rng, unit, draw_townships(rng, unit)),
                     "occupation": pick(rng, _WANTED, len(day)), "registered_on": day,
                     "closed_on": closed}
    rows = stack([rows, _wrong(rng, rows, scale)])
    rows["updated_at"] = written(rng, rows["registered_on"], rows["closed_on"])
    rows = take(rows, np.argsort(rows["registered_on"], kind="stable"))
    return Table("seeker_registration", {"seek_id": keys("S", len(rows["occupation"])), **rows})


def _wrong(rng: np.random.Generator, rows: Columns, scale: float) -> Columns:
    """Rows of no known place, of a year nobody has reached, and without a day."""
    part = take(rows, rng.choice(len(rows["occupation"]), max(3, round(18 * scale))))
    third = np.arange(len(part["occupation"])) % 3
    part["unit_code"][third == 0] = constant("329999", int((third == 0).sum()))
    part["township_code"][third == 0] = None
    part["registered_on"][third == 1] = WRONG_YEAR
    part["registered_on"][third == 2] = NEVER
    part["closed_on"][:] = NEVER
    return part
