"""The definitions document says what the code computes: its indicator table is the catalogue with
the plan's targets.
"""

from __future__ import annotations

import re

from data_access.site.settings import ROOT, Settings, load_plan
from kpi.plan.plan import IndicatorPlan
from kpi.plan.plausibility import USUAL_PLAUSIBILITY
from kpi.wording import wording

DOCUMENT = ROOT / "docs" / "口径.md"


def row(item: IndicatorPlan) -> str:
    """One line of the document's table."""
    target = (
        wording.target_words(item.target, item.indicator.unit, item.comparator)
        if item.is_core
        else "监测"
    )
    return f"| `{item.code}` | {item.name} | {item.clause} | {item.indicator.formula} | {target} |"


def test_the_document_lists_every_indicator_as_the_plan_and_the_catalogue_have_it() -> None:
    plan = load_plan(Settings(ROOT / "config", ROOT / "var", {}))
    text = DOCUMENT.read_text(encoding="utf-8")
    # the limits of plausibility have a table of their own
    lines = (text[:text.index("## 待核实")] + text[text.index("## 县区目标"):]).splitlines()
    listed = [line for line in lines if line.startswith("| `")]
    assert listed == [row(item) for item in plan.indicators]


def test_the_document_lists_every_limit_of_plausibility_with_its_default() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text[text.index("## 待核实"):text.index("## 县区目标")]
    listed: dict[str, str] = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and "`" in cells[1]:
            listed |= zip(re.findall("`(.*?)`", cells[1]), cells[2].split("、"), strict=True)
    assert listed == {name: f"{value:g}" for name, value in vars(USUAL_PLAUSIBILITY).items()}
