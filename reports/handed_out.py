"""Who took a paper away and when, written into the copy handed out; the paper itself, and a frozen
one, stays as it was.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

_CORE, _CONTENT_TYPES = "docProps/core.xml", "[Content_Types].xml"
_DATED = (
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:type="dcterms:W3CDTF"'
)
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_UNWRITABLE = re.compile(r"[\x00-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class HandedOut:
    """`account` as the audit log names it; `at` with its time zone."""

    account: str
    at: datetime

    def __str__(self) -> str:
        return f"{_UNWRITABLE.sub('', self.account)} {self.at:%Y-%m-%d %H:%M} 导出"


def marked(content: bytes, by: HandedOut) -> bytes:
    """The file with account and time: in the properties of an Office file, in the printed footer of
    a workbook that has one, under `handed_out` in a JSON object, in each file of an archive.
    Anything else comes back unchanged.
    """
    if content.startswith(b"PK"):
        return _office(content, by)
    return _json(content, by) if content.startswith(b"{") else content


def marked_for_printing(content: bytes, by: HandedOut) -> bytes:
    """An Office file whose subject is account and time: of its properties this is what a PDF
    made of it keeps.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(
            made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            inside = old.read(part)
            if part.filename == _CORE:
                xml = re.sub(r"<dc:subject\b[^>]*?(/>|>.*?</dc:subject>)", "", inside.decode(),
                             flags=re.S)
                inside = xml.replace("</cp:coreProperties>", f"<dc:subject>{escape(str(by))}"
                                     "</dc:subject></cp:coreProperties>").encode()
            new.writestr(part, inside)
    return made.getvalue()


def _json(content: bytes, by: HandedOut) -> bytes:
    result = {**json.loads(content), "handed_out": {"account": by.account,
                                                    "at": by.at.isoformat(timespec="seconds")}}
    return json.dumps(result, ensure_ascii=False, indent=2).encode()


def _office(content: bytes, by: HandedOut) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(
            made, "w", zipfile.ZIP_DEFLATED) as new:
        archive = _CONTENT_TYPES not in old.namelist()
        for part in old.infolist():
            inside = old.read(part)
            if archive:
                inside = marked(inside, by)
            elif part.filename == _CORE:
                inside = _properties(inside.decode(), by).encode()
            elif _SHEET.fullmatch(part.filename):
                inside = _footer(inside.decode(), by).encode()
            new.writestr(part, inside)
    return made.getvalue()


def _properties(xml: str, by: HandedOut) -> str:
    at = by.at.astimezone(UTC)
    values = {"cp:lastModifiedBy": escape(_UNWRITABLE.sub("", by.account)),
              "dcterms:modified": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
    for tag, value in values.items():
        # its namespaces may be declared at the root or, as one library does, on each element
        kind = f" {_DATED}" if tag.startswith("dcterms") else ""
        xml = re.sub(rf"<{tag}\b[^>]*?(/>|>.*?</{tag}>)", "", xml, flags=re.S)
        xml = xml.replace("</cp:coreProperties>",
                          f"<{tag}{kind}>{value}</{tag}></cp:coreProperties>")
    return xml


def _footer(xml: str, by: HandedOut) -> str:
    """A second line at the left of the footer; & begins a code there."""
    line = escape(str(by).replace("&", "&&"))
    return re.sub(r"(<oddFooter>.*?)(&amp;C)", lambda found: f"{found[1]}\n{line}{found[2]}", xml,
                  count=1, flags=re.S)
