"""docs/定义.md lists what the grammar allows, and its example is the one the tests read, count and
show.
"""

from __future__ import annotations

from data_access.site.settings import ROOT
from kpi.definitions.definition_guide import guide
from tests.fixtures import own_definition as own

TEXT = (ROOT / "docs" / "定义.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_grammar() -> None:
    """To print them anew: python -c "from kpi.definitions.definition_guide import guide;
    print(guide())".
    """
    assert TEXT.endswith(guide())


def test_the_example_is_what_the_tests_take() -> None:
    for part in (own.DATASET_FILE, own.INDICATOR_FILE, own.PLAN_LINES):
        assert f"```toml\n{part.lstrip()}```" in TEXT
