"""`province.toml`: which cities a province has, and where each one's settings and data are.

Without the file the program is one city's, and nothing here is used. With it, every city has a folder of settings
(plan.toml, sources.toml) in the config folder and a folder of its own in the data folder, both named by its code unless
the file names others; access.toml, the audit log and the sign-ins are the province's.

Databases of a city: `LINGGONG_URL_<city code>_<CONNECTION>`, or `[cities.<code>.connections.<name>] url` in secrets.toml.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data_access.current import Current, load_or_refresh
from data_access.site.settings import ROOT, Settings, read_toml
from data_access.snapshots.embedded import sample_folder
from kpi.definitions.catalogue import CATALOGUE
from kpi.definitions.shipped_datasets import CONNECTIONS
from kpi.plan import plan_values as read
from kpi.plan.plan import MapPlan
from kpi.province.province import CityFigures, Member, ProvincePlan
from kpi.vocabulary.errors import InputError

FILE = "province.toml"
_TABLES = ("province", "cities", "lights", "weights", "map")
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class CitySite:
    """One city of the province with the settings of its own."""

    member: Member
    settings: Settings


@dataclass(frozen=True)
class ProvinceSite:
    """The province as its file has it. `settings` are the program's own: access, audit, sign-ins."""

    spec: ProvincePlan
    cities: tuple[CitySite, ...]
    settings: Settings

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(city.member.code for city in self.cities)

    def city(self, code: str) -> CitySite:
        """Raises InputError when the province has no such city."""
        for city in self.cities:
            if city.member.code == code:
                return city
        raise InputError(f"{self.spec.name}没有代码为 {code} 的市；请从页面上的市中选择。")


def province_file(settings: Settings) -> Path:
    return settings.config / FILE


def province_site(settings: Settings, environment: Mapping[str, str] | None = None,
                  secrets: Path | None = None) -> ProvinceSite | None:
    """The province of these settings; None when they are a single city's. Raises InputError on a bad file."""
    path = province_file(settings)
    if settings.city is not None or not path.exists():
        return None
    if settings.urls:
        raise InputError(f"有 {FILE} 时，数据库连接要写明是哪个市的：LINGGONG_URL_市代码_连接名，"
                         "或 secrets.toml 的 [cities.市代码.connections.连接名]；请改正。")
    data = read_toml(path)
    unknown = [name for name in data if name not in _TABLES]
    if unknown:
        raise InputError(f"{path} 中的 [{unknown[0]}] 不认识；可用的有 {'、'.join(_TABLES)}，请改正。")
    env = os.environ if environment is None else environment
    file = secrets or ROOT / ".streamlit" / "secrets.toml"
    secret = _table(read_toml(file) if file.exists() else {}, "cities", file)
    cities = tuple(_city(code, entry, settings, env, secret.get(code, {}), path)
                   for code, entry in _table(data, "cities", path).items())
    if not cities:
        raise InputError(f"{path} 中没有任何市；请至少写一个 [cities.市代码]。")
    return ProvinceSite(_spec(data, path), cities, settings)


def city_settings(settings: Settings, code: str, environment: Mapping[str, str] | None = None,
                  secrets: Path | None = None) -> Settings:
    """The settings of one city. Raises InputError when these are not a province's, or it has no such city."""
    site = province_site(settings, environment, secrets)
    if site is None:
        raise InputError(f"环境变量 LINGGONG_CITY 只用于省级部署，而 {settings.config} 中没有 {FILE}；请删去该变量。")
    return site.city(code).settings


