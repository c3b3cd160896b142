"""Trying a plan: what would change is what the definitions of target and light give, line by line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data_access.current import Current
from kpi.judging import Light
from kpi.plan import Plan
from kpi.scorecard import try_plan
from kpi.vocabulary import InputError


def _with(plan: Plan, code: str, **changes: object) -> Plan:
    return replace(plan, indicators=tuple(
        replace(item, **changes) if item.code == code else item  # type: ignore[arg-type]
        for item in plan.indicators))


def test_a_target_nobody_can_miss_turns_every_light_of_the_indicator_and_no_other(
    sample: Current,
) -> None:
    card = sample.scorecard(sample.default_day)
    facts, code = sample.figures.facts, "jobs_published"
    trial = try_plan(card, facts, _with(sample.plan, code, target=9_000.0))
    lines = [line for line in card.lines if line.indicator == code]
    would = {one.would.key: one.would for one in trial.targets}
    assert set(would) == {line.key for line in lines}, "each unit's share of it is another"
    turned = {one.now.key for one in trial.lights}
    assert turned == {line.key for line in lines
                      if line.light != Light.MET and (line.value or 0) >= (would[line.key].target or 0)}
    assert all(one.would.light == Light.MET for one in trial.lights)
    assert trial.added == trial.removed == ()


@pytest.mark.long
def test_the_same_plan_changes_nothing_and_another_list_of_indicators_is_named(
    sample: Current,
) -> None:
    card, facts = sample.scorecard(sample.default_day), sample.figures.facts
    same = try_plan(card, facts, sample.plan)
    assert (same.lights, same.targets, same.places) == ((), (), ())
    less = replace(sample.plan, indicators=sample.plan.indicators[1:])
    trial = try_plan(card, facts, less)
    assert trial.removed == (sample.plan.indicators[0].code,)
    assert trial.lights == trial.targets == ()
    more = try_plan(trial.day, facts, sample.plan)
    assert more.added == trial.removed


def test_quotas_that_do_not_fit_the_divisions_are_refused(sample: Current) -> None:
    card, facts = sample.scorecard(sample.default_day), sample.figures.facts
    with pytest.raises(InputError, match="应恰好列出全部县区或全部管理单位"):
        try_plan(card, facts, _with(sample.plan, "jobs_published", quotas={"321302": 50_000.0}))
