"""Each fault that real data have is really in the sample."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from tests import naive
from tests.naive import Reconciliation, Tables

AS_OF, START, READ_ON = date(2026, 10, 31), date(2025, 1, 1), date(2026, 11, 1)


@pytest.fixture(scope="module")
def reconciled(sample_tables: Tables) -> dict[str, Reconciliation]:
    return naive.reconcile(sample_tables, read_on=READ_ON)


@pytest.mark.parametrize("reason", ["missing_date", "future_date", "unknown_division", "bad_amount",
                                    "bad_value"])
def test_some_postings_cannot_be_counted(reconciled: dict[str, Reconciliation],
                                         reason: str) -> None:
    assert reconciled["job_posting"].excluded[reason] > 0


def test_eight_to_twelve_percent_of_the_raw_postings_are_duplicates(
        reconciled: dict[str, Reconciliation]) -> None:
    found = reconciled["job_posting"]
    assert 0.08 <= found.excluded["duplicate"] / found.read <= 0.12


def test_duplicates_come_from_other_platforms_too(sample_tables: Tables) -> None:
    platforms: dict[tuple[str, str, str], set[str]] = {}
    for row in sample_tables["job_posting"]:
        key = (row["employer_code"], row["occupation"], row["township_code"])
        if None not in key:
            platforms.setdefault(key, set()).add(row["platform"])
    assert sum(len(names) > 1 for names in platforms.values()) > 100


def test_some_rows_name_a_unit_their_township_does_not_lie_in(
        reconciled: dict[str, Reconciliation]) -> None:
    assert reconciled["job_posting"].division_conflict > 0


def test_training_has_repeated_unfinished_and_other_attendances(
        reconciled: dict[str, Reconciliation]) -> None:
    assert {"not_completed", "duplicate", "not_gig"} <= set(
        reconciled["training_attendance"].excluded)


def test_some_accounts_are_registered_twice(reconciled: dict[str, Reconciliation]) -> None:
    assert reconciled["worker_account"].excluded["duplicate"] > 0
    assert reconciled["employer_account"].excluded["duplicate"] > 0


def test_some_payments_have_no_usable_amount(reconciled: dict[str, Reconciliation]) -> None:
    assert reconciled["fund_entry"].excluded["bad_amount"] > 0


def test_some_postings_know_only_the_city(sample_tables: Tables) -> None:
    assert any(row["unit_code"] == "321300" and row["township_code"] is None
               for row in sample_tables["job_posting"])


def test_some_rows_were_written_weeks_after_their_date(sample_tables: Tables) -> None:
    late = [row for row in sample_tables["job_posting"] if row["published_on"]
            and row["invalidated_on"] is None and date.fromisoformat(str(row["updated_at"])[:10])
            - row["published_on"] > timedelta(days=20)]
    assert 0.02 <= len(late) / len(sample_tables["job_posting"]) <= 0.06


def test_nothing_was_written_after_the_last_day(sample_tables: Tables) -> None:
    for name, rows in sample_tables.items():
        assert max(str(row["updated_at"])[:10] for row in rows) <= AS_OF.isoformat(), name


def test_one_unit_reported_a_whole_month_anew(sample_tables: Tables) -> None:
    month = [row for row in sample_tables["job_posting"] if row["unit_code"] == "321323"
             and row["published_on"] and (row["published_on"].year, row["published_on"].month) == (
                 2026, 3) and row["invalidated_on"] is None]
    assert len(month) > 50
    assert {str(row["updated_at"])[:10] for row in month} == {"2026-05-12"}


def test_a_cluster_of_one_employers_false_postings_was_written_off_on_one_day(
        sample_tables: Tables) -> None:
    written_off = Counter((row["employer_code"], row["unit_code"], row["invalidated_on"])
                          for row in sample_tables["job_posting"]
                          if row["invalid_reason"] == "虚假岗位")
    (_, unit, day), count = written_off.most_common(1)[0]
    assert (unit, day) == ("321324", date(2026, 6, 18))
    assert count >= 10


def test_a_merged_township_lives_on_in_rows_under_its_old_code(sample_tables: Tables) -> None:
    townships = {row["township_code"]: row for row in sample_tables["township"]}
    assert len(townships) == 96
    (former,) = [row for row in townships.values() if row["valid_to"] is not None]
    assert former["successor_code"] in townships
    assert sum(row["valid_to"] is None or row["valid_to"] > AS_OF
               for row in townships.values()) == 95
    after = [row for row in sample_tables["job_posting"]
             if row["township_code"] == former["township_code"] and row["published_on"]
             and row["published_on"] >= former["valid_to"]]
    assert after, "also after the merger"


@pytest.mark.long
def test_a_units_third_party_share_is_exactly_one_half(sample_tables: Tables) -> None:
    lines = naive.lines(sample_tables, start=START, as_of=AS_OF, read_on=READ_ON)
    line = lines["third_party_share", "managing", "321392"]
    assert line.numerator is not None
    assert line.denominator == 2 * line.numerator > 0


def test_the_list_of_central_villages_changed_once_and_always_had_612_entries(
        sample_tables: Tables) -> None:
    rows = sample_tables["central_village"]
    for day in (date(2025, 12, 31), date(2026, 1, 1), AS_OF):
        assert sum(naive.holds(row["valid_from"], row["valid_to"], day) for row in rows) == 612
    assert any(row["valid_from"] for row in rows)
    assert any(row["valid_to"] for row in rows)


def test_some_venues_have_closed_and_some_places_have_two(sample_tables: Tables) -> None:
    stations = [row for row in sample_tables["service_venue"] if row["kind"] == "station"]
    assert any(row["closed_on"] for row in stations)
    assert max(Counter(row["township_code"] for row in stations
                       if row["closed_on"] is None).values()) > 1


def test_keys_are_made_up_and_no_column_could_hold_a_person() -> None:
    from kpi.definitions.shipped_datasets import DATASETS, FACT_DATASETS

    names = {column.name for dataset in FACT_DATASETS for column in DATASETS[dataset].columns}
    assert not names & {"phone", "id_number", "person_name"}
    assert [dataset for dataset in FACT_DATASETS if "name" in DATASETS[dataset].column_names] == [
        "service_venue"]
