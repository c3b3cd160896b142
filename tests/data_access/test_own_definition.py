"""A dataset and an indicator of a site's own, by two files and a line: read from every make of
source, counted, reconciled.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from data_access.checking.check import check
from data_access.checking.excluded import excluded_rows
from data_access.current import Current
from data_access.site.definition_files import load_definitions
from data_access.site.settings import Settings, load_plan
from data_access.snapshots.freeze import freeze, open_frozen
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Method
from kpi.judging.line import ScorecardLine
from kpi.scorecard.scorecard import Scorecard, scorecard
from kpi.vocabulary.errors import InputError
from tests import small_city
from tests.data_access.site import site
from tests.drawn import WORLD
from tests.fixtures import own_definition as own
from tests.servers import Server

NOON = datetime(2026, 7, 1, 12)


def with_own(folder: Path) -> Settings:
    settings = small_city.settings_of(folder)
    own.add(settings.config)
    own.write_table(folder / "assistance.sqlite")
    return settings


def read(settings: Settings) -> Current:
    return Current(settings, load_plan(settings), refresh(settings, now=NOON))


def lines(card: Scorecard) -> list[ScorecardLine]:
    return [line for line in card.lines if line.indicator == own.INDICATOR]


def assert_as_drawn(known: Current) -> None:
    quality = known.snapshot.parts[own.DATASET].data.quality
    assert (quality.read, quality.counted, quality.excluded) == (
        len(own.ROWS), own.COUNTED, own.EXCLUDED)
    assert quality.balanced
    found = {(line.rollup, line.division): line.value
             for line in lines(scorecard(known.figures, own.AS_OF))}
    assert found == own.HOLDING


def test_from_sqlite(tmp_path: Path) -> None:
    assert_as_drawn(read(with_own(tmp_path)))


@pytest.mark.server
def test_from_a_server(server: Server, tmp_path: Path) -> None:
    settings = site(tmp_path, server.write({**WORLD}))
    own.add(settings.config)
    server.execute(
        f"CREATE TABLE assistance.{own.DATASET} (person_key varchar(20), unit_code varchar(20), insured_from date, "
        "insured_until date)"
    )
    with server.raw().cursor() as cursor:
        cursor.executemany(f"INSERT INTO assistance.{own.DATASET} VALUES (%s, %s, %s, %s)",
                           own.ROWS)
    settings = Settings(settings.config, settings.data,
                        {**settings.urls, "assistance": server.url("assistance")})
    assert_as_drawn(read(settings))


def test_from_an_excel_file(tmp_path: Path) -> None:
    settings = small_city.settings_of(tmp_path)
    own.add(settings.config)
    book = openpyxl.Workbook()
    book.active.append(["人员编码", "所属县区", "参保日期", "停保日期"])
    for row in own.ROWS:
        book.active.append(row)
    book.save(settings.config / "参保.xlsx")
    (settings.config / "sources.toml").write_text(
        f'[datasets.{own.DATASET}]\nfile = "参保.xlsx"\n[datasets.{own.DATASET}.columns]\nperson_key = "人员编码"\n'
        'unit_code = "所属县区"\ninsured_from = "参保日期"\ninsured_until = "停保日期"\n',
        encoding="utf-8",
    )
    assert_as_drawn(read(settings))


def test_a_second_refresh_reads_only_what_changed_and_finds_a_changed_definition(
        tmp_path: Path) -> None:
    settings = with_own(tmp_path)
    refresh(settings, now=NOON)
    file = settings.config / "definitions" / "datasets" / f"{own.DATASET}.toml"
    before = refresh(settings, now=NOON)
    file.write_text(own.DATASET_FILE.replace('on = "insured_until"',
                                             'on = "insured_until"\nnot_before = []'),
                    encoding="utf-8")
    after = refresh(settings, now=NOON)
    assert before.configuration != after.configuration
    assert after.parts[own.DATASET].method == Method.FULL
    days = [set(taken.parts[own.DATASET].data.cells.query("event == 'left'")["day"])
            for taken in (before, after)]
    assert days[0] != days[1]  # P6 now leaves on the day recorded, before it began


def test_the_check_and_the_list_of_excluded_rows_know_it(tmp_path: Path) -> None:
    settings = with_own(tmp_path)
    row = next(row for row in check(settings, NOON) if row.dataset == own.DATASET)
    assert (row.rows, row.excluded, row.problem) == (len(own.ROWS), own.EXCLUDED, None)
    assert row.lines()[0].startswith("！ 灵活就业参保 flexible_insurance｜就业帮扶系统 assistance")
    listed = excluded_rows(settings, own.DATASET, now=NOON)
    assert {row.key: row.reason.value for row in listed.rows} == {
        "P7": "unknown_division", "P8": "missing_date", "P9": "future_date"}


def test_a_frozen_meeting_keeps_the_definitions_it_was_counted_by(tmp_path: Path) -> None:
    settings = with_own(tmp_path)
    known = read(settings)
    note = freeze(settings, known.snapshot, known.plan, own.AS_OF, {})
    shutil.rmtree(settings.config / "definitions")
    frozen = open_frozen(note.folder)
    assert {(line.rollup, line.division): line.value
            for line in lines(scorecard(frozen.figures, own.AS_OF))} == own.HOLDING


def test_the_plan_wins_over_the_definition(tmp_path: Path) -> None:
    settings = with_own(tmp_path)
    item = load_plan(settings).indicator(own.INDICATOR)
    assert (item.name, item.clause, item.indicator.local) == ("灵活就业参保人数", "本市补充要求", True)
    with (settings.config / "plan.toml").open("a", encoding="utf-8") as plan:
        plan.write('name = "灵活就业在保"\nclause = "第五条"\n')
    item = load_plan(settings).indicator(own.INDICATOR)
    assert (item.name, item.clause) == ("灵活就业在保", "第五条")


def test_it_is_shown_only_where_the_plan_names_it(tmp_path: Path) -> None:
    settings = with_own(tmp_path)
    plan = settings.config / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace(own.PLAN_LINES, ""), encoding="utf-8")
    assert own.INDICATOR not in {item.code for item in load_plan(settings).indicators}


def test_a_shipped_code_is_replaced_and_marked(tmp_path: Path) -> None:
    settings = with_own(tmp_path)
    file = settings.config / "definitions" / "indicators" / "welfare_posts.toml"
    file.write_text(own.INDICATOR_FILE.replace('name = "灵活就业参保人数"', 'name = "公益性岗位（本市）"'),
                    encoding="utf-8")
    definitions = load_definitions(settings.config)
    assert definitions.problems == ()
    assert {code for code, one in definitions.indicators.items() if one.local} == {
        own.INDICATOR, "welfare_posts"}
    line = scorecard(read(settings).figures, own.AS_OF).city_line("welfare_posts")
    assert line.value == own.HOLDING["city", "321300"]


def test_a_faulty_file_is_told_and_the_rest_keeps_working(tmp_path: Path) -> None:
    settings = with_own(tmp_path)
    file = settings.config / "definitions" / "datasets" / f"{own.DATASET}.toml"
    file.write_text(own.DATASET_FILE.replace('counted_on = "insured_from"',
                                             'counted_on = "insured"'), encoding="utf-8")
    snapshot = refresh(settings, now=NOON)
    assert [message for message in snapshot.messages if "definitions/" in message] == [
        "definitions/datasets/flexible_insurance.toml 的 counted_on：列“insured”不认识；可用的有 person_key、unit_code、"
        "insured_from、insured_until、updated_at，请改正。"
    ]
    card = scorecard(Current(settings, load_plan(settings), snapshot).figures, own.AS_OF)
    assert lines(card) == []
    assert len({line.indicator for line in card.lines}) == 38


def test_a_plan_of_nothing_but_faulty_indicators_says_which_file_to_mend(tmp_path: Path) -> None:
    settings = with_own(tmp_path)
    plan, file = (
        settings.config / "plan.toml",
        settings.config / "definitions" / "indicators" / f"{own.INDICATOR}.toml",
    )
    head = plan.read_text(encoding="utf-8").partition("[indicators.")[0]
    plan.write_text(head + own.PLAN_LINES, encoding="utf-8")
    file.write_text(own.INDICATOR_FILE.replace('event = "insured"', 'event = "joined"'),
                    encoding="utf-8")
    with pytest.raises(
            InputError,
            match=r"flexible_insured\.toml 的 numerator\.event：.*“joined”不认识；可用的有 insured、left"):
        load_plan(settings)
