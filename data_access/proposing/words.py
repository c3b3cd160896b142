"""The headings a canonical column goes by: those of the definitions, more of them, and false friends.

`words.toml` comes with the program; a site adds its own in `headings.toml` of its config folder.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from data_access.boundary.nearest import not_among
from data_access.site import read_toml
from kpi.definitions import Column, ColumnType, Dataset, Definitions
from kpi.vocabulary import InputError

SITE_FILE = "headings.toml"
_SHIPPED = Path(__file__).with_name("words.toml")
_TOP = ("personal", "empty", "skip", "keys", "columns", "datasets")
_OF_COLUMN = ("also", "check", "never")
_OF_DATASET = ("named", "columns", "values")
_BRACKETS = re.compile(r"\([^()]*\)$")
_SIGNS = str.maketrans("", "", "*＊:：\"'“”")


def plain(heading: str) -> str:
    """A heading as it is compared: without blanks and marks, half-width, in small letters."""
    return unicodedata.normalize("NFKC", "".join(heading.split())).translate(_SIGNS).lower()


def spellings(heading: str) -> tuple[str, ...]:
    """The heading as it is compared, and without what its last brackets add: 金额（万元） is 金额."""
    whole = plain(heading)
    bare = _BRACKETS.sub("", whole)
    return (whole, bare) if bare and bare != whole else (whole,)


@dataclass(frozen=True)
class ColumnWords:
    """Headings of one canonical column, as they are compared. `also`: it is this column; `check`:
    most likely, and why to look; `never`: it only looks so, and why.
    """

    also: frozenset[str] = frozenset()
    check: Mapping[str, str] = field(default_factory=dict)
    never: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Words:
    """All there is to recognise tables by. `columns`: by (dataset, column). `named`: what files of
    a dataset are called. `values`: by (dataset, column) canonical value → texts that say it.
    `identities`: the columns rows or people are distinguished by.
    """

    columns: Mapping[tuple[str, str], ColumnWords]
    named: Mapping[str, tuple[str, ...]]
    values: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]
    personal: tuple[str, ...]
    empty: frozenset[str]
    skip: tuple[str, ...]
    identities: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def _headings(self) -> frozenset[str]:
        return frozenset().union(*(one.also | one.check.keys() for one in self.columns.values()))

    def of(self, dataset: Dataset, column: Column) -> ColumnWords:
        return self.columns[dataset.name, column.name]

    def names_a_column(self, heading: str) -> bool:
        """Whether any dataset has a column that goes by this heading."""
        return not self._headings.isdisjoint(spellings(heading))

    def tells_apart(self, heading: str) -> bool:
        """Whether rows or people of any dataset are distinguished by a column of this heading."""
        own = spellings(heading)
        return any(not self.columns[place].also.isdisjoint(own) for place in self.identities)

    def is_personal(self, heading: str) -> bool:
        """Whether the heading says that people's names, numbers or addresses are below it."""
        given = plain(heading)
        return any(given == word if word.isascii() and len(word) < 4 else word in given
                   for word in self.personal)


def load_words(definitions: Definitions, config: Path) -> Words:
    """The shipped words and the site's own. Raises InputError naming what the site's file has
    wrong.
    """
    own = config / SITE_FILE
    given = [(read_toml(_SHIPPED), str(_SHIPPED.name))]
    if own.exists():
        given.append((read_toml(own), str(own)))
    for content, where in given:
        _refuse_unknown(content, definitions, where, shipped=where == _SHIPPED.name)
    contents = [content for content, _ in given]
    columns = {(dataset.name, column.name): _of_column(dataset, column, contents)
               for dataset in definitions.datasets.values() for column in dataset.columns}
    values = {(dataset.name, column.name): _of_values(dataset, column, contents)
              for dataset in definitions.datasets.values() for column in dataset.columns
              if column.categories or column.type == ColumnType.BOOL}
    named = {name: (dataset.title, name, *(text for content in contents for text in
                                           _table(content, "datasets", name).get("named", ())))
             for name, dataset in definitions.datasets.items()}
    return Words(columns, named, values,
                 tuple(plain(text) for content in contents for text in content.get("personal", ())),
                 frozenset(text for content in contents for text in content.get("empty", ())),
                 tuple(text for content in contents for text in content.get("skip", ())),
                 frozenset((name, column) for name, dataset in definitions.datasets.items()
                           if dataset.counted_on is not None
                           for column in (dataset.key, *dataset.identities)))


