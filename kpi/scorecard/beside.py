"""Figures to read beside an indicator: postings beside positions, persons beside attendances, the same date last year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kpi.counting.facts import NOWHERE, Facts, Where
from kpi.definitions.cube import ORIGIN_PLAN
from kpi.indicators.measure import arbitration_flows
from kpi.judging.floors import closing_companions
from kpi.scorecard.months import year_before
from kpi.scorecard.scorecard import Figures
from kpi.vocabulary.division import Division
from kpi.vocabulary.period import DayAxis

_YEARLY = ("mediation_success", "arbitration_closing")


@dataclass(frozen=True)
class Beside:
    """One such figure. Shares (`unit` “%”) run 0–1 and carry their parts; None: not known or not applicable."""

    name: str
    value: float | None
    unit: str
    numerator: float | None = None
    denominator: float | None = None


def beside(known: Figures, code: str, division: Division, as_of: date) -> tuple[Beside, ...]:
    """What belongs beside the indicator, as of the end of `as_of`; nothing when it is 未接入."""
    if known.series.get(code) is None:
        return ()
    own = _OWN[code](known.facts, division, as_of) if code in _OWN else ()
    if code not in _YEARLY:
        return own
    closing = _closing(known, division, as_of) if code == "arbitration_closing" else ()
    return (*own, *closing, _last_year(known, code, division, as_of))


def _closing(known: Figures, division: Division, as_of: date) -> tuple[Beside, ...]:
    """What keeps the yearly rate, structurally low in spring, from being misread."""
    target = known.target("arbitration_closing", division)
    if target is None:
        return ()
    found = closing_companions(known.facts, division, known.axis, target.value, as_of)
    return (Beside("按路径此时应为", found.path, "%"), Beside("近365天结案率", found.rolling_year, "%"),
            Beside("60日内结案", found.in_time, "%"))


def _last_year(known: Figures, code: str, division: Division, as_of: date) -> Beside:
    then = known.measure(code, division, year_before(as_of))
    return Beside("上年同日", then.value, "%", then.numerator, then.denominator)


def _sum(facts: Facts, division: Division, day: date, dataset: str, event: str, *, origin: str | None = None,
         where: Where = NOWHERE) -> float:
    sums = facts.cumulative(dataset, event, DayAxis(day, day), origin=origin, where=where)
    return float(sums[facts.membership(division), 1].sum())


def _postings(facts: Facts, division: Division, day: date) -> tuple[Beside, ...]:
    published = _sum(facts, division, day, "job_posting", "published", origin=ORIGIN_PLAN)
    withdrawn = _sum(facts, division, day, "job_posting", "invalidated", origin=ORIGIN_PLAN)
    return Beside("发布信息（净）", published - withdrawn, "条"), Beside("已冲减", withdrawn, "条")


def _persons(facts: Facts, division: Division, day: date) -> tuple[Beside, ...]:
    persons = _sum(facts, division, day, "training_attendance", "first_completed", origin=ORIGIN_PLAN)
    return (Beside("培训人数", persons, "人"),)


def _gig_arbitration(facts: Facts, division: Division, day: date) -> tuple[Beside, ...]:
    axis, members = DayAxis(date(day.year, 1, 1), day), facts.membership(division)
    closed, accepted, pending = (float(flow[members, -1].sum())
                                 for flow in arbitration_flows(facts, axis, {"is_gig": 1}))
    whole = pending + accepted
    return (Beside("其中零工案件", closed / whole if whole > 0 else None, "%", closed, whole),)


def _holding(facts: Facts, division: Division, day: date, dataset: str, begins: str, ends: str) -> float:
    return _sum(facts, division, day, dataset, begins) - _sum(facts, division, day, dataset, ends)


def _verified(dataset: str, unit: str) -> Callable[[Facts, Division, date], tuple[Beside, ...]]:
    def read(facts: Facts, division: Division, day: date) -> tuple[Beside, ...]:
        return (Beside("其中已实名", _holding(facts, division, day, dataset, "verified", "verified_left"), unit),)
    return read


def _in_post(facts: Facts, division: Division, day: date) -> tuple[Beside, ...]:
    return (Beside("当日在岗", _holding(facts, division, day, "welfare_post", "filled", "vacated"), "人"),)


def _verified_accounts(facts: Facts, division: Division, day: date) -> tuple[Beside, ...]:
    if not facts.has("worker_account"):
        return ()
    verified = _holding(facts, division, day, "worker_account", "verified", "verified_left")
    accounts = _holding(facts, division, day, "worker_account", "registered", "deregistered")
    return (Beside("求职账户实名率", verified / accounts if accounts > 0 else None, "%", verified, accounts),)


_OWN: Mapping[str, Callable[[Facts, Division, date], tuple[Beside, ...]]] = {
    "jobs_published": _postings, "sector_jobs": _postings, "training_attendances": _persons,
    "arbitration_closing": _gig_arbitration, "registered_users": _verified("worker_account", "人"),
    "registered_employers": _verified("employer_account", "家"), "welfare_posts": _in_post,
    "dual_real_name": _verified_accounts,
}
