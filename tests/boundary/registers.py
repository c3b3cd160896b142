"""Small registers of postings as bureaus hand them in, written the way a test wants them spoilt."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Snapshot
from kpi.counting.facts import DatasetQuality
from tests.data_access.site import site

READ_AT = datetime(2026, 10, 31, 12)
HEADINGS = ["岗位编号", "平台", "用工主体", "工种", "行业", "归集方", "县区", "乡镇", "人数", "发布日期", "失效日期", "核验"]
COLUMNS = ["posting_id", "platform", "employer_code", "occupation", "sector", "collector",
           "unit_code", "township_code", "headcount", "published_on", "invalidated_on",
           "employer_verified"]
VALUES = """
[datasets.job_posting.values.sector]
"家政" = "domestic"
"电商" = "ecommerce"
[datasets.job_posting.values.collector]
"政府" = "government"
"机构" = "third_party"
"""


def postings(keys: str = 'file = "岗位.xlsx"', values: str = VALUES, **columns: str) -> str:
    """`sources.toml` of the postings; `columns` overrides headings."""
    named = {**dict(zip(COLUMNS, HEADINGS, strict=True)), "invalid_reason": "", **columns}
    lines = "\n".join(f'{name} = "{theirs}"' for name, theirs in named.items())
    top, _, rest = keys.partition("\n[")
    below = f"\n[{rest}" if rest else ""
    return (
        f"[datasets.job_posting]\n{top}\n[datasets.job_posting.columns]\n{lines}\n{values}{below}"
    )


def job(number: int = 1, **cells: Any) -> list[Any]:
    """One posting of ten heads in 321322; cells by canonical column."""
    row = {"posting_id": f"J{number:04d}", "platform": "速找活", "employer_code": f"E{number:04d}",
           "occupation": "保洁", "sector": "家政", "collector": "机构", "unit_code": 321322,
           "township_code": None, "headcount": 10, "published_on": date(2025, 3, 1),
           "invalidated_on": None, "employer_verified": "是"}
    assert cells.keys() <= row.keys()
    return list({**row, **cells}.values())


def jobs(count: int = 5, **cells: Any) -> list[list[Any]]:
    return [job(number, **cells) for number in range(1, count + 1)]


Sheets = Mapping[str, Sequence[Sequence[Any]]]


def workbook(path: Path, sheets: Sheets | Sequence[Sequence[Any]], then: Callable[[Any], None]
             | None = None) -> None:
    """A workbook of these sheets (headings included), or of one sheet with the usual headings over
    these rows.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    given = sheets if isinstance(sheets, Mapping) else {"台账": [HEADINGS, *sheets]}
    for name, rows in given.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    if then is not None:
        then(book)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def in_sheet(path: Path, change: Callable[[str], str],
             part: str = "xl/worksheets/sheet1.xml") -> None:
    """Rewrites a part of a workbook's XML, or adds it."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts.get(part, b"").decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


def put(path: Path, cell: str, xml: str) -> None:
    """Replaces one cell of the first sheet by XML of its own."""
    in_sheet(path, lambda text: re.sub(rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)', lambda _: xml, text,
                                       count=1, flags=re.DOTALL))


def taken(folder: Path, sources: str) -> Snapshot:
    return refresh(at(folder, sources), now=READ_AT)


def at(folder: Path, sources: str) -> Settings:
    return site(folder, {}, sources)


def heads(snapshot: Snapshot, dataset: str = "job_posting", event: str = "published") -> float:
    """Sum of the amounts counted by an event."""
    cells = snapshot.parts[dataset].data.cells
    return float(cells.loc[((cells["event"] == event) & (cells["status"] == "counted")).to_numpy(),
                           "amount"].sum())


def quality(snapshot: Snapshot, dataset: str = "job_posting") -> DatasetQuality:
    return snapshot.parts[dataset].data.quality


def codes(snapshot: Snapshot) -> dict[str, int]:
    """Remarks by code, and how many cells or rows each is about."""
    return {one.code: one.count for one in snapshot.remarks}


def refused(snapshot: Snapshot, dataset: str = "job_posting") -> str:
    """The one message, of a dataset that has no part."""
    assert dataset not in snapshot.parts
    (message,) = snapshot.messages
    assert message.endswith("。")
    return message
