"""`province.toml`: which cities a province has, and where each one's settings and data are.

Without the file the program is one city's, and nothing here is used. With it, every city has a
folder of settings (plan.toml, sources.toml) in the config folder and a folder of its own in the
data folder, both named by its code unless the file names others; access.toml, the audit log and the
sign-ins are the province's.

Databases of a city: `LINGGONG_URL_<city code>_<CONNECTION>`, or `[cities.<code>.connections.<name>]
url` in secrets.toml.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data_access.site.definition_files import listed_connection, load_definitions
from data_access.site.settings import ROOT, Settings, read_toml
from kpi.plan import MapPlan
from kpi.province import Member, ProvincePlan
from kpi.vocabulary import InputError, TomlValues

FILE = "province.toml"
_TABLES = ("province", "cities", "lights", "weights", "map")


@dataclass(frozen=True)
class CitySite:
    """One city of the province with the settings of its own."""

    member: Member
    settings: Settings


@dataclass(frozen=True)
class ProvinceSite:
    """The province as its file has it. `settings` are the program's own: access, audit, sign-ins.
    """

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
    """The province of these settings; None when they are a single city's. Raises InputError on a
    bad file.
    """
    path = province_file(settings)
    if settings.city is not None or not path.exists():
        return None
    if settings.urls:
        raise InputError(f"有 {FILE} 时，数据库连接要写明是哪个市的：LINGGONG_URL_市代码_连接名，"
                         "或 secrets.toml 的 [cities.市代码.connections.连接名]；请改正。")
    data, read = read_toml(path), TomlValues(str(path))
    unknown = [name for name in data if name not in _TABLES]
    if unknown:
        raise InputError(f"{path} 中的 [{unknown[0]}] 不认识；可用的有 {'、'.join(_TABLES)}，请改正。")
    env = os.environ if environment is None else environment
    file = secrets or ROOT / ".streamlit" / "secrets.toml"
    secrets_read = TomlValues(str(file))
    secret = secrets_read.optional_table(read_toml(file) if file.exists() else {}, "cities")

    def urls_of(code: str, connections: tuple[str, ...]) -> dict[str, str]:
        return {**_secret_urls(secret.get(code, {}), code, connections, secrets_read),
                **_environment_urls(env, code, connections)}

    cities = tuple(_city(code, entry, settings, urls_of, read)
                   for code, entry in read.optional_table(data, "cities").items())
    if not cities:
        raise InputError(f"{path} 中没有任何市；请至少写一个 [cities.市代码]。")
    return ProvinceSite(_spec(data, read, cities), cities, settings)


def city_settings(settings: Settings, code: str, environment: Mapping[str, str] | None = None,
                  secrets: Path | None = None) -> Settings:
    """The settings of one city. Raises InputError when these are not a province's, or it has no
    such city.
    """
    site = province_site(settings, environment, secrets)
    if site is None:
        raise InputError(f"环境变量 LINGGONG_CITY 只用于省级部署，而 {settings.config} 中没有 {FILE}；请删去该变量。")
    return site.city(code).settings


def _spec(data: Mapping[str, Any], read: TomlValues, cities: tuple[CitySite, ...]) -> ProvincePlan:
    head, lights, weights = (read.optional_table(data, name)
                             for name in ("province", "lights", "weights"))
    defined = {code for city in cities for code in city.settings.definitions.indicators}
    for code in weights:
        if code not in defined:
            raise InputError(f"{read.file} 的 [weights] 中的指标 {code} 不认识；可用的指标代码见《口径》文档，请改正或删去。")
    return ProvincePlan(read.text(head, "code", "province"), read.text(head, "name", "province"),
                        read.number(lights, "yellow_points", "lights", ProvincePlan.yellow_points,
                                    least=0), read.number(lights, "green_points", "lights",
                                                          ProvincePlan.green_points, least=0),
                        {code: read.number(weights, code, "weights", 1.0, least=0)
                         for code in weights}, MapPlan(read.optional_text(data, "map", "outline"),
                                                       read.optional_text(data, "map", "approval")))


def _city(code: str, entry: Any, root: Settings,
          urls_of: Callable[[str, tuple[str, ...]], dict[str, str]], read: TomlValues) -> CitySite:
    if not (code.isdecimal() and len(code) == 6):
        raise InputError(f"{read.file} 的 [cities.{code}]：市代码应是六位数字，例如 321300；请改正。")
    if not isinstance(entry, Mapping) or set(entry) - {"name", "short_name", "config", "data"}:
        raise InputError(f"{read.file} 的 [cities.{code}] 只能写 name、short_name、config、data；请改正。")
    name = read.text(entry, "name", f"cities.{code}")
    member = Member(code, name, str(entry.get("short_name", name.removesuffix("市"))))
    config = (root.config / str(entry.get("config", code))).resolve()
    urls = urls_of(code, tuple(load_definitions(config).connections))
    settings = replace(root, config=config,
                       data=(root.data / str(entry.get("data", code))).resolve(), urls=urls,
                       city=code)
    return CitySite(member, settings)


def _environment_urls(env: Mapping[str, str], code: str,
                      connections: tuple[str, ...]) -> dict[str, str]:
    prefix = f"LINGGONG_URL_{code}_"
    return {listed_connection(name.removeprefix(prefix).lower(), f"环境变量 {name}",
                              connections): url.strip() for name, url in env.items()
            if name.startswith(prefix) and url.strip()}


def _secret_urls(secret: Any, code: str, connections: tuple[str, ...],
                 read: TomlValues) -> dict[str, str]:
    entry = read.as_table(secret, f"cities.{code}")
    tables = read.optional_table(entry, "connections", f"cities.{code}.connections")
    where = f"secrets.toml 的 [cities.{code}.connections."
    return {listed_connection(name, f"{where}{name}]", connections): str(table["url"]).strip()
            for name, table in tables.items() if isinstance(table, Mapping) and table.get("url")}
