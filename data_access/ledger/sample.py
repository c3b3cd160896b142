"""The demonstration's ledger: made once, in a file of its own, only while no real source is
configured.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url

from data_access.ledger.engine import ledger_url, open_ledger_engine, writing
from data_access.ledger.migrate import upgrade
from data_access.ledger.returns import record_return
from data_access.ledger.store import record_case
from data_access.ledger.tables import MEETING
from data_access.site import Settings
from kpi.follow_ups import Case, Meeting
from sample_data.follow_ups import MEETINGS, sample_cases
from sample_data.returns import sample_returns


def ensure_sample_ledger(settings: Settings) -> None:
    """Make the demonstration's ledger unless it is there, or the site has named a ledger of its
    own.
    """
    if settings.city is not None:
        return  # its items are about 宿迁's own divisions
    path = settings.data / "sample-ledger.sqlite"
    if not settings.sample or path.exists() or make_url(ledger_url(settings)).database != str(path):
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    _fill(draft)
    os.replace(draft, path)


def _fill(path: Path) -> None:
    path.unlink(missing_ok=True)
    engine = open_ledger_engine(f"sqlite:///{path}")
    try:
        upgrade(engine)
        with writing(engine) as connection:
            _record(connection, MEETINGS, sample_cases())
            for one in sample_returns():
                record_return(connection, one)
    finally:
        engine.dispose()


def _record(connection: Connection, meetings: Iterable[Meeting], cases: Iterable[Case]) -> None:
    first = {case.item.meeting: case.events[0].at for case in cases}
    for meeting in meetings:
        connection.execute(sa.insert(MEETING).values(held_on=meeting.held_on,
                                                     chair_post=meeting.chair_post,
                                                     units=json.dumps(
                                                         list(meeting.units), ensure_ascii=False),
                                                     snapshot=meeting.snapshot,
                                                     recorded_at=first[meeting.held_on],
                                                     account="演示账户"))
    for case in cases:
        record_case(connection, case)