def _table(data: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    found = data.get(name, {})
    if not isinstance(found, Mapping):
        raise InputError(f"{path} 的 [{name}] 应是表；请改正。")
    return found


def _spec(data: Mapping[str, Any], path: Path) -> ProvincePlan:
    head, lights, weights = (_table(data, name, path) for name in ("province", "lights", "weights"))
    for code in weights:
        if code not in CATALOGUE:
            raise InputError(f"{path} 的 [weights] 中的指标 {code} 不认识；可用的指标代码见《口径》文档，请改正或删去。")
    return ProvincePlan(
        _text(head, "code", path, "province"), _text(head, "name", path, "province"),
        read.number(lights, "yellow_points", "lights", ProvincePlan.yellow_points, least=0),
        read.number(lights, "green_points", "lights", ProvincePlan.green_points, least=0),
        {code: read.number(weights, code, "weights", 1.0, least=0) for code in weights},
        MapPlan(read.optional_text(data, "map", "outline"), read.optional_text(data, "map", "approval")))


def _city(code: str, entry: Any, root: Settings, env: Mapping[str, str], secret: Any, path: Path) -> CitySite:
    if not (code.isdecimal() and len(code) == 6):
        raise InputError(f"{path} 的 [cities.{code}]：市代码应是六位数字，例如 321300；请改正。")
    if not isinstance(entry, Mapping) or set(entry) - {"name", "short_name", "config", "data"}:
        raise InputError(f"{path} 的 [cities.{code}] 只能写 name、short_name、config、data；请改正。")
    name = _text(entry, "name", path, f"cities.{code}")
    member = Member(code, name, str(entry.get("short_name", name.removesuffix("市"))))
    urls = {**_secret_urls(secret, code), **_environment_urls(env, code)}
    settings = replace(root, config=(root.config / str(entry.get("config", code))).resolve(),
                       data=(root.data / str(entry.get("data", code))).resolve(), urls=urls, city=code)
    return CitySite(member, settings)


def _text(table: Mapping[str, Any], name: str, path: Path, where: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value:
        raise InputError(f"{path} 的 [{where}] 缺少 {name}；请补上。")
    return value


def _environment_urls(env: Mapping[str, str], code: str) -> dict[str, str]:
    prefix = f"LINGGONG_URL_{code}_"
    return {_connection(name.removeprefix(prefix).lower(), f"环境变量 {name}"): url.strip()
            for name, url in env.items() if name.startswith(prefix) and url.strip()}


def _secret_urls(secret: Any, code: str) -> dict[str, str]:
    tables = secret.get("connections", {}) if isinstance(secret, Mapping) else {}
    return {_connection(name, f"secrets.toml 的 [cities.{code}.connections.{name}]"): str(table["url"]).strip()
            for name, table in tables.items() if isinstance(table, Mapping) and table.get("url")}


def _connection(name: str, where: str) -> str:
    if name not in CONNECTIONS:
        raise InputError(f"{where} 中的连接名 {name} 不认识；可用的有 {'、'.join(CONNECTIONS)}，请改正。")
    return name


def check_sources(city: CitySite) -> None:
    """Raises InputError for a city nothing is configured for: it must not be shown the sample of another."""
    settings = city.settings
    if settings.sample and not (sample_folder(settings.data) / "sample.json").exists():
        raise InputError(f"{city.member.name}还没有配置数据源；请按《省级》配置它的数据库连接或文件。")


def load_city(city: CitySite, progress: Progress | None = None) -> Current:
    """The city's figures as `load_or_refresh` gives them. Raises InputError, naming the city, when nothing can be had."""
    check_sources(city)
    current = load_or_refresh(city.settings, progress)
    if current.plan.city_code != city.member.code:
        raise InputError(f"{city.settings.plan_file} 的 city_code 是 {current.plan.city_code}，"
                         f"而它是 {city.member.name}（{city.member.code}）的方案；请改正。")
    return current


def city_figures(city: CitySite, current: Current | None, problem: str | None = None) -> CityFigures:
    """A city as the province takes it; `current` None when it cannot be read, `problem` then says why."""
    if current is None:
        return CityFigures(city.member, None, None, problem)
    return CityFigures(city.member, current.figures, current.default_day, None, current.snapshot.sample)
