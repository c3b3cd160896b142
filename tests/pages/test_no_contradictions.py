"""No two numbers under one label differ, and what is said to be in an order is, on any page or
paper of a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data_access.current import Current
from data_access.ledger.store import recorded_cases
from kpi.follow_ups.follow_up import Meeting
from kpi.follow_ups.follow_up_data import standings
from kpi.scorecard.scorecard import Scorecard
from kpi.vocabulary.division import Rollup
from kpi.wording.wording import chinese_date
from reports.minutes import minutes_docx
from reports.papers import PAPERS, paper_bytes, source
from tests.pages import read_papers
from tests.pages.app import open_app
from tests.pages.printed import Label, Order, Printed, Reader, differing
from tests.pages.read_pages import Page, floors_of, reader

Found = Printed | Order
LOOKS = ((date(2025, 1, 1), Rollup.COUNTY), (date(2025, 3, 31), Rollup.MANAGING),
         (date(2025, 12, 31), Rollup.COUNTY), (date(2026, 8, 15), Rollup.MANAGING),
         (date(2026, 10, 31), Rollup.COUNTY))
_BARRED = "leaders/overview"
_PAGES = (_BARRED, "leaders/indicator", "leaders/county_map", "leaders/wallboard",
          "counties/ranking", "meeting/alerts", "meeting/follow_ups", "meeting/departments")
_ONCE = ("leaders/matching", "meeting/duties", "library/definitions")
"""Pages that are the same whichever indicator is chosen."""


@pytest.mark.long
@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize(("day", "rollup"), LOOKS)
def test_pages_and_papers_say_the_same_of_a_day(sample: Current, day: date, rollup: Rollup) -> None:
    card = sample.scorecard(day, day)
    found = [*_on_pages(card, rollup), *_on_papers(sample, card)]
    printed = [one for one in found if isinstance(one, Printed)]
    assert len({one.where.partition("·")[0] for one in printed}) >= 12
    assert len(printed) > 3000
    # page, brief and JSON
    assert len({one.where for one in printed if one.label.topic == "部门征集"}) == 3
    # page and JSON; workbook too where the sheet is printed
    assert len({one.where for one in printed if one.label.topic == "任务"}) >= 2
    if day > date(2025, 6, 1):
        assert {one.where for one in printed if one.label.topic.startswith("工种 ")} >= {
            f"leaders/matching（{rollup.value}）·工种"}
    assert len([one for one in printed if one.where.endswith("·口径")]) == len(card.plan.core)
    if day > date(2025, 6, 1):  # earlier there is hardly an alert
        assert len({one.where for one in printed if one.label.aspect == "预警级别"}) >= 5
    assert differing(printed) == []
    assert [f"{one.where}: {one.texts}" for one in found
            if isinstance(one, Order) and one.broken] == []


def _on_pages(card: Scorecard, rollup: Rollup) -> Iterator[Found]:
    choice = {"as_of": card.as_of.isoformat(), "rollup": rollup.value}
    app = open_app(**choice)
    for code in ("jobs_published", "arbitration_closing"):
        for path in _PAGES:
            page = _page(app, path, card, rollup, {**choice, "indicator": code})
            yield from _found(page, path)
    for path in _ONCE:
        page = _page(app, path, card, rollup, choice)
        yield from _found(page, path)
    for member in card.geography.members(rollup):
        page = _page(app, "counties/county", card, rollup, {**choice, "division": member.code},
                     about=member.name)
        yield from page.found()


def _found(page: Page, path: str) -> Iterator[Found]:
    yield from page.found()
    if path in (_BARRED, "leaders/indicator"):
        yield from page.bars()
    if path == _BARRED:
        yield from page.gaps()
    if path == "leaders/matching":
        yield from page.market()
    if path == "library/definitions":
        yield from page.goals()
    if path in (_BARRED, "leaders/county_map"):
        yield from page.labels_on_the_map()


def _page(app: AppTest, path: str, card: Scorecard, rollup: Rollup, choice: dict[str, str], *,
          about: str = "全市") -> Page:
    app.switch_page(f"pages/{path}.py")
    for name in ("division", "indicator"):
        app.query_params.pop(name, None)
    for name, value in choice.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    names = tuple(item.name for item in card.plan.indicators)
    read = reader(card.geography, rollup, names, league=path == "counties/ranking")
    floors = floors_of(tuple((item.name, item.indicator.judged) for item in card.plan.core))
    return Page(f"{path}（{rollup.value}）", app, read, read.places[about],
                chinese_date(card.as_of), floors)


def _on_papers(current: Current, card: Scorecard) -> Iterator[Found]:
    made_from, day = source(current, card), chinese_date(card.as_of)
    names = tuple(item.name for item in card.plan.indicators)
    by_rollup = {rollup: reader(card.geography, rollup, names, league=rollup == Rollup.COUNTY)
                 for rollup in (Rollup.COUNTY, Rollup.MANAGING)}
    papers = {paper.key: paper_bytes(paper, made_from) for paper in PAPERS}
    counties: Reader = by_rollup[Rollup.COUNTY]
    yield from read_papers.in_words(papers["brief"], "简报", counties, day)
    yield from read_papers.in_the_brief(papers["brief"], counties)
    yield from read_papers.in_words(papers["bulletin_county"], "通报", counties, day)
    yield from read_papers.in_a_bulletin(papers["bulletin_county"], counties, "县区通报")
    yield from read_papers.in_a_bulletin(papers["bulletin_managing"], by_rollup[Rollup.MANAGING],
                                         "管理单位通报")
    cases = recorded_cases(current.settings)
    stand = standings(current.figures, cases, card.as_of, card.as_of)
    # held the day after, so that all items on record are those of earlier meetings
    yield from read_papers.in_the_minutes(minutes_docx(
        Meeting(card.as_of + timedelta(days=1), "市领导"), stand, card.plan, card.geography,
        as_of=card.as_of, sample=True))
    yield from read_papers.on_the_slides(papers["slides"], counties, day)
    yield from read_papers.in_the_workbook(papers["workbook"], counties)
    yield from read_papers.in_json(papers["scorecard"], card)
    yield from read_papers.departments_in_json(papers["scorecard"])
    yield from read_papers.duties_in_json(papers["scorecard"])
    yield from read_papers.grades_in_json(papers["scorecard"], card)


def test_numbers_differ_only_where_no_figure_prints_as_both() -> None:
    label = Label("全市", "岗位", "完成值")

    def differ(*texts: str) -> bool:
        return bool(differing(Printed(label, text, "纸") for text in texts))

    assert not differ("4.68万", "46,800", "46800.000000000")
    assert not differ("93.6%", "93.64")
    assert not differ("−0.04", "−0.0")
    assert differ("46,800", "46,801")
    assert differ("4.68万", "46,740")
    assert differ("93.6%", "93.70")
    assert differ("−5.4", "+5.4")
    assert differ("滞后", "严重滞后")


def test_a_sentence_is_read_number_by_number() -> None:
    read = Reader({"沭阳县": "沭阳县"}, {"发布零工岗位": "岗位"}, "全市")
    text = "沭阳县发布零工岗位1.43万个，完成目标1.68万个的85.4%，低于序时进度6.2个百分点。"
    assert [(one.label.aspect, one.text) for one in read.sentences(text, "页", "10月31日")] == [
        ("完成值", "1.43万"), ("完成率", "85.4"), ("目标", "1.68万"), ("进度差", "−6.2")]
    assert not list(read.sentences(f"截至9月30日，{text}", "页", "10月31日"))


def test_an_order_is_held_to_what_is_printed() -> None:
    worst = "差距最大的是调解成功率（51.6%，低于目标8.4个百分点），其次是用工主体（完成80.0%，低于序时进度11.6个百分点）。"
    found = list(Reader({}, {}, "全市").headline(worst, "页", "全市"))
    assert [one.broken for one in found if isinstance(one, Order)] == [True]
    assert not Order("页", ("−11.6", "−8.4", "+1.0"), True).broken
