"""Writing a paper: whole or not at all, and never over another without being told to."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from kpi.vocabulary import InputError

_ABANDONED_SECONDS = 600  # a draft is there for as long as its bytes take to write


def check_free(path: Path, *, overwrite: bool) -> None:
    """Raises InputError when `path` is taken and must not be overwritten; asked before long work
    begins.
    """
    if path.is_dir():
        raise InputError(f"{path} 是一个文件夹；请写上文件名，例如 {path / '报表.xlsx'}。")
    if path.exists() and not overwrite:
        raise InputError(f"文件 {path} 已存在；请换一个文件名，或加 --force 覆盖。")


def write_atomically(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write through a temporary file next to `path`; what earlier writings that were killed left
    there goes.

    Raises InputError when it exists or cannot be written.
    """
    check_free(path, overwrite=overwrite)
    _sweep(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InputError(f"文件 {path} 写不进去（{error.strerror}）；请检查文件夹是否存在、磁盘空间和权限。") from None


def _sweep(path: Path) -> None:
    with suppress(OSError):  # the writing itself says what is wrong with the folder
        for draft in path.parent.iterdir():
            of_this = draft.name.startswith(f".{path.name}.") and draft.suffix[1:].isdigit()
            if of_this and time.time() - draft.stat().st_mtime > _ABANDONED_SECONDS:
                draft.unlink(missing_ok=True)
