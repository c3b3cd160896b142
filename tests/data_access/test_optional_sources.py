"""A site that has none of what came later: its databases are read as ever, and what rests on the
rest is 未接入 and no fault.
"""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from pathlib import Path

import pytest

from data_access.checking.check import check
from data_access.current import Current
from data_access.site.settings import Settings, load_plan
from data_access.snapshots.refresh import refresh
from kpi.counting import SourceState
from kpi.definitions.shipped_datasets import DATASETS
from kpi.figures import market
from kpi.scorecard.scorecard import scorecard
from kpi.sentences import market_sentences, undated_words, why_absent
from kpi.sentences.standing import standing
from tests.data_access.site import NOON, drawn, sqlite_site

LATER = ("fill_rate", "days_to_fill", "unfilled_jobs", "venue_services", "jobs_pushed",
         "active_venues", "notified_back", "traceable_agreements", "employed_after_help")
DAY = date(2026, 6, 29)


@pytest.fixture
def earlier(tmp_path: Path) -> Settings:
    """Databases with the tables and columns of before."""
    settings = sqlite_site(tmp_path, drawn(
        worker_account="| registered_on |\n| 2026-05-01 |",
        job_posting="| headcount | published_on |\n| 9 | 2026-06-01 |",
        hire="| matched_on | agreement_signed_on |\n| 2026-06-03 | 2026-06-04 |",
        service_venue="| unit_code | opened_on |\n| 321302 | 2025-01-01 |"))
    for name, url in settings.urls.items():
        database = sqlite3.connect(url.removeprefix("sqlite:///"))
        there = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
        for dataset in DATASETS.values():
            if dataset.connection != name or dataset.name not in there:
                continue
            for column in dataset.columns:
                if column.optional:
                    database.execute(f"ALTER TABLE {dataset.name} DROP COLUMN {column.name}")
        database.commit()
        database.close()
    return settings


def read(settings: Settings, now: datetime = NOON) -> Current:
    return Current(settings, load_plan(settings), refresh(settings, now=now))


def test_nothing_is_missed_and_what_was_counted_still_is(earlier: Settings) -> None:
    known = read(earlier)
    assert known.snapshot.messages == ()
    assert {name: source.state for name, source in known.snapshot.sources.items()
            if name in earlier.urls} == dict.fromkeys(earlier.urls, SourceState.OK)
    card = scorecard(known.figures, DAY)
    assert card.city_line("e_agreement_share").value == 1
    assert card.city_line("jobs_filled").value == 1
    assert card.city_line("jobs_published").value == 9


def test_what_rests_on_the_rest_is_unconnected_and_no_zero(earlier: Settings) -> None:
    known = read(earlier)
    card = scorecard(known.figures, DAY)
    assert {code: card.city_line(code).value for code in LATER} == dict.fromkeys(LATER)
    assert {standing(card.city_line(code), known.plan.indicator(code))
            for code in ("venue_services", "jobs_pushed")} == {"未接入"}


def test_a_figure_of_a_column_nobody_keeps_is_unconnected_and_says_which(
        earlier: Settings) -> None:
    known = read(earlier)
    line, item = (scorecard(known.figures, DAY).city_line("traceable_agreements"),
                  known.plan.indicator("traceable_agreements"))
    assert standing(line, item) == "未接入"
    assert why_absent(item.indicator, known.figures.facts) == (
        "撮合录用没有一行填了协议编号，不能当作没有")


def test_the_page_says_which_source_is_missing(earlier: Settings) -> None:
    known = read(earlier)
    city = known.figures.facts.geography.city
    shown = market(known.figures, city, DAY)
    assert shown is not None
    assert market_sentences(shown, city) == (f"{city.name}近90天发布岗位9个，求职登记未接入。",)
    assert "100.0%没有岗位发布日期" in undated_words(shown)


def test_the_check_lists_them_as_unconnected(earlier: Settings) -> None:
    rows = {row.dataset: row for row in check(earlier, now=NOON)}
    for name in ("seeker_registration", "venue_service"):
        assert rows[name].usable
        assert rows[name].rows is None
    assert rows["hire"].usable


def test_a_table_somebody_has_mapped_must_be_there(earlier: Settings) -> None:
    earlier.sources_file.write_text('[datasets.venue_service]\ntable = "fuwu"\n',
                                    encoding="utf-8")
    known = read(earlier)
    assert ["找不到表 fuwu" in message for message in known.snapshot.messages] == [True]
    earlier.sources_file.write_text('[datasets.hire.columns]\nsector = "hangye"\n',
                                    encoding="utf-8")
    assert ["缺少列 hangye" in message
            for message in read(earlier).snapshot.messages] == [True]


def test_a_table_that_was_read_before_is_missed_when_it_is_gone(tmp_path: Path) -> None:
    settings = sqlite_site(tmp_path, drawn(
        service_venue="| unit_code | opened_on |\n| 321302 | 2025-01-01 |",
        venue_service="| unit_code | served_on | persons |\n| 321302 | 2026-06-01 | 4 |"))
    assert read(settings).snapshot.messages == ()
    database = sqlite3.connect(settings.urls["venues"].removeprefix("sqlite:///"))
    database.execute("DROP TABLE venue_service")
    database.commit()
    database.close()
    known = read(settings)
    assert ["找不到表 venue_service" in message
            for message in known.snapshot.messages] == [True]
    assert scorecard(known.figures, DAY).city_line("venue_services").value == 4
