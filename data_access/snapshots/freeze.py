"""Freezing (定稿): what a meeting was shown, kept whole and unchanged.

    <data>/frozen/<as-of>-<id>/manifest.json   checksum of every file below
    …/plan.toml, sources.toml, snapshot/, outputs/, figures.json
    …/plans/   where the plan had versions: all of them (`data_access.site.versions`)

A frozen meeting holds its own snapshot and plan, so that no later correction, refresh or edit of
the plan reaches it. Its papers and figures are read as they were written, by any later version of
the program; only holding them against today's needs the snapshot, which an earlier version may have
written (`data_access.snapshots.formats`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from data_access.site import Settings, load_plan, plan_eras, recorded_versions, version_files
from data_access.site.definition_files import definition_files
from data_access.snapshots.clock import local_now
from data_access.snapshots.frozen_figures import FIGURES_FILE, FrozenFigures, read_figures, to_bytes
from data_access.snapshots.history import figures_in_force
from data_access.snapshots.snapshot import Snapshot, digest, load_folder, reason
from kpi.figures import Figures
from kpi.plan import Era, Plan, plan_on
from kpi.vocabulary import InputError

_DRAFT = ".draft-"
_DRAFT_SECONDS = 3600
_INCOMPARABLE = ("这次定稿的数据是另一版本的程序留存的，本版本读不了，不能与现在逐项比较；"
                 "当时的报表和数字不受影响，仍可查看和下载。")


@dataclass(frozen=True)
class FrozenNote:
    """A frozen meeting as listed, before anything of it is opened."""

    folder: Path
    as_of: date
    frozen_at: datetime
    snapshot_id: str
    sample: bool


@dataclass(frozen=True, eq=False)
class Frozen:
    """A frozen meeting, every file of it verified. `outputs`: names of the papers kept with it.

    `shown`: its figures as they were, None where only papers are there. `plan`, `snapshot` and
    `figures` serve to hold them against today's; each raises InputError where this version of the
    program cannot read what was frozen.
    """

    note: FrozenNote
    outputs: tuple[str, ...]
    shown: FrozenFigures | None

    @cached_property
    def plan(self) -> Plan:
        """The one in force on the meeting's day."""
        return plan_on(self._eras, self.note.as_of)

    @cached_property
    def _eras(self) -> tuple[Era, ...]:
        settings = Settings(self.note.folder, self.note.folder, {})
        try:
            versions = recorded_versions(settings)
            if versions:
                return plan_eras(settings, versions)
            plan = load_plan(settings)
            return (Era(plan.window.start, plan, ""),)
        except InputError as error:
            raise InputError(_INCOMPARABLE) from error

    @cached_property
    def snapshot(self) -> Snapshot:
        try:
            return load_folder(self.note.folder / "snapshot")
        except InputError as error:
            raise InputError(_INCOMPARABLE) from error

    @cached_property
    def figures(self) -> Figures:
        """Computed again, by the program of today, from what was frozen."""
        try:
            return figures_in_force(self.snapshot, self._eras, None).on(self.note.as_of)
        except (KeyError, ValueError) as error:
            raise InputError(_INCOMPARABLE) from error

    def output(self, name: str) -> bytes:
        return (self.note.folder / "outputs" / name).read_bytes()


