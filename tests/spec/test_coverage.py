"""Which townships, counties and villages have a venue on the day.

The small city of `tests.drawn.WORLD` has, from 2025-07-01 on, five townships: 321302001 and
321302100 in county 321302, 321371050 in its zone 321371, 321322100 and 321322103 in county 321322.
"""

from __future__ import annotations

from tests.spec.lines import Count, Judge, nothing_of, share


def test_several_stations_in_one_township_cover_it_once(count: Count) -> None:
    lines = count(service_venue="""
        | kind    | township_code |
        | station | 321302001     |
        | station | 321302001     |
        | station | 321322100     |
    """)
    assert lines.city("station_coverage") == share(2, 5)
    assert lines.unit("station_coverage", "321302") == share(1, 2)


def test_a_station_covers_from_the_day_it_opens_to_the_day_before_it_closes(count: Count) -> None:
    drawing = """
        | kind    | township_code | opened_on  | closed_on  |
        | station | 321302001     | 2026-03-01 | 2026-05-10 |
    """
    assert count(as_of="2026-02-28", service_venue=drawing).city("station_coverage") == share(0, 5)
    assert count(as_of="2026-03-01", service_venue=drawing).city("station_coverage") == share(1, 5)
    assert count(as_of="2026-05-09", service_venue=drawing).city("station_coverage") == share(1, 5)
    assert count(as_of="2026-05-10", service_venue=drawing).city("station_coverage") == share(0, 5)


def test_a_station_opened_before_the_plan_start_covers(count: Count) -> None:
    lines = count(service_venue="""
        | kind    | township_code | opened_on  |
        | station | 321302001     | 2019-05-01 |
    """)
    assert lines.city("station_coverage") == share(1, 5)


def test_the_townships_of_a_zone_are_its_own_and_also_of_its_county(count: Count) -> None:
    lines = count(service_venue="""
        | kind    | township_code |
        | station | 321371050     |
    """)
    assert lines.unit("station_coverage", "321371") == share(1, 1)
    assert lines.unit("station_coverage", "321302") == share(0, 2)
    assert lines.county("station_coverage", "321302") == share(1, 3)


def test_a_station_of_which_only_the_unit_is_known_covers_no_township(count: Count) -> None:
    lines = count(service_venue="""
        | kind    | unit_code | township_code |
        | station | 321302    |               |
        | station | 321302    | 999999999     |
    """)
    assert lines.city("station_coverage") == share(0, 5)
    assert lines.city("operated_venues") == share(0, 2)


def test_a_station_of_a_township_merged_within_the_plan_covers_it_until_then_and_its_successor_after(
    count: Count,
) -> None:
    """Until 2025-06-30 there are 321322101 and 321302199 as well, which makes seven, three of
    321322.
    """
    drawing = """
        | kind    | township_code | opened_on  |
        | station | 321322101     | 2025-01-01 |
    """
    before = count(as_of="2025-06-30", service_venue=drawing)
    assert before.city("station_coverage") == share(1, 7)
    assert before.unit("station_coverage", "321322") == share(1, 3)
    after = count(as_of="2025-07-01", service_venue=drawing)
    assert after.city("station_coverage") == share(1, 5)
    assert after.unit("station_coverage", "321322") == share(1, 2)


def test_stations_of_a_merged_township_and_its_successor_cover_one_township(count: Count) -> None:
    drawing = """
        | kind    | township_code |
        | station | 321322100     |
        | station | 321322101     |
        | station | 321322102     |
    """
    assert count(as_of="2025-06-30", service_venue=drawing).city("station_coverage") == share(2, 7)
    assert count(as_of="2025-07-01", service_venue=drawing).city("station_coverage") == share(1, 5)


