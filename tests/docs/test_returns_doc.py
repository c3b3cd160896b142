"""The example in docs/月报.md is a file the program takes, and the document knows every key."""

from __future__ import annotations

import re
import tomllib

from data_access.site.settings import ROOT
from kpi.definitions.catalogue import CATALOGUE
from kpi.returns import RETURN_STATE_NAMES, form_from
from kpi.returns.items import _KEYS

TEXT = (ROOT / "docs" / "月报.md").read_text(encoding="utf-8")


def test_the_example_is_taken() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.S)
    form = form_from(tomllib.loads(example), list(CATALOGUE), ["321302", "321322"])
    assert [item.code for item in form.items] == ["advice", "staff", "registered"]
    assert form.remind_days == 3


def test_every_key_and_state_is_there() -> None:
    assert [key for key in _KEYS if f"`{key}`" not in TEXT and f"{key} = " not in TEXT] == []
    assert [name for name in RETURN_STATE_NAMES.values() if f" {name} |" not in TEXT] == []
