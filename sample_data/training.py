"""Training attendances: completed ones of gig workers count once per person, occupation and level.
"""

from __future__ import annotations

import numpy as np

from reference.derive.divide import split, split_cells
from sample_data.calendar import AS_OF, PLAN_START, Days, Floats, Ints, draw_days, months
from sample_data.places import (
    PERFORMANCE,
    UNITS,
    draw_townships,
    performing,
    place_columns,
    use_former_township,
)
from sample_data.table import (
    END,
    NEVER,
    WRONG_YEAR,
    Array,
    Columns,
    Table,
    constant,
    keys,
    later,
    objects,
    pick,
    stack,
    take,
    written,
)

# completed since the plan's start, and by how many persons, at scale 1
ATTENDANCES, PERSONS = 13_150, 11_800
_MIX = {"家政": 24, "养老": 21, "维修": 12, "电商直播": 11, "托幼": 9, "美容美发": 8, "配送": 6, "花木园艺": 5, "烹饪": 4}
_LEVELS = {None: 0.35, "初级": 0.4, "中级": 0.2, "高级": 0.05}


def training_attendances(rng: np.random.Generator, scale: float) -> Table:
    counts = split(round(PERSONS * scale), performing(PERFORMANCE.training))
    firsts = _firsts(rng, counts)
    seconds = _seconds(rng, firsts, round(ATTENDANCES * scale) - len(firsts["person_key"]))
    counted = stack([firsts, seconds])
    use_former_township(rng, counted["township_code"], 0.2)
    rows = stack([counted, *_uncounted(rng, counted, scale)])
    rows["updated_at"] = written(rng, np.where(np.isnat(rows["completed_on"]), rows["enrolled_on"],
                                               rows["completed_on"]))
    rows = take(rows, np.argsort(rows["enrolled_on"], kind="stable"))
    return Table("training_attendance", {"attendance_id": keys("T", len(rows["person_key"])),
                                         **rows})


def _month_weights(count: int) -> Floats:
    """Courses grow over the two years, stand still at the Spring Festival and are fewer in the
    harvest months.
    """
    weights = np.linspace(0.6, 1.25, count)
    season = np.array([0.8, 0.45, 1.15, 1.1, 1.1, 0.85, 0.95, 1.0, 1.1, 1.0, 1.2, 1.1])
    shaped: Floats = weights * season[np.arange(count) % 12]
    return shaped


def _firsts(rng: np.random.Generator, counts: Ints) -> Columns:
    """The first attendance of every person."""
    axis = months(PLAN_START, AS_OF)
    cells = split_cells(rng, counts, _month_weights(len(axis)), 0.18)
    unit = np.repeat(np.arange(len(UNITS)), counts)
    done = draw_days(rng, np.concatenate([np.repeat(axis, row) for row in cells]))
    count = len(unit)
    return _attendances(rng, keys("R", count), pick(rng, _MIX, count),
                        place_columns(rng, unit, draw_townships(rng, unit)), done)


def _seconds(rng: np.random.Generator, firsts: Columns, count: int) -> Columns:
    """A second attendance, in another occupation, of persons chosen once each."""
    again = take(firsts, rng.choice(len(firsts["person_key"]), count, replace=False))
    names = list(_MIX)
    position = {name: i for i, name in enumerate(names)}
    shift = rng.integers(1, len(names), count)
    other = objects([names[(position[name] + step) % len(names)]
                     for name, step in zip(again["occupation"], shift, strict=True)])
    places = {"unit_code": again["unit_code"], "township_code": again["township_code"]}
    return _attendances(rng, again["person_key"], other, places,
                        later(rng, again["completed_on"], 20, 160))


def _attendances(rng: np.random.Generator, person: Array, occupation: Array, places: Columns,
                 done: Days) -> Columns:
    count = len(person)
    return {"person_key": person, "occupation": occupation, "level": pick(rng, _LEVELS, count),
            "is_gig": np.ones(count, dtype=bool), **places,
            "enrolled_on": done - rng.integers(4, 25, count), "completed_on": done}


def _uncounted(rng: np.random.Generator, counted: Columns, scale: float) -> list[Columns]:
    """Attended again, not finished yet, not gig work, and wrong."""
    total = len(counted["person_key"])

    def some(share: float) -> Columns:
        return take(counted, rng.choice(total, max(1, round(total * share)), replace=False))
    again, unfinished, others = some(0.02), some(0.05), some(0.12)
    again["completed_on"] = np.minimum(again["completed_on"]
                                       + rng.integers(1, 90, len(again["is_gig"])), END + 1)
    again = take(again, again["completed_on"] <= END)
    again["enrolled_on"] = again["completed_on"] - 3
    unfinished["person_key"] = keys("RU", len(unfinished["is_gig"]))
    unfinished["completed_on"][:] = NEVER
    others["person_key"] = keys("RN", len(others["is_gig"]))
    others["is_gig"][:] = False
    wrong = take(counted, rng.choice(total, 2 * max(1, round(3 * scale)), replace=False))
    half = len(wrong["is_gig"]) // 2
    wrong["completed_on"][:half] = WRONG_YEAR
    wrong["unit_code"][half:], wrong["township_code"][half:] = constant("329999", half), constant(
        None, half)
    return [again, unfinished, others, wrong]
