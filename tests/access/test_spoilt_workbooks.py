"""Workbooks handed in by anybody: cut, flipped, rewritten inside, swollen. Rows or one plain
sentence, soon.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_access.boundary.mapping import DatasetMapping, load_mappings
from data_access.boundary.workbooks import LARGEST_UNPACKED
from data_access.connect.file_engine import open_file
from data_access.forms import ReturnLine, read_return, return_xlsx
from kpi.returns import ItemKind, ReturnItem
from kpi.vocabulary.errors import InputError
from reports.follow_up_import import SHEET, read_items, template_xlsx
from tests.examples import examples
from tests.reports.test_follow_up_papers import GEOGRAPHY, PLAN

_ITEMS = (ReturnItem("a", "人员", "人", ItemKind.STOCK),)
_MAPPING = """
[datasets.service_venue]
file = "venues.xlsx"
"""


@cache
def _filled() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(PLAN)))
    book[SHEET].append(["补建驿站", "全市", "市人社局", "市财政局", "就业中心主任", date(2026, 12, 31), None, None,
                        None])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@cache
def _register() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["venue_id", "name", "unit_code", "township_code", "village_code", "kind",
                        "host", "operator", "longitude", "latitude", "opened_on", "closed_on"])
    book.active.append(["V1", "站", "321302", None, None, "station", None, "social", None, None,
                        date(2025, 3, 1), None])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@cache
def _return() -> bytes:
    return return_xlsx([ReturnLine(item, amount=7, remark="说明") for item in _ITEMS],
                       date(2026, 10, 1), "321302", "宿城区", date(2026, 11, 5))


def _rewritten(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(
            made, "w", zipfile.ZIP_DEFLATED) as new:
        for path in old.namelist():
            new.writestr(path, change(old.read(path)) if path == name else old.read(path))
    return made.getvalue()


@st.composite
def _spoilt(draw: st.DrawFn, good: bytes) -> bytes:
    """The file cut short, with bytes changed, or with bytes of one part inside it changed, cut or
    repeated.
    """
    how = draw(st.sampled_from(["cut", "flip", "inside", "noise"]))
    if how == "cut":
        return good[:draw(st.integers(0, len(good) - 1))]
    if how == "noise":
        return draw(st.binary(max_size=200))
    if how == "flip":
        changed = bytearray(good)
        for place in draw(st.lists(st.integers(0, len(good) - 1), min_size=1, max_size=6)):
            changed[place] = draw(st.integers(0, 255))
        return bytes(changed)
    with zipfile.ZipFile(io.BytesIO(good)) as packed:
        name = draw(st.sampled_from(packed.namelist()))
        size = packed.getinfo(name).file_size
    start, length = draw(st.integers(0, size)), draw(st.integers(0, 40))
    put = draw(st.sampled_from([b"", b"<", b"&x;", b"-1", b"9" * 30, b"\x00", b'"', "甲".encode()]))
    return _rewritten(good, name, lambda old: old[:start] + put + old[start + length:])


def _said(read: Callable[[], object]) -> None:
    try:
        read()
    except InputError as error:
        _is_a_sentence(str(error))


def _is_a_sentence(text: str) -> None:
    assert text.endswith("。")
    assert "Error" not in text


def _venues(folder: Path, content: bytes) -> None:
    (folder / "venues.xlsx").write_bytes(content)
    mapping = load_mappings(folder / "sources.toml")["service_venue"]
    assert isinstance(mapping, DatasetMapping)
    engine, _ = open_file(mapping)
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sources.toml").write_text(_MAPPING, encoding="utf-8")
    return tmp_path


@settings(
    max_examples=examples(200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_spoilt_list_of_items_is_read_or_refused_in_a_sentence(data: st.DataObject) -> None:
    content = data.draw(_spoilt(_filled()))
    _said(lambda: read_items(content, PLAN, GEOGRAPHY, meeting=None))


@settings(max_examples=examples(200), deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoilt_register_is_read_or_refused_in_a_sentence(folder: Path,
                                                            data: st.DataObject) -> None:
    content = data.draw(_spoilt(_register()))
    _said(lambda: _venues(folder, content))


@settings(max_examples=examples(100), deadline=None)
@given(data=st.data())
def test_a_spoilt_return_is_read_or_refused_in_a_sentence(data: st.DataObject) -> None:
    content = data.draw(_spoilt(_return()))
    _said(lambda: read_return(content, _ITEMS, date(2026, 10, 1), "321302", "宿城区"))


def test_a_sound_file_is_read(folder: Path) -> None:
    """So that the refusals above are not of everything."""
    assert [item.title for item in read_items(_filled(), PLAN, GEOGRAPHY, meeting=None)] == ["补建驿站"]
    _venues(folder, _register())
    assert read_return(_return(), _ITEMS, date(2026, 10, 1), "321302", "宿城区").amounts == {"a": 7}


def _swollen(content: bytes) -> bytes:
    return _rewritten(content, "xl/workbook.xml", lambda old: old + b" " * (LARGEST_UNPACKED + 1))


def _far_row(content: bytes) -> bytes:
    return _rewritten(content, "xl/worksheets/sheet1.xml",
                      lambda old: old.replace(b'<row r="2"', b'<row r="99999999999"'))


def _entities(content: bytes) -> bytes:
    bomb = b'<!DOCTYPE x [<!ENTITY a "' + b"z" * 1000 + b'">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10)
        for level in range(8)) + b"]>"
    return _rewritten(content, "xl/worksheets/sheet1.xml",
                      lambda old: bomb + old.replace(b"<sheetData>", b"<sheetData>&i;"))


@pytest.mark.parametrize("spoil", [_swollen, _far_row, _entities])
def test_a_file_made_to_exhaust_the_machine_is_refused(folder: Path,
                                                       spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InputError, match="不是完好的"):
        read_items(spoil(_filled()), PLAN, GEOGRAPHY, meeting=None)
    with pytest.raises(InputError, match="不是完好的"):
        _venues(folder, spoil(_register()))
