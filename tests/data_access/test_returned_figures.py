"""Approved monthly returns as figures: drawn by hand, read by a refresh, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from data_access.boundary import load_mappings
from data_access.checking.check import check
from data_access.checking.excluded import excluded_rows
from data_access.current import Current
from data_access.site.settings import Settings, load_plan
from data_access.snapshots.freeze import freeze, open_frozen
from data_access.snapshots.refresh import refresh
from kpi.counting import SourceState
from kpi.returns import MonthlyReturn, figure, form_from, rows
from kpi.vocabulary.errors import InputError
from tests import small_city
from tests.fixtures import returned_figures as returned
from tests.fixtures.returned_figures import drawn

NOON = datetime(2025, 7, 1, 12)
CITY, A, B, ZONE = ("city", "321300"), ("managing", "321302"), ("managing", "321322"), (
    "managing", "321371")
COUNTY_A = ("county", "321302")  # with the zone


def _filed(talks: float, staff: float, buses: float | None = None) -> dict[str, float | None]:
    return {"talks": talks, "staff": staff, "buses": buses, "visits": None}


RETURNS = (
    drawn("2025-01", "321302", _filed(5, 10, 2), "approve"),
    drawn("2025-02", "321302", _filed(7, 12), "approve", "reopen", _filed(70, 120)),
    drawn("2025-03", "321302", _filed(8, 14)),
    drawn("2025-04", "321302", _filed(9, 15), "send_back"),
    drawn("2025-05", "321302", _filed(0, 20), "approve"),
    drawn("2025-01", "321322", _filed(3, 30, 3), "approve", "reopen", _filed(4, 30, 0), "approve"),
    drawn("2025-02", "321322", _filed(6, 31), "approve"),
    drawn("2025-03", "321322", _filed(1, 32), "approve"),
    drawn("2025-04", "321322", _filed(2, 33), "approve"),
    drawn("2025-05", "321322", _filed(3, 34), "approve"),
    drawn("2025-01", "321371", _filed(100, 100)),
)


def _read(settings: Settings, now: datetime = NOON) -> Current:
    return Current(settings, load_plan(settings), refresh(settings, now=now))


def _with(folder: Path, *returns: MonthlyReturn, form: str = returned.FORM) -> Settings:
    settings = small_city.settings_of(folder, job_posting="""
        | unit_code | published_on |
        | 321302    | 2025-06-30   |
    """)
    returned.add(settings.config, form)
    returned.record(settings, *returns)
    return settings


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Current:
    """The drawn returns, read once."""
    return _read(_with(tmp_path_factory.mktemp("returned"), *RETURNS))


def _value(known: Current, code: str, place: tuple[str, str], day: date) -> float | None:
    (division,) = (one for one in known.figures.facts.geography.divisions if one.key == place)
    return known.figures.measure(code, division, day).value


def _days(text: str) -> Iterator[tuple[date, float | None]]:
    """Days and figures of a drawing, “01-31 5, 02-28 -”."""
    for pair in text.split(","):
        day, figure_ = pair.split()
        yield date.fromisoformat(f"2025-{day}"), None if figure_ == "-" else float(figure_)


@pytest.mark.parametrize(("code", "place", "drawing"), [
    # what is sent back, filed or open again adds nothing; what was approved before stays in force
    ("talks_held", A, "01-30 -, 01-31 5, 02-27 5, 02-28 12, 03-31 12, 04-30 12, 05-31 12, 06-30 12"),
    ("talks_held", B, "01-30 -, 01-31 4, 02-28 10, 03-31 11, 04-30 13, 05-31 16"),
    ("talks_held", ZONE, "01-31 -, 06-30 -"),
    ("talks_held", COUNTY_A, "01-30 -, 01-31 5, 05-31 12"),
    ("talks_held", CITY, "01-30 -, 01-31 9, 02-28 22, 03-31 23, 04-30 25, 05-31 28"),
    # a stock holds over one month without a return and not over two
    ("station_staff", A, "01-30 -, 01-31 10, 02-27 10, 02-28 12, 03-31 12, 04-29 12, 04-30 -, "
                         "05-30 -, 05-31 20, 06-29 20, 06-30 20"),
    ("station_staff", B, "01-31 30, 02-28 31, 05-31 34, 06-30 34"),
    # of several units all must have reported
    ("station_staff", COUNTY_A, "01-31 -, 05-31 -"),
    ("station_staff", CITY, "01-31 -, 05-31 -"),
    # only of those that are asked; a reported 0 is a figure
    ("station_buses", B, "01-30 -, 01-31 0, 03-30 0, 03-31 -"),
    ("station_buses", CITY, "01-30 -, 01-31 2, 03-30 2, 03-31 -"),
    ("station_buses", ZONE, "01-31 -"),
])
def test_every_day_is_as_drawn(known: Current, code: str, place: tuple[str, str],
                               drawing: str) -> None:
    assert [(day, _value(known, code, place, day)) for day, _ in _days(drawing)] == list(
        _days(drawing))


def test_every_unit_has_the_figure_of_its_returns_on_every_day(known: Current) -> None:
    listed, form = rows(RETURNS), form_from({
        "due_day": 5, "items": [
            {"code": "talks", "name": "宣讲", "unit": "场", "kind": "count"},
            {"code": "staff", "name": "在岗", "unit": "人", "kind": "stock"}]}, (), ())
    start = date(2025, 1, 1)
    for item, code in zip(form.items, ("talks_held", "station_staff"), strict=True):
        for place in (A, B, ZONE):
            for day in (start + timedelta(days=number) for number in range(181)):
                assert _value(known, code, place, day) == figure(listed, item, place[1], start,
                                                                 day), (code, place, day)


def test_it_is_read_and_reconciled_like_any_source(known: Current) -> None:
    part = known.snapshot.parts["monthly_return"]
    # eight returns are in force, two of three items and six of two
    assert (part.data.quality.read, part.data.quality.counted) == (18, 18)
    assert part.data.quality.excluded == {}
    assert part.data.latest == date(2025, 5, 31)
    source = known.snapshot.sources["monthly_returns"]
    assert (source.state, source.latest) == (SourceState.OK, date(2025, 5, 31))
    assert known.plan.definitions.connection_title("monthly_returns") == "月报"
    assert known.snapshot.latest_complete_day == date(2025, 6, 30)  # not held back by its months


def test_a_line_without_a_figure_is_not_judged_nor_ranked_as_nothing(known: Current) -> None:
    card = known.scorecard(date(2025, 6, 30))
    lines = {line.division: line for line in card.lines if line.indicator == "talks_held"
             and line.rollup == "managing"}
    assert lines["321371"].value is None
    assert lines["321371"].light == "no_data"
    assert lines["321371"].forecast is None
    # nor is a stock that nobody can add up forecast, or alerted to
    city = card.city_line("station_staff")
    assert (city.value, city.light, city.forecast) == (None, "no_data", None)
    assert not [one for one in card.alerts if (one.indicator, one.division) == (
        "station_staff", "321300")]
    then = known.scorecard(date(2025, 5, 15))  # in a gap that has ended since
    gap = next(line for line in then.lines if line.key == ("station_staff", *A))
    assert gap.value is None
    assert gap.forecast is not None
    assert gap.forecast.state == "no_data"
    assert lines["321302"].light in ("red", "yellow", "green", "met")


def test_a_correction_changes_the_month_it_is_of(tmp_path: Path) -> None:
    settings = _with(tmp_path, drawn("2025-03", "321302", _filed(8, 14), "approve"))
    before = _read(settings)
    later = drawn("2025-03", "321302", _filed(8, 14), "approve", "reopen", _filed(11, 14), "approve")
    settings.data.joinpath("ledger.sqlite").unlink()
    returned.record(settings, later)
    after = _read(settings)
    day = date(2025, 3, 31)
    assert [_value(one, "talks_held", A, day) for one in (before, after)] == [8, 11]
    assert after.snapshot.id != before.snapshot.id
    assert after.snapshot.held == {}


def _many(factor: float) -> list[MonthlyReturn]:
    """Sixteen months of two units, 64 rows, every amount times `factor`."""
    months = [f"{2024 + (number // 12)}-{number % 12 + 1:02d}" for number in range(2, 18)]
    return [drawn(month, unit, _filed(100 * factor, 50 * factor), "approve")
            for month in months for unit in ("321302", "321322")]


def test_what_the_office_approved_is_not_held_and_a_lost_ledger_is(tmp_path: Path) -> None:
    settings, day = _with(tmp_path, *_many(10)), date(2025, 5, 31)
    _read(settings)
    settings.data.joinpath("ledger.sqlite").unlink()
    returned.record(settings, *_many(1))
    corrected = _read(settings)
    assert corrected.snapshot.held == {}
    assert _value(corrected, "talks_held", A, day) == 500  # five months of the plan
    settings.data.joinpath("ledger.sqlite").unlink()
    lost = _read(settings)
    assert lost.snapshot.held["monthly_return"].findings == ("64行变为0行",)
    assert _value(lost, "talks_held", A, day) == 500


def test_an_item_or_a_unit_that_is_gone_is_left_out_and_told(tmp_path: Path) -> None:
    settings = _with(tmp_path, *RETURNS, drawn("2025-01", "329999", _filed(1, 1), "approve"),
                     form=returned.FORM.replace('code = "visits"', 'code = "advice"'))
    gone = {**_filed(1, 1), "visits": 9}
    returned.record(settings, drawn("2025-02", "321371", gone, "approve"))
    quality = _read(settings).snapshot.parts["monthly_return"].data.quality
    assert quality.excluded == {"unknown_division": 2, "bad_value": 1}
    assert quality.balanced
    row = next(row for row in check(settings, NOON) if row.dataset == "monthly_return")
    assert row.problem is None
    assert row.lines()[0].startswith("！ 审核通过的月报 monthly_return｜月报 monthly_returns｜审核通过的月报｜7 列｜23 行")
    listed = excluded_rows(settings, "monthly_return", now=NOON).rows
    assert {one.key for one in listed} == {
        "321371-visits-2025-02", "329999-talks-2025-01", "329999-staff-2025-01"}


def test_a_ledger_that_cannot_be_read_leaves_the_last_figures(tmp_path: Path) -> None:
    settings = _with(tmp_path, *RETURNS)
    _read(settings)
    settings.data.joinpath("ledger.sqlite").write_bytes(b"no database at all, and long enough" * 99)
    known = _read(settings)
    assert known.snapshot.sources["monthly_returns"].state == SourceState.STALE
    assert any("台账" in message for message in known.snapshot.messages)
    assert known.snapshot.parts["monthly_return"].stale


def test_a_frozen_meeting_keeps_the_returns_and_the_form(tmp_path: Path) -> None:
    settings = _with(tmp_path, *RETURNS)
    known, day = _read(settings), date(2025, 5, 31)
    note = freeze(settings, known.snapshot, known.plan, day, {})
    (settings.config / "returns.toml").unlink()
    settings.data.joinpath("ledger.sqlite").unlink()
    frozen = open_frozen(note.folder)
    assert frozen.figures.measure("talks_held", frozen.figures.facts.geography.city,
                                  day).value == 28


def test_without_a_form_nothing_is_there(tmp_path: Path) -> None:
    plain = small_city.settings_of(tmp_path / "plain")
    returned.record(plain, *RETURNS)
    with_form = small_city.settings_of(tmp_path / "form")
    (with_form.config / "returns.toml").write_text(returned.FORM, encoding="utf-8")
    returned.record(with_form, *RETURNS)
    read = [_read(settings).snapshot for settings in (plain, with_form)]
    # nor where no figure is made of it
    assert all("monthly_return" not in one.parts for one in read)
    assert all("monthly_returns" not in one.sources for one in read)
    assert read[0].parts.keys() == read[1].parts.keys()
    assert plain.definitions == with_form.definitions


def test_a_figure_whose_form_is_gone_is_told_by_its_file(tmp_path: Path) -> None:
    settings = _with(tmp_path, *RETURNS)
    (settings.config / "returns.toml").unlink()
    problems = refresh(settings, now=NOON).messages
    assert len([one for one in problems if "“monthly_return”不认识" in one]) == 3


@pytest.mark.parametrize(("before", "after", "message"), [
    ('where = { item = "talks" }', 'where = { item = "talk" }', "“talk”不认识；可用的有 talks、staff、buses、visits"),
    ('where = { item = "talks" }', "", "是各单位报送的数，须用 where 写明是哪一项"),
])
def test_a_fault_of_an_indicator_says_what_there_is(tmp_path: Path, before: str, after: str,
                                                    message: str) -> None:
    settings = _with(tmp_path)
    file = settings.config / "definitions" / "indicators" / "talks_held.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    (problem,) = settings.definitions.problems
    assert message in problem
    assert "station_staff" in settings.definitions.indicators


@pytest.mark.parametrize(("form", "message"), [("due_day = ", "格式有误"),
                                               ("due_day = 5\n", "没有列出要报的项目")])
def test_a_faulty_form_is_told_once_and_the_rest_keeps_working(tmp_path: Path, form: str,
                                                               message: str) -> None:
    settings = _with(tmp_path, *RETURNS, form=form)
    snapshot = refresh(settings, now=NOON)
    (problem,) = (one for one in snapshot.messages if "returns.toml" in one)
    assert message in problem
    card = Current(settings, load_plan(settings), snapshot).scorecard(date(2025, 6, 30))
    assert {line.indicator for line in card.lines}.isdisjoint(returned.INDICATORS)
    assert len({line.indicator for line in card.lines}) == 38


def test_sources_toml_does_not_say_where_it_is(tmp_path: Path) -> None:
    settings = _with(tmp_path, *RETURNS)
    settings.sources_file.write_text('[datasets.monthly_return]\ntable = "x"\n', encoding="utf-8")
    mapping = load_mappings(settings.sources_file, settings.definitions)["monthly_return"]
    assert "不用写：这些数取自本系统审核通过的月报；请删去" in str(mapping)


def test_dataset_code_needs_the_item_column(tmp_path: Path) -> None:
    """A site's own dataset of what units report, by the same key of the grammar."""
    settings = small_city.settings_of(tmp_path)
    folder = settings.config / "definitions" / "datasets"
    folder.mkdir(parents=True)
    (folder / "own_report.toml").write_text(
        'connection = "office"\ntitle = "快报"\nkey = "id"\ncounted_on = "on_day"\namount = "amount"\n'
        'reported = { item = "what" }\n[columns]\nid = "code"\nunit_code = "code"\non_day = "date"\n'
        'amount = "real"\n[events.reported]\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"reported\.item：列“what”不认识"):
        raise InputError(settings.definitions.problems[0])
