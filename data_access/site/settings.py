"""Where the program's own files are and which databases it was given."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from data_access.site.holidays import public_holidays
from kpi.definitions.shipped_datasets import CONNECTIONS
from kpi.plan.plan import Plan, plan_from
from kpi.vocabulary.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
_URL_PREFIX = "LINGGONG_URL_"
_OF_A_CITY = re.compile(r"LINGGONG_URL_\d{6}_")
STATEMENT_SECONDS = 120
FULL_EVERY_DAYS = 7
REFRESH_MINUTES = 60


@dataclass(frozen=True)
class Settings:
    """Folders and connections in force.

    `config`: folder with plan.toml, sources.toml, access.toml (`LINGGONG_CONFIG`). `data`: folder for what the
    program writes (`LINGGONG_DATA`). `urls`: SQLAlchemy URL by connection name; empty means the embedded sample.
    `statement_seconds`: limit of one statement (`LINGGONG_STATEMENT_SECONDS`). `full_every_days`: a dataset is read in
    full when its last full reading is this old, whatever its fingerprint says (`LINGGONG_FULL_EVERY_DAYS`).
    `refresh_minutes`: how often the running program refreshes by itself (`LINGGONG_REFRESH_MINUTES`), 0 for never; None
    leaves it to the kind of sources, see `refresh_every`. `city`: the code of the city these settings are of in a
    province (`data_access.province.province`), None in a program of one city and for the province itself.
    """

    config: Path
    data: Path
    urls: Mapping[str, str] = field(repr=False)  # a URL may hold a password
    statement_seconds: int = STATEMENT_SECONDS
    full_every_days: int = FULL_EVERY_DAYS
    refresh_minutes: int | None = None
    city: str | None = None

    @cached_property
    def sample(self) -> bool:
        """With no connection configured and no file to read at all, the embedded sample is read (演示数据)."""
        from data_access.boundary.mapping import has_files  # mapping reads its file through this module

        return not self.urls and not has_files(self.sources_file)

    @property
    def refresh_every(self) -> int:
        """Minutes between refreshes of the running program, 0 for none: the sample never changes by itself."""
        if self.refresh_minutes is not None:
            return self.refresh_minutes
        return 0 if self.sample else REFRESH_MINUTES

    @property
    def plan_file(self) -> Path:
        return self.config / "plan.toml"

    @property
    def sources_file(self) -> Path:
        return self.config / "sources.toml"


def load_settings(environment: Mapping[str, str] | None = None, secrets: Path | None = None) -> Settings:
    """Settings from environment variables and `.streamlit/secrets.toml`; a variable wins over the file.

    `LINGGONG_CITY` gives those of one city of a province, for the commands that know one city only.

    Raises InputError on an unreadable secrets file or a `LINGGONG_URL_…` naming no known connection.
    """
    env = os.environ if environment is None else environment
    config = Path(env.get("LINGGONG_CONFIG") or ROOT / "config").expanduser()
    data = Path(env.get("LINGGONG_DATA") or ROOT / "var").expanduser()
    urls = {**_secret_urls(secrets or ROOT / ".streamlit" / "secrets.toml"), **_environment_urls(env)}
    settings = Settings(config.resolve(), data.resolve(), urls,
                        _positive(env, "LINGGONG_STATEMENT_SECONDS", STATEMENT_SECONDS),
                        _positive(env, "LINGGONG_FULL_EVERY_DAYS", FULL_EVERY_DAYS), _minutes(env))
    city = env.get("LINGGONG_CITY", "").strip()
    if not city:
        return settings
    from data_access.province.province import city_settings  # it reads its file through this module

    return city_settings(settings, city, env, secrets)


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


def load_plan(settings: Settings) -> Plan:
    """The plan file as a Plan, public holidays included. Raises InputError when it is missing or wrong."""
    plan = plan_from(read_toml(settings.plan_file))
    return replace(plan, calendar=plan.calendar.with_holidays(public_holidays(plan.window)))


def read_toml(path: Path) -> dict[str, Any]:
    """Parsed TOML. Raises InputError saying which file and line to mend."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"找不到配置文件 {path}；请从自带的 config 文件夹复制一份，或检查 LINGGONG_CONFIG。") from None
    except OSError as error:
        raise InputError(f"配置文件 {path} 打不开（{error.strerror}）；请检查文件权限。") from None
    except UnicodeDecodeError:
        raise InputError(f"配置文件 {path} 不是 UTF-8 编码；请用 UTF-8 另存后重试。") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"配置文件 {path} 格式有误：{error}；请改正该行后重试。") from None


def _environment_urls(env: Mapping[str, str]) -> dict[str, str]:
    urls = {}
    for name, url in env.items():
        if _OF_A_CITY.match(name):
            continue  # a province's; `data_access.province.province` reads them
        if name.startswith(_URL_PREFIX) and url.strip():
            urls[_connection(name.removeprefix(_URL_PREFIX).lower(), f"环境变量 {name}")] = url.strip()
    return urls


def _secret_urls(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    tables = read_toml(path).get("connections", {})
    return {_connection(name, f"{path} 的 [connections.{name}]"): _secret_url(name, table, path)
            for name, table in tables.items() if isinstance(table, Mapping)}


def _secret_url(name: str, table: Mapping[str, Any], path: Path) -> str:
    url = table.get("url")
    if not isinstance(url, str) or not url.strip():
        raise InputError(f"{path} 的 [connections.{name}] 缺少 url；请补上，例如 url = \"postgresql+psycopg://…\"。")
    return url.strip()


def _connection(name: str, where: str) -> str:
    if name not in CONNECTIONS:
        raise InputError(f"{where} 中的连接名 {name} 不认识；可用的有 {'、'.join(CONNECTIONS)}，请改正。")
    return name
