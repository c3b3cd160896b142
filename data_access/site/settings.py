"""Where the program's own files are and which databases it was given."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from data_access.site.definition_files import load_definitions
from data_access.site.holidays import public_holidays
from data_access.site.toml_words import explained
from kpi.definitions import Definitions
from kpi.plan import Plan, check_days, plan_from, stripped
from kpi.vocabulary import InputError, TomlValues
from sample_data.department_quotas import with_sample_quotas

ROOT = Path(__file__).resolve().parents[2]
STATEMENT_SECONDS = 120
FULL_EVERY_DAYS = 7
REFRESH_MINUTES = 60
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Settings:
    """Folders and connections in force.

    `config`: folder with plan.toml, sources.toml, access.toml (`LINGGONG_CONFIG`). `data`: folder
    for what the program writes (`LINGGONG_DATA`). `urls`: SQLAlchemy URL by connection name; empty
    means the embedded sample. `statement_seconds`: limit of one statement
    (`LINGGONG_STATEMENT_SECONDS`). `full_every_days`: a dataset is read in full when its last full
    reading is this old, whatever its fingerprint says (`LINGGONG_FULL_EVERY_DAYS`).
    `refresh_minutes`: how often the running program refreshes by itself
    (`LINGGONG_REFRESH_MINUTES`), 0 for never; None leaves it to the kind of sources, see
    `refresh_every`. `city`: the code of the city these settings are of in a province
    (`data_access.site.cities`), None in a program of one city and for the province itself.
    `plan_folder`: where the files of a plan other than the current one are
    (`data_access.site.plans`); its data has a folder of its own then, and `shared` is the
    installation's.
    """

    config: Path
    data: Path
    urls: Mapping[str, str] = field(repr=False)  # a URL may hold a password
    statement_seconds: int = STATEMENT_SECONDS
    full_every_days: int = FULL_EVERY_DAYS
    refresh_minutes: int | None = None
    city: str | None = None
    plan_folder: Path | None = None
    shared: Path | None = None

    @cached_property
    def sample(self) -> bool:
        """With no connection configured and no file to read at all, the embedded sample is read
        (演示数据).
        """
        return not self.urls and not has_files(self.sources_file)

    @property
    def refresh_every(self) -> int:
        """Minutes between refreshes of the running program, 0 for none: the sample never changes by
        itself. A plan that has been followed by another only changes by late corrections.
        """
        minutes = self.refresh_minutes
        if minutes is None:
            minutes = 0 if self.sample else REFRESH_MINUTES
        return minutes if self.plan_folder is None or not minutes else max(minutes, DAY_MINUTES)

    @property
    def plan_file(self) -> Path:
        return (self.plan_folder or self.config) / "plan.toml"

    @property
    def duties_file(self) -> Path:
        """The list of duties of this plan."""
        return (self.plan_folder or self.config) / "duties.toml"

    @property
    def home(self) -> Path:
        """The installation's data folder, with what all plans share: the sample, keys."""
        return self.shared or self.data

    @property
    def definitions(self) -> Definitions:
        """What datasets and indicators there are: those that come with the program and the site's
        own.
        """
        return load_definitions(self.config)

    @property
    def sources_file(self) -> Path:
        return self.config / "sources.toml"


def load_plan(settings: Settings) -> Plan:
    """The plan file as a Plan, public holidays included. Raises InputError when it is missing or
    wrong.
    """
    data = read_toml(settings.plan_file)
    plan = plan_in(settings, stripped(data))
    check_days(data)
    return plan


def plan_in(settings: Settings, data: Mapping[str, Any]) -> Plan:
    """The Plan in a parsed plan file without its days, public holidays included; where the embedded
    sample is read, with the demonstration's quotas of departments. Raises InputError.
    """
    whole = with_sample_quotas(data) if settings.sample else data
    plan = plan_from(whole, settings.definitions)
    return replace(plan, calendar=plan.calendar.with_holidays(public_holidays(plan.window)))


def plan_id(settings: Settings) -> str:
    """The id in the plan file, whatever else is in it. Raises InputError when it has none."""
    return TomlValues("plan.toml").text(read_toml(settings.plan_file).get("plan", {}), "id", "plan")


def plan_digest(settings: Settings) -> str:
    """SHA-256 of the plan file, which names what was in force. Raises InputError when it cannot be
    read.
    """
    return hashlib.sha256(read_bytes(settings.plan_file)).hexdigest()


def read_toml(path: Path) -> dict[str, Any]:
    """Parsed TOML. Raises InputError saying which file and line to mend."""
    return parse_toml(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """A settings file as it is. Raises InputError saying why it cannot be had."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"找不到配置文件 {path}；请从自带的 config 文件夹复制一份，或检查 LINGGONG_CONFIG。") from None
    except OSError as error:
        raise InputError(f"配置文件 {path} 打不开（{error.strerror}）；请检查文件权限。") from None


def parse_toml(content: bytes, path: Path) -> dict[str, Any]:
    """The TOML of `path`'s content. Raises InputError saying which line to mend."""
    try:
        # any editor's line ends, as opening the file as a text would have them
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise InputError(f"配置文件 {path} 不是 UTF-8 编码；请用 UTF-8 另存后重试。") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"配置文件 {path} 格式有误，{explained(error, text)}；请改正该行后重试。") from None


def has_files(path: Path) -> bool:
    """Whether any dataset is read from a file or handed in by units; a file that cannot be parsed
    says so when it is loaded.
    """
    try:
        tables = read_toml(path).get("datasets", {}) if path.exists() else {}
    except InputError:
        return False
    return isinstance(tables, Mapping) and any(
        isinstance(entry, Mapping) and (entry.get("file") or entry.get("sources")
                                            or entry.get("handed_in"))
        for entry in tables.values()
    )
