"""Snapshots: one folder per refresh, written whole or not at all; readers follow the CURRENT
pointer.

    <data>/snapshots/CURRENT               id of the snapshot in force
    <data>/snapshots/<id>/manifest.json    what was read, when, from where, with which state
    <data>/snapshots/<id>/<dataset>.parquet, <dataset>.findings.parquet, venues.parquet,
    reference.json
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd

from data_access.boundary import Memory
from data_access.reading import (
    CodePair,
    DatasetPart,
    Delay,
    Health,
    Trace,
    UnknownValue,
    geography_from,
)
from data_access.reading import (
    as_json as trace_json,
)
from data_access.reading import (
    from_json as trace_from,
)
from data_access.snapshots.formats import FORMAT, NewerFormatError, cells_of, manifest_of
from data_access.snapshots.parquet import read_frame, write_frame
from kpi.counting import DatasetQuality, Facts, Hold, Source, SourceState
from kpi.definitions import SHIPPED
from kpi.plan import Plan
from kpi.vocabulary import InputError, Remark

KEPT = 10
_SAID = 3  # findings in one sentence; the page lists all
_DRAFT = ".draft-"
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")


class Method(StrEnum):
    """How the last refresh read a dataset: all of it, only the months that changed, or nothing
    because nothing did.
    """

    FULL = "full"
    INCREMENTAL = "incremental"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Part:
    """One dataset in a snapshot: its data with when and how it was read; `message` says why it is
    not fresh.

    `trace` is what the next refresh compares with to find what changed, `memory` what it compares
    with to see whether the next reading is plausible; None when a former version of the program
    read the part.
    """

    data: DatasetPart
    read_at: datetime
    stale: bool = False
    message: str | None = None
    method: Method = Method.FULL
    trace: Trace | None = None
    memory: Memory | None = None


@dataclass(frozen=True)
class Held:
    """A reading that waits to be accepted (待核实): read well, but too unlike what is in force.

    `findings`: what is unlike it, in words. `part` of a service dataset, `rows` of a reference
    list. `since`: when such a reading was first held. `declined`: who looked at this very reading
    and did not want it, and when; None: nobody yet.
    """

    dataset: str
    connection: str
    since: datetime
    digest: str
    findings: tuple[str, ...]
    part: Part | None = None
    rows: list[dict[str, Any]] | None = None
    declined: str | None = None

    @property
    def sentence(self) -> str:
        """What happened and what to do, in one sentence."""
        more = f"等{len(self.findings)}处" if len(self.findings) > _SAID else ""
        return (f"{SHIPPED.title(self.dataset)}：{'；'.join(self.findings[:_SAID])}{more}，已暂不采用；"
                "请向数据单位核实，再到“数据”页接受或暂不采用。")


@dataclass(frozen=True)
class Snapshot:
    """Everything one refresh read.

    `configuration`: digest of the connections, the mapping file and the counting rules it was read
    with. `messages` are the plain sentences about what could not be read, `notes` about what was
    read and should be known, `reference_remarks` what was noticed in the division lists, which are
    no parts.
    """

    id: str
    read_at: datetime
    sample: bool
    plan_start: date
    parts: Mapping[str, Part]
    reference: Mapping[str, list[dict[str, Any]] | None]
    sources: Mapping[str, Source]
    messages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    configuration: str = ""
    reference_remarks: tuple[Remark, ...] = ()
    held: Mapping[str, Held] = field(default_factory=dict)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Everything noticed in what was read, by dataset."""
        return (*(remark for part in self.parts.values() for remark in part.data.quality.remarks),
                *self.reference_remarks)

    @property
    def remark_lines(self) -> tuple[str, ...]:
        """One line a clerk reads per remark, with its dataset."""
        return tuple(f"请核对 {remark.sentence(SHIPPED.title(remark.dataset))}"
                     for remark in self.remarks)

    def facts(self, plan: Plan) -> Facts:
        """The snapshot as facts for one plan; raises InputError when its divisions do not fit the
        plan.
        """
        units, townships = self.reference["managing_unit"] or [], self.reference["township"] or []
        geography = geography_from(plan, units, townships, self.reference["central_village"])
        register = self.parts.get(plan.definitions.register.name)
        venues = None if register is None else register.data.venues
        # the day pages open at is never judged by what is old, even where that day was complete
        # before
        newest = min(self.latest_complete_day, plan.window.deadline) + timedelta(days=1)
        # what was read well when the plan's last records were in is finished, whatever becomes of
        # its source
        finished = plan.window.deadline + timedelta(days=plan.late_days)
        old = {name: min(part.read_at.date(), newest) for name, part in self.parts.items()
               if (part.stale or name in self.held) and part.read_at.date() <= finished}
        lists = {name for name in self.held if name not in self.parts}
        holds = {name: Hold(held.since.date(), held.digest, held.sentence,
                            held.declined is not None) for name, held in self.held.items()}
        return Facts(geography, self.read_at.date(),
                     {name: part.data.cells for name, part in self.parts.items()}, venues,
                     {name: part.data.quality for name, part in self.parts.items()}, self.sources,
                     frozenset({*old, *lists}), plan.definitions, old, holds)

    def without_cells(self, *, messages: bool) -> Snapshot:
        """The same reading with its state and reconciliation only, for readers who may not see
        every division.

        `messages`: whether what was said about the sources stays.
        """
        def emptied(part: Part) -> Part:
            # a remark quotes files and rows of the whole city
            quality = part.data.quality if messages else replace(part.data.quality, remarks=())
            data = replace(part.data, cells=part.data.cells.iloc[:0], venues=None, findings=None,
                           quality=quality)
            return replace(part, data=data, message=part.message if messages else None)
        bare = replace(self, parts={name: emptied(part) for name, part in self.parts.items()},
                       held={name: replace(one, rows=None, part=None if one.part is None
                                           else emptied(one.part))
                             for name, one in self.held.items()} if messages else {})
        if messages:
            return bare
        return replace(bare, messages=(), reference_remarks=(),
                       sources={name: replace(source, message=None)
                                for name, source in self.sources.items()})

    @property
    def latest_complete_day(self) -> date:
        """The newest day any source has records for, and at the latest the day before the data was
        read.
        """
        yesterday = date.fromordinal(self.read_at.date().toordinal() - 1)
        latest = [source.latest for source in self.sources.values() if source.latest is not None]
        return min([yesterday, max(latest)]) if latest else yesterday