def freeze(settings: Settings, snapshot: Snapshot, plan: Plan, as_of: date,
           outputs: Mapping[str, bytes], now: datetime | None = None, *,
           shown: FrozenFigures | None = None) -> FrozenNote:
    """Keep the snapshot, the plan and sources files and the papers made from them; all files
    read-only.

    `shown`: the figures as the papers have them, for any later version of the program to show.

    Freezing the same again – snapshot, plan, sources and every paper, and with the papers the
    ledger they show – gives the note of what is there; anything else is a further freezing of that
    day. `plan`: as the file has it, whichever version was in force on the day.

    Raises InputError when the snapshot is gone, the plan file is no longer the one the papers
    were made with, or the folder cannot be written.
    """
    if load_plan(settings) != plan:
        raise InputError("方案文件在生成报表之后被改过；请重新运行定稿。")
    source = settings.data / "snapshots" / snapshot.id
    load_folder(source)  # never freeze a damaged one
    same = _same(settings, snapshot, as_of, outputs)
    if same is not None:
        return open_frozen(same).note
    folder = settings.data / "frozen" / f"{as_of}-{_identity(snapshot, settings, outputs)}"
    note = FrozenNote(folder, as_of, (now or local_now(plan)).replace(microsecond=0), snapshot.id,
                      snapshot.sample)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _clear(folder.parent)
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder.parent))
        try:
            _fill(draft, source, settings, outputs, shown, note)
            os.rename(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        _close(folder)
    except OSError as error:
        raise InputError(f"定稿写不进文件夹 {folder.parent}（{reason(error)}）；请检查磁盘空间和权限后重试。") from None
    return note


def _same(settings: Settings, snapshot: Snapshot, as_of: date,
          outputs: Mapping[str, bytes]) -> Path | None:
    """The folder in which exactly this is frozen already."""
    wanted = _contents(settings, outputs)
    for note in list_frozen(settings.data):
        files = _manifest(note.folder)["files"]
        held = {name: digest for name, digest in files.items()
                if not name.startswith("snapshot/") and name != FIGURES_FILE}
        if (note.as_of, note.snapshot_id) == (as_of, snapshot.id) and held == wanted:
            return note.folder
    return None


def _contents(settings: Settings, outputs: Mapping[str, bytes]) -> dict[str, str]:
    """Checksums of what is frozen besides the snapshot, as a manifest lists them."""
    files = {path.name: path.read_bytes() for path in (settings.plan_file, settings.sources_file)
             if path.exists()}
    files |= {str(path.relative_to(settings.config)): path.read_bytes()
              for path in definition_files(settings.config)}
    files |= {str(path.relative_to(settings.data)): path.read_bytes()
              for path in version_files(settings)}
    files |= {f"outputs/{name}": content for name, content in outputs.items()}
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _identity(snapshot: Snapshot, settings: Settings, outputs: Mapping[str, bytes]) -> str:
    content = json.dumps([snapshot.id, sorted(_contents(settings, outputs).items())])
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def _fill(draft: Path, source: Path, settings: Settings, outputs: Mapping[str, bytes],
          shown: FrozenFigures | None, note: FrozenNote) -> None:
    shutil.copytree(source, draft / "snapshot")
    for path in (settings.plan_file, settings.sources_file):
        if path.exists():
            shutil.copyfile(path, draft / path.name)
    for path in definition_files(settings.config):
        target = draft / path.relative_to(settings.config)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for path in version_files(settings):
        (draft / path.relative_to(settings.data)).parent.mkdir(exist_ok=True)
        shutil.copyfile(path, draft / path.relative_to(settings.data))
    (draft / "outputs").mkdir()
    for name, content in outputs.items():
        (draft / "outputs" / name).write_bytes(content)
    if shown is not None:
        (draft / FIGURES_FILE).write_bytes(to_bytes(shown))
    files = {str(path.relative_to(draft)): digest(path) for path in sorted(draft.rglob("*"))
             if path.is_file()}
    about = {"as_of": note.as_of.isoformat(),
             "frozen_at": note.frozen_at.isoformat(timespec="seconds"),
             "snapshot": note.snapshot_id, "sample": note.sample, "files": files}
    (draft / "manifest.json").write_text(json.dumps(about, ensure_ascii=False, indent=1),
                                         encoding="utf-8")


def _clear(frozen: Path) -> None:
    """Drop drafts of processes that died while filling them."""
    for draft in frozen.glob(f"{_DRAFT}*"):
        if time.time() - draft.stat().st_mtime > _DRAFT_SECONDS:
            shutil.rmtree(draft, ignore_errors=True)


def _close(folder: Path) -> None:
    """Read-only for everyone; the checksums catch whoever changes a file all the same."""
    for path in folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)


def list_frozen(data: Path) -> tuple[FrozenNote, ...]:
    """Every frozen meeting, newest as-of first; one whose manifest cannot be read is left out."""
    notes = []
    for path in (data / "frozen").glob("*/manifest.json"):
        if not path.parent.name.startswith(_DRAFT):
            try:
                notes.append(_note(path.parent, _manifest(path.parent)))
            except InputError:
                continue
    return tuple(sorted(notes, key=lambda note: (note.as_of, note.frozen_at), reverse=True))


def number_of(note: FrozenNote, notes: Sequence[FrozenNote]) -> int:
    """Which freezing of its day it is, from 1, by the time they were made."""
    return 1 + sum(one.as_of == note.as_of and one.frozen_at < note.frozen_at for one in notes)


def open_frozen(folder: Path) -> Frozen:
    """The frozen meeting in a folder. Raises InputError naming the file that was changed, added or
    removed.
    """
    manifest = _manifest(folder)
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {
        "manifest.json"}
    wrong = sorted(present ^ set(manifest["files"])) or [
        name for name, expected in manifest["files"].items() if digest(folder / name) != expected]
    if wrong:
        raise InputError(f"定稿 {folder.name} 中的 {wrong[0]} 与定稿时不一致，不能使用；请从备份恢复该文件夹。")
    outputs = tuple(sorted(Path(name).name for name in manifest["files"]
                           if name.startswith("outputs/")))
    return Frozen(_note(folder, manifest), outputs, read_figures(folder))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(
            encoding="utf-8"))
        if set(manifest) < {"as_of", "frozen_at", "snapshot", "sample", "files"}:
            raise ValueError("incomplete")
    except (OSError, ValueError, TypeError):
        raise InputError(f"定稿 {folder.name} 的 manifest.json 读不出来；请从备份恢复该文件夹。") from None
    return manifest


def _note(folder: Path, manifest: Mapping[str, Any]) -> FrozenNote:
    return FrozenNote(folder, date.fromisoformat(manifest["as_of"]),
                      datetime.fromisoformat(manifest["frozen_at"]), manifest["snapshot"],
                      manifest["sample"])
