"""Forms handed out: what is filled in as they ask needs no mapping, and nothing else gets in."""

from __future__ import annotations

import io
import shutil
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from data_access.__main__ import main
from data_access.boundary import load_mappings, read_given
from data_access.boundary.form import EXAMPLE, FIRST_ROW, HEADER_ROW, MARK, SHEET
from data_access.boundary.mapping import DatasetMapping
from data_access.current import load_or_refresh
from data_access.forms import form_xlsx
from data_access.registers import form_columns
from data_access.site import ROOT, load_settings
from kpi.definitions import ColumnType, Dataset
from kpi.definitions.shipped_datasets import DATASETS
from kpi.vocabulary import InputError
from tests.data_access.boundary.lists import suqian_geography

GEOGRAPHY = suqian_geography()
COUNTED = [dataset for dataset in DATASETS.values() if dataset.counted_on is not None]
Spoil = Callable[[openpyxl.Workbook], None]


def _sheet(book: openpyxl.Workbook) -> Worksheet:
    sheet = book[SHEET]
    assert isinstance(sheet, Worksheet)
    return sheet


def _filled(folder: Path, dataset: Dataset, rows: list[Mapping[str, Any]],
            spoil: Spoil = lambda book: None) -> Path:
    """The dataset's form with these rows, under the headings as a clerk reads them."""
    book = openpyxl.load_workbook(io.BytesIO(form_xlsx(dataset, GEOGRAPHY)))
    columns = form_columns(dataset)
    for number, row in enumerate(rows, start=FIRST_ROW):
        for place, column in enumerate(columns, start=1):
            if column.name in row:
                _sheet(book).cell(number, place, row[column.name])
    spoil(book)
    path = folder / f"{dataset.name}.xlsx"
    book.save(path)
    return path


def _mapping(folder: Path, dataset: str, more: str = "") -> DatasetMapping:
    file = folder / "sources.toml"
    file.write_text(f'[datasets.{dataset}]\nfile = "{dataset}.xlsx"\n{more}', encoding="utf-8")
    mapping = load_mappings(file)[dataset]
    assert isinstance(mapping, DatasetMapping)
    return mapping


