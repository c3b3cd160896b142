"""What a register would change, and putting it in force: handed in, or an earlier version again."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from data_access.boundary import DatasetMapping, Mappings, load_mappings
from data_access.handing_in.openings import open_to
from data_access.handing_in.taking import Taking
from data_access.proposing.trying import Tried, try_mappings
from data_access.registers import (
    Difference,
    NewVersion,
    Register,
    Version,
    Versions,
    as_csv,
    current_registers,
    difference,
    form_columns,
    from_csv,
    key_columns,
    merged,
)
from data_access.site import Settings, load_plan
from data_access.snapshots import Snapshot
from data_access.snapshots.refresh import RefreshRunningError, refresh
from kpi.definitions import Dataset
from kpi.vocabulary import InputError

_PATIENCE, _PAUSE = 120.0, 1.0  # seconds
Record = Callable[[], object]
"""Notes in the audit log what is about to be done; raises where that cannot be."""


@dataclass(frozen=True)
class Weighed:
    """What handing in would make of the register in force. `seen`: the number of the newest version,
    0 where there is none. `result`: the whole register as it would be. `fall`: what to confirm, ""
    where no large part of it goes and nothing of it stands in another unit's register.
    """

    seen: int
    before: Register
    result: Register
    difference: Difference
    fall: str = ""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to hand in; a first register may well be empty."""
        return self.seen > 0 and self.difference.nothing


def weighed(taking: Taking, register: Register, *, append: bool) -> Weighed:
    """The register against the one in force; `append`: rows of keys there are replace them, others
    are added, none goes. Raises InputError when rows are to be added to one that cannot be read.
    """
    versions, key = versions_of(taking), key_columns(taking.dataset)
    newest = versions.newest()
    try:
        before = content_of(versions, newest, taking.dataset)
    except InputError:
        if append:
            raise
        before = content_of(versions, None, taking.dataset)  # a sound register may replace it
    result = merged(before, register, key) if append else register
    changes = difference(before, result, key)
    limit = load_plan(taking.settings).plausibility.fall
    gone = len(changes.removed)
    fall = (f"现有{len(before.rows)}行中的{gone}行不再有（超过{limit:.0%}）"
            if gone > limit * len(before.rows) else "")
    fall = "；".join(one for one in (fall, *_shared(taking, result)) if one)
    return Weighed(0 if newest is None else newest.number, before, result, changes, fall)


def _shared(taking: Taking, result: Register) -> Iterator[str]:
    """For every other unit in whose register the same things stand that are counted once only: how
    many, since one of the two units then loses them.
    """
    dataset, duplicate = taking.dataset, taking.dataset.duplicate
    if duplicate is None or dataset.key not in duplicate.same:
        return
    names = [name for name in duplicate.same if name in result.columns]
    own = result.keyed(names)
    for other in current_registers(taking.settings.home, dataset.name):
        if other.unit == taking.owner.code:
            continue
        versions = Versions(taking.settings.home, dataset.name, other.unit)
        try:
            theirs = content_of(versions, versions.newest(), dataset)
        except InputError:
            continue  # a broken one is told of at every refresh
        both = own.keys() & theirs.keyed(names).keys()
        if both:
            example = min(both)[names.index(dataset.key)]
            yield (f"{len(both)}个编号（如{example}）已在{taking.owner.names.name(other.unit)}的台账里，"
                   "只计登记最早的一份")


def versions_of(taking: Taking) -> Versions:
    """The versions of the unit's register."""
    return Versions(taking.settings.home, taking.dataset.name, taking.owner.code)


def content_of(versions: Versions, version: Version | None, dataset: Dataset) -> Register:
    """What a version holds; of None the register without a row."""
    if version is None:
        return Register(tuple(column.name for column in form_columns(dataset)))
    return from_csv(versions.text_of(version), dataset)


