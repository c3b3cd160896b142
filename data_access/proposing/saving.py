"""sources.toml with one dataset's entry changed: the rest as it was, its comments too; every
version stored in `<data>/sources`.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import tomlkit

from data_access.boundary import BadMappingError, mappings_in
from data_access.proposing.entry import Entry
from data_access.site import Edit, Settings, VersionedFile, in_words, swap
from kpi.vocabulary import InputError

_NAME, _FOLDER, _GIVEN = "对照表", "sources", "given"
_UNSAFE = re.compile(r"[\\/:*?\"<>|\x00-\x1f\[\]]+")


def versioned_sources(settings: Settings) -> VersionedFile:
    """sources.toml with its versions; a site without the file has an empty one."""
    return VersionedFile(settings.sources_file, settings.data / _FOLDER, _NAME, optional=True)


def entry_in(text: str, dataset: str) -> Entry | None:
    """The dataset's entry, None when it has none. Raises InputError on a text that is no TOML."""
    with in_words(text, f"{_NAME}文件"):
        tables = tomllib.loads(text).get("datasets", {})
    entry = tables.get(dataset) if isinstance(tables, Mapping) else None
    return entry if isinstance(entry, Mapping) else None


def with_entry(text: str, dataset: str, entry: Entry) -> str:
    """The text with the dataset's entry in the place of the one before, all else as it is.

    Raises InputError where the text is no TOML, or written so that nothing can be changed in it.
    """
    with in_words(text, f"{_NAME}文件"):
        document = tomlkit.parse(text)
        before = tomllib.loads(text)
        datasets = document.get("datasets")
        if datasets is None:
            if text.strip():
                document.add(tomlkit.nl())
            datasets = tomlkit.table(is_super_table=True)
            document["datasets"] = datasets
        if dataset in datasets:
            datasets.remove(dataset)
        datasets[dataset] = _item(entry)
        new = tomlkit.dumps(document)
        after = tomllib.loads(new)
    wanted = {**before, "datasets": {**before.get("datasets", {}), dataset: _bare(entry)}}
    if after != wanted:
        raise InputError(f"{_NAME}文件的写法程序改不了；请直接编辑文件。")
    return new


def with_absent(text: str, dataset: str, absent: bool) -> str:
    """The text with the dataset marked as one the site has no data for, or no longer; what else is
    written of it stays. Raises InputError as `with_entry` does.
    """
    entry = {name: value for name, value in (entry_in(text, dataset) or {}).items()
             if name != "absent"}
    return with_entry(text, dataset, {"absent": True, **entry} if absent else entry)


def checked(settings: Settings, text: str, dataset: str | None = None) -> None:
    """Raises InputError when the text as a whole, or this dataset's entry, cannot be used."""
    with in_words(text, f"{_NAME}文件"):
        content = tomllib.loads(text)
    mappings = mappings_in(content, settings.sources_file, settings.definitions)
    mapping = None if dataset is None else mappings.get(dataset)
    if isinstance(mapping, BadMappingError):
        raise mapping


def save(settings: Settings, text: str, before: str, reason: str, by: str, at: datetime,
         dataset: str | None = None) -> Edit:
    """Put the text in force. Raises InputError where it cannot be used, the file has changed since
    `before`, or nothing can be written; all is then as it was.
    """
    checked(settings, text, dataset)
    return versioned_sources(settings).replace(text, before, reason, by, at)


def given_path(settings: Settings, dataset: str, name: str) -> Path:
    """Where a file dropped on the page is put."""
    return settings.data / _GIVEN / dataset / plain_name(name)


def plain_name(name: str) -> str:
    """A dropped file's own name, of signs that stand for nothing else in a path or a pattern."""
    return _UNSAFE.sub("_", Path(name).name).lstrip(".~$ ") or "表格.xlsx"


def store_given(settings: Settings, dataset: str, name: str, content: bytes) -> Path:
    """Put a dropped file where it is read from at every refresh, and return where that is. A file
    of that name with another content stays as it is and the new one takes a name of its own, so
    that what was saved before can be gone back to. Raises InputError when it cannot be written.
    """
    path = given_path(settings, dataset, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path = next(other for other in _names(path)
                    if not other.exists() or other.read_bytes() == content)
        swap(path, content)
        path.chmod(0o640)
    except OSError as error:
        raise InputError(
            f"文件 {path} 写不进去（{error.strerror}）；没有保存。请系统管理员检查数据文件夹的权限和空间。") from None
    return path


def store_together(settings: Settings, dataset: str, files: Mapping[str, bytes]) -> Path:
    """Put files dropped together into a folder of their own, and return that folder. Raises
    InputError when it cannot be written; nothing is left behind then.
    """
    first = Path(min(files)).stem
    wanted = given_path(settings, dataset, f"{first}等{len(files)}个文件")
    folder: Path | None = None
    try:
        wanted.parent.mkdir(parents=True, exist_ok=True)
        folder = next(other for other in _names(wanted) if not other.exists())
        folder.mkdir(mode=0o750)
        for name, content in files.items():
            path = folder / plain_name(name)
            swap(path, content)
            path.chmod(0o640)
    except OSError as error:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        raise InputError(
            f"文件夹 {wanted.parent} 写不进去（{error.strerror}）；没有保存。请系统管理员检查数据文件夹的权限和空间。") from None
    return folder


def _names(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_stem(f"{path.stem}-{number}") for number in count(2))


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        table = tomlkit.table()
        for key, item in value.items():
            table.append(key, _item(item))
        return table
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        tables = tomlkit.aot()
        for item in value:
            tables.append(_item(item))
        return tables
    return tomlkit.item(value)


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _bare(item) for key, item in value.items()}
    return [_bare(item) for item in value] if isinstance(value, list | tuple) else value
