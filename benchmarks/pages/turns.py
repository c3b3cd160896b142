"""What a reader changes on each page, so that every rerun shows something else than the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, cycle

from benchmarks.streamlit_client import Run, Session

DAY, ROLL_UP, DIVISION = "filter-as-of", "filter-rollup", "filter-division"


@dataclass(frozen=True)
class Turn:
    """A widget by its key, and which option (by number) or which day it is set to."""

    key: str
    to: int | date


@dataclass(frozen=True)
class Visited:
    """A page: its address, how it is opened, and the changes made on it in turn; none for the one
    that turns by itself.
    """

    name: str
    address: str
    query: str
    turns: tuple[Turn, ...]


_NOW, _BEFORE = date(2026, 10, 31), date(2026, 9, 30)
_DAYS = (Turn(DAY, _BEFORE), Turn(ROLL_UP, 1), Turn(DAY, _NOW), Turn(ROLL_UP, 0))
PAGES = (
    Visited("总览", "overview", "", _DAYS),
    Visited("指标", "indicator", "", _DAYS),
    Visited("地图", "map", "", _DAYS),
    Visited("大屏", "wallboard", "", ()),
    Visited("排名", "ranking", "", _DAYS),
    Visited(
        "县区",
        "county",
        "division=321302",
        (Turn(DAY, _BEFORE), Turn(DIVISION, 2), Turn(DAY, _NOW), Turn(DIVISION, 1)),
    ),
    Visited("预警", "alerts", "", _DAYS),
    Visited("督办", "follow_ups", "", _DAYS),
    Visited("报表", "exports", "", _DAYS),
    Visited("口径", "definitions", "", _DAYS),
    Visited(
        "数据",
        "data",
        "",
        (Turn("rows-dataset", 1), Turn("rows-dataset", 2), Turn("rows-dataset", 0)),
    ),
    Visited("审计", "audit", "", (Turn("audit-kind", 1), Turn("audit-kind", 0))),
)
NOTHING = Visited("空白页", "", "", tuple(Turn("filter", number) for number in (1, 2, 3, 0)))

_unseen = count()


async def open_page(site: str, page: Visited) -> Session:
    """A tab on the page. Raises RuntimeError when it does not open."""
    tab = await Session.open(site, f"/{page.address}", page.query)
    checked(tab.runs[-1], page)
    return tab


def changes(page: Visited) -> Iterator[Turn | None]:
    """The page's changes over and over; None stands for its own timer."""
    return cycle(page.turns or (None,))


async def make(tab: Session, page: Visited, turn: Turn | None) -> Run:
    """Make one change and wait for its run. Raises RuntimeError when the run fails."""
    if turn is None:
        return checked((await tab.tick())[-1], page)
    return checked(await tab.change(turn.key, _value(tab, turn)), page)


def unseen_days(page: Visited) -> Iterator[Turn] | None:
    """Days nobody has looked at before in this process; None for a page without that filter."""
    if not any(turn.key == DAY for turn in page.turns):
        return None
    return (Turn(DAY, _BEFORE - timedelta(days=1 + number)) for number in _unseen)


def checked(run: Run, page: Visited) -> Run:
    if not run.succeeded:
        raise RuntimeError(f"{page.name}: {run.exceptions}")
    return run


def _value(tab: Session, turn: Turn) -> str:
    if isinstance(turn.to, date):
        return turn.to.isoformat()
    options = tab.shown.find(turn.key).proto.options
    chosen = options[turn.to]
    return chosen if isinstance(chosen, str) else str(chosen.content)
