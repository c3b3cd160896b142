"""Rows that give their place by name or long code count where the same rows with the codes of the
lists count.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.checking.check import check
from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Method, Part, load_current
from tests.small_city import settings_of

NOW = datetime.combine(date(2026, 12, 31), time(12))

WRITTEN = """
    | posting_id | unit_code      | township_code  | headcount | published_on | employer_code |
    | 1          | 沭阳县         |                | 10        | 2026-03-01   | E1            |
    | 2          | 321322000000   |                | 10        | 2026-03-01   | E2            |
    | 3          | '321322        |                | 10        | 2026-03-01   | E3            |
    | 4          |                | 321322100000   | 10        | 2026-03-01   | E4            |
    | 5          |                | 经开区黄河街道 | 10        | 2026-03-02   | E5            |
    | 6          | 经开区         |                | 10        | 2026-03-02   | E6            |
    | 7          | 321371         |                | 10        | 2026-03-09   | E6            |
    | 8          | 3.21302E+11    |                | 10        | 2026-03-03   | E8            |
    | 9          | 睢宁县         |                | 10        | 2026-03-03   | E9            |
    | 10         | 321322         |                | 10        | 2026-03-03   | E10           |
"""
CODES = (WRITTEN.replace("沭阳县        ", "321322").replace("321322000000", "321322").replace(
    "'321322", "321322").replace("321322100000", "321322100").replace(
        "经开区黄河街道", "321371050").replace("经开区", "321371").replace("3.21302E+11", "999998").replace(
            "睢宁县", "999999"))


def part(settings: Settings) -> Part:
    return refresh(settings, now=NOW).parts["job_posting"]


@pytest.fixture
def written(tmp_path: Path) -> Settings:
    return settings_of(tmp_path / "written", job_posting=WRITTEN)


def test_names_and_long_codes_count_like_the_codes_they_stand_for(
        written: Settings, tmp_path: Path) -> None:
    named, coded = part(written), part(settings_of(tmp_path / "coded", job_posting=CODES))
    assert named.data.cells.equals(coded.data.cells)
    assert replace(named.data.quality, remarks=()) == replace(coded.data.quality, remarks=())
    assert named.data.quality.excluded["unknown_division"] > 0


def test_what_is_resolved_and_what_is_not_is_remarked_and_survives_saving(
        written: Settings) -> None:
    quality = part(written).data.quality
    counts = {remark.code: 0 for remark in quality.remarks}
    for remark in quality.remarks:
        counts[remark.code] += remark.count
    assert counts["division_digits_lost"] == 1
    assert counts["division_open"] >= 1
    assert any("“沭阳县”按 321322" in remark.text for remark in quality.remarks)
    saved = load_current(written.data)
    assert saved is not None
    assert saved.parts["job_posting"].data.quality.remarks == quality.remarks


def test_codes_that_are_resolved_are_no_longer_listed_as_unknown(written: Settings) -> None:
    unknown = {(pair.unit, pair.township) for pair in part(written).data.health.unknown_codes}
    assert ("3.21302E+11", None) in unknown
    assert ("沭阳县", None) not in unknown


def test_clean_data_has_no_remark(tmp_path: Path) -> None:
    clean = settings_of(tmp_path, job_posting="""
        | posting_id | unit_code | township_code | headcount | published_on |
        | 1          | 321322    | 321322100     | 10        | 2026-03-01   |
        | 2          | 321302    |               | 10        | 2026-03-01   |
        | 3          | 321300    |               | 10        | 2026-03-01   |
    """)
    assert part(clean).data.quality.remarks == ()


def test_check_shows_the_same_remarks(written: Settings) -> None:
    row = next(row for row in check(written, NOW) if row.dataset == "job_posting")
    assert row.remarks == part(written).data.quality.remarks
    assert any("“沭阳县”按 321322" in line for line in row.lines())


def test_a_day_changed_to_a_name_is_read_like_all_rows(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, job_posting="""
        | posting_id | unit_code | headcount | published_on | updated_at          |
        | 1          | 沭阳      | 10        | 2026-03-01   | 2026-03-02 08:00:00 |
        | 2          | 321302    | 10        | 2026-03-05   | 2026-03-06 08:00:00 |
    """)
    part(settings)
    engine = sa.create_engine(settings.urls["suzhaohuo"])
    with engine.begin() as opened:
        opened.execute(
            sa.text("UPDATE job_posting SET unit_code = '经开区', updated_at = '2026-05-01 08:00:00' "
                    "WHERE posting_id = '2'"))
    engine.dispose()
    changed = part(settings)
    whole = refresh(settings, now=NOW, full=True).parts["job_posting"]
    assert changed.method is Method.INCREMENTAL
    assert changed.data.cells.equals(whole.data.cells)
    assert changed.data.health == whole.data.health
    assert [remark.count for remark in changed.data.quality.remarks] == [1, 1]


def test_a_venue_is_placed_by_the_names_it_gives(tmp_path: Path) -> None:
    venues = refresh(settings_of(tmp_path, service_venue="""
        | venue_id | kind   | unit_code | township_code | village_code | opened_on  |
        | 2        | window |           |               | 321302001999 | 2025-06-01 |
        | 3        | window | 321302    | 幸福街道      | 幸福村       | 2025-06-01 |
        | 4        | window | 沭阳县    |               |              | 2025-06-01 |
    """), now=NOW).parts["service_venue"].data
    assert venues.venues is not None
    assert venues.venues.set_index("venue_id")[["unit", "village"]].to_dict("index") == {
        "3": {"unit": "321302", "village": "321302001001"}, "4": {"unit": "321322", "village": ""}}
    assert venues.quality.excluded == {"unknown_division": 1}
