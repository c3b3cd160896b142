"""Builds the sample databases: a folder of SQLite files, whole or not at all, or the databases of a
server.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from kpi.definitions import CONNECTIONS, DATASETS
from kpi.vocabulary import InputError
from sample_data.calendar import AS_OF
from sample_data.copies import copied_by, copies_for
from sample_data.targets import SqliteFiles, Target, server_databases
from sample_data.world import SEED, tables

Progress = Callable[[str, float], None]
ABOUT = "sample.json"
SMALLEST, LARGEST = 0.1, 10_000.0


def build(folder: Path, *, scale: float = 1, seed: int = SEED, progress: Progress | None = None,
          force: bool = False, copies: int | None = None) -> None:
    """Write `<connection>.sqlite` for every connection and sample.json into `folder`.

    `scale` multiplies rows and with them headcounts, accounts, cases and posts; places stay what
    they are. The same scale and seed give the same files. The folder appears complete or not at
    all: a build that is killed leaves at most a hidden folder beside it, which the next build
    removes. A large sample is `copies` of one of `scale / copies` (`sample_data.copies`; default:
    as many as it takes). Raises InputError when the folder already holds a sample and `force` is
    not given, cannot be written, or the scale is out of range.
    """
    _check_scale(scale)
    folder = Path(folder).absolute()
    if (folder / ABOUT).exists() and not force:
        raise InputError(f"{folder} 中已有演示数据库；要重建请加 --force，或用 --out 换一个文件夹。")
    try:
        with _alone(folder):
            # another process may have built it while this one waited
            if force or not (folder / ABOUT).exists():
                _build(folder, scale, seed, progress, copies or copies_for(scale))
    except OSError as error:
        raise InputError(f"文件夹 {folder} 写不进去（{error.strerror}）；请检查路径、权限和磁盘空间。") from None
    except sqlite3.Error as error:
        raise InputError(f"演示数据库写到 {folder} 时出错（{error}）；请检查磁盘空间后重试。") from None


def fill(template: str, *, scale: float = 1, seed: int = SEED, progress: Progress | None = None,
         force: bool = False, copies: int | None = None,
         only: Collection[str] = tuple(DATASETS)) -> None:
    """Write the same rows into existing databases of a server; `{connection}` in the URL is each
    connection's name.

    A URL without it is one database for all. `only`: these datasets and no others. Raises
    InputError when a database cannot be reached or written, or already has such tables and `force`
    is not given.
    """
    _check_scale(scale)
    unknown = [name for name in only if name not in DATASETS]
    if unknown:
        raise InputError(f"数据集 {unknown[0]} 不认识；可用的有 {'、'.join(DATASETS)}，请改正 --only。")
    copies = copies or (copies_for(scale) if copied_by(template) else 1)
    with server_databases(template, force, copies=copies, only=only) as target:
        _write(target, scale / copies, seed, progress, only)


def _check_scale(scale: float) -> None:
    if not SMALLEST <= scale <= LARGEST:
        raise InputError(f"--scale {scale:g} 超出范围；请用 {SMALLEST:g} 到 {LARGEST:g} 之间的数。")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the lock on building this folder; waits for another build of it to end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    path = folder.parent / f".{folder.name}.lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _build(folder: Path, scale: float, seed: int, progress: Progress | None, copies: int) -> None:
    part = folder.parent / f".{folder.name}.part"
    shutil.rmtree(part, ignore_errors=True)  # left by a build that was killed
    part.mkdir()
    try:
        _write(SqliteFiles(part, copies), scale / copies, seed, progress)
        about = {"as_of": AS_OF.isoformat(), "scale": scale, "seed": seed, "note": "演示数据"}
        (part / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n",
                                  encoding="utf-8")
        _publish(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(target: Target, scale: float, seed: int, progress: Progress | None,
           only: Collection[str] = tuple(DATASETS)) -> None:
    tell = progress or (lambda _text, _share: None)
    tell("正在生成演示数据", 0.0)
    for number, table in enumerate(tables(scale, seed, only), start=1):
        target.write(table)
        tell(f"正在生成演示数据：{DATASETS[table.dataset].title}", number / len(DATASETS))
    tell("演示数据已生成", 1.0)


def _publish(part: Path, folder: Path) -> None:
    """Put the finished files in place. In a folder that exists already nothing else is touched."""
    for file in part.iterdir():
        _flush(file)
    if not folder.exists():
        part.rename(folder)
        return
    # without sample.json the folder counts as not built, so it goes first and comes back last
    (folder / ABOUT).unlink(missing_ok=True)
    for name in [*(f"{connection}.sqlite" for connection in CONNECTIONS), ABOUT]:
        (part / name).replace(folder / name)


def _flush(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
