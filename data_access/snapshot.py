"""Snapshots: one folder per refresh, written whole or not at all; readers follow the CURRENT pointer.

    <data>/snapshots/CURRENT               id of the snapshot in force
    <data>/snapshots/<id>/manifest.json    what was read, when, from where, with which state
    <data>/snapshots/<id>/<dataset>.parquet, venues.parquet, reference.json
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from data_access.reading import DatasetPart
from data_access.reference import geography_from
from kpi.errors import InputError
from kpi.facts import DatasetQuality, Facts, Source, SourceState
from kpi.plan import Plan

FORMAT = 1
KEPT = 10


@dataclass(frozen=True)
class Part:
    """One dataset in a snapshot: its data with where and when it was read; `message` says why it is not fresh."""

    data: DatasetPart
    read_at: datetime
    stale: bool = False
    message: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """Everything one refresh read. `messages` are the plain sentences about what could not be read."""

    id: str
    read_at: datetime
    sample: bool
    plan_start: date
    parts: Mapping[str, Part]
    reference: Mapping[str, list[dict[str, Any]] | None]
    sources: Mapping[str, Source]
    messages: tuple[str, ...] = ()

    def facts(self, plan: Plan) -> Facts:
        """The snapshot as facts for one plan; raises InputError when its divisions do not fit the plan."""
        units, townships = self.reference["managing_unit"] or [], self.reference["township"] or []
        geography = geography_from(plan, units, townships, self.reference["central_village"])
        venues = self.parts["service_venue"].data.venues if "service_venue" in self.parts else None
        return Facts(geography, self.read_at.date(), {name: part.data.cells for name, part in self.parts.items()},
                     venues, {name: part.data.quality for name, part in self.parts.items()}, self.sources,
                     frozenset(name for name, part in self.parts.items() if part.stale))

    def without_cells(self) -> Snapshot:
        """The same reading with its state and reconciliation only, for readers who may not see every division."""
        def emptied(part: Part) -> Part:
            data = replace(part.data, cells=part.data.cells.iloc[:0], venues=None)
            return replace(part, data=data, message=None)
        return replace(self, parts={name: emptied(part) for name, part in self.parts.items()}, messages=(),
                       sources={name: replace(source, message=None) for name, source in self.sources.items()})

    @property
    def latest_complete_day(self) -> date:
        """The newest day any source has records for, and at the latest the day before the data was read."""
        yesterday = date.fromordinal(self.read_at.date().toordinal() - 1)
        latest = [source.latest for source in self.sources.values() if source.latest is not None]
        return min([yesterday, max(latest)]) if latest else yesterday


def save(snapshot: Snapshot, data: Path) -> None:
    """Write the snapshot and make it the current one, each by a rename; a failure leaves the previous one in force."""
    folder = data / "snapshots"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
        try:
            _write(snapshot, draft)
            os.rename(draft, folder / snapshot.id)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        _point(folder, snapshot.id)
    except OSError as error:
        raise InputError(f"快照写不进文件夹 {folder}（{error.strerror}）；请检查磁盘空间和权限后重新刷新，原有数据不受影响。") from None
    _forget_old(folder, snapshot.id)


def load_current(data: Path) -> Snapshot | None:
    """The current snapshot, None when there is none yet. Raises InputError when it cannot be read."""
    identity = current_id(data)
    return None if identity is None else load(data, identity)


def current_id(data: Path) -> str | None:
    try:
        return (data / "snapshots" / "CURRENT").read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def load(data: Path, identity: str) -> Snapshot:
    """One snapshot by id. Raises InputError when it is missing or damaged."""
    folder = data / "snapshots" / identity
    try:
        return _read(folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"快照 {identity} 读不出来（{type(error).__name__}）；请重新刷新数据：python -m data_access refresh。"
                         ) from None


def identify(read_at: datetime, parts: Mapping[str, Part], reference: Any) -> str:
    """Reading time and a digest of what was read, so that equal data at equal times has equal ids."""
    digest = hashlib.sha256(json.dumps(reference, default=str, sort_keys=True).encode())
    for name in sorted(parts):
        digest.update(name.encode())
        digest.update(pd.util.hash_pandas_object(parts[name].data.cells, index=False).to_numpy().tobytes())
    return f"{read_at:%Y%m%dT%H%M%S}-{digest.hexdigest()[:8]}"


def _write(snapshot: Snapshot, folder: Path) -> None:
    for name, part in snapshot.parts.items():
        part.data.cells.to_parquet(folder / f"{name}.parquet", index=False)
        if part.data.venues is not None:
            part.data.venues.to_parquet(folder / "venues.parquet", index=False)
    (folder / "reference.json").write_text(_json(snapshot.reference), encoding="utf-8")
    (folder / "manifest.json").write_text(_json(_manifest(snapshot)), encoding="utf-8")


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, default=lambda value: value.isoformat())


def _manifest(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "format": FORMAT, "id": snapshot.id, "read_at": snapshot.read_at, "sample": snapshot.sample,
        "plan_start": snapshot.plan_start, "messages": list(snapshot.messages),
        "sources": {name: vars(source) for name, source in snapshot.sources.items()},
        "parts": {name: {"read_at": part.read_at, "stale": part.stale, "message": part.message,
                         "latest": part.data.latest, "quality": {**vars(part.data.quality)}}
                  for name, part in snapshot.parts.items()},
    }


def _read(folder: Path, manifest: dict[str, Any]) -> Snapshot:
    reference = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    for rows in reference.values():
        for row in rows or ():
            for name in ("valid_from", "valid_to"):
                if row.get(name):
                    row[name] = date.fromisoformat(row[name])
    return Snapshot(
        manifest["id"], datetime.fromisoformat(manifest["read_at"]), manifest["sample"],
        date.fromisoformat(manifest["plan_start"]),
        {name: _read_part(folder, name, part) for name, part in manifest["parts"].items()}, reference,
        {name: Source(**{**source, "state": SourceState(source["state"]), "latest": _day(source["latest"])})
         for name, source in manifest["sources"].items()}, tuple(manifest["messages"]))


def _read_part(folder: Path, name: str, part: dict[str, Any]) -> Part:
    venues = pd.read_parquet(folder / "venues.parquet") if name == "service_venue" else None
    data = DatasetPart(name, pd.read_parquet(folder / f"{name}.parquet"), DatasetQuality(**part["quality"]),
                       _day(part["latest"]), venues)
    return Part(data, datetime.fromisoformat(part["read_at"]), part["stale"], part["message"])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _point(folder: Path, identity: str) -> None:
    pointer = folder / f".CURRENT-{os.getpid()}"
    pointer.write_text(identity, encoding="ascii")
    os.replace(pointer, folder / "CURRENT")


def _forget_old(folder: Path, current: str) -> None:
    """Keep the newest snapshots; a reader that still has an older one open has it in memory."""
    known = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    for path in known[:-KEPT]:
        if path.name != current:
            shutil.rmtree(path, ignore_errors=True)
