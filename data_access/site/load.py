"""Settings as the environment and `.streamlit/secrets.toml` give them."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_access.site.cities import city_settings
from data_access.site.definition_files import listed_connection, load_definitions
from data_access.site.settings import FULL_EVERY_DAYS, ROOT, STATEMENT_SECONDS, Settings, read_toml
from kpi.vocabulary import InputError, TomlValues

_URL_PREFIX = "LINGGONG_URL_"
_OF_A_CITY = re.compile(r"LINGGONG_URL_\d{6}_")


def load_settings(environment: Mapping[str, str] | None = None,
                  secrets: Path | None = None) -> Settings:
    """Settings from environment variables and `.streamlit/secrets.toml`; a variable wins over the
    file.

    `LINGGONG_CITY` gives those of one city of a province, for the commands that know one city only.

    Raises InputError on an unreadable secrets file or a `LINGGONG_URL_…` naming no known
    connection.
    """
    env = os.environ if environment is None else environment
    config = Path(env.get("LINGGONG_CONFIG") or ROOT / "config").expanduser()
    data = Path(env.get("LINGGONG_DATA") or ROOT / "var").expanduser()
    connections = tuple(load_definitions(config).connections)
    urls = {**_secret_urls(secrets or ROOT / ".streamlit" / "secrets.toml", connections),
            **_environment_urls(env, connections)}
    settings = Settings(config.resolve(), data.resolve(), urls,
                        _positive(env, "LINGGONG_STATEMENT_SECONDS", STATEMENT_SECONDS),
                        _positive(env, "LINGGONG_FULL_EVERY_DAYS", FULL_EVERY_DAYS), _minutes(env))
    city = env.get("LINGGONG_CITY", "").strip()
    if not city:
        return settings
    return city_settings(settings, city, env, secrets)


def empty_urls(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Variables of connections that are set and empty; they count as not set."""
    env = os.environ if environment is None else environment
    return tuple(name for name, url in env.items()
                 if name.startswith(_URL_PREFIX) and not url.strip())


def _positive(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise InputError(f"环境变量 {name} 应是正整数，现为 {text}；请改正或删去。")
    return int(text)


def _minutes(env: Mapping[str, str]) -> int | None:
    text = env.get("LINGGONG_REFRESH_MINUTES", "").strip()
    if text and not text.isdecimal():
        raise InputError(f"环境变量 LINGGONG_REFRESH_MINUTES 应是分钟数（0 表示不自动刷新），现为 {text}；请改正或删去。")
    return int(text) if text else None


def _environment_urls(env: Mapping[str, str], connections: tuple[str, ...]) -> dict[str, str]:
    urls = {}
    for name, url in env.items():
        if _OF_A_CITY.match(name):
            continue  # a province's; `data_access.site.cities` reads them
        if name.startswith(_URL_PREFIX) and url.strip():
            connection = name.removeprefix(_URL_PREFIX).lower()
            urls[listed_connection(connection, f"环境变量 {name}", connections)] = url.strip()
    return urls


def _secret_urls(path: Path, connections: tuple[str, ...]) -> dict[str, str]:
    if not path.exists():
        return {}
    content = read_toml(path)
    _refuse_strays(content, path, connections)
    tables = TomlValues(str(path)).optional_table(content, "connections")
    return {listed_connection(name, f"{path} 的 [connections.{name}]", connections): _secret_url(
        name, table, path) for name, table in tables.items() if isinstance(table, Mapping)}


def _refuse_strays(content: Mapping[str, Any], path: Path, connections: tuple[str, ...]) -> None:
    """Raises InputError for a table that was meant as a connection: passed over, the sample would
    be shown in place of the site's own data.
    """
    for name, table in content.items():
        near = difflib.get_close_matches(name.lower(), ["connections"], n=1, cutoff=0.8)
        if name != "connections" and isinstance(table, Mapping) and (near or name in connections):
            meant = f"[connections.{name}]" if name in connections else "[connections.连接名]"
            raise InputError(f"{path} 的 [{name}] 不认识；数据库连接应写成 {meant}，请改正。")


def _secret_url(name: str, table: Mapping[str, Any], path: Path) -> str:
    url = table.get("url")
    near = difflib.get_close_matches("url", [key.lower() for key in table], n=1, cutoff=0.6)
    if url is None and near:
        key = next(one for one in table if one.lower() == near[0])
        raise InputError(f"{path} 的 [connections.{name}] 写的是 {key}，应为 url（小写）；请改正。")
    if url is not None and not isinstance(url, str):
        raise InputError(f"{path} 的 [connections.{name}] url 应是加引号的文字；请改正。")
    if not isinstance(url, str) or not url.strip():
        raise InputError(
            f"{path} 的 [connections.{name}] 缺少 url；请补上，例如 url = \"postgresql+psycopg://…\"。")
    return url.strip()
