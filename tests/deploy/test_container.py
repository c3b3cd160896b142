"""The container's clock is Beijing's, and what is built into the image holds no password."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("month", range(1, 13))
def test_the_container_counts_its_days_as_the_city_does(month: int) -> None:
    file = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    zones = re.findall(r"^ENV\b.*\bTZ=(\S+)", file, re.MULTILINE)
    assert len(zones) == 1
    assert datetime(2026, month, 15, tzinfo=ZoneInfo(zones[0])).utcoffset() == timedelta(hours=8)


def test_what_git_does_not_keep_does_not_get_into_an_image_either() -> None:
    """COPY takes the whole folder, and the folder of a running site has its passwords in it."""
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in (".streamlit/secrets.toml", "var", ".venv", "wheelhouse", ".git"):
        assert name in left_out
