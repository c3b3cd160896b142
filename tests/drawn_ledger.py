"""Drawn items of the joint meeting, written into a ledger of the program's own making."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from data_access.ledger.engine import open_ledger_engine, writing
from data_access.ledger.migrate import upgrade
from data_access.ledger.tables import EVENT, ITEM
from tests.drawn import table


def write_ledger(path: Path, items: str, events: str) -> str:
    """The URL of a new SQLite ledger holding the drawn items and events; a column not drawn is
    empty.

    Items: number, rollup, division, due, indicator, expected. Events: number, day, kind, due; later
    lines come later.
    """
    url = f"sqlite:///{path}"
    engine = open_ledger_engine(url)
    upgrade(engine)
    with writing(engine) as connection:
        for row in table(items):
            connection.execute(sa.insert(ITEM).values(number=row["number"], title="事项",
                                                      rollup=row.get("rollup") or "county",
                                                      division=row["division"], lead_unit="单位",
                                                      responsible_units="[]", post="岗位",
                                                      due=date.fromisoformat(str(row["due"])),
                                                      indicator=row.get("indicator"),
                                                      expected=float(row["expected"])
                                                      if row.get("expected") else None,
                                                      meeting=None, origin=""))
        versions: dict[str | None, int] = {}
        for row in table(events):
            versions[row["number"]] = versions.get(row["number"], 0) + 1
            due = row.get("due")
            connection.execute(sa.insert(EVENT).values(
                number=row["number"], version=versions[row["number"]], kind=row["kind"],
                at=datetime.fromisoformat(f"{row['day']} 10:00"), account="office", text="说明",
                due=date.fromisoformat(due) if due else None, approver="副市长" if due else None))
    engine.dispose()
    return url
