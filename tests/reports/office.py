"""LibreOffice as a second opinion: it opens the file, calculates every formula itself, and saves
what it got.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
from openpyxl.workbook.workbook import Workbook

from tests.programs import missing

PROGRAM = shutil.which("soffice") or shutil.which("libreoffice")
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""


def needed() -> None:
    """Skip where LibreOffice is not installed, or fail where nothing may be missing."""
    if PROGRAM is None:
        missing("LibreOffice")


def convert(content: bytes, to: str, folder: Path, *, name: str = "book.xlsx") -> Path:
    """The file LibreOffice makes of another."""
    needed()
    settings = folder / "profile" / "user"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    source, out = folder / name, folder / "out"
    source.write_bytes(content)
    subprocess.run([str(PROGRAM), f"-env:UserInstallation=file://{folder / 'profile'}",
                    "--headless", "--convert-to", to, "--outdir", str(out), str(source)],
                   check=True, capture_output=True, timeout=180)
    return next(out.iterdir())


def recalculated(content: bytes, folder: Path) -> Workbook:
    """The workbook with every formula calculated anew: its own cached values are taken out first.
    """
    stripped = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(stripped)
    made = convert(stripped.getvalue(), "xlsx:Calc MS Excel 2007 XML", folder)
    return openpyxl.load_workbook(made, data_only=True)