def _row(dataset: Dataset, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A row as a clerk fills it in, and as it must be read."""
    typed: dict[str, Any] = {}
    read: dict[str, Any] = {}
    for column in form_columns(dataset):
        if column.categories:
            value = column.categories[number % len(column.categories)]
            typed[column.name], read[column.name] = column.titles[value], value
        elif column.type == ColumnType.BOOL:
            typed[column.name], read[column.name] = ("是", 1) if number % 2 else ("否", 0)
        elif column.type == ColumnType.DATE:
            typed[column.name] = date(2025, 3, 1 + number)
            read[column.name] = f"2025-03-{1 + number:02}"
        elif column.type in (ColumnType.INT, ColumnType.REAL):
            typed[column.name] = 3 + number
            read[column.name] = float(3 + number) if column.type == ColumnType.REAL else 3 + number
        elif column.name == "unit_code":
            unit = GEOGRAPHY.managing_units[number % len(GEOGRAPHY.managing_units)]
            typed[column.name] = read[column.name] = unit.name
        else:
            typed[column.name] = read[column.name] = f"{column.name[:6]}-{number}"
    return typed, read


@pytest.mark.parametrize("dataset", COUNTED, ids=lambda dataset: dataset.name)
def test_a_filled_form_is_read_without_a_mapping(tmp_path: Path, dataset: Dataset) -> None:
    rows = [_row(dataset, number) for number in range(4)]
    _filled(tmp_path, dataset, [typed for typed, _ in rows])
    given = read_given(_mapping(tmp_path, dataset.name))
    for column in form_columns(dataset):
        assert [str(value) for value in given.columns[column.name]] == [
            str(read[column.name]) for _, read in rows], column.name
    assert [one for one in given.remarks if one.code != "kind_without_rows"] == []


def test_an_empty_form_has_no_rows_and_its_example_is_never_one(tmp_path: Path) -> None:
    dataset = DATASETS["hire"]
    path = _filled(tmp_path, dataset, [])
    assert _sheet(openpyxl.load_workbook(path)).cell(HEADER_ROW + 1, 1).value == EXAMPLE
    assert read_given(_mapping(tmp_path, "hire")).columns.get("hire_id", []) == []

    def moved(book: openpyxl.Workbook) -> None:
        _sheet(book).insert_rows(HEADER_ROW + 1)

    _filled(tmp_path, dataset, [_row(dataset, 1)[0]], moved)
    assert read_given(_mapping(tmp_path, "hire")).columns["hire_id"] == ["hire_i-1"]


def _remove(title: str) -> Spoil:
    def spoil(book: openpyxl.Workbook) -> None:
        sheet = _sheet(book)
        sheet.delete_cols(next(cell.column for cell in sheet[HEADER_ROW] if cell.value == title))
    return spoil


def _mark(cell: str, value: object) -> Spoil:
    return lambda book: book[MARK].__setitem__(cell, value)


def _renamed(book: openpyxl.Workbook) -> None:
    _sheet(book).title = "表1"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_mark("B1", "job_posting"), "是另一个数据集的填报表（job_posting）"),
        (_mark("C1", 2), "是新版程序的填报表"),
        (_renamed, "没有工作表“填报”"),
        (_remove("撮合日期"), "没有列"),
    ],
)
def test_a_form_that_is_not_what_it_should_be_is_refused(tmp_path: Path, spoil: Spoil,
                                                         message: str) -> None:
    dataset = DATASETS["hire"]
    titles = {column.title for column in dataset.columns if not column.nullable}
    date_title = dataset.column("matched_on").title
    assert date_title in titles
    if message == "没有列":
        spoil = _remove(date_title)
    _filled(tmp_path, dataset, [_row(dataset, 1)[0]], spoil)
    with pytest.raises(InputError, match=message):
        read_given(_mapping(tmp_path, "hire"))


def test_a_column_that_may_be_left_out_may_be_deleted(tmp_path: Path) -> None:
    dataset = DATASETS["hire"]
    _filled(tmp_path, dataset, [_row(dataset, 1)[0]],
            _remove(dataset.column("agreement_signed_on").title))
    given = read_given(_mapping(tmp_path, "hire"))
    assert given.columns["hire_id"] == ["hire_i-1"]
    assert "agreement_signed_on" not in given.columns


def test_what_the_site_has_written_comes_before_what_the_form_says(tmp_path: Path) -> None:
    dataset = DATASETS["hire"]
    _filled(tmp_path, dataset, [_row(dataset, 1)[0]])
    with pytest.raises(InputError, match="编号甲"):
        read_given(_mapping(tmp_path, "hire", '[datasets.hire.columns]\nhire_id = "编号甲"\n'))


def test_choices_checks_and_locks_are_in_the_form() -> None:
    for dataset in COUNTED:
        book = openpyxl.load_workbook(io.BytesIO(form_xlsx(dataset, GEOGRAPHY)))
        sheet = _sheet(book)
        assert sheet.protection.sheet
        assert book[MARK].sheet_state == "hidden"
        checks = {str(area).split(":")[0]: check for check in sheet.data_validations.dataValidation
                  for area in check.sqref.ranges}
        for place, column in enumerate(form_columns(dataset), start=1):
            head, cell = sheet.cell(HEADER_ROW, place), sheet.cell(FIRST_ROW, place)
            assert (head.value, head.protection.locked) == (column.title, True)
            assert not sheet.column_dimensions[cell.column_letter].protection.locked
            kind = checks[cell.coordinate].type if cell.coordinate in checks else None
            wanted = {ColumnType.DATE: "date", ColumnType.INT: "whole", ColumnType.REAL: "decimal",
                      ColumnType.BOOL: "list"}.get(column.type)
            if column.categories or column.name in ("unit_code", "township_code"):
                wanted = "list"
            if column.name in (dataset.key, "person_key"):
                wanted = "custom"
            assert kind == wanted, (dataset.name, column.name)


def test_a_unit_can_choose_its_own_places_only_and_another_is_refused() -> None:
    unit = GEOGRAPHY.managing_units[0]
    book = openpyxl.load_workbook(
        io.BytesIO(form_xlsx(DATASETS["hire"], GEOGRAPHY, unit.code)))
    listed = {cell.value for row in book["代码"].iter_rows() for cell in row}
    others = {one.name for one in GEOGRAPHY.townships if one.unit_code != unit.code}
    assert unit.name in listed
    assert not listed & (others | {one.name for one in GEOGRAPHY.managing_units[1:]})
    with pytest.raises(InputError, match="没有管理单位 999999"):
        form_xlsx(DATASETS["hire"], GEOGRAPHY, "999999")
    with pytest.raises(InputError, match="是名录"):
        form_xlsx(DATASETS["township"], GEOGRAPHY)


def test_the_names_to_choose_from_are_the_places_they_stand_for(tmp_path: Path) -> None:
    """Every township of the real list, chosen by its name, is counted where it lies."""
    config = tmp_path / "config"
    config.mkdir()
    shutil.copy2(ROOT / "config" / "plan.toml", config / "plan.toml")
    dataset = DATASETS["service_venue"]
    geography = GEOGRAPHY
    rows = [{"venue_id": f"V{one.code}", "name": one.name, "kind": "零工服务驿站",
             "operator": "政府运营", "opened_on": date(2025, 3, 1), "township_code": one.name,
             "unit_code": geography.unit_by_code[one.unit_code].name}
            for one in geography.townships if one.valid_to is None]
    book = openpyxl.load_workbook(io.BytesIO(form_xlsx(dataset, geography)))
    for number, row in enumerate(rows, start=FIRST_ROW):
        for place, column in enumerate(form_columns(dataset), start=1):
            _sheet(book).cell(number, place, row.get(column.name))
    book.save(config / "service_venue.xlsx")
    _mapping(config, "service_venue")
    current = load_or_refresh(load_settings(
        {"LINGGONG_CONFIG": str(config), "LINGGONG_DATA": str(tmp_path / "var")},
        ROOT / "no-secrets.toml"))
    card = current.scorecard(current.default_day)
    assert card.city_line("station_coverage").value == 1.0
    assert not current.snapshot.messages
    quality = card.quality["service_venue"]
    assert (quality.read, quality.counted) == (len(rows), len(rows))


def test_the_command_writes_the_form_and_says_where(tmp_path: Path,
                                                    capsys: pytest.CaptureFixture[str],
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit):
        main(["template"])
    assert main(["template", "hire", "--unit", "321322"]) == 2
    assert "--excel" in capsys.readouterr().err


def test_sources_in_the_documents_example_need_nothing_but_the_file() -> None:
    text = (ROOT / "docs" / "接入.md").read_text(encoding="utf-8")
    example = text.split("### 填报表")[1].split("```toml\n")[1].split("```")[0]
    assert set(tomllib.loads(example)["datasets"]["service_venue"]) == {"file"}