def test_a_county_market_covers_its_county(count: Count) -> None:
    lines = count(service_venue="""
        | kind          | unit_code | opened_on  |
        | county_market | 321302    | 2025-03-01 |
        | county_market | 321302    | 2025-04-01 |
    """)
    assert lines.city("county_market_coverage") == share(1, 2)
    assert lines.county("county_market_coverage", "321302") == share(1, 1)
    assert lines.unit("county_market_coverage", "321302") == share(1, 1)
    assert lines.county("county_market_coverage", "321322") == share(0, 1)


def test_a_closed_county_market_covers_nothing_from_the_day_it_closes(count: Count) -> None:
    drawing = """
        | kind          | unit_code | closed_on  |
        | county_market | 321302    | 2026-06-30 |
    """
    assert count(as_of="2026-06-29", service_venue=drawing).city("county_market_coverage") == share(
        1, 2)
    assert count(as_of="2026-06-30", service_venue=drawing).city("county_market_coverage") == share(
        0, 2)


def test_the_market_of_a_zone_is_extra_and_covers_neither_zone_nor_county(count: Count) -> None:
    lines = count(service_venue="""
        | kind          | unit_code |
        | county_market | 321371    |
    """)
    assert lines.city("county_market_coverage") == share(0, 2)
    assert lines.county("county_market_coverage", "321302") == share(0, 1)
    assert lines.unit("county_market_coverage", "321371") == nothing_of(0, 0)


def test_a_market_in_a_township_of_a_zone_is_a_market_of_the_zone(count: Count) -> None:
    lines = count(service_venue="""
        | kind          | unit_code | township_code |
        | county_market | 321302    | 321371050     |
    """)
    assert lines.city("county_market_coverage") == share(0, 2)


def test_a_city_market_covers_no_county_and_a_county_market_not_the_city(count: Count) -> None:
    lines = count(service_venue="""
        | kind        | unit_code |
        | city_market | 321302    |
    """)
    assert lines.city("county_market_coverage") == share(0, 2)
    assert lines.city("tier_coverage") == share(1, 1 + 2 + 5)


def test_the_three_tiers_add_up_city_market_counties_and_townships(count: Count) -> None:
    """City: 1 market, 1 county of 2, 3 townships of 5. The second city market adds nothing."""
    lines = count(service_venue="""
        | kind          | unit_code | township_code |
        | city_market   | 321300    |               |
        | city_market   | 321302    |               |
        | county_market | 321322    |               |
        | station       |           | 321302001     |
        | station       |           | 321371050     |
        | station       |           | 321322100     |
    """)
    assert lines.city("tier_coverage") == share(1 + 1 + 3, 1 + 2 + 5)
    assert lines.county("tier_coverage", "321302") == share(0 + 2, 1 + 3)
    assert lines.unit("tier_coverage", "321302") == share(0 + 1, 1 + 2)
    assert lines.unit("tier_coverage", "321322") == share(1 + 1, 1 + 2)
    assert lines.unit("tier_coverage", "321371") == share(1, 1)


def test_a_zone_without_townships_has_no_coverage_to_speak_of(count: Count) -> None:
    lines = count(
        township="""
            | township_code | unit_code | county_code |
            | 321302001     | 321302    | 321302      |
        """,
        service_venue="""
            | kind    | township_code |
            | station | 321302001     |
        """)
    assert lines.unit("station_coverage", "321371") == nothing_of(0, 0)
    assert lines.unit("tier_coverage", "321371") == nothing_of(0, 0)


def test_several_windows_in_one_village_cover_it_once(count: Count) -> None:
    lines = count(service_venue="""
        | kind   | unit_code | village_code |
        | window | 321302    | 321302001001 |
        | window | 321302    | 321302001001 |
    """)
    assert lines.city("window_coverage") == share(1, 5)
    assert lines.unit("window_coverage", "321302") == share(1, 2)


def test_a_window_of_a_village_off_the_list_covers_nothing(count: Count) -> None:
    lines = count(service_venue="""
        | kind   | unit_code | village_code |
        | window | 321302    | 321302001999 |
        | window | 321302    |              |
    """)
    assert lines.city("window_coverage") == share(0, 5)


