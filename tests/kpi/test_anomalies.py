"""Days and units out of line: seldom marked where nothing is wrong, found where something is, and
never by later days.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from kpi.explaining.anomalies import (
    FALSE_SHARE,
    LEAST_DAYS,
    chosen,
    odd_days,
    odd_units,
    out_of_line,
    recent,
)
from kpi.sentences.movement import odd_day_words, odd_unit_words
from tests.kpi.hand import CITY, START, A, B, division, jobs, known, plan

DAYS = 600
WEEK = np.array([1.2, 1.2, 1.1, 1.1, 1.2, 0.7, 0.5])
WEEKDAY = np.arange(DAYS) % 7
NO_HOLIDAY = np.zeros(DAYS, dtype=bool)


def series(rng: np.random.Generator, mean: float, phi: float, days: int = DAYS) -> np.ndarray:
    """Counts with a weekly rhythm, a wave over the year and variance mean + phi·mean²."""
    wave = np.exp(0.3 * np.sin(2 * np.pi * (np.arange(days) + rng.integers(365)) / 365))
    level = mean * WEEK[np.arange(days) % 7] * wave
    return rng.poisson(level if phi == 0 else rng.gamma(1 / phi, phi, days) * level).astype(float)


def test_the_procedure_on_a_table_by_hand() -> None:
    """Of ten at 5 %: the bounds are .005, .01, .015, …; the third is above its own, the fourth is
    not, so four are chosen.
    """
    p = np.array([0.9, 0.001, 0.019, 0.008, 0.018, 0.5, 0.6, 0.7, 0.8, 0.04])
    assert np.flatnonzero(chosen(p, 0.05)).tolist() == [1, 2, 3, 4]
    assert not chosen(np.array([0.02, 0.04, 0.9]), 0.05).any()
    assert chosen(np.zeros(0), 0.05).tolist() == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("mean", "phi"), [(3, 0.0), (3, 0.5), (20, 0.0), (20, 0.5), (20, 1.5), (200, 0.1)]
)
def test_of_series_without_fault_no_more_than_the_stated_share_has_any_mark(
    mean: float, phi: float
) -> None:
    """Where nothing is wrong every mark is false, so the share of false marks is the share of
    series with one. The seed took no part in choosing any setting.
    """
    rng, tries = np.random.default_rng(20261127), 400
    marked = sum(
        out_of_line(series(rng, mean, phi), WEEKDAY, NO_HOLIDAY).odd.any() for _ in range(tries)
    )
    assert marked / tries <= FALSE_SHARE + 2 * np.sqrt(FALSE_SHARE * (1 - FALSE_SHARE) / tries)


@pytest.mark.long
@pytest.mark.parametrize(("mean", "phi"), [(20, 0.5), (3, 0.5), (20, 0.0)])
def test_of_five_units_without_fault_seldom_any_is_marked(mean: float, phi: float) -> None:
    rng, tries = np.random.default_rng(20261128), 300
    marked = 0
    for _ in range(tries):
        p = [found[2] for _ in range(5) if (found := recent(series(rng, mean, phi))) is not None]
        marked += chosen(np.array(p), FALSE_SHARE).any()
    assert marked / tries <= FALSE_SHARE + 2 * np.sqrt(FALSE_SHARE * (1 - FALSE_SHARE) / tries)


def test_of_few_series_without_fault_hardly_any_has_a_mark() -> None:
    rng = np.random.default_rng(20261129)
    assert (
        sum(out_of_line(series(rng, 20, 0.3), WEEKDAY, NO_HOLIDAY).odd.any() for _ in range(20))
        <= 3
    )


def test_planted_days_are_found_and_no_other() -> None:
    rng = np.random.default_rng(3)
    clean = rng.poisson(60 * WEEK[WEEKDAY]).astype(float)
    for at, value in ((100, 0.0), (101, 0.0), (260, 420.0), (411, 5.0)):
        clean[at] = value
    marks = out_of_line(clean, WEEKDAY, NO_HOLIDAY)
    assert np.flatnonzero(marks.odd).tolist() == [100, 101, 260, 411]
    assert marks.usual[260] == pytest.approx(60 * WEEK[260 % 7], rel=0.1)


@pytest.mark.long
def test_of_the_marks_few_are_false_where_days_were_planted() -> None:
    """Over many series that took no part in choosing any setting: all four days are marked in each,
    and of all marks no more than the stated share are of other days.
    """
    rng, tries, planted = np.random.default_rng(20261130), 60, (100, 101, 260, 411)
    right = false = 0
    for _ in range(tries):
        counts = rng.poisson(60 * WEEK[WEEKDAY]).astype(float)
        counts[list(planted)] = (0, 0, 420, 5)
        odd = set(np.flatnonzero(out_of_line(counts, WEEKDAY, NO_HOLIDAY).odd).tolist())
        right, false = right + len(odd & set(planted)), false + len(odd - set(planted))
    assert right == tries * len(planted)
    assert false / (right + false) <= FALSE_SHARE


def test_one_wild_day_does_not_hide_another() -> None:
    counts = np.random.default_rng(4).poisson(40 * WEEK[WEEKDAY]).astype(float)
    counts[200], counts[210] = 40_000.0, 200.0
    assert np.flatnonzero(out_of_line(counts, WEEKDAY, NO_HOLIDAY).odd).tolist() == [200, 210]


def test_holidays_and_the_weekends_beside_them_are_not_judged() -> None:
    counts = np.random.default_rng(6).poisson(40 * WEEK[WEEKDAY]).astype(float)
    holiday = NO_HOLIDAY.copy()
    holiday[280:287] = True
    counts[280:287] = 0
    counts[278] = 300  # a Saturday two days before: 278 % 7 == 5
    counts[289] = 400  # within the week after a long holiday
    counts[301] = 400
    marks = out_of_line(counts, WEEKDAY, holiday)
    assert np.flatnonzero(marks.odd).tolist() == [301]
    assert out_of_line(counts, WEEKDAY, NO_HOLIDAY).odd[280:285].all()


def test_a_lasting_drop_is_a_units_matter_and_not_that_of_every_day() -> None:
    rng = np.random.default_rng(7)
    counts = rng.poisson(np.where(np.arange(DAYS) < 572, 40, 8)).astype(float)
    found = recent(counts)
    assert found is not None
    assert found[0] < 0.4 * found[1]
    assert found[2] < 0.01
    steady = recent(rng.poisson(40, DAYS).astype(float))
    assert steady is not None
    assert steady[2] > 0.05


def test_it_reads_the_additions_of_a_division_up_to_the_day() -> None:
    rng = np.random.default_rng(8)
    daily = rng.poisson(50, 400)
    daily[250] = 0
    figures = known(plan(), jobs(a=daily.tolist(), b=rng.poisson(50, 400).tolist()))
    odd = START + timedelta(days=250)
    (one,) = odd_days(figures, "jobs_published", division(A), START + timedelta(days=380))
    assert (one.day, one.value, one.high) == (odd, 0.0, False)
    assert (
        odd_day_words(one, "个")
        == f"9月8日新增0个（通常约{one.usual:.0f}个）：核对是否漏报、接口中断或当日未录入"
    )
    assert odd_days(figures, "jobs_published", division(B), START + timedelta(days=380)) == ()
    assert odd_days(figures, "jobs_published", division(A), odd - timedelta(days=1)) == ()
    assert (
        odd_days(figures, "jobs_published", division(A), START + timedelta(days=LEAST_DAYS - 2))
        == ()
    )


def test_later_days_do_not_change_what_is_known_of_a_day() -> None:
    rng = np.random.default_rng(9)
    daily = rng.poisson(50, 500)
    daily[200] = 0
    whole = known(plan(), jobs(a=daily.tolist()))
    cut = known(plan(), jobs(a=daily[:301].tolist()), read_on=START + timedelta(days=301))
    until = START + timedelta(days=300)
    assert (
        odd_days(whole, "jobs_published", division(CITY), until)
        == odd_days(cut, "jobs_published", division(CITY), until)
        != ()
    )


def test_a_unit_that_stopped_is_marked_and_one_that_did_not_is_not() -> None:
    rng = np.random.default_rng(10)
    a, b = rng.poisson(30, 400), rng.poisson(30, 400)
    a[372:] = 0
    figures = known(plan(), jobs(a=a.tolist(), b=b.tolist()), read_on=START + timedelta(days=400))
    (one,) = odd_units(
        figures, "jobs_published", (division(A), division(B)), START + timedelta(days=399)
    )
    assert (one.division.code, one.value, one.high) == (A, 0.0, False)
    assert (
        odd_unit_words(replace(one, usual=840.0), "个")
        == "宿城近28天新增0个（按此前13周约840个）：核对是否漏报、接口中断，或工作放缓"
    )
    assert odd_units(figures, "third_party_share", (), date(2026, 1, 1)) == ()
