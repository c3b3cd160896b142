"""What a file holds as the register of a unit: read like any file, checked, in the normal form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from data_access.boundary import CellsError, DatasetMapping, GivenTable, mappings_in, read_given
from data_access.handing_in.faults import Owner, Rows, faulty, for_a_clerk, refuse_faulty
from data_access.proposing.connecting import FileTable, entries, is_form, recogniser_of, words_of
from data_access.proposing.entry import Choice, missing, refuse_personal, together
from data_access.proposing.proposal import ColumnProposal, Proposal, Recogniser, Sure
from data_access.proposing.words import spellings
from data_access.registers import Register, bare_text, form_columns
from data_access.site import Settings
from kpi.definitions import Dataset
from kpi.vocabulary import Geography, InputError

# what is said of the whole dataset, not of one unit's part of it
_OF_THE_WHOLE = frozenset({"kind_without_rows"})


_PLACE_LIKE = re.compile(r"[县区市]$|^\d{6}")


@dataclass(frozen=True)
class Taking:
    """The register of one unit of one dataset. `owner`: the unit, with what its rows may say."""

    settings: Settings
    dataset: Dataset
    owner: Owner
    recogniser: Recogniser


@dataclass(frozen=True)
class Handed:
    """What a file holds: the rows in the normal form, and what was noticed on the way."""

    register: Register
    remarks: tuple[str, ...]


def units_of(geography: Geography) -> dict[str, str]:
    """Code → name of the managing units in being, in their order, whatever the reader may see of
    their figures.
    """
    return {one.code: one.name for one in geography.unit_by_code.values()
            if geography.holder(one.code) == one.code}


def taking_of(settings: Settings, dataset: str, unit: str, geography: Geography,
              recogniser: Recogniser | None = None) -> Taking:
    """Raises InputError for a dataset or a unit there is not."""
    definitions = settings.definitions
    if dataset not in definitions.datasets:
        raise InputError(f"没有数据集 {dataset}；可用的有 {'、'.join(definitions.datasets)}。")
    names = units_of(geography)
    if unit not in names:
        listed = "、".join(f"{code}（{name}）" for code, name in names.items())
        raise InputError(f"没有管理单位 {unit}；可用的有 {listed}。")
    using = recogniser or recogniser_of(settings, words_of(settings))
    if using.names is None:
        raise InputError("区划名录读不出来，不能核对台账；请告知系统管理员。")
    return Taking(settings, definitions.datasets[dataset],
                  Owner(unit, names[unit], using.names, geography), using)


def read_handed(taking: Taking, table: FileTable, choice: Choice) -> Handed:
    """The register the table holds, read as `choice`; the form as it says itself.

    Raises CellsError naming the cells at fault, InputError for a table that cannot be read at all.
    """
    dataset = taking.dataset
    form = is_form(table, dataset)
    if table.given.form is not None and not form:
        title = taking.settings.definitions.title(table.given.form)
        raise InputError(f"这是“{title}”的填报表，不是“{dataset.title}”的；请改选数据集，或下载这个数据集的填报表。")
    if not form:
        refuse_personal(choice, table.shape.selectable)
        choice = _of_the_unit(taking, _with_said_unit(taking, table, choice))
        _refuse_named(taking, choice.constants.get("unit_code"))
    given = _read(taking, table, choice)
    if (not form and choice.constants.get("unit_code")) or all(
            value is None for value in given.columns.get("unit_code") or ()):
        # no row says whose it is: what the file is called does
        for text in table.shape.about:
            _refuse_named(taking, taking.recogniser.unit_in(text))
    places = [(where, number) for where, numbers in given.places for number in numbers]
    rows = Rows(dataset, given.columns, places, _headings(dataset, {} if form else choice.columns))
    refuse_faulty(rows, taking.owner)
    return Handed(_normal(rows, taking.owner.code),
                  tuple(for_a_clerk(one.line()) for one in given.remarks
                        if one.code not in _OF_THE_WHOLE))


def _with_said_unit(taking: Taking, table: FileTable, choice: Choice) -> Choice:
    """The choice with the column that says whose the rows are, where the table has one: places that
    are on no list are no reason to take the rows for the unit's own.
    """
    words = taking.recogniser.words.of(taking.dataset, taking.dataset.column("unit_code"))
    if choice.columns.get("unit_code"):
        return choice
    for one in table.shape.columns:
        headings = {name for heading in one.headings for name in spellings(heading)}
        texts = [str(value) for value in one.values if value not in (None, "")]
        # “管理单位” may also be an office in charge, which is no place
        headed = not words.also.isdisjoint(headings) or (
            not headings.isdisjoint(words.check) and any(map(_PLACE_LIKE.search, texts)))
        if headed and one.personal is None and texts:
            constants = {name: value for name, value in choice.constants.items()
                         if name != "unit_code"}
            return replace(choice, columns={**choice.columns, "unit_code": one.name},
                           constants=constants)
    return choice


def _refuse_named(taking: Taking, unit: str | None) -> None:
    if unit not in (None, taking.owner.code):
        raise InputError(f"表的名称或标题里写着{taking.owner.names.name(unit)}，而这份台账只能报{taking.owner.name}的；"
                         f"确是本单位的，请改选“管理单位”，或改文件名和标题。")


def _read(taking: Taking, table: FileTable, choice: Choice) -> GivenTable:
    """What the file holds, or why not in words for whoever handed it in."""
    try:
        return read_given(_mapping(taking, table, choice), taking.settings.data)
    except CellsError as error:
        raise faulty(error, taking.dataset.title) from None
    except InputError as error:
        raise InputError(for_a_clerk(str(error))) from None


def with_own_unit(taking: Taking, proposal: Proposal) -> Proposal:
    """The proposal with every row the unit's, where the table does not say whose they are."""
    own = ColumnProposal("unit_code", None, taking.owner.code, Sure.YES,
                         f"表里没有写，都按{taking.owner.name}")
    return replace(proposal, columns=tuple(
        own if one.column == "unit_code" and one.sure == Sure.NO else one
        for one in proposal.columns))


