"""A site's own definitions: the files of `config/definitions/`, over those that come with the
program.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kpi.definitions import SHIPPED, SHIPPED_TEXTS, Definitions, define
from kpi.vocabulary import InputError

FOLDER = "definitions"
Stamp = tuple[str, int, int]


def definition_files(config: Path) -> tuple[Path, ...]:
    """The site's definition files, in order of their names; none where it has no such folder."""
    folder = config / FOLDER
    return (
        tuple(sorted(path for path in folder.rglob("*.toml") if path.is_file()))
        if folder.is_dir()
        else ()
    )


def load_definitions(config: Path) -> Definitions:
    """The definitions in force with this config folder; a file is read again when it has changed.

    What is wrong with a file is told in `problems`, and the rest can be used.
    """
    stamps = definition_stamps(config)
    return _defined(config / FOLDER, stamps) if stamps else SHIPPED


def listed_connection(name: str, where: str, connections: tuple[str, ...]) -> str:
    """The name itself. Raises InputError, saying `where` it stands, when it is none of the
    connections.
    """
    if name not in connections:
        raise InputError(f"{where} 中的连接名 {name} 不认识；可用的有 {'、'.join(connections)}，请改正。")
    return name


def definition_stamps(config: Path) -> tuple[Stamp, ...]:
    """Name, time of change and size of each of the site's files: the same as long as none has
    changed.
    """
    return tuple((str(path), (about := path.stat()).st_mtime_ns, about.st_size)
                 for path in definition_files(config))


@lru_cache(16)
def _defined(folder: Path, stamps: tuple[Stamp, ...]) -> Definitions:
    return define(SHIPPED_TEXTS, {Path(name).relative_to(folder).as_posix(): _text(Path(name))
                                  for name, _, _ in stamps}, FOLDER)


def _text(path: Path) -> str | InputError:
    """The file's text, or why it cannot be had."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        return InputError(f"定义文件 {path} 打不开（{error.strerror}）；请检查文件权限。")
    except UnicodeDecodeError:
        return InputError(f"定义文件 {path} 不是 UTF-8 编码；请用 UTF-8 另存后重试。")
