"""What is installed is bounded, pinned and has a reason; an audit service is not needed to see
that.
"""

from __future__ import annotations

import re

import pytest

from data_access.site.settings import ROOT

_FILES = ("requirements.txt", "requirements-engines.txt", "requirements-drivers.txt")
_DIRECT = [line for name in _FILES
           for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
           if line and not line.startswith("#")]
_PINNED = [line for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
           if line and not line.startswith((" ", "#"))]


@pytest.mark.parametrize("line", _DIRECT, ids=lambda line: re.split(r"[\[><=]", line)[0])
def test_every_direct_dependency_has_both_bounds_and_a_reason(line: str) -> None:
    requirement, _, reason = line.partition("#")
    assert re.fullmatch(r"[\w.\[\]-]+>=[\w.]+,<[\w.]+\s*", requirement), requirement
    assert len(reason.split()) >= 1, "a reason in words"


@pytest.mark.parametrize("line", _PINNED, ids=lambda line: line.split("=")[0])
def test_every_line_of_the_lock_is_one_exact_version(line: str) -> None:
    assert re.fullmatch(r"[\w.\[\]-]+==[\w.+!-]+(\s*;.+)?", line), line
