"""A site's own definitions: the files of `config/definitions/`, over those that come with the
program, and the dataset of monthly returns out of its form.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from kpi.definitions import (
    CONNECTIONS_FILE,
    OWN_SOURCE,
    SHIPPED,
    SHIPPED_TEXTS,
    Definitions,
    define,
)
from kpi.returns import DATASET, FILE, TITLE, definition_text
from kpi.vocabulary import InputError

FOLDER = "definitions"
_RETURNS = f"datasets/{DATASET}.toml"
Texts = dict[str, str | InputError]
Stamp = tuple[str, int, int]


def definition_files(config: Path) -> tuple[Path, ...]:
    """The site's definition files, in order of their names, and behind them the form of monthly
    returns, which an indicator of the site's can be made of; none where it has no such folder.
    """
    folder, form = config / FOLDER, config / FILE
    own = sorted(path for path in folder.rglob("*.toml") if path.is_file()) if folder.is_dir() else []
    return (*own, form) if own and form.is_file() else tuple(own)


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
    paths = [Path(name) for name, _, _ in stamps]
    site: Texts = {path.relative_to(folder).as_posix(): _text(path) for path in paths
                   if path.is_relative_to(folder)}
    shipped = dict(SHIPPED_TEXTS)
    form = folder.parent / FILE
    # the dataset is only there where a figure is made of it
    if form in paths and _RETURNS not in site and any(DATASET in str(text)
                                                      for text in site.values()):
        site[_RETURNS] = _returns(form)
        shipped[CONNECTIONS_FILE] = f'{shipped[CONNECTIONS_FILE]}\n{OWN_SOURCE} = "{TITLE}"\n'
    return define(shipped, site, FOLDER)


def _returns(form: Path) -> str | InputError:
    """The definition of the dataset of monthly returns, or why it cannot be had."""
    text = _text(form)
    if isinstance(text, InputError):
        return text
    try:
        return definition_text(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return InputError(f"{form} 格式有误：{error}；请改正该行后重试。")
    except InputError as error:
        return error


def _text(path: Path) -> str | InputError:
    """The file's text, or why it cannot be had."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        return InputError(f"定义文件 {path} 打不开（{error.strerror}）；请检查文件权限。")
    except UnicodeDecodeError:
        return InputError(f"定义文件 {path} 不是 UTF-8 编码；请用 UTF-8 另存后重试。")
