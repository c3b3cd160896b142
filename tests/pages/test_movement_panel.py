"""指标 in this process: what moved the figure, in a sentence and a waterfall that add up, and marked
days.
"""

from __future__ import annotations

import shutil
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from data_access.current import Current, load_or_refresh
from data_access.site.load import load_settings
from data_access.site.settings import ROOT
from data_access.snapshots.refresh import refresh
from kpi.definitions.shipped_datasets import DATASETS
from kpi.explaining.anomalies import odd_days
from kpi.explaining.movement import movement
from kpi.sentences.movement import movement_words
from kpi.vocabulary.division import Rollup
from reports.freezing import freeze_meeting
from reports.papers import note_of
from tests.fixtures import distinct_city
from tests.pages.app import address, chart, open_page, words

AS_OF = date(2026, 10, 31)
PAGE = "leaders/indicator"


def waterfall(app: AppTest) -> dict[str, Any]:
    drawn = [chart(app, number) for number in range(len(app.get("plotly_chart")))]
    (found,) = [
        dict(trace) for one in drawn for trace in one["data"] if trace["type"] == "waterfall"
    ]
    return found


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize(
    ("code", "division"),
    [("jobs_published", None), ("third_party_share", None), ("registered_users", "321324")],
)
def test_the_waterfall_adds_up_to_what_the_sentence_says(
    code: str, division: str | None, sample: Current
) -> None:
    app = open_page(
        PAGE,
        indicator=code,
        since="2026-08-31",
        **({} if division is None else {"division": division}),
    )
    geography = sample.figures.facts.geography
    place = geography.city if division is None else geography.division(Rollup.COUNTY, division)
    ends = [sample.figures.measure(code, place, day).value for day in (date(2026, 8, 31), AS_OF)]
    assert None not in ends
    steps = waterfall(app)
    assert sum(steps["x"][:-1]) == pytest.approx(steps["x"][-1])
    assert steps["x"][-1] == pytest.approx(ends[1] - ends[0])  # type: ignore[operator]
    assert steps["measure"][-1] == "total"
    found = movement(
        sample.figures,
        code,
        place,
        date(2026, 8, 31),
        AS_OF,
        *([] if division is None else ["按单位"]),
    )
    assert found is not None
    assert movement_words(found, sample.plan.indicator(code), by_unit=True) in words(app)
    assert "2026-08-31 没有定稿，补报和更正已计入起点" in words(app)


@pytest.mark.usefixtures("over_sample")
def test_the_way_and_the_day_are_in_the_address_and_a_bad_day_is_the_usual_one() -> None:
    app = open_page(PAGE, since="kein-tag")
    assert app.date_input(key="movement-since").value == date(2026, 9, 30)
    app.segmented_control(key="movement-way").set_value("按归集主体").run()
    assert address(app)["way"] == "按归集主体"
    assert set(waterfall(app)["y"]) >= {"变化合计", "冲减和退出"}
    assert not app.exception


@pytest.mark.usefixtures("over_sample")
def test_nothing_is_said_of_the_first_day() -> None:
    assert "变化原因" not in words(open_page(PAGE, as_of="2025-01-01"))


@pytest.mark.long
def test_what_came_in_after_a_frozen_day_is_a_part_of_its_own(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over_sample: None
) -> None:
    """The day is frozen as it is now, so nothing came in since: the part is not there, and the page
    says what it rests on.
    """
    folder = tmp_path / "own"
    shutil.copytree(data_folder, folder, symlinks=True)
    monkeypatch.setenv("LINGGONG_DATA", str(folder))
    known = load_or_refresh(load_settings({"LINGGONG_DATA": str(folder)}, ROOT / "no-secrets.toml"))
    freeze_meeting(known, known.scorecard(date(2026, 9, 30)), note_of(known), {})
    said = words(open_page(PAGE, since="2026-09-30"))
    assert "起点为 2026-09-30 定稿时的数" in said
    then = movement(
        known.figures,
        "jobs_published",
        known.figures.facts.geography.city,
        date(2026, 9, 30),
        AS_OF,
        then=known.figures,
    )
    assert then is not None
    assert sum((part.value for part in then.parts), Fraction(0)) == then.change


@pytest.mark.usefixtures("over_sample")
def test_the_marks_on_the_curve_are_the_days_out_of_line(sample: Current) -> None:
    for item in sample.plan.indicators:
        found = odd_days(sample.figures, item.code, sample.figures.facts.geography.city, AS_OF)
        if found:
            break
    else:
        pytest.skip("the sample has no odd day")
    app = open_page(PAGE, indicator=item.code)
    marked = [trace for trace in chart(app, 1)["data"] if trace.get("name") == "待核对"]
    assert [trace["x"] for trace in marked] == [[one.day.isoformat() for one in found]]
    assert "与自身规律不符、请核对的" in words(app)


def _report_late(url: str, headcount: int, published: str) -> None:
    """A posting like one that is there, of another employer, which arrives after all the others."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        first = connection.execute(
            sa.text("SELECT * FROM job_posting WHERE posting_id = '321302a'")
        ).mappings()
        row = {**first.one(), "posting_id": "late", "headcount": headcount}
        row["published_on"] = published
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(sa.text(f"INSERT INTO job_posting ({names}) VALUES ({values})"), row)
    engine.dispose()


@pytest.mark.long
def test_what_arrived_after_a_frozen_day_is_a_step_of_the_waterfall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over_sample: None
) -> None:
    """June is frozen; 77 posts of April arrive later. From then to the end of July nothing else
    moved the figure.
    """
    environment = distinct_city.write(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings, read_on = load_settings(), datetime.combine(distinct_city.READ_ON, time(8, 30))
    refresh(settings, now=read_on)
    known = load_or_refresh(settings)
    freeze_meeting(known, known.scorecard(date(2025, 6, 30)), note_of(known), {})
    _report_late(settings.urls[DATASETS["job_posting"].connection], 77, "2025-04-10")
    refresh(settings, now=read_on + timedelta(days=1))
    app = open_page(PAGE, indicator="jobs_published", since="2025-06-30", as_of="2025-07-31")
    steps = waterfall(app)
    assert dict(zip(steps["y"], steps["x"], strict=True)) == {"补报和更正": 77, "变化合计": 77}
    assert "起点为 2025-06-30 定稿时的数" in words(app)
    assert "补报和更正+77个" in words(app)
