"""province.toml: where a province's cities are, what is refused, and commands that do not stop at
one city's trouble.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from data_access.__main__ import main
from data_access.boundary.mapping import load_mappings
from data_access.connect.opening import Sources
from data_access.ledger.engine import ledger_url
from data_access.province.province import load_city
from data_access.reading.divisions import read_divisions
from data_access.running.province_commands import (
    ProvinceTimer,
    prepare_cities,
    refresh_cities,
    timer_for,
)
from data_access.running.ready import readiness
from data_access.running.timer import Outcome, RefreshTimer
from data_access.site.cities import ProvinceSite, city_settings, province_site
from data_access.site.load import load_settings
from data_access.site.settings import Settings
from kpi.vocabulary.errors import InputError
from tests.small_city import settings_of

NO_SECRETS = Path("/nowhere/secrets.toml")
HEAD = '[province]\ncode = "320000"\nname = "江苏省"\n'


def province(folder: Path, text: str, env: Mapping[str, str] | None = None,
             **settings: int) -> ProvinceSite:
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "config" / "province.toml").write_text(text, encoding="utf-8")
    site = province_site(Settings(folder / "config", folder / "var", {}, **settings), env or {},
                         NO_SECRETS)
    assert site is not None
    return site


@pytest.fixture
def two_cities(tmp_path: Path) -> ProvinceSite:
    """East can be read; west has a plan and nothing to read."""
    east = settings_of(tmp_path / "drawn", targets={"jobs_published": 100}, job_posting="""
        | unit_code | headcount | published_on |
        | 321302    | 20        | 2025-05-01   |
    """)
    (tmp_path / "config" / "320700").mkdir(parents=True)
    plan = (east.config / "plan.toml").read_text(encoding="utf-8")
    (tmp_path / "config" / "320700" / "plan.toml").write_text(plan.replace("321300", "320700"),
                                                              encoding="utf-8")
    env = {f"LINGGONG_URL_321300_{name.upper()}": url for name, url in east.urls.items()}
    text = f'{HEAD}[cities.321300]\nname = "宿迁市"\nconfig = "{east.config}"\n[cities.320700]\nname = "连云港市"\n'
    return province(tmp_path, text, env)


def test_without_the_file_the_program_is_one_citys(tmp_path: Path) -> None:
    assert province_site(Settings(tmp_path, tmp_path, {}), {}, NO_SECRETS) is None
    assert isinstance(timer_for(Settings(tmp_path, tmp_path, {}), None), RefreshTimer)


def test_each_city_has_folders_of_its_own_and_only_its_own_databases(tmp_path: Path) -> None:
    site = province(
        tmp_path,
        f'{HEAD}[cities.320100]\nname = "南京市"\n[cities.321300]\nname = "宿迁市"\ndata = "suqian"\n',
        {"LINGGONG_URL_320100_VENUES": "sqlite:///n.db",
         "LINGGONG_URL_321300_TRAINING": "sqlite:///s.db"})
    nanjing, suqian = (city.settings for city in site.cities)
    assert (nanjing.config, nanjing.data) == (tmp_path / "config" / "320100",
                                              tmp_path / "var" / "320100")
    assert (nanjing.urls, suqian.urls) == ({"venues": "sqlite:///n.db"},
                                           {"training": "sqlite:///s.db"})
    assert suqian.data == tmp_path / "var" / "suqian"
    assert [city.member.short_name for city in site.cities] == ["南京", "宿迁"]


def test_a_citys_databases_can_be_in_the_secrets_file(tmp_path: Path) -> None:
    (tmp_path / "province.toml").write_text(f'{HEAD}[cities.320100]\nname = "南京市"\n', encoding="utf-8")
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('[cities.320100.connections.venues]\nurl = "sqlite:///a.db"\n',
                       encoding="utf-8")
    site = province_site(Settings(tmp_path, tmp_path, {}), {}, secrets)
    assert site is not None
    assert site.cities[0].settings.urls == {"venues": "sqlite:///a.db"}


def test_variables_of_cities_do_not_disturb_a_single_citys_settings() -> None:
    assert load_settings({"LINGGONG_URL_320100_VENUES": "sqlite:///x"}, NO_SECRETS).urls == {}


@pytest.mark.parametrize(("text", "named"),
                         [(HEAD, "没有任何市"), ("[cities.320100]\nname='x'\n", "缺少文字 code"),
                          (f"{HEAD}[cities.nanjing]\nname='x'\n", "六位数字"),
                          (f"{HEAD}[cities.320100]\n", "缺少文字 name"),
                          (f"{HEAD}[cities.320100]\nname='x'\nplan='y'\n", "只能写"),
                          (f"{HEAD}[city.320100]\nname='x'\n", "[city]"),
                          (f"{HEAD}[weights]\nnothing=1\n[cities.320100]\nname='x'\n", "nothing")])
def test_a_bad_file_is_refused_naming_what_to_mend(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(InputError, match=named.replace("[", r"\[").replace("]", r"\]")):
        province(tmp_path, text)


@pytest.mark.parametrize("text", ["[province]\ncode = 320000\nname = '江苏省'\n", "province = 3\n",
                                  "cities = 3\n", f"{HEAD}[lights]\nyellow_points = 'x'\n",
                                  f"{HEAD}[lights]\ngreen_points = -1\n",
                                  f"{HEAD}[weights]\njobs_published = true\n",
                                  f"{HEAD}[map]\noutline = 3\n", f"map = 3\n{HEAD}"])
def test_a_fault_is_blamed_on_the_provinces_own_file(tmp_path: Path, text: str) -> None:
    if "cities" not in text:
        text += "[cities.320100]\nname = '南京市'\n"
    with pytest.raises(InputError) as refused:
        province(tmp_path, text)
    assert str(refused.value).startswith(f"{tmp_path / 'config' / 'province.toml'} ")
    assert "plan.toml" not in str(refused.value)


@pytest.mark.parametrize("text", ["cities = 3\n", "cities.320100 = 3\n",
                                  "[cities.320100]\nconnections = 3\n"])
def test_a_fault_of_the_secrets_file_is_blamed_on_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "province.toml").write_text(
        f'{HEAD}[cities.320100]\nname = "南京市"\n', encoding="utf-8"
    )
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="应是表") as refused:
        province_site(Settings(tmp_path, tmp_path, {}), {}, secrets)
    assert str(refused.value).startswith(f"{secrets} ")


def test_a_fault_of_one_citys_secrets_file_is_blamed_on_it(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text("connections = 3\n", encoding="utf-8")
    with pytest.raises(InputError, match="connections 应是表") as refused:
        load_settings({}, secrets)
    assert str(refused.value).startswith(f"{secrets} ")


def test_a_database_that_does_not_say_whose_it_is_is_refused(tmp_path: Path) -> None:
    (tmp_path / "province.toml").write_text(f'{HEAD}[cities.320100]\nname = "南京市"\n',
                                            encoding="utf-8")
    with pytest.raises(InputError, match="哪个市"):
        province_site(Settings(tmp_path, tmp_path, {"venues": "sqlite:///x"}), {}, NO_SECRETS)


def test_a_city_without_any_source_is_not_shown_the_sample_of_another(
        two_cities: ProvinceSite) -> None:
    with pytest.raises(InputError, match="连云港市还没有配置数据源"):
        load_city(two_cities.city("320700"))
    assert not (two_cities.city("320700").settings.data / "sample").exists()


def test_a_city_with_another_citys_plan_is_refused(two_cities: ProvinceSite) -> None:
    plan = two_cities.city("321300").settings.plan_file
    plan.write_text(plan.read_text(encoding="utf-8").replace('city_code = "321300"',
                                                             'city_code = "320100"'),
                    encoding="utf-8")
    with pytest.raises(InputError, match="city_code 是 320100"):
        load_city(two_cities.city("321300"))


def test_one_city_that_fails_does_not_stop_the_others(two_cities: ProvinceSite,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    assert refresh_cities(two_cities, full=False) == 1
    said = capsys.readouterr()
    assert "宿迁市：快照" in said.out
    assert "完成 1，部分完成 0，失败 1" in said.out
    assert "连云港市还没有配置数据源" in said.err
    assert prepare_cities(two_cities) == 1


def test_a_province_is_ready_when_one_of_its_cities_is(two_cities: ProvinceSite,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    for name, url in two_cities.city("321300").settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_321300_{name.upper()}", url)
    assert not readiness(two_cities.settings).ready
    refresh_cities(two_cities, full=False)
    assert readiness(two_cities.settings).ready


def test_the_commands_of_one_city_can_be_told_which(two_cities: ProvinceSite) -> None:
    env = {"LINGGONG_CONFIG": str(two_cities.settings.config),
           "LINGGONG_DATA": str(two_cities.settings.data), "LINGGONG_CITY": "321300"}
    assert load_settings(env, NO_SECRETS).city == "321300"
    with pytest.raises(InputError, match="没有代码为 999999 的市"):
        load_settings({**env, "LINGGONG_CITY": "999999"}, NO_SECRETS)
    with pytest.raises(InputError, match="LINGGONG_CITY"):
        city_settings(Settings(Path("/nowhere"), Path("/nowhere"), {}), "321300", {}, NO_SECRETS)


def test_the_refresh_command_speaks_of_every_city(two_cities: ProvinceSite,
                                                  monkeypatch: pytest.MonkeyPatch,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LINGGONG_CONFIG", str(two_cities.settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(two_cities.settings.data))
    for name, url in two_cities.city("321300").settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_321300_{name.upper()}", url)
    assert main(["refresh"]) == 1
    assert "[1/2] 宿迁市" in capsys.readouterr().out


def test_ledgers_on_a_server_are_one_a_city(two_cities: ProvinceSite) -> None:
    settings = two_cities.city("321300").settings
    assert ledger_url(settings, {"LINGGONG_LEDGER_URL": "postgresql://h/ledger_{city}"},
                      NO_SECRETS) == "postgresql://h/ledger_321300"
    with pytest.raises(InputError, match="city"):
        ledger_url(settings, {"LINGGONG_LEDGER_URL": "postgresql://h/ledger"}, NO_SECRETS)


def test_one_timer_refreshes_every_city_that_is_due(two_cities: ProvinceSite) -> None:
    timer = timer_for(two_cities.settings, two_cities)
    assert isinstance(timer, ProvinceTimer)
    refresh_cities(two_cities, full=False)
    pointer = two_cities.city("321300").settings.data / "snapshots" / "CURRENT"
    before = pointer.stat().st_mtime_ns
    assert timer.look(datetime.now().timestamp() + 7200) == Outcome.REFRESHED
    # written anew; two refreshes of the same rows within a second bear the same name
    assert pointer.stat().st_mtime_ns != before


def test_a_city_of_the_bundled_province_has_its_own_divisions_without_a_register(
        tmp_path: Path) -> None:
    sources = Sources({}, load_mappings(tmp_path / "none.toml"), 10)
    reference, messages = read_divisions(sources, None, "320500")
    assert {row["unit_code"][:4] for row in reference["managing_unit"] or []} == {"3205"}
    assert {row["township_code"][:4] for row in reference["township"] or []} == {"3205"}
    assert messages == []
