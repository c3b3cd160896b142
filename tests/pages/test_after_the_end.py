"""The pages of a plan that has ended, and of one on its first day: in this process, over the drawn
city.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from data_access.site.load import load_settings
from data_access.site.settings import ROOT
from data_access.snapshots.refresh import refresh
from tests.pages.app import open_page, words

PAGES = ("leaders/overview", "leaders/indicator", "leaders/county_map", "leaders/wallboard",
         "counties/ranking", "counties/county", "meeting/alerts", "meeting/follow_ups",
         "library/exports")
NEVER = ("还有0天", "距截止日 0", "按周", "即可按期完成", "按期完成的可能性", "可能性<", "严重滞后", "到期位次", "需日均", "八成把握")


def _read_as_of(day: date, sample: Path, folder: Path) -> None:
    """The sample as it was read on the morning after `day`."""
    shutil.copytree(sample, folder / "sample")
    about = folder / "sample" / "sample.json"
    about.write_text(json.dumps({**json.loads(about.read_text(encoding="utf-8")),
                                 "as_of": day.isoformat()}), encoding="utf-8")
    settings = load_settings({"LINGGONG_DATA": str(folder)}, ROOT / "no-secrets.toml")
    refresh(settings, now=datetime.combine(day + timedelta(days=1), datetime.min.time()).replace(
        hour=6, minute=30))


@pytest.fixture(scope="module")
def ended(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty days after the deadline; the newest records are of the end of October."""
    folder = tmp_path_factory.mktemp("ended")
    _read_as_of(date(2027, 1, 19), sample_folder, folder)
    return folder


@pytest.fixture(scope="module")
def begun(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The morning after the first day."""
    folder = tmp_path_factory.mktemp("begun")
    _read_as_of(date(2025, 1, 1), sample_folder, folder)
    return folder


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LINGGONG_")]:
        monkeypatch.delenv(name)


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_after_the_deadline_every_page_speaks_of_the_result(ended: Path,
                                                            monkeypatch: pytest.MonkeyPatch,
                                                            page: str) -> None:
    monkeypatch.setenv("LINGGONG_DATA", str(ended))
    app = open_page(page, as_of="2026-12-31", **({"division": "321322"} if page == "counties/county"
                                                 else {}))
    assert not app.exception
    text = words(app)
    # the rules of the alerts are explained as they were
    said = text.split("何时预警")[0] if page == "meeting/alerts" else text
    assert [one for one in NEVER if one in said] == []
    assert "到期" in text
    assert "工作日没有更新" not in text


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_on_the_first_day_no_page_has_a_score_or_a_sure_share_of_few_cases(
        begun: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setenv("LINGGONG_DATA", str(begun))
    app = open_page(page, as_of="2025-01-01", **({"division": "321322"} if page == "counties/county"
                                                 else {}))
    assert not app.exception
    text = words(app)
    assert "未封顶 2" not in text
    assert "分 ·" not in text
    if page == "leaders/overview":
        assert "样本少" in text
    if page == "counties/ranking":
        assert "县区自方案第56天起计分排名，暂无得分" in text