def save(snapshot: Snapshot, data: Path) -> None:
    """Write the snapshot and make it the current one, each by a rename; a failure leaves the
    previous one in force.

    Only call it while holding the refresh lock: drafts found lying about are taken for those of a
    killed refresh.
    """
    folder = data / "snapshots"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder))
        try:
            _write(snapshot, draft)
            _replace_folder(draft, folder / snapshot.id)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        _point(folder, snapshot.id)
    except OSError as error:
        raise InputError(f"快照写不进文件夹 {folder}（{reason(error)}）；请检查磁盘空间和权限后重新刷新，原有数据不受影响。") from None
    _forget_old(folder, snapshot.id)


def reason(error: OSError) -> str:
    """Why a file could not be written, as far as the system says."""
    return os.strerror(error.errno) if error.errno else type(error).__name__


def _sweep(folder: Path) -> None:
    for left in folder.glob(f"{_DRAFT}*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in folder.glob(".CURRENT-*"):
        left.unlink(missing_ok=True)


def _replace_folder(draft: Path, final: Path) -> None:
    # the same data read twice in one second has one id; the older copy may be damaged, so the new
    # one wins
    if final.exists():
        os.rename(final, draft.with_name(f"{draft.name}.old"))
    os.rename(draft, final)
    shutil.rmtree(draft.with_name(f"{draft.name}.old"), ignore_errors=True)


def load_current(data: Path) -> Snapshot | None:
    """The current snapshot, None when there is none yet.

    One that is damaged, or was written by a later version, is replaced by the newest that can be
    read, with a message that says so. Raises InputError when there are snapshots but none can be
    read.
    """
    identity = current_id(data)
    try:
        return None if identity is None else load(data, identity)
    except InputError as error:
        damaged = error
    for other in reversed(known_ids(data)):
        try:
            older = load(data, other)
        except InputError:
            continue
        why = "是较新版本的程序写的" if _of_a_later_version(data, identity or "") else "损坏"
        return replace(older, messages=(f"最新的快照{why}，正在使用 {older.read_at:%Y-%m-%d %H:%M} 读取的快照；"
                                        "请重新刷新数据：python -m data_access refresh。", *older.messages))
    raise damaged


def _of_a_later_version(data: Path, identity: str) -> bool:
    try:
        manifest_of(json.loads((data / "snapshots" / identity / "manifest.json").read_text(
            encoding="utf-8")))
    except NewerFormatError:
        return True
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return False


@dataclass(frozen=True)
class Reading:
    """What a snapshot was read from: the sample or not, and the digest of connections, mapping and
    counting rules.
    """

    sample: bool
    configuration: str


def current_reading(data: Path) -> Reading | None:
    """Of the current snapshot by its manifest alone, without its figures; None when there is none
    or it cannot be read.
    """
    identity = current_id(data)
    try:
        manifest = json.loads((data / "snapshots" / str(identity) / "manifest.json").read_text(
            encoding="utf-8"))
        return Reading(manifest["sample"], manifest["configuration"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # `load` says what is wrong with it


def current_id(data: Path) -> str | None:
    """The id CURRENT points to, "?" when what it holds is no id, None when there is no snapshot."""
    try:
        text = (data / "snapshots" / "CURRENT").read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        return "?" if known_ids(data) else None
    except OSError as error:
        raise InputError(
            f"快照文件夹 {data / 'snapshots'} 打不开（{reason(error)}）；请检查 LINGGONG_DATA 和权限。") from None
    return text if _ID.fullmatch(text) else "?"


def known_ids(data: Path) -> list[str]:
    """Ids of the snapshots there are, oldest first."""
    folder = data / "snapshots"
    return (
        sorted(path.name for path in folder.iterdir() if _ID.fullmatch(path.name))
        if folder.is_dir()
        else []
    )


def load(data: Path, identity: str) -> Snapshot:
    """One snapshot by id. Raises InputError when it is missing or damaged."""
    return load_folder(data / "snapshots" / identity)


def load_folder(folder: Path) -> Snapshot:
    """The snapshot in a folder, of whatever earlier format. Raises InputError when it is missing,
    damaged or was written by a later version of the program."""
    try:
        manifest = manifest_of(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
        if any(digest(folder / name) != sum_ for name, sum_ in manifest["files"].items()):
            raise ValueError("damaged")
        return _read(folder, manifest)
    except NewerFormatError:
        raise InputError(
            f"快照 {folder.name} 是较新版本的程序写的，本版本读不了；"
            "请换回较新的版本，或重新刷新数据：python -m data_access refresh。"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"快照 {folder.name} 读不出来（{type(error).__name__}）；请重新刷新数据：python -m data_access refresh。"
        ) from None


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def identify(read_at: datetime, parts: Mapping[str, Part], reference: Any,
             held: Mapping[str, Held] | None = None) -> str:
    """Reading time and a digest of what was read, so that equal data at equal times has equal ids.
    """
    content = hashlib.sha256(rows_digest(reference).encode())
    for name in sorted(parts):
        content.update(f"{name} {part_digest(parts[name].data)}".encode())
    for name, one in sorted((held or {}).items()):
        content.update(f"held {name} {one.digest} {one.declined}".encode())
    return f"{read_at:%Y%m%dT%H%M%S}-{content.hexdigest()[:8]}"


def part_digest(data: DatasetPart) -> str:
    """Digest of the cells of a part, and of its venues."""
    content = hashlib.sha256(pd.util.hash_pandas_object(data.cells,
                                                        index=False).to_numpy().tobytes())
    if data.venues is not None:
        content.update(pd.util.hash_pandas_object(data.venues, index=False).to_numpy().tobytes())
    return content.hexdigest()[:16]


def rows_digest(rows: Any) -> str:
    """Digest of reference lists."""
    return hashlib.sha256(json.dumps(rows, default=str, sort_keys=True).encode()).hexdigest()[:16]


_HELD = "held-"


def _write(snapshot: Snapshot, folder: Path) -> None:
    for part in snapshot.parts.values():
        _write_part(part.data, folder, "")
    for name, one in snapshot.held.items():
        if one.part is not None:
            _write_part(one.part.data, folder, _HELD)
        else:
            (folder / f"{_HELD}{name}.json").write_text(_json(one.rows), encoding="utf-8")
    (folder / "reference.json").write_text(_json(snapshot.reference, indent=1), encoding="utf-8")
    files = {path.name: digest(path) for path in sorted(folder.iterdir())}
    (folder / "manifest.json").write_text(_json({**_manifest(snapshot), "files": files}),
                                          encoding="utf-8")


def _write_part(data: DatasetPart, folder: Path, prefix: str) -> None:
    write_frame(data.cells, folder / f"{prefix}{data.dataset}.parquet")
    if data.findings is not None:
        write_frame(data.findings, folder / f"{prefix}{data.dataset}.findings.parquet")
    if data.venues is not None:
        write_frame(data.venues, folder / f"{prefix}venues.parquet")


def _json(content: Any, indent: int | None = None) -> str:
    # only small files are indented: that is done by a writer in Python, ten times slower
    return json.dumps(content, ensure_ascii=False, indent=indent,
                      default=lambda value: value.isoformat())


def _manifest(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "format": FORMAT, "id": snapshot.id, "read_at": snapshot.read_at, "sample": snapshot.sample,
        "plan_start": snapshot.plan_start, "configuration": snapshot.configuration,
        "messages": list(snapshot.messages),
        "notes": list(snapshot.notes),
        "reference_remarks": [asdict(one) for one in snapshot.reference_remarks],
        "sources": {name: vars(source) for name, source in snapshot.sources.items()},
        "parts": {name: _part_manifest(part) for name, part in snapshot.parts.items()},
        "held": {name: {"connection": one.connection, "since": one.since, "digest": one.digest,
                        "findings": list(one.findings), "declined": one.declined,
                        "part": None if one.part is None else _part_manifest(one.part)}
                 for name, one in snapshot.held.items()},
    }


def _part_manifest(part: Part) -> dict[str, Any]:
    return {"read_at": part.read_at, "stale": part.stale, "message": part.message,
            "method": part.method, "trace": None if part.trace is None else trace_json(part.trace),
            "memory": None if part.memory is None else vars(part.memory),
            "latest": part.data.latest, "quality": asdict(part.data.quality),
            "health": asdict(part.data.health)}


def _read(folder: Path, manifest: dict[str, Any]) -> Snapshot:
    reference = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    reference = {name: _dated(rows) for name, rows in reference.items()}
    return Snapshot(manifest["id"], datetime.fromisoformat(manifest["read_at"]), manifest["sample"],
                    date.fromisoformat(manifest["plan_start"]),
                    {name: _read_part(folder, name, part, written=manifest["format"])
                     for name, part in manifest["parts"].items()}, reference,
                    {name: Source(**{**source, "state": SourceState(source["state"]),
                                     "latest": _day(source["latest"])})
                     for name, source in manifest["sources"].items()}, tuple(manifest["messages"]),
                    tuple(manifest["notes"]), manifest["configuration"],
                    _read_remarks(manifest.get("reference_remarks", ())),
                    {name: _read_held(folder, name, one)
                     for name, one in manifest.get("held", {}).items()})


def _dated(rows: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    for row in rows or ():
        for name in ("valid_from", "valid_to"):
            if row.get(name):
                row[name] = date.fromisoformat(row[name])
    return rows


def _read_held(folder: Path, name: str, one: dict[str, Any]) -> Held:
    part = None if one["part"] is None else _read_part(folder, name, one["part"], _HELD)
    rows = (
        None
        if part is not None
        else _dated(json.loads((folder / f"{_HELD}{name}.json").read_text(encoding="utf-8")))
    )
    return Held(name, one["connection"], datetime.fromisoformat(one["since"]), one["digest"],
                tuple(one["findings"]), part, rows, one["declined"])


def _read_part(folder: Path, name: str, part: dict[str, Any], prefix: str = "",
               written: int = FORMAT) -> Part:
    venues = (
        read_frame(folder / f"{prefix}venues.parquet") if name == SHIPPED.register.name else None
    )
    findings = folder / f"{prefix}{name}.findings.parquet"
    cells = cells_of(read_frame(folder / f"{prefix}{name}.parquet"), name, written)
    data = DatasetPart(name, cells, _read_quality(part["quality"]),
                       _day(part["latest"]), venues, _read_health(part["health"]),
                       read_frame(findings) if findings.exists() else None)
    trace = None if part["trace"] is None else trace_from(part["trace"])
    memory = part.get("memory")
    return Part(data, datetime.fromisoformat(part["read_at"]), part["stale"], part["message"],
                Method(part["method"]), trace, None if memory is None
                else Memory(memory["largest"], tuple(memory["days"]), tuple(memory["keys"]),
                            memory["hashed_with"]))


def _read_quality(values: Mapping[str, Any]) -> DatasetQuality:
    # snapshots of before there were remarks have none
    covers = values.get("covers")
    return DatasetQuality(**{**values, "remarks": _read_remarks(values.get("remarks", ())),
                             "covers": None if covers is None else tuple(covers)})


def _read_remarks(remarks: Iterable[Mapping[str, Any]]) -> tuple[Remark, ...]:
    return tuple(Remark(**one) for one in remarks)


def _read_health(values: Mapping[str, Any]) -> Health:
    return Health(tuple(CodePair(**pair) for pair in values["unknown_codes"]),
                  tuple(CodePair(**pair) for pair in values["conflicts"]),
                  tuple(UnknownValue(**value) for value in values["unknown_values"]),
                  None if values["delay"] is None else Delay(**values["delay"]))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _point(folder: Path, identity: str) -> None:
    pointer = folder / f".CURRENT-{os.getpid()}"
    pointer.write_text(identity, encoding="ascii")
    os.replace(pointer, folder / "CURRENT")


def _forget_old(folder: Path, current: str) -> None:
    """Keep the newest snapshots; a reader that still has an older one open has it in memory."""
    for identity in known_ids(folder.parent)[:-KEPT]:
        if identity != current:
            shutil.rmtree(folder / identity, ignore_errors=True)
