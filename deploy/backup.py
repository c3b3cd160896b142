"""Backup and restore of what the program writes and what a clerk edits.

    python deploy/backup.py save --data DIR --config DIR --to DIR [--keep N]
    python deploy/backup.py restore FILE --data DIR --config DIR [--force]
    python deploy/backup.py verify FILE

A copy is consistent while the program runs: SQLite files by the database's own backup, the audit
log under its lock, and of the snapshots those that are complete. Every file's SHA-256 is in the
archive and is checked before anything is restored.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import shutil
import sqlite3
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

_MANIFEST = "SHA256.json"
# made anew by themselves, or of no use tomorrow
_LEFT_OUT = ("sample", "links", "sign-ins")


class BackupError(Exception):
    """One plain sentence about what went wrong."""


def save(data: Path, config: Path, to: Path, keep: int | None = None) -> Path:
    """Write one archive into `to` and return it; with `keep` the oldest beyond that number are
    removed.
    """
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    final = to / f"linggong-{datetime.now():%Y%m%dT%H%M%S}.tar.gz"
    with tempfile.TemporaryDirectory(dir=to, prefix=".draft-") as draft:
        root = Path(draft) / "content"
        _copy(data, root / "data")
        _copy(config, root / "config")
        digests = {str(path.relative_to(root)): _digest(path) for path in _files(root)}
        (root / _MANIFEST).write_text(json.dumps(digests, indent=1, sort_keys=True),
                                      encoding="utf-8")
        packed = Path(draft) / "packed"
        with tarfile.open(packed, "w:gz") as archive:
            archive.add(root, arcname=".")
        packed.chmod(0o600)
        packed.rename(final)
    for old in sorted(to.glob("linggong-*.tar.gz"))[:-keep] if keep else []:
        old.unlink()
    return final


def verify(archive: Path) -> int:
    """Number of files in an archive. Raises BackupError when one is missing or changed."""
    with _unpacked(archive) as root:
        return len(list(_files(root))) - 1


def restore(archive: Path, data: Path, config: Path, *, force: bool) -> int:
    """Put an archive's files in place. Existing folders are kept beside as `*.before-restore`, and
    only with `force`.
    """
    with _unpacked(archive) as root:
        for target in (data, config):
            if target.exists() and any(target.iterdir()) and not force:
                raise BackupError(f"文件夹 {target} 不是空的；请先停止服务，确认后加 --force（原内容会改名保留）。")
        for name, target in (("data", data), ("config", config)):
            _put(root / name, target)
        return len(list(_files(root))) - 1


def _put(source: Path, target: Path) -> None:
    if target.exists() and any(target.iterdir()):
        kept = target.with_name(f"{target.name}.before-restore")
        if kept.exists():
            raise BackupError(f"{kept} 已存在；请先移走上次恢复留下的旧内容。")
        target.rename(kept)
    if source.exists():
        shutil.copytree(source, target, dirs_exist_ok=True)


def _copy(source: Path, target: Path) -> None:
    if not source.is_dir():
        raise BackupError(f"文件夹 {source} 不存在；请检查 --data 和 --config。")
    with _quiet(source / "audit" / "lock"):
        # the pointer first: the snapshot it names is complete by then, a newer one may be half
        # copied
        for path in sorted(_files(source), key=lambda path: path.name != "CURRENT"):
            inside = path.relative_to(source)
            if inside.parts[0] in _LEFT_OUT or any(part.startswith(".") for part in inside.parts):
                continue
            if path.name.endswith(("-wal", "-shm", "-journal")) or path.name in (
                "lock",
                "refresh.lock",
            ):
                continue
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            _copy_file(path, target / inside)


def _copy_file(path: Path, target: Path) -> None:
    try:
        with path.open("rb") as file:
            database = file.read(16) == b"SQLite format 3\x00"
        if database:
            _copy_database(path, target)
        else:
            shutil.copy2(path, target)
    except FileNotFoundError:
        return  # an old snapshot was tidied away meanwhile


def _copy_database(path: Path, target: Path) -> None:
    source, copy = sqlite3.connect(path, timeout=30), sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    target.chmod(path.stat().st_mode & 0o777)


@contextmanager
def _quiet(lock: Path) -> Iterator[None]:
    """No audit record is written while the log is copied."""
    if not lock.exists():
        yield
        return
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def _unpacked(archive: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        try:
            with tarfile.open(archive) as packed:
                packed.extractall(root, filter="data")
            digests = json.loads((root / _MANIFEST).read_text(encoding="utf-8"))
        except (OSError, tarfile.TarError, ValueError, EOFError) as error:
            raise BackupError(f"备份文件 {archive} 读不出来（{type(error).__name__}）；请换一份备份。") from None
        found = {str(path.relative_to(root)) for path in _files(root)} - {_MANIFEST}
        spoilt = sorted({*(found ^ set(digests)), *(name for name in found & set(digests)
                                                    if _digest(root / name) != digests[name])})
        if spoilt:
            raise BackupError(f"备份文件 {archive} 不完整：{spoilt[0]} 缺失或被改动；请换一份备份。")
        yield root


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="备份与恢复")
    commands = parser.add_subparsers(dest="command", required=True)
    saving = commands.add_parser("save", help="备份")
    saving.add_argument("--to", type=Path, required=True)
    saving.add_argument("--keep", type=int)
    restoring = commands.add_parser("restore", help="恢复")
    restoring.add_argument("archive", type=Path)
    restoring.add_argument("--force", action="store_true")
    commands.add_parser("verify", help="核对").add_argument("archive", type=Path)
    for command in (saving, restoring):
        command.add_argument("--data", type=Path, required=True)
        command.add_argument("--config", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "save":
            print(f"已备份到 {save(chosen.data, chosen.config, chosen.to, chosen.keep)}")
        elif chosen.command == "restore":
            print(
                f"已恢复 {restore(chosen.archive, chosen.data, chosen.config, force=chosen.force)} 个文件。"
            )
        else:
            print(f"备份完整：{verify(chosen.archive)} 个文件。")
    except BackupError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
