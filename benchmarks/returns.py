"""How long filing a monthly return takes while two processes take those of 200 units.

Run: python -m benchmarks.returns
"""

from __future__ import annotations

import math
import multiprocessing
import time
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.returns import Returns
from kpi.follow_ups import Actor, Role
from kpi.returns import ItemKind, ReturnEvent, ReturnForm, ReturnItem, Step

UNITS, PROCESSES, ITEMS = 200, 2, 20
MONTH, AT = date(2026, 1, 1), datetime(2026, 2, 5, 23)
FORM = ReturnForm(tuple(ReturnItem(f"item{number}", f"第{number}项", "人", ItemKind.COUNT)
                        for number in range(ITEMS)), due_day=5)


def file_returns(url: str, first: int) -> list[float]:
    """Seconds of each filing, opening and looking included, of every `PROCESSES`th unit."""
    seconds = []
    for number in range(first, UNITS, PROCESSES):
        unit = f"{number:03d}"
        actor = Actor("县", Role.UNIT, divisions=frozenset({unit}))
        began = time.perf_counter()
        store = Returns(open_ledger_engine(url))
        store.act(FORM, store.one(MONTH, unit), ReturnEvent(
            Step.FILE, AT, "县", {item.code: float(number) for item in FORM.items}), actor)
        store.close()
        seconds.append(time.perf_counter() - began)
    return seconds


def main() -> None:
    """Print the median and the 95th percentile; fails when a return is missing."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.sqlite'}"
        Returns(open_ledger_engine(url)).close()
        with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
            parts = pool.starmap(file_returns, [(url, first) for first in range(PROCESSES)])
        seconds = sorted(value for part in parts for value in part)
        store = Returns(open_ledger_engine(url))
        there = len(store.all())
        store.close()
    if there != UNITS:
        raise SystemExit(f"{UNITS - there} returns are missing")
    print(f"returns: {UNITS} units, {ITEMS} items, {PROCESSES} processes: "
          f"median {seconds[UNITS // 2] * 1000:.0f} ms, "
          f"p95 {seconds[math.ceil(UNITS * .95) - 1] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
