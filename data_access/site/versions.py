"""The plan files taken into use, kept for good: what was in force on which day.

    <data>/plans/<digest>.toml   each file as it was
    <data>/plans/index.json      in the order they were taken into use: first day in force, who, why

Written when a file is first used, by whichever process uses it first; another one waits for the
lock and finds it written.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from data_access.site.plan_edits import edits
from data_access.site.settings import (
    ROOT,
    Settings,
    load_plan,
    parse_toml,
    plan_in,
    read_bytes,
    read_toml,
)
from data_access.site.versioned_file import Edit, swap
from kpi.plan import Era, Plan, PlanFile, eras, every_era, taken_into_use
from kpi.vocabulary import InputError

_log = logging.getLogger(__name__)
FOLDER, _INDEX, _FORMAT = "plans", "index.json", 1


@dataclass(frozen=True)
class PlanVersion:
    """A plan file with what was noted when it was taken into use."""

    file: PlanFile
    who: str
    recorded_at: datetime
    program: str


def plan_versions(settings: Settings, newest: Callable[[], date],
                  now: Callable[[], datetime]) -> tuple[PlanVersion, ...]:
    """Every version of the plan in the order they were taken into use, the file as it is now last.

    A file not used before is recorded, with `newest`, the newest complete day of the data. Where
    the data folder cannot be written it is in force all the same, from that day of each reading.
    Raises InputError on a file that is wrong or has days that are, and where what is recorded
    cannot be read.
    """
    text = read_bytes(settings.plan_file)
    digest = hashlib.sha256(text).hexdigest()
    versions = recorded_versions(settings)
    if versions and versions[-1].file.digest == digest:
        return versions
    load_plan(settings)
    data = parse_toml(text, settings.plan_file)
    made = partial(_taken, settings, data, digest, newest(), now())
    try:
        with _alone(_folder(settings)):
            versions = recorded_versions(settings)
            if not versions or versions[-1].file.digest != digest:
                versions = made(versions)
                _write(_folder(settings), digest, text, versions)
            return versions
    except OSError as error:
        _log.warning("the plan in force could not be recorded: %s", error)
        return made(recorded_versions(settings))


def versions_to_be(settings: Settings, newest: date, now: datetime) -> tuple[PlanVersion, ...]:
    """The versions as they would be if the file as it is now were taken into use; nothing is
    written.
    """
    text, versions = read_bytes(settings.plan_file), recorded_versions(settings)
    digest = hashlib.sha256(text).hexdigest()
    if versions and versions[-1].file.digest == digest:
        return versions
    load_plan(settings)
    return _taken(settings, parse_toml(text, settings.plan_file), digest, newest, now, versions)


def recorded_versions(settings: Settings) -> tuple[PlanVersion, ...]:
    """Every version that is recorded, in the order they were taken into use. Raises InputError
    naming the file that cannot be read.
    """
    index = _folder(settings) / _INDEX
    try:
        about = json.loads(index.read_text(encoding="utf-8"))
        return tuple(_version(_folder(settings), entry) for entry in about["versions"])
    except FileNotFoundError as error:
        if Path(error.filename) == index:
            return ()
        raise _damaged(Path(error.filename)) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise _damaged(index) from None


def version_files(settings: Settings) -> tuple[Path, ...]:
    """The files that hold every version, the index first; none where there is only one."""
    folder = _folder(settings)
    digests = dict.fromkeys(version.file.digest for version in recorded_versions(settings))
    if len(digests) < 2:
        return ()
    return (folder / _INDEX, *(folder / f"{digest}.toml" for digest in digests))


def plan_eras(settings: Settings, versions: tuple[PlanVersion, ...],
              strict_from: date | None = None) -> tuple[Era, ...]:
    """The plans in force one after another, oldest first, public holidays included; see `eras`."""
    build = partial(_built, settings)
    return eras([version.file for version in versions], build, strict_from)


def every_plan_era(settings: Settings, versions: tuple[PlanVersion, ...]) -> tuple[Era, ...]:
    """As `plan_eras`, those that change nothing among them."""
    return every_era([version.file for version in versions], partial(_built, settings))


def _built(settings: Settings, data: Mapping[str, Any]) -> Plan:
    # of a past version; an indicator no definition knows any more can be shown by nothing
    definitions = settings.definitions
    entries = {code: entry for code, entry in data["indicators"].items()
               if code in definitions.indicators or code in definitions.faulty}
    return plan_in(settings, {**data, "indicators": entries})


def _taken(settings: Settings, data: Mapping[str, Any], digest: str, newest: date, now: datetime,
           before: tuple[PlanVersion, ...]) -> tuple[PlanVersion, ...]:
    # what the page 方案 saved says itself from when it is meant, and by whom
    edit = _edit_of(settings, digest)
    last = before[-1].file.digest if before else None
    file = taken_into_use(data, digest, [version.file for version in before], newest,
                          meant=edit is not None and edit.before == last)
    made = PlanVersion(file, _user() if edit is None else edit.by, now.replace(microsecond=0),
                       _program())
    versions = (*before, made)
    plan_eras(settings, versions, file.earliest)
    return versions


def _edit_of(settings: Settings, digest: str) -> Edit | None:
    """The edit on the page that made this file, the newest; None for one made by hand."""
    try:
        return next((one for one in edits(settings) if one.after == digest), None)
    except InputError as error:
        _log.warning("who changed the plan is not known: %s", error)
        return None


def _version(folder: Path, entry: Mapping[str, Any]) -> PlanVersion:
    path = folder / f"{entry['digest']}.toml"
    text = path.read_bytes()
    if hashlib.sha256(text).hexdigest() != entry["digest"]:
        raise _damaged(path)
    tables = {name: date.fromisoformat(day) for name, day in entry["tables"].items()}
    file = PlanFile(entry["digest"], parse_toml(text, path), date.fromisoformat(entry["first"]),
                    tables, entry["correction"], entry["reason"])
    return PlanVersion(file, entry["who"], datetime.fromisoformat(entry["recorded_at"]),
                       entry["program"])


def _entry(version: PlanVersion) -> dict[str, Any]:
    file = version.file
    return {"digest": file.digest, "first": file.first.isoformat(),
            "tables": {name: day.isoformat() for name, day in sorted(file.tables.items())},
            "correction": file.correction, "reason": file.reason, "who": version.who,
            "recorded_at": version.recorded_at.isoformat(), "program": version.program}


def _write(folder: Path, digest: str, text: bytes, versions: tuple[PlanVersion, ...]) -> None:
    # the file before the index: what the index names is always there
    swap(folder / f"{digest}.toml", text)
    about = {"format": _FORMAT, "versions": [_entry(version) for version in versions]}
    swap(folder / _INDEX, json.dumps(about, ensure_ascii=False, indent=1).encode())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _folder(settings: Settings) -> Path:
    return settings.data / FOLDER


def _damaged(path: Path) -> InputError:
    return InputError(f"方案版本的记录 {path} 读不出来或被改动过；请从备份恢复该文件夹。")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "未知用户"


def _program() -> str:
    """The program's version; "" where it runs from a folder without one."""
    path = ROOT / "pyproject.toml"
    try:
        return str(read_toml(path)["project"]["version"])
    except (InputError, KeyError):
        return ""