def test_only_windows_cover_villages(count: Count) -> None:
    lines = count(service_venue="""
        | kind    | township_code | village_code |
        | station | 321302001     | 321302001001 |
    """)
    assert lines.city("window_coverage") == share(0, 5)


def test_the_township_on_the_list_says_where_a_window_lies(count: Count) -> None:
    lines = count(service_venue="""
        | kind   | unit_code | village_code |
        | window | 321322    | 321371050001 |
    """)
    assert lines.unit("window_coverage", "321371") == share(1, 1)
    assert lines.county("window_coverage", "321302") == share(1, 3)
    assert lines.unit("window_coverage", "321322") == share(0, 2)


def test_a_window_known_only_by_a_listed_village_counts_where_the_list_says_it_lies(
        count: Count) -> None:
    lines = count(service_venue="""
        | kind   | unit_code | village_code |
        | window |           | 321302001001 |
    """)
    assert lines.city("window_coverage") == share(1, 5)
    assert lines.unit("window_coverage", "321302") == share(1, 2)


def test_a_window_known_only_by_a_village_in_no_list_is_excluded(
        count: Count, judge: Judge) -> None:
    windows = """
        | kind   | unit_code | village_code |
        | window |           | 999999001001 |
        | window |           |              |
    """
    assert count(service_venue=windows).city("window_coverage") == share(0, 5)
    assert judge(service_venue=windows)["service_venue"].excluded == {"unknown_division": 2}


def test_a_village_counts_from_the_day_it_is_listed_to_the_day_before_it_is_not(
        count: Count) -> None:
    villages = """
        | village_code | township_code | valid_from | valid_to   |
        | 321302001001 | 321302001     |            |            |
        | 321302001002 | 321302001     | 2026-03-01 |            |
        | 321302001003 | 321302001     |            | 2026-05-01 |
    """
    windows = """
        | kind   | unit_code | village_code | opened_on  |
        | window | 321302    | 321302001002 | 2025-06-01 |
        | window | 321302    | 321302001003 | 2025-06-01 |
    """
    covered = {day: count(as_of=day, central_village=villages, service_venue=windows).city(
        "window_coverage") for day in ("2026-02-28", "2026-03-01", "2026-04-30", "2026-05-01")}
    assert covered == {"2026-02-28": share(1, 2), "2026-03-01": share(2, 3),
                       "2026-04-30": share(2, 3), "2026-05-01": share(1, 2)}


def test_a_listed_village_goes_with_its_township_when_that_is_merged_into_another_unit(
        count: Count) -> None:
    villages = """
        | village_code | township_code |
        | 321302001001 | 321302001     |
        | 321302199001 | 321302199     |
    """
    windows = """
        | kind   | unit_code | village_code |
        | window | 321302    | 321302199001 |
    """
    before = count(as_of="2025-06-30", central_village=villages, service_venue=windows)
    assert before.unit("window_coverage", "321302") == share(1, 2)
    assert before.unit("window_coverage", "321371") == nothing_of(0, 0)
    after = count(as_of="2025-07-01", central_village=villages, service_venue=windows)
    assert after.unit("window_coverage", "321302") == share(0, 1)
    assert after.unit("window_coverage", "321371") == share(1, 1)
    assert after.county("window_coverage", "321302") == before.county(
        "window_coverage", "321302") == share(1, 2)


def test_a_station_that_names_nothing_but_its_village_covers_the_villages_township(
        count: Count) -> None:
    lines = count(service_venue="""
        | kind    | unit_code | township_code | village_code |
        | station |           |               | 321322101201 |
        | station | 321302    |               | 321302001001 |
    """)
    # that township has since become part of 321322100; who names the unit means the unit
    assert lines.city("station_coverage") == share(1, 5)
    assert lines.unit("station_coverage", "321322") == share(1, 2)
    assert lines.unit("station_coverage", "321302") == share(0, 2)
