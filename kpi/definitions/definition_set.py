"""All definitions in force: the shipped files and, over them, a site's own.

Pure but for reading the files that come with the program, once, when this module is first imported.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from kpi.definitions.cells import FOLLOW_UP
from kpi.definitions.dataset import Dataset
from kpi.definitions.dataset_file import dataset_from
from kpi.definitions.grammar import At, code
from kpi.definitions.indicator import Indicator
from kpi.definitions.indicator_file import UnusableDatasetError, Vocabulary, indicator_from
from kpi.definitions.matching_file import Matching, NotFittingError, matching_from
from kpi.vocabulary import InputError

Found = TypeVar("Found")
CONNECTIONS_FILE, MATCHING_FILE = "connections.toml", "matching.toml"
DATASETS_FOLDER, INDICATORS_FOLDER = "datasets", "indicators"
Texts = Mapping[str, str | InputError]
"""Text of each file by its name under the definitions' folder (“datasets/….toml”), or why it cannot be read."""


@dataclass(frozen=True)
class Definitions:
    """Connections (title by name), datasets and indicators by code, each in the order of lists.

    `problems`: one sentence for each fault of a site's file. `faulty`: codes of the datasets and
    indicators that therefore cannot be used. `matching`: what supply and demand are read from; None
    where a site's own datasets do not have it.
    """

    connections: Mapping[str, str]
    datasets: Mapping[str, Dataset]
    indicators: Mapping[str, Indicator]
    problems: tuple[str, ...] = ()
    faulty: frozenset[str] = field(default_factory=frozenset)
    matching: Matching | None = None

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """Names of the datasets whose rows are counted."""
        return tuple(name for name, dataset in self.datasets.items()
                     if dataset.counted_on is not None)

    @cached_property
    def divisions(self) -> tuple[str, ...]:
        """Names of the datasets that are lists of divisions."""
        return tuple(name for name, dataset in self.datasets.items() if dataset.counted_on is None)

    @cached_property
    def register(self) -> Dataset:
        """The register of venues."""
        return next(dataset for dataset in self.datasets.values() if dataset.register)

    def connection_title(self, name: str) -> str:
        """The name itself when there is no such connection."""
        return self.connections.get(name, name)

    def title(self, dataset: str) -> str:
        """The dataset's title; the code itself when there is no such dataset any more."""
        return self.datasets[dataset].title if dataset in self.datasets else dataset

    def first_event(self, dataset: str) -> str:
        """The event every row of the dataset has."""
        return "due" if dataset == FOLLOW_UP else self.datasets[dataset].first_event


def define(shipped: Texts, site: Texts, folder: str = "definitions") -> Definitions:
    """The shipped definitions with a site's over them. Faults of a site's file are told in
    `problems`.

    `folder`: what the site's folder is called in these. Raises InputError on a fault of a shipped
    file.
    """
    return _Reader(shipped, site, folder).read()


def merged(several: Sequence[Definitions]) -> Definitions:
    """All of several cities' definitions; the first one's where two define a code differently."""
    def joined(tables: Iterable[Mapping[str, Found]]) -> dict[str, Found]:
        return {name: one for table in reversed(list(tables)) for name, one in table.items()}
    datasets, indicators = joined(one.datasets for one in several), joined(
        one.indicators for one in several)
    matching = next((one.matching for one in several if one.matching is not None), None)
    return Definitions(joined(one.connections for one in several),
                       dict(sorted(datasets.items(), key=lambda pair: pair[1].order)),
                       dict(sorted(indicators.items(), key=lambda pair: pair[1].order)),
                       matching=matching)


