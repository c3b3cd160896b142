"""Which rows are left out and why, and what else a source's rows say about its quality."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data_access.checking.excluded import ExcludedRow, excluded_rows
from data_access.reading.quality import CodePair, DayCount, Delay, UnknownValue, rows_per_day
from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from kpi.definitions.cube import Reason
from kpi.vocabulary.errors import InputError
from tests.data_access.site import NOON, drawn, site, sqlite_site
from tests.servers import Server

JOBS = """
    | posting_id | unit_code | township_code | sector | headcount | published_on | employer_code | occupation | updated_at          |
    | J1         | 321302    |               | other  | 5         | 2026-06-01   | E1            | 保洁       | 2026-06-01T09:00:00 |
    | J2         | 321302    |               | other  | 5         | 2026-06-10   | E1            | 保洁       | 2026-06-12T09:00:00 |
    | J3         | 999999    | 888888888     | other  | 5         | 2026-06-10   |               |            | 2026-06-12T09:00:00 |
    | J4         | 999999    | 888888888     | other  | 5         | 2026-06-11   |               |            | 2026-06-13T09:00:00 |
    | J5         | 321302    | 777777777     | other  | 5         | 2026-06-11   |               |            | 2026-06-11T09:00:00 |
    | J6         | 321302    | 321322100     | other  | 5         | 2026-06-11   |               |            | 2026-06-21T09:00:00 |
    | J7         | 321302    |               | 其他业 | 5         | 2026-06-12   |               |            | 2026-06-12T09:00:00 |
    | J8         | 321302    |               | other  |           | 2026-06-12   |               |            | 2026-06-12T09:00:00 |
    | J9         | 321302    |               | other  | 5         |              |               |            | 2026-06-12T09:00:00 |
    | JA         | 321302    |               | other  | 5         | 2026-07-09   |               |            | 2026-06-12T09:00:00 |
"""
EXPECTED = {
    ExcludedRow("J2", Reason.DUPLICATE, None, "321302", date(2026, 6, 10)),
    ExcludedRow("J3", Reason.UNKNOWN_DIVISION, "888888888", "999999", date(2026, 6, 10)),
    ExcludedRow("J4", Reason.UNKNOWN_DIVISION, "888888888", "999999", date(2026, 6, 11)),
    ExcludedRow("J7", Reason.BAD_VALUE, None, "321302", date(2026, 6, 12)),
    ExcludedRow("J8", Reason.BAD_AMOUNT, None, "321302", date(2026, 6, 12)),
    ExcludedRow("J9", Reason.MISSING_DATE, None, "321302", None),
    ExcludedRow("JA", Reason.FUTURE_DATE, None, "321302", date(2026, 7, 9)),
}
REST = {"hire": [], "worker_account": []}


def _site(folder: Path) -> Settings:
    return sqlite_site(folder, {**drawn(job_posting=JOBS), **REST})


def test_every_excluded_row_is_listed_with_its_key_and_one_reason(tmp_path: Path) -> None:
    found = excluded_rows(_site(tmp_path), "job_posting", now=NOON)
    assert set(found.rows) == EXPECTED
    assert len(found.rows) == len(EXPECTED)
    assert not found.truncated


def test_the_servers_list_the_same_rows(server: Server, tmp_path: Path) -> None:
    settings = site(tmp_path, server.write({**drawn(job_posting=JOBS), **REST}))
    assert set(excluded_rows(settings, "job_posting", now=NOON).rows) == EXPECTED


def test_the_list_agrees_with_the_reconciliation(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    quality = refresh(settings, now=NOON).parts["job_posting"].data.quality
    rows = excluded_rows(settings, "job_posting").rows
    assert {reason: sum(row.reason == reason for row in rows)
            for reason in quality.excluded} == dict(quality.excluded)


def test_one_reason_can_be_asked_for_and_a_cut_list_says_so(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    unknown = excluded_rows(settings, "job_posting", reason=Reason.UNKNOWN_DIVISION, now=NOON)
    assert [row.key for row in unknown.rows] == ["J4", "J3"]
    cut = excluded_rows(settings, "job_posting", limit=3, now=NOON)
    assert (len(cut.rows), cut.truncated) == (3, True)
    assert not excluded_rows(settings, "job_posting", limit=len(EXPECTED), now=NOON).truncated


@pytest.mark.parametrize(("dataset", "said"), [("venue_guests", "没有数据集 venue_guests"),
                                               ("township", "没有数据集 township"),
                                               ("fund_entry", "未接入")])
def test_a_dataset_that_cannot_be_listed_is_said(tmp_path: Path, dataset: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        excluded_rows(_site(tmp_path), dataset, now=NOON)


def test_a_refresh_keeps_unknown_codes_conflicts_unknown_values_and_delay(tmp_path: Path) -> None:
    health = refresh(_site(tmp_path), now=NOON).parts["job_posting"].data.health
    assert health.unknown_codes == (CodePair("888888888", "999999", 2),
                                    CodePair("777777777", "321302", 1))
    assert health.conflicts == (CodePair("321322100", "321302", 1),)
    assert health.unknown_values == (UnknownValue("sector", "其他业", 1),)
    # J1…J8 took 0, 2, 2, 2, 0, 10, 0, 0 days; J9 has no date and JA's has not come
    assert health.delay == Delay(8, 0, 10)


def test_a_server_gives_the_same_findings(server: Server, tmp_path: Path) -> None:
    settings = site(tmp_path / "server", server.write({**drawn(job_posting=JOBS), **REST}))
    found = refresh(settings, now=NOON).parts["job_posting"].data.health
    assert found == refresh(_site(tmp_path / "sqlite"), now=NOON).parts["job_posting"].data.health


def test_rows_per_day_come_from_the_cells_and_include_excluded_rows(tmp_path: Path) -> None:
    cells = refresh(_site(tmp_path), now=NOON).parts["job_posting"].data.cells
    assert rows_per_day(cells, "published") == (DayCount(date(2026, 6, 1), 1),
                                                DayCount(date(2026, 6, 10), 2),
                                                DayCount(date(2026, 6, 11), 3),
                                                DayCount(date(2026, 6, 12), 2),
                                                DayCount(date(2026, 7, 9), 1))
