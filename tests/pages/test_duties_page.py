"""任务清单: each of the plan's duties leads to a figure, a document or evidence of the sample."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import date

import pytest
from openpyxl import load_workbook

from data_access.current import Current
from data_access.ledger.duty_entries import duty_entries
from data_access.site.duty_file import load_duties
from kpi.duties import By, DutyStanding, DutyState, stand
from kpi.judging import Light
from kpi.scorecard.scorecard import scorecard
from reports import papers
from reports.scorecard import SCORECARD
from reports.workbook.paper import WORKBOOK
from tests.pages.app import open_page, words

PAGE = "meeting/duties"
DAY = date(2026, 10, 31)


@pytest.fixture(scope="module")
def duties(sample: Current) -> tuple[DutyStanding, ...]:
    return stand(load_duties(sample.settings), scorecard(sample.figures, DAY),
                 duty_entries(sample.settings).all())


def test_there_are_the_plans_fifty_four(duties: tuple[DutyStanding, ...]) -> None:
    assert [one.duty.id for one in duties] == [f"{number:02d}" for number in range(1, 55)]
    assert all(one.duty.clause and one.duty.text and one.duty.lead for one in duties)


@pytest.mark.parametrize("number", range(1, 55))
def test_each_leads_to_a_figure_a_document_or_evidence_the_sample_shows(
        sample: Current, duties: tuple[DutyStanding, ...], number: int) -> None:
    one = duties[number - 1]
    assert one.state != DutyState.ABSENT
    if one.duty.by == By.INDICATOR:
        line = scorecard(sample.figures, DAY).city_line(one.duty.indicator)
        assert line.value is not None
        assert sample.plan.indicator(one.duty.indicator).name in one.shows
    elif one.duty.by == By.EVIDENCE:
        assert one.shows[:4] in ("2025", "2026")
    else:
        assert one.duty.due is not None
        assert (one.state == DutyState.DONE) == (one.shows != "还没有登记")


def test_the_sample_has_what_is_done_what_is_late_and_what_goes_on(
        duties: tuple[DutyStanding, ...]) -> None:
    states = Counter(one.state for one in duties)
    assert states[DutyState.DONE] > 5
    assert states[DutyState.OVERDUE] == 1
    assert states[DutyState.ON_TIME] > 10
    assert states[DutyState.WATCHED] > 10


def test_no_duty_is_on_time_beside_a_figure_that_lags(
        sample: Current, duties: tuple[DutyStanding, ...]) -> None:
    card = scorecard(sample.figures, DAY)
    shown = [one for one in duties if one.duty.by == By.INDICATOR
             and card.city_line(one.duty.indicator).light in (Light.YELLOW, Light.RED)]
    assert shown
    assert {one.state for one in shown} == {DutyState.BEHIND}


@pytest.mark.usefixtures("over_sample")
def test_the_page_lists_every_duty_with_its_state(duties: tuple[DutyStanding, ...]) -> None:
    said = words(open_page(PAGE, as_of=DAY.isoformat()))
    assert all(one.duty.text in said and one.shows in said for one in duties)


@pytest.mark.usefixtures("over_sample")
def test_the_address_chooses_lead_and_state(duties: tuple[DutyStanding, ...]) -> None:
    said = words(open_page(PAGE, as_of=DAY.isoformat(), lead="市公安局"))
    assert [one.duty.text for one in duties if one.duty.text in said] == [
        one.duty.text for one in duties if one.duty.lead == "市公安局"]
    said = words(open_page(PAGE, as_of=DAY.isoformat(), state="overdue"))
    assert [one.duty.id for one in duties if one.duty.text in said] == [
        one.duty.id for one in duties if one.state == DutyState.OVERDUE]


def test_sheet_and_json_say_the_same(sample: Current, duties: tuple[DutyStanding, ...]) -> None:
    source = papers.source(sample, scorecard(sample.figures, DAY), ())
    written = json.loads(papers.paper_bytes(SCORECARD, source))
    assert [(one["id"], one["state"], one["shows"]) for one in written["duties"]] == [
        (one.duty.id, one.state.value, one.shows) for one in duties]
    sheet = load_workbook(io.BytesIO(papers.paper_bytes(WORKBOOK, source)))["任务清单"]
    rows = {str(row[0]): row for row in sheet.iter_rows(values_only=True) if row[0]}
    for one in duties:
        assert rows[one.duty.id][1] == one.duty.text
        assert str(rows[one.duty.id][6]).startswith(one.shows)