def put_in_force(taking: Taking, given: Weighed, by: str, at: datetime, reason: str,
                 record: Record) -> Version:
    """Make the weighed register the newest version. Raises InputError where another has come since,
    it changes nothing, a large fall has no reason, or the dataset is not open to the unit.
    """
    if taking.dataset.name not in open_to(taking.settings, taking.owner.code):
        raise InputError(f"{taking.dataset.title}没有开放给{taking.owner.name}报送；没有提交，请与系统管理员联系。")
    if given.nothing:
        raise InputError("与现有的台账完全相同，没有可提交的改动。")
    if given.fall and not reason:
        raise InputError(f"{given.fall}；请写明原因后再提交。")
    new = _new(given.result, given.difference, given.seen, by, at, reason)
    if not _reads_back(new.text, given.result, taking.dataset):
        raise InputError("台账里有存不下来的内容（如看不见的控制字符）；没有提交，请检查表格后重新上传。")
    return versions_of(taking).put_version(new, record)


def _reads_back(text: str, register: Register, dataset: Dataset) -> bool:
    try:
        return from_csv(text, dataset) == register
    except InputError:
        return False


def put_back(taking: Taking, number: int, seen: int, by: str, at: datetime,
             record: Record) -> Version:
    """Make what an earlier version holds the newest version again. `seen`: the newest version when
    that was decided. Raises InputError as `put_in_force`, and for a version there is not.
    """
    versions, dataset = versions_of(taking), taking.dataset
    all_versions = versions.all()
    chosen = next((one for one in all_versions if one.number == number), None)
    if chosen is None:
        raise InputError(f"这份台账没有第{number}版；请从历次报送中选一版。")
    then = content_of(versions, chosen, dataset)
    try:
        now = content_of(versions, all_versions[0], dataset)
    except InputError:
        now = content_of(versions, None, dataset)  # going back must not need what is broken
    new = _new(then, difference(now, then, key_columns(dataset)), seen, by, at,
               f"撤回到第{number}版")
    return versions.put_version(replace(new, text=versions.text_of(chosen), back_to=number), record)


def _new(register: Register, changes: Difference, seen: int, by: str, at: datetime,
         reason: str) -> NewVersion:
    return NewVersion(as_csv(register), seen, by, at, len(register.rows), len(changes.added),
                      len(changes.changed), len(changes.removed), reason)


@dataclass(frozen=True)
class Effect:
    """`own`: how the unit's register by itself would be read. `whole`: the dataset with it, with the
    unit's figures.
    """

    own: Tried
    whole: Tried


def effect(taking: Taking, register: Register) -> Effect:
    """What the register would do to the figures, before anybody puts it in force. Raises InputError
    naming what cannot be read.
    """
    settings, name, unit = taking.settings, taking.dataset.name, taking.owner.code
    mappings = load_mappings(settings.sources_file, settings.definitions)
    with _lying(settings, register) as path:
        def tried(*, alone: bool) -> Tried:
            return try_mappings(settings, _instead(mappings, name, unit, path, alone=alone), name,
                                unit=unit, judged=not alone)
        return Effect(tried(alone=True), tried(alone=False))


def _instead(mappings: Mappings, name: str, unit: str, path: Path, *, alone: bool) -> Mappings:
    """The mappings with this file in place of what the unit has handed in; `alone`: and nothing else
    of the dataset.
    """
    mapping = mappings[name]
    if not isinstance(mapping, DatasetMapping):
        raise mapping
    made = replace(mapping, registers={unit: path})
    if alone:
        made = replace(made, file=None, sources=(), handed_in=(unit,))
    return {**mappings, name: made}


@contextmanager
def _lying(settings: Settings, register: Register) -> Iterator[Path]:
    """The register where it can be read, for as long as it is tried."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=".trying-", dir=settings.home))
        path = folder / "register.csv"
        path.write_text(as_csv(register), encoding="utf-8")
    except OSError as error:
        raise InputError(f"数据文件夹写不进去（{error.strerror}）；请系统管理员检查权限和空间。") from None
    try:
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refreshed(settings: Settings, progress: Callable[[str, float], None]) -> Snapshot:
    """Read the sources now, after whatever reading is under way: that one may have begun before the
    register came. Raises InputError when it goes on for too long, and as `refresh`.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return refresh(settings, progress=progress)
        except RefreshRunningError:
            if time.monotonic() > until:
                raise
            progress("正在等另一次读取完成", 0.0)
            time.sleep(_PAUSE)
