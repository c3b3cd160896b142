"""Where the makes of database are asked in different words, they must answer alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_access.snapshots.refresh import refresh
from tests.data_access.site import NOON, drawn, site
from tests.servers import Server

pytestmark = pytest.mark.server


def test_codes_that_a_column_takes_for_equal_are_still_told_apart(
        postgresql: Server, tmp_path: Path) -> None:
    """A collation of PostgreSQL may say that E1 is e1; the definition says nothing of the kind."""
    postgresql.forget()
    urls = postgresql.write({**drawn(job_posting="""
        | employer_code | occupation | headcount |
        | E1            | 保洁       | 5         |
        | e1            | 保洁       | 3         |
        | E1            | 保洁       | 2         |
    """), "hire": [], "worker_account": []})
    postgresql.execute(
        "CREATE COLLATION IF NOT EXISTS public.careless (provider = icu, locale = 'und-u-ks-level2', "
        "deterministic = false)",
        "ALTER TABLE suzhaohuo.job_posting ALTER employer_code TYPE varchar(64) COLLATE public.careless",
    )
    try:
        taken = refresh(site(tmp_path, urls), now=NOON)
    finally:
        postgresql.forget()
    quality = taken.parts["job_posting"].data.quality
    assert (quality.counted, dict(quality.excluded)) == (2, {"duplicate": 1})