def _table(content: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        content = content.get(name, {})
    return content


def _tables(dataset: Dataset, column: Column,
            contents: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for content in contents:
        if column.name == dataset.key:
            yield _table(content, "keys")
        yield _table(content, "columns", column.name)
        yield _table(content, "datasets", dataset.name, "columns", column.name)


def _of_column(dataset: Dataset, column: Column, contents: list[dict[str, Any]]) -> ColumnWords:
    also = {plain(text) for text in (column.name, column.title, *column.synonyms) if text}
    check: dict[str, str] = {}
    never: dict[str, str] = {}
    for table in _tables(dataset, column, contents):
        # what is written later, and nearer to the column, counts
        for text in map(plain, table.get("also", ())):
            also.add(text)
            check.pop(text, None)
            never.pop(text, None)
        for text, why in table.get("check", {}).items():
            check[plain(text)] = why
            never.pop(plain(text), None)
        for text, why in table.get("never", {}).items():
            never[plain(text)] = why
            check.pop(plain(text), None)
    return ColumnWords(frozenset(also - check.keys() - never.keys()), check, never)


def _of_values(dataset: Dataset, column: Column,
               contents: list[dict[str, Any]]) -> Mapping[str, tuple[str, ...]]:
    names = column.categories or ("true", "false")
    titles = dict(column.titles)
    if not column.categories:  # a flag's titles are under 1 and 0
        titles = {"true": titles.get("1", ""), "false": titles.get("0", "")}
    own = [_table(content, "datasets", dataset.name, "values", column.name) for content in contents]
    return {name: tuple(text for text in (titles.get(name, ""),
                                          *(one for table in own for one in table.get(name, ())))
                        if text) for name in names}


def _refuse_unknown(content: Mapping[str, Any], definitions: Definitions, where: str, *,
                    shipped: bool) -> None:
    def among(given: Any, names: tuple[str, ...], place: str) -> None:
        if not isinstance(given, Mapping):
            raise InputError(f"{where} 的 {place} 应是表；请参照《接入》“本单位的叫法”改正。")
        for name in given:
            if name not in names:
                raise InputError(f"{where} 的 {place} 中的 {name} {not_among(name, names)}")

    among(content, _TOP, "开头")
    for name in ("personal", "empty", "skip"):
        _texts(content.get(name, []), f"{where} 的 {name}")
    everywhere = tuple(dict.fromkeys(column.name for dataset in definitions.datasets.values()
                                     for column in dataset.columns))
    _column(content.get("keys", {}), f"{where} 的 [keys]")
    among(content.get("columns", {}), everywhere, "[columns]")
    for name, table in content.get("columns", {}).items():
        _column(table, f"{where} 的 [columns.{name}]")
    # a site may do without a dataset that comes with the program
    datasets = (*definitions.datasets, *(content.get("datasets", {}) if shipped else ()))
    among(content.get("datasets", {}), tuple(datasets), "[datasets]")
    for name, table in content.get("datasets", {}).items():
        among(table, _OF_DATASET, f"[datasets.{name}]")
        _texts(table.get("named", []), f"{where} 的 [datasets.{name}] named")
        if name not in definitions.datasets:
            continue
        dataset = definitions.datasets[name]
        # the site's own definition of a shipped dataset may lack columns the shipped words name
        own = (*dataset.column_names, *(table.get("columns", {}) if shipped else ()))
        among(table.get("columns", {}), tuple(own), f"[datasets.{name}.columns]")
        for column, words in table.get("columns", {}).items():
            _column(words, f"{where} 的 [datasets.{name}.columns.{column}]")
        _values(dataset, table.get("values", {}), f"{where} 的 [datasets.{name}.values]", shipped)


def _values(dataset: Dataset, given: Any, where: str, shipped: bool) -> None:
    if not isinstance(given, Mapping):
        raise InputError(f"{where} 应是表；请参照《接入》“本单位的叫法”改正。")
    for name, table in given.items():
        column = next((one for one in dataset.columns if one.name == name), None)
        names = () if column is None else column.categories or ("true", "false")
        if shipped:
            continue
        if column is None or not isinstance(table, Mapping):
            raise InputError(f"{where} 中的 {name} {not_among(name, dataset.column_names)}")
        for value, texts in table.items():
            if value not in names:
                raise InputError(f"{where} 中 {name} 的 {value} {not_among(value, names)}")
            _texts(texts, f"{where} 的 {name}.{value}")


def _column(given: Any, where: str) -> None:
    if not isinstance(given, Mapping):
        raise InputError(f"{where} 应是表；请参照《接入》“本单位的叫法”改正。")
    for name in given:
        if name not in _OF_COLUMN:
            raise InputError(f"{where} 中的 {name} {not_among(name, _OF_COLUMN)}")
    _texts(given.get("also", []), f"{where} also")
    for name in ("check", "never"):
        table = given.get(name, {})
        if not isinstance(table, Mapping) or not all(isinstance(one, str)
                                                     for one in table.values()):
            raise InputError(f"{where} {name} 应写成 {{ \"叫法\" = \"为什么\" }}；请改正。")


def _texts(given: Any, where: str) -> None:
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip()
                                              for one in given):
        raise InputError(f"{where} 应是一串文字，例如 [\"…\", \"…\"]；请改正。")
