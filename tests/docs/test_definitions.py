"""The definitions document says what the code computes: its indicator table is the catalogue with the plan's targets."""

from __future__ import annotations

from data_access.site.settings import ROOT, Settings, load_plan
from kpi.plan.plan import IndicatorPlan
from kpi.wording import wording

DOCUMENT = ROOT / "docs" / "口径.md"


def row(item: IndicatorPlan) -> str:
    """One line of the document's table."""
    target = wording.target_words(item.target, item.indicator.unit, item.comparator) if item.is_core else "监测"
    return f"| `{item.code}` | {item.name} | {item.clause} | {item.indicator.formula} | {target} |"


def test_the_document_lists_every_indicator_as_the_plan_and_the_catalogue_have_it() -> None:
    plan = load_plan(Settings(ROOT / "config", ROOT / "var", {}))
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line.startswith("| `")]
    assert listed == [row(item) for item in plan.indicators]
