"""A copy that is handed out says who took it and when; nothing else in it differs."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from docx import Document

from reports.handed_out import HandedOut, marked

BY = HandedOut("zhang&<三>\x07@example.gov.cn", datetime(2026, 10, 31, 17, 5,
                                                        tzinfo=timezone(timedelta(hours=8))))


def _workbook(footer: str | None = "快照 1") -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A1"], sheet["A2"] = "=1+1", "甲"
    if footer is not None:
        sheet.oddFooter.left.text, sheet.oddFooter.center.text = footer, "第&P页"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_a_workbook_says_it_in_its_properties_and_under_every_printed_page() -> None:
    made = marked(_workbook(), BY)
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.properties.lastModifiedBy == "zhang&<三>@example.gov.cn"
    # in UTC, as the format wants it
    assert book.properties.modified == datetime(2026, 10, 31, 9, 5)
    footer: Any = book.active.oddFooter
    assert footer.left.text == "快照 1\nzhang&&<三>@example.gov.cn 2026-10-31 17:05 导出"
    assert footer.center.text == "第&P页"
    before, after = _parts(_workbook()), _parts(made)
    assert {name for name in before if before[name] != after[name]} == {
        "docProps/core.xml", "xl/worksheets/sheet1.xml"}
    assert all(ElementTree.fromstring(part) is not None for name, part in after.items()
               if name.endswith(".xml"))


def test_a_workbook_without_a_footer_gets_none() -> None:
    assert openpyxl.load_workbook(io.BytesIO(marked(_workbook(None),
                                                    BY))).active.oddFooter.left.text is None


def test_a_document_says_it_in_its_properties() -> None:
    made = io.BytesIO()
    Document().save(made)
    document = Document(io.BytesIO(marked(made.getvalue(), BY)))
    assert document.core_properties.last_modified_by == "zhang&<三>@example.gov.cn"
    assert document.core_properties.modified.replace(tzinfo=None) == datetime(2026, 10, 31, 9, 5)


def test_data_say_it_beside_what_they_are() -> None:
    said = json.loads(marked(b'{"lines": [1, 2]}', BY))
    assert said == {"lines": [1, 2], "handed_out": {"account": BY.account,
                                                    "at": "2026-10-31T17:05:00+08:00"}}


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x89PNG"])
def test_other_files_come_back_as_they_are(content: bytes) -> None:
    assert marked(content, BY) == content
