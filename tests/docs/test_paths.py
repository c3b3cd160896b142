"""Every file, module and name of the program that the documents mention is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data_access.site.settings import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CHANGELOG.md",
             ROOT / "reference" / "SOURCES.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLDERS = ("benchmarks", "components", "config", "data_access", "deploy", "docs", "kpi", "notices",
           "pages", "reference", "reports", "sample_data", "tests")
# what a site writes itself, by the name it must have
OF_A_SITE = ("config/access.toml", "config/brief.docx", "config/definitions",
             "config/province.toml", "config/slides.pptx")
# a folder, then a path up to the first character no file of ours has; a placeholder such as <make>
# ends it
_PATH = re.compile(rf"(?<![\w/.-])((?:{'|'.join(FOLDERS)})/[\w./+-]*)")
_DOTTED = re.compile(rf"`(?:python -m )?((?:{'|'.join(FOLDERS)})(?:\.\w+)+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def _text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def missing_paths(text: str) -> list[str]:
    named = {match.group(1).rstrip("./-") for match in _PATH.finditer(text)}
    return sorted(name for name in named if not name.startswith(OF_A_SITE)
                  and not (ROOT / name).exists())


def missing_names(text: str) -> list[str]:
    return sorted(name for name in set(_DOTTED.findall(text)) if not _defined(name))


def _defined(dotted: str) -> bool:
    """Whether the longest part that is a file or folder has the rest, if any, as a name of its own.
    """
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        at = ROOT.joinpath(*parts[:end])
        file = at.with_suffix(".py") if at.with_suffix(".py").is_file() else at / "__init__.py"
        if file.is_file():
            return end == len(parts) or _has(file, parts[end])
    return False


def _has(file: Path, name: str) -> bool:
    return re.search(rf"^(?:\s*def|class) {name}\b|^{name}\b|import .*\b{name}\b", _text(file),
                     re.MULTILINE) is not None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_in_the_documents_is_there(document: Path) -> None:
    assert missing_paths(_text(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_module_and_name_in_the_documents_is_there(document: Path) -> None:
    assert missing_names(_text(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_the_documents_leads_somewhere(document: Path) -> None:
    targets = [target for target in _LINK.findall(_text(document)) if "://" not in target]
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_a_moved_file_is_noticed() -> None:
    assert missing_paths(
        "see `kpi/pace.py` and `kpi/judging/pace.py`, then data_access/connect/makes/<make>.py"
    ) == ["kpi/pace.py"]
    assert missing_names("`kpi.pace`, `kpi.judging.pace.Light`, `kpi.judging.pace.Lamp`") == [
        "kpi.judging.pace.Lamp", "kpi.pace"]


def test_decisions_are_numbered_in_order() -> None:
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ",
                                                    _text(ROOT / "docs" / "decisions.md"),
                                                    re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
