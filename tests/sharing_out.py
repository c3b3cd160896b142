"""How the tests are shared out to the workers of a run: whole files, and what starts a cluster or
signs people in together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# The longest first, so that no worker ends alone on them; by what the file is marked with or takes
# part in.
_FIRST = ("spark", "browser", "server", "office")


def share(nodeid: str) -> str:
    """The share of a test: tests of one share run on one worker, in their order."""
    file = nodeid.split("::")[0]
    if "spark" in nodeid:
        return "spark"
    return (
        "tests/access"
        if file.startswith("tests/access/") and "test_hostile_input" not in file
        else file
    )


class Shares(LoadScopeScheduling):
    """Hands out share after share, in the order of the collection."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        # by the number of tests would say nothing of how long they take
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)


def in_order(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests with the longest shares first; within a share as collected."""
    rank: dict[str, int] = {}
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        own = next((number for number, name in enumerate(_FIRST) if name in marks
                    or name == share(item.nodeid)), len(_FIRST))
        rank[share(item.nodeid)] = min(rank.get(share(item.nodeid), own), own)
    return sorted(items, key=lambda item: rank[share(item.nodeid)])
