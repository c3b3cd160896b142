"""One city in which every rule has its row, for engines that take too long to be asked case by
case.

Spark starts a job for every statement, so that the cases of the other modules would take an hour on
it; here it answers for all tables in one reading. What each row is there for stands beside its key.
Day of the figures: 2025-06-30.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from kpi.definitions.shipped_datasets import DATASETS
from tests import naive
from tests.drawn import WORLD, Row, rows, write_sqlite
from tests.naive import NaiveLine
from tests.spec.lines import Lines, Reconciliation, share, whole

START, AS_OF, READ_ON = date(2025, 1, 1), date(2025, 6, 30), date(2025, 12, 31)

DRAWN = {
    # J2 is 30 days after J1, J3 31 days after J2; J4 was of a township since merged; J10's unit is
    # not its township's; J13 is written off; J14 knows only the city, J16 only the unit; J15 is of
    # before the plan
    "job_posting": """
        | posting_id | employer_code | occupation | unit_code | township_code | headcount | published_on | invalidated_on | sector   |
        | J1         | E1            | 保洁       | 321302    | 321302100     | 5         | 2025-03-01   |                | domestic |
        | J2         | E1            | 保洁       | 321302    | 321302100     | 7         | 2025-03-31   |                | domestic |
        | J3         | E1            | 保洁       | 321302    | 321302100     | 2         | 2025-05-01   |                | domestic |
        | J4         | E1            | 保洁       | 321322    | 321322101     | 3         | 2025-03-02   |                | domestic |
        | J5         |               | 保洁       | 321302    |               | 1         | 2025-03-01   |                | other    |
        | J6         |               | 保洁       | 321302    |               | 1         | 2025-03-02   |                | other    |
        | J7         | E2            | 骑手       | 321302    |               | 0         |              |                | courier  |
        | J8         | E2            | 骑手       | 321302    |               | 4         | 2026-01-01   |                | courier  |
        | J9         | E2            | 骑手       | 999999    |               | 4         | 2025-03-01   |                | courier  |
        | J10        | E2            | 骑手       | 321302    | 321322103     | 4         | 2025-04-01   |                | courier  |
        | J11        | E2            | 骑手       | 321302    |               | 0         | 2025-03-01   |                | nonsense |
        | J12        | E2            | 骑手       | 321302    |               | 4         | 2025-03-01   |                | nonsense |
        | J13        | E3            | 骑手       | 321371    |               | 10        | 2025-02-01   | 2025-05-15     | courier  |
        | J14        | E4            | 骑手       | 321300    |               | 6         | 2025-06-30   |                | courier  |
        | J15        | E5            | 骑手       | 321302    |               | 9         | 2024-12-31   |                | courier  |
        | J16        | E6            | 骑手       | 321322    | 999999999     | 8         | 2025-04-01   |                | courier  |
    """,
    "hire": """
        | matched_on | agreement_signed_on | township_code | published_on | sector   |
        | 2024-12-31 | 2025-01-05          | 321302001     | 2024-12-30   | domestic |
        | 2025-01-01 | 2025-01-01          | 321302001     | 2025-01-01   | domestic |
        | 2025-06-30 | 2025-07-01          | 321322100     | 2025-05-31   | courier  |
        | 2025-06-30 |                     | 321322100     | 2025-07-02   |          |
    """,
    "seeker_registration": """
        | occupation | unit_code | registered_on | closed_on  |
        | 保洁       | 321302    | 2025-06-01    |            |
        | 骑手       | 321322    | 2025-06-02    | 2025-06-09 |
        |            | 999999    | 2025-06-03    |            |
        | 保洁       | 321302    | 2026-01-01    |            |
    """,
    # A1 counts where it was first; A2's first row is faulty, so its second counts; A4 is gone
    "worker_account": """
        | account_id | unit_code | registered_on | deregistered_on |
        | A1         | 321322    | 2025-04-01    |                 |
        | A1         | 321302    | 2025-02-01    |                 |
        | A2         | 999999    | 2025-02-01    |                 |
        | A2         | 321302    | 2025-04-01    |                 |
        | A3         | 321322    | 2020-05-01    |                 |
        | A4         | 321322    | 2025-02-01    | 2025-06-30      |
    """,
    "employer_account": """
        | employer_code | registered_on | deregistered_on |
        | E1            | 2024-02-01    |                 |
        | E1            | 2025-02-01    |                 |
        | E2            | 2025-02-01    | 2025-06-30      |
        | E3            | 2025-02-01    | 2025-07-01      |
    """,
    # of t1 and t2 of one day the smaller counts; t3 has another level than t1, t4 none; t5 is not
    # gig work
    "training_attendance": """
        | attendance_id | person_key | level | unit_code | completed_on | is_gig |
        | t2            | P1         | 初级  | 321322    | 2025-03-01   | true   |
        | t1            | P1         | 初级  | 321302    | 2025-03-01   | true   |
        | t3            | P1         | 中级  | 321302    | 2025-03-01   | true   |
        | t4            | P2         |       | 321302    | 2025-03-01   | true   |
        | t5            | P3         |       | 321302    | 2025-03-01   | false  |
        | t6            | P4         |       | 321302    |              | true   |
    """,
    "service_venue": """
        | venue_id | kind           | unit_code | township_code | village_code | operator   | host            | opened_on  | closed_on  |
        | V1       | station        |           | 321302001     |              | social     |                 | 2019-05-01 |            |
        | V2       | station        |           | 321302001     |              | government |                 | 2025-03-01 |            |
        | V3       | station        |           | 321371050     |              | government |                 | 2025-03-01 | 2025-06-30 |
        | V4       | station        | 321322    |               |              | government |                 | 2025-03-01 |            |
    """,
    # V2's last service is of the ninetieth day before, V3's of a day earlier; V4's unit keeps none
    "venue_service": """
        | venue_id | unit_code | kind    | channel | persons | served_on  |
        | V1       | 321302    | push    | online  | 40      | 2025-06-30 |
        | V2       | 321302    | consult | offline | 5       | 2025-04-02 |
        | V3       | 321371    | match   |         | 3       | 2025-04-01 |
        |          | 321302    | push    | offline | 6       | 2025-05-01 |
        | V1       | 321302    | push    | online  | 0       | 2025-05-01 |
        | V1       | 321302    | other   | online  | 1       | 2025-05-01 |
        | V1       | 321302    | push    | online  | 9       | 2024-12-31 |
        | V1       | 321302    | push    | online  | 9       | 2025-07-01 |
    """,
    "dispute_case": """
        | stage       | is_gig | accepted_on | closed_on  | outcome   |
        | mediation   | true   | 2025-02-01  | 2025-03-01 | success   |
        | mediation   | true   | 2024-11-01  | 2025-01-01 | failure   |
        | mediation   | true   | 2024-11-01  | 2024-12-31 | success   |
        | mediation   | true   | 2025-02-01  | 2025-03-01 | withdrawn |
        | mediation   | false  | 2025-02-01  | 2025-03-01 | failure   |
        | arbitration | false  | 2025-02-01  | 2025-06-30 | award     |
        | arbitration | false  | 2024-11-01  |            |           |
        | arbitration | false  | 2024-11-01  | 2024-12-31 | settled   |
    """,
    "violation": """
        | found_on   | closed_on  | transferred_on | answered_on |
        | 2024-12-31 | 2025-01-05 | 2025-01-01     | 2025-06-30  |
        | 2025-01-01 | 2025-06-30 | 2025-06-30     | 2025-07-01  |
        | 2025-03-01 | 2025-07-01 |                |             |
    """,
    "craft_certificate": """
        | unit_code | issued_on  |
        | 321302    | 2024-12-31 |
        | 321371    | 2025-01-01 |
        | 321302    | 2025-06-30 |
        | 321302    | 2025-07-01 |
    """,
    "welfare_post": """
        | created_on | filled_on  | vacated_on | township_code |
        | 2025-02-01 |            |            | 321302001     |
        | 2025-02-01 | 2025-03-01 | 2025-04-01 | 321322100     |
    """,
    "assisted_person": """
        | registered_on | helped_on  | ended_on   |
        | 2023-02-01    | 2024-03-01 |            |
        | 2025-02-01    | 2025-07-01 |            |
        | 2025-02-01    | 2025-03-01 | 2025-06-30 |
    """,
    # P1 has two covers at once and counts where the earlier one is; P2's has run out
    "injury_cover": """
        | person_key | unit_code | covered_from | covered_until |
        | P1         | 321302    | 2025-02-01   | 2025-08-01    |
        | P1         | 321322    | 2025-03-01   |               |
        | P2         | 321302    | 2025-02-01   | 2025-06-30    |
        | P3         | 321371    | 2025-06-30   |               |
    """,
    "fund_entry": """
        | unit_code | kind    | amount | booked_on  |
        | 321302    | budget  | 200.5  | 2025-01-01 |
        | 321302    | payment | 50.25  | 2025-06-30 |
        | 321302    | payment | -1     | 2025-06-30 |
        | 321322    | budget  | 100    | 2024-12-31 |
    """,
    "training_subsidy": """
        | unit_code | kind     | amount | paid_on    |
        | 321302    | training | 300.5  | 2025-01-01 |
        | 321322    |          | 200    | 2025-06-30 |
        | 321322    | living   | -200   | 2025-06-30 |
        | 321322    | training | 800    | 2024-12-31 |
    """,
    # decided before it was filed counts on the day it was filed
    "injury_claim": """
        | unit_code | filed_on   | decided_on | decision  |
        | 321302    | 2025-03-01 | 2025-02-01 | confirmed |
        | 321302    | 2025-03-01 | 2025-07-01 | rejected  |
        | 321322    | 2025-06-30 |            |           |
        | 321322    | 2024-12-31 | 2025-01-09 | confirmed |
        | 321322    | 2025-06-30 | 2025-06-30 | maybe     |
    """,
    "publicity": """
        | unit_code | kind    | reach | held_on    |
        | 321302    | lecture | 60    | 2025-01-01 |
        | 321300    | media   | 900   | 2025-06-30 |
        | 321302    | site    | 0     | 2025-06-30 |
        | 321302    | site    | 30    | 2025-07-01 |
    """,
    "practice_report": """
        | unit_code | submitted_on |
        | 321322    | 2025-01-01   |
    """,
}


@dataclass(frozen=True)
class Answers:
    lines: Lines
    verdict: dict[str, Reconciliation]


def _tables() -> dict[str, list[Row]]:
    return {**WORLD, **{name: rows(name, drawing) for name, drawing in DRAWN.items()}}


@pytest.fixture(scope="module",
                params=["naive", "real", *(pytest.param(make, marks=pytest.mark.server)
                                           for make in ("postgresql", "mariadb", "sharded",
                                                        "spark"))])
def answers(request: pytest.FixtureRequest,
            tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    from tests.engines import real_answers

    folder = tmp_path_factory.mktemp("every-rule")
    if request.param in ("naive", "real"):
        urls = write_sqlite(folder, _tables())
    else:
        urls = request.getfixturevalue(request.param).write(_tables())
    if request.param == "naive":
        tables = naive.read_tables(urls)
        lines = naive.all_lines(tables, start=START, as_of=AS_OF, read_on=READ_ON)
        yield Answers(Lines(lines), naive.reconcile(tables, read_on=READ_ON))
        return
    found, verdict = real_answers(urls, start=START, as_of=AS_OF, read_on=READ_ON, folder=folder)
    yield Answers(Lines(found), verdict)


def test_every_dataset_is_drawn() -> None:
    assert {*WORLD, *DRAWN} == set(DATASETS)


def test_each_row_counts_or_has_the_first_reason_that_applies(answers: Answers) -> None:
    found = {name: Reconciliation(entry.read, entry.counted,
                                  {k: n for k, n in entry.excluded.items() if n},
                                  entry.division_conflict)
             for name, entry in answers.verdict.items()}
    assert found == {"service_venue": Reconciliation(4, 4),
                     "worker_account": Reconciliation(6, 4,
                                                      {"unknown_division": 1, "duplicate": 1}),
                     "job_posting": Reconciliation(16, 10,
                                                   {"missing_date": 1, "future_date": 1,
                                                    "unknown_division": 1, "bad_amount": 1,
                                                    "bad_value": 1, "duplicate": 1},
                                                   division_conflict=1),
                     "venue_service": Reconciliation(8, 6, {"bad_amount": 1, "bad_value": 1}),
                     "hire": Reconciliation(4, 4),
                     "seeker_registration": Reconciliation(4, 2, {"future_date": 1,
                                                                  "unknown_division": 1}),
                     "employer_account": Reconciliation(4, 3, {"duplicate": 1}),
                     "training_attendance": Reconciliation(6, 3,
                                                           {"not_completed": 1, "duplicate": 1,
                                                            "not_gig": 1}),
                     "dispute_case": Reconciliation(8, 8), "violation": Reconciliation(3, 3),
                     "craft_certificate": Reconciliation(4, 4),
                     "welfare_post": Reconciliation(2, 2), "assisted_person": Reconciliation(3, 3),
                     "injury_cover": Reconciliation(4, 4),
                     "fund_entry": Reconciliation(4, 3, {"bad_amount": 1}),
                     "training_subsidy": Reconciliation(4, 3, {"bad_amount": 1}),
                     "injury_claim": Reconciliation(5, 4, {"bad_value": 1}),
                     "publicity": Reconciliation(4, 3, {"bad_amount": 1}),
                     "practice_report": Reconciliation(1, 1)}


def test_jobs_are_net_of_duplicates_and_write_offs_and_lie_where_their_township_is(
        answers: Answers) -> None:
    lines = answers.lines
    assert lines.city("jobs_published") == whole(5 + 2 + 3 + 1 + 1 + 4 + 6 + 8)
    assert lines.unit("jobs_published", "321302") == whole(5 + 2 + 1 + 1)
    assert lines.unit("jobs_published", "321322") == whole(3 + 4 + 8)
    assert lines.unit("jobs_published", "321371") == whole(0)
    assert lines.county("jobs_published", "321302") == whole(9)


def test_accounts_and_attendances_count_once(answers: Answers) -> None:
    lines = answers.lines
    assert lines.city("registered_users") == whole(3)
    assert lines.unit("registered_users", "321302") == whole(2)
    assert lines.city("registered_employers") == whole(2)
    assert lines.city("training_attendances") == whole(3)
    assert lines.unit("training_attendances", "321302") == whole(3)


def test_shares_are_of_what_they_say(answers: Answers) -> None:
    lines = answers.lines
    # until 2025-06-30 there are seven townships
    assert lines.city("station_coverage") == share(1, 7)
    assert lines.city("operated_venues") == share(1, 3)
    assert lines.city("mediation_success") == share(1, 2)
    assert lines.city("arbitration_closing") == share(1, 2)
    assert lines.city("e_agreement_share") == share(1, 3)
    assert lines.city("violations_closed") == share(1, 2)
    assert lines.city("transfers_answered") == share(1, 2)
    assert lines.city("assisted_workers") == share(1, 2)
    assert lines.city("funds_spent") == share(50.25, 200.5)


def test_what_the_offices_do_is_counted_since_the_plans_start(answers: Answers) -> None:
    lines = answers.lines
    assert lines.city("training_subsidies") == whole(500.5)
    assert lines.unit("training_subsidies", "321322") == whole(200)
    assert lines.city("injury_claims_decided") == share(1, 3)
    assert lines.city("publicity_reach") == whole(960)
    assert lines.unit("publicity_reach", "321302") == whole(60)


def test_venues_at_work_are_those_somebody_was_served_at(answers: Answers) -> None:
    lines = answers.lines
    assert lines.city("venue_services") == whole(40 + 5 + 3 + 6)
    assert lines.city("jobs_pushed") == whole(40 + 6)
    assert lines.city("active_venues") == share(2, 2)
    assert lines.unit("active_venues", "321322") == NaiveLine(None, 0, 0)


def test_what_was_filled_is_set_against_what_was_published(answers: Answers) -> None:
    lines = answers.lines
    assert lines.city("jobs_filled") == whole(3)
    # of the four, one answered a post of before the plan
    assert lines.city("fill_rate") == share(3, 30)
    # the posts of 2 March to 31 May, less what was filled by the thirtieth day
    assert lines.unit("unfilled_jobs", "321302") == whole(2 + 1)
    assert lines.unit("unfilled_jobs", "321322") == whole(3 + (4 + 8 - 1))
    assert lines.city("days_to_fill").value is None


def test_counts_run_from_the_plan_start_to_the_day(answers: Answers) -> None:
    lines = answers.lines
    assert lines.city("craft_certificates") == whole(2)
    assert lines.county("craft_certificates", "321302") == whole(2)
    assert lines.unit("craft_certificates", "321302") == whole(1)
    assert lines.city("welfare_posts") == whole(2)
    assert lines.city("good_practices") == whole(1)
    assert lines.city("injury_cover") == whole(2)
    assert lines.unit("injury_cover", "321302") == whole(1)
    assert lines.unit("injury_cover", "321322") == whole(0)