def lacking(taking: Taking, table: FileTable, choice: Choice) -> tuple[str, ...]:
    """The titles of needed columns the choice has nothing for; whose rows they are is known."""
    if is_form(table, taking.dataset):
        return ()
    return missing(_of_the_unit(taking, choice), taking.dataset)


def _of_the_unit(taking: Taking, choice: Choice) -> Choice:
    """The choice with every row the unit's, where the table does not say whose they are."""
    if choice.columns.get("unit_code") or "unit_code" in choice.constants:
        return choice
    return replace(choice, constants={**choice.constants, "unit_code": taking.owner.code})


def _mapping(taking: Taking, table: FileTable, choice: Choice) -> DatasetMapping:
    name = taking.dataset.name
    entry = together(entries(table, choice, taking.dataset, taking.recogniser), None)
    mapping = mappings_in({"datasets": {name: entry}}, taking.settings.sources_file,
                          taking.settings.definitions)[name]
    if isinstance(mapping, InputError):
        raise mapping
    return mapping


def _headings(dataset: Dataset, theirs: Mapping[str, str]) -> Mapping[str, str]:
    return {column.name: theirs.get(column.name) or column.title or column.name
            for column in dataset.columns}


def _normal(rows: Rows, unit: str) -> Register:
    """The rows as they are stored: all of the unit, whatever their own cell says of it."""
    columns = form_columns(rows.dataset)
    texts = [[unit] * len(rows.places) if column.name == "unit_code"
             else [bare_text(column, value) for value in rows.values(column.name)]
             for column in columns]
    return Register(tuple(column.name for column in columns), tuple(zip(*texts, strict=True)))
