"""A paper as it will print: LibreOffice lays it out, and its pages become pictures. Everything
happens in a temporary folder.

Where LibreOffice or pdftoppm is not installed, `reports.preview_html` shows the same content
without the layout.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from kpi.vocabulary import InputError

SECONDS = 120
NO_OFFICE = "本机没有安装排版程序（LibreOffice），不能下载PDF；请下载文件后用WPS“另存为PDF”。"
NO_SLIDES = "汇报PPT没有PDF版：本机的LibreOffice没有演示部分（Impress）；请下载后用WPS“另存为PDF”。"
MOST_PAGES = 12
"""Pages drawn at once; the others when they are asked for."""
_RESOLUTION = 80
# one at a time: each conversion takes a core and some 300 MB
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Preview:
    """The first pages as PNG pictures, how many pages there are in all, and the pages themselves as
    PDF, of which `picture` makes any other.
    """

    pages: tuple[bytes, ...]
    total: int
    printed: bytes = b""


def available() -> bool:
    """Whether pages can be laid out on this machine."""
    return _office() is not None and shutil.which("pdftoppm") is not None


def _office() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def rendered(content: bytes, suffix: str, *, seconds: int = SECONDS, most: int = MOST_PAGES,
             resolution: int = _RESOLUTION) -> Preview:
    """The pages of a .docx or .xlsx. Raises InputError when it takes longer than `seconds` or
    cannot be laid out.
    """
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="preview-") as made:
        folder = Path(made)
        printed = _printed(folder, content, suffix, seconds)
        _run(["pdftoppm", "-png", "-r", str(resolution), "-l", str(most), str(printed),
              str(folder / "page")], seconds)
        pages = tuple(path.read_bytes() for path in sorted(folder.glob("page-*.png")))
        pdf_bytes = printed.read_bytes()
        return Preview(pages, max(_pages_of(pdf_bytes), len(pages)), pdf_bytes)


def picture(printed: bytes, page: int, *, seconds: int = SECONDS,
            resolution: int = _RESOLUTION) -> bytes:
    """One page of a PDF as PNG; the first is 1. Raises InputError as `rendered` does."""
    return _run(["pdftoppm", "-png", "-r", str(resolution), "-f", str(page), "-l", str(page), "-"],
                seconds, printed)


def pdf(content: bytes, suffix: str, *, seconds: int = SECONDS) -> bytes:
    """The pages of an Office file as PDF. Raises InputError as `rendered` does, and where no office
    program is installed.
    """
    if _office() is None:
        raise InputError(NO_OFFICE)
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="pdf-") as made:
        return _printed(Path(made), content, suffix, seconds).read_bytes()


def can_print(suffix: str) -> bool:
    """Whether a file of that kind can be had as PDF on this machine; slides need a part of the
    office program that is a package of its own.
    """
    office = _office()
    if office is None or suffix not in (".docx", ".xlsx", ".pptx"):
        return False
    return suffix != ".pptx" or (Path(office).resolve().parent / "libsdlo.so").exists()


def _printed(folder: Path, content: bytes, suffix: str, seconds: int) -> Path:
    """The PDF an office program makes of the file, in `folder`."""
    (folder / f"paper{suffix}").write_bytes(content)
    _run([str(_office()), f"-env:UserInstallation=file://{folder / 'profile'}", "--headless",
          "--convert-to", "pdf", "--outdir", str(folder), str(folder / f"paper{suffix}")], seconds)
    printed = folder / "paper.pdf"
    if not printed.exists():
        raise InputError("排版没有得到页面；请直接下载文件查看。")
    return printed


def _pages_of(printed: bytes) -> int:
    return printed.count(b"/Type/Page") - printed.count(b"/Type/Pages")


def _run(command: list[str], seconds: int, given: bytes | None = None) -> bytes:
    """What a program writes, run to its end; killed when it takes too long. `given`: what it reads.
    """
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False,
                              input=given)
    except subprocess.TimeoutExpired:
        raise InputError(f"排版超过 {seconds} 秒没有完成；请稍后再试，或直接下载文件查看。") from None
    except OSError as error:
        raise InputError(f"排版程序无法启动（{error.strerror}）；请直接下载文件查看。") from None
    if done.returncode != 0:
        raise InputError("排版程序报告出错；请稍后再试，或直接下载文件查看。")
    return done.stdout
