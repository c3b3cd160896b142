"""Workbooks made once and read by many tests."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

from reports.workbook import scope_of, workbook_bytes
from tests.reports.world import PLAN, Known, known_world


@dataclass(frozen=True)
class Made:
    """A workbook as written, and as read back with formulas and with values."""

    known: Known
    content: bytes

    @cached_property
    def formulas(self) -> Workbook:
        return openpyxl.load_workbook(io.BytesIO(self.content))

    @cached_property
    def values(self) -> Workbook:
        return openpyxl.load_workbook(io.BytesIO(self.content), data_only=True)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The whole city, from the sample."""
    known = known_world(_folder(tmp_path_factory), sample=True)
    return Made(known, workbook_bytes(known.figures, known.card, known.note))


@pytest.fixture(scope="session")
def county(city: Made) -> Made:
    """沭阳县 alone."""
    known = city.known
    scope = scope_of(known.card.geography, "321322")
    return Made(known, workbook_bytes(known.figures, known.card, known.note, scope=scope))


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A city that has connected nothing but its divisions and its training system."""
    known = known_world(_folder(tmp_path_factory), without=(
        "venues", "suzhaohuo", "suxinpin", "disputes", "supervision", "assistance", "office"))
    return Made(known, workbook_bytes(known.figures, known.card, known.note))


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A city whose plan wants one count in stages and another by whole months."""
    plan = PLAN.replace("""[indicators.training_attendances]
target = 300
""", """[indicators.training_attendances]
target = 300
[indicators.training_attendances.curve]
kind = "month_step"
""").replace("""[indicators.registered_users]
target = 200
""", """[indicators.registered_users]
target = 200
[indicators.registered_users.curve]
kind = "staged"
points = [{ on = 2025-12-31, share = 0.3 }, { on = 2026-06-30, share = 0.55 }]
""")
    known = known_world(_folder(tmp_path_factory), plan=plan)
    return Made(known, workbook_bytes(known.figures, known.card, known.note))


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("reports")
