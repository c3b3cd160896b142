"""The registers handed in, every version of them.

    <data>/handed_in/<dataset>/<unit>.json            its versions, oldest first: the last is in force
    <data>/handed_in/<dataset>/<unit>-<digest>.csv    what a version holds, by its SHA-256

A version is in force from the moment the list of versions is swapped, whole, for a longer one: a
process killed before leaves the old version, one killed after the new. Nothing is ever taken away.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from data_access.site import digest_of, swap
from kpi.vocabulary import InputError

FOLDER = "handed_in"
_UNIT = re.compile(r"[0-9A-Za-z_-]{1,32}")
_DIGITS = 16


@dataclass(frozen=True)
class Version:
    """`number` from 1. `digest`: SHA-256 of what it holds. `rows`: how many; `added`, `changed`,
    `removed`: of the version before. `back_to`: the version whose content it restores, None for
    one that was handed in.
    """

    number: int
    at: datetime
    by: str
    digest: str
    rows: int
    added: int
    changed: int
    removed: int
    reason: str
    back_to: int | None = None


@dataclass(frozen=True)
class NewVersion:
    """A version to be. `seen`: the number of the newest version its difference was worked out from,
    0 where there was none.
    """

    text: str
    seen: int
    by: str
    at: datetime
    rows: int
    added: int
    changed: int
    removed: int
    reason: str
    back_to: int | None = None


@dataclass(frozen=True)
class Current:
    """What is in force of a unit: where it lies, and the digest it must have."""

    unit: str
    path: Path
    digest: str


@dataclass(frozen=True)
class Versions:
    """The versions of one unit's register of one dataset; `home` is the installation's data folder.
    """

    home: Path
    dataset: str
    unit: str

    def __post_init__(self) -> None:
        """Raises InputError for a unit whose code cannot be the name of a file."""
        if not _UNIT.fullmatch(self.unit):
            raise InputError(f"单位代码“{self.unit}”只能用字母、数字、“-”和“_”；请核对。")

    @property
    def folder(self) -> Path:
        return self.home / FOLDER / self.dataset

    @property
    def record(self) -> Path:
        return self.folder / f"{self.unit}.json"

    def all(self) -> tuple[Version, ...]:
        """Every version, the newest first; none where nothing was handed in. Raises InputError when
        the record cannot be read.
        """
        try:
            records = json.loads(self.record.read_text(encoding="utf-8"))
            made = [Version(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in records]
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError):
            raise InputError(f"台账的版本记录 {self.record} 读不出来；请从备份恢复。") from None
        return tuple(reversed(made))

    def newest(self) -> Version | None:
        """The version in force."""
        return next(iter(self.all()), None)

    def path_of(self, version: Version) -> Path:
        return self.folder / f"{self.unit}-{version.digest[:_DIGITS]}.csv"

    def text_of(self, version: Version) -> str:
        """What the version holds. Raises InputError where it is not there or not what it was."""
        return checked_content(self.path_of(version), version.digest).decode()

    def put_version(self, new: NewVersion,
                    record: Callable[[], object] = lambda: None) -> Version:
        """Put a version in force; `record` notes it in the audit log just before, and where that
        fails nothing is done.

        Raises InputError where another version has come since `seen`, or nothing can be written;
        all is then as it was.
        """
        try:
            with self._alone():
                versions = self.all()
                newest = versions[0].number if versions else 0
                if newest != new.seen:
                    raise InputError(
                        f"核对之后，这份台账已有了第{newest}版（{versions[0].by}）；"
                        "没有提交，请在新的一版上重新核对。" if versions else
                        "这份台账的版本记录不见了；没有提交，请告知系统管理员。")
                made = Version(newest + 1, new.at, new.by, digest_of(new.text), new.rows, new.added,
                               new.changed, new.removed, new.reason, new.back_to)
                record()
                swap(self.path_of(made), new.text.encode())
                self.path_of(made).chmod(0o640)
                swap(self.record, _as_json((*reversed(versions), made)).encode())
                return made
        except OSError as error:
            raise InputError(f"台账写不进去（{error.strerror}）；没有提交。请系统管理员检查数据文件夹的权限和空间。"
                             ) from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f".{self.unit}-lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _as_json(versions: tuple[Version, ...]) -> str:
    lines = [json.dumps({**asdict(one), "at": one.at.isoformat(timespec="seconds")},
                        ensure_ascii=False) for one in versions]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def checked_content(path: Path, digest: str) -> bytes:
    """The stored content of this digest. Raises InputError where it is not there or was changed."""
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise InputError(f"报送的台账 {path.name} 不见了或被改过；请从备份恢复 {FOLDER} 文件夹。")
    return content


def units_with_registers(home: Path, dataset: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """The codes of the units that have handed in, in order; of those `allowed` only, () for all."""
    found = (path.stem for path in (home / FOLDER / dataset).glob("*.json")
             if not path.name.startswith("."))
    return sorted(unit for unit in found if not allowed or unit in allowed)


def current_registers(home: Path, dataset: str,
                      allowed: tuple[str, ...] = ()) -> tuple[Current, ...]:
    """What is in force of every unit, in the order of their codes. `allowed`: of these units only,
    () for all. Raises InputError as `Versions.all`.
    """
    found: list[Current] = []
    for unit in units_with_registers(home, dataset, allowed):
        own = Versions(home, dataset, unit)
        newest = own.newest()
        if newest is not None:
            found.append(Current(unit, own.path_of(newest), newest.digest))
    return tuple(found)
