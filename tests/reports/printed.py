"""A paper as LibreOffice prints it: its pages, what stands on them and how large."""

from __future__ import annotations

import re
import subprocess
import zlib
from dataclasses import dataclass
from pathlib import Path

from tests.programs import find, need
from tests.reports.office import convert

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SIZE = re.compile(rb"/F\d+ ([\d.]+) Tf")


@dataclass(frozen=True)
class Printed:
    """The text of each page, and the size in points of the smallest letters of all."""

    pages: tuple[str, ...]
    smallest: float


def printed(content: bytes, folder: Path, *, name: str = "book.xlsx") -> Printed:
    """The pages LibreOffice makes of a file."""
    need("pdftotext")
    path = convert(content, "pdf", folder, name=name)
    text = subprocess.run([str(find("pdftotext")), "-layout", str(path), "-"], check=True,
                          capture_output=True, text=True, encoding="utf-8").stdout
    return Printed(tuple(text.split("\f")[:-1]), min(_sizes(path.read_bytes())))


def _sizes(pdf: bytes) -> set[float]:
    """The sizes of letters the pages ask for."""
    sizes: set[float] = set()
    for match in _STREAM.finditer(pdf):
        try:
            drawn = zlib.decompress(match[1])
        except zlib.error:  # a font or a picture
            continue
        sizes |= {float(size) for size in _SIZE.findall(drawn)}
    return sizes