class _Reader:
    """Reads all files; keeps the faults."""

    def __init__(self, shipped: Texts, site: Texts, folder: str) -> None:
        self.shipped, self.site, self.folder = shipped, site, folder
        self.problems: list[str] = []
        self.faulty: set[str] = set()

    def read(self) -> Definitions:
        self._strangers()
        connections = self._connections()
        datasets: dict[str, Dataset] = {}
        for name, (values, at, local) in self._files(DATASETS_FOLDER).items():
            try:
                datasets[name] = dataset_from(name, values, at, connections, local=local)
            except InputError as error:
                self._fault(name, error, local)
        datasets = dict(sorted(datasets.items(), key=lambda pair: pair[1].order))
        matching = self._matching(datasets)
        vocabulary = Vocabulary(datasets, frozenset(self.faulty), matching)
        indicators: dict[str, Indicator] = {}
        for name, (values, at, local) in self._files(INDICATORS_FOLDER).items():
            try:
                indicators[name] = indicator_from(name, values, at, vocabulary, local=local)
            except UnusableDatasetError:
                self.faulty.add(name)
            except InputError as error:
                self._fault(name, error, local)
        indicators = dict(sorted(indicators.items(), key=lambda pair: pair[1].order))
        return Definitions(connections, datasets, indicators, tuple(self.problems),
                           frozenset(self.faulty), matching)

    def _matching(self, datasets: Mapping[str, Dataset]) -> Matching | None:
        local = MATCHING_FILE in self.site
        texts, folder = (self.site, self.folder) if local else (self.shipped, "kpi/definitions")
        if MATCHING_FILE not in texts:
            return None
        at = At(f"{folder}/{MATCHING_FILE}")
        try:
            return matching_from(self._parsed(texts, MATCHING_FILE, folder), at, datasets)
        except NotFittingError:
            if local:
                self.problems.append(f"{at.file}：其中的数据集、事件或列不存在；请对照数据集文件改正。")
            return None
        except InputError as error:
            self._fault(MATCHING_FILE, error, local)
            return None

    def _is_fixed(self, kind: str, name: str) -> bool:
        """Whether the program itself rests on the dataset: the divisions, the register of venues,
        the ledger.
        """
        path = f"{DATASETS_FOLDER}/{name}.toml"
        return kind == DATASETS_FOLDER and (
            name == FOLLOW_UP or "rule" in self._parsed(self.shipped, path, "kpi/definitions")
        )

    def _fault(self, name: str, error: InputError, local: bool) -> None:
        if not (local or self.site):
            raise error
        self.problems.append(str(error))
        self.faulty.add(name)

    def _strangers(self) -> None:
        for path in sorted(self.site):
            if path not in (CONNECTIONS_FILE, MATCHING_FILE) and path.rpartition("/")[0] not in (
                DATASETS_FOLDER,
                INDICATORS_FOLDER,
            ):
                self.problems.append(f"{self.folder}/{path} 放错了位置；数据集放在 {DATASETS_FOLDER}、指标放在 "
                                     f"{INDICATORS_FOLDER} 文件夹中，请移动或删去。")

    def _connections(self) -> dict[str, str]:
        titles: dict[str, str] = {}
        for texts, folder, local in (
            (self.shipped, "kpi/definitions", False),
            (self.site, self.folder, True),
        ):
            try:
                titles.update(_titles(self._parsed(texts, CONNECTIONS_FILE, folder),
                                      At(f"{folder}/{CONNECTIONS_FILE}")))
            except InputError as error:
                if not local:
                    raise
                self.problems.append(str(error))
        return titles

    def _files(self, kind: str) -> dict[str, tuple[Any, At, bool]]:
        """By code: the parsed file, where it stands, and whether it is the site's."""
        result: dict[str, tuple[Any, At, bool]] = {}
        for texts, folder, local in ((self.shipped, "kpi/definitions", False),
                                     (self.site, self.folder, True)):
            for path in sorted(texts):
                parent, _, file = path.rpartition("/")
                if parent != kind:
                    continue
                name = file.removesuffix(".toml")
                if local and self._is_fixed(kind, name):
                    self.problems.append(f"{folder}/{path}：这个数据集由程序固定，不能换用；请换一个代码或删去。")
                    continue
                try:
                    result[name] = (self._parsed(texts, path, folder), At(f"{folder}/{path}"),
                                    local)
                except InputError as error:
                    result.pop(name, None)
                    self._fault(name, error, local)
        return result

    @staticmethod
    def _parsed(texts: Texts, path: str, folder: str) -> dict[str, Any]:
        text = texts.get(path, "")
        if isinstance(text, InputError):
            raise text
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{folder}/{path} 格式有误：{error}；请改正该行后重试。") from None


def _titles(values: Mapping[str, Any], at: At) -> dict[str, str]:
    for name, title in values.items():
        code(name, at, "连接名")
        if not isinstance(title, str) or not title:
            raise at.under(name).wrong(f" 应是名称（文字），写成 连接名 = \"名称\"；现为 {title!r}，请改正。")
    return dict(values)


def _shipped() -> Texts:
    folder = Path(__file__).parent
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(folder.rglob("*.toml"))}


SHIPPED_TEXTS = _shipped()
SHIPPED = define(SHIPPED_TEXTS, {})
"""What comes with the program: the default of the sample and of tests; a running program asks its plan or its facts."""
