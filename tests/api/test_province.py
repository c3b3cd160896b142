"""In a province a token is of one city; another city's figures are none of its business."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.api import Interface
from data_access.__main__ import main
from data_access.accounts.tokens import tokens
from data_access.running import token_day
from tests.access.site import holds
from tests.api.conftest import Asking
from tests.fixtures import distinct_city
from tests.fixtures.distinct_city import JOBS


@pytest.fixture
def province(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """The distinct city and a city without figures in one province."""
    given = distinct_city.write(tmp_path / "city")
    config = tmp_path / "config"
    (config / "320700").mkdir(parents=True)
    plan = Path(given["LINGGONG_CONFIG"], "plan.toml").read_text(encoding="utf-8")
    (config / "320700" / "plan.toml").write_text(plan.replace("321300", "320700"), encoding="utf-8")
    (config / "province.toml").write_text(
        '[province]\ncode = "320000"\nname = "江苏省"\n[cities.320700]\nname = "连云港市"\n'
        f'[cities.321300]\nname = "宿迁市"\nconfig = "{given["LINGGONG_CONFIG"]}"\n', encoding="utf-8")
    monkeypatch.setenv("LINGGONG_CONFIG", str(config))
    monkeypatch.setenv("LINGGONG_DATA", str(tmp_path / "var"))
    for name, url in given.items():
        if name.startswith("LINGGONG_URL_"):
            monkeypatch.setenv(name.replace("LINGGONG_URL_", "LINGGONG_URL_321300_"), url)
    assert main(["refresh"]) == 1  # one city has nothing to read
    return Asking(Interface(), tokens(tmp_path / "var"), tmp_path / "var")


def test_a_token_reads_its_own_city_and_no_other(province: Asking,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "add", "--system", "省平台", "--city", "321300"]) == 0
    right = capsys.readouterr().out.splitlines()[-1]
    answer = province.get("scorecard", right)
    assert answer.status_code == 200
    assert all(holds(answer.content, 2 * jobs) for jobs in JOBS.values())
    other = province.register.make("省平台", (), token_day(), token_day(), "320700")[1]
    assert province.get("scorecard", other).status_code == 503
    for city in (None, "999900"):
        stray = province.register.make("省平台", (), token_day(), token_day(), city)[1]
        answer = province.get("scorecard", stray)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "outside_scope")


def test_a_bureau_of_the_province_is_cut_as_elsewhere(province: Asking,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "add", "--system", "沭阳", "--city", "321300", "--division", "321322"]) == 0
    answer = province.get("scorecard", capsys.readouterr().out.splitlines()[-1])
    assert holds(answer.content, 2 * JOBS["321322"])
    assert not holds(answer.content, 2 * JOBS["321324"])


def test_a_token_without_a_city_or_of_one_there_is_not_is_not_made(
        province: Asking, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "add", "--system", "省平台"]) == 2
    assert "--city" in capsys.readouterr().err
    assert main(["token", "add", "--system", "省平台", "--city", "999900"]) == 2
    assert "999900" in capsys.readouterr().err
    assert province.register.listed() == ()
