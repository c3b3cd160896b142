"""Papers are written whole or not at all, and never over another unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.vocabulary.errors import InputError
from reports.files import write_atomically


def test_an_existing_paper_is_kept(tmp_path: Path) -> None:
    paper = tmp_path / "报表.xlsx"
    paper.write_bytes(b"edited by hand")
    with pytest.raises(InputError, match="已存在"):
        write_atomically(paper, b"new", overwrite=False)
    assert paper.read_bytes() == b"edited by hand"


def test_an_existing_paper_is_replaced_when_told_to(tmp_path: Path) -> None:
    paper = tmp_path / "报表.xlsx"
    paper.write_bytes(b"old")
    write_atomically(paper, b"new", overwrite=True)
    assert paper.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["报表.xlsx"]


def test_a_paper_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="写不进去"):
        write_atomically(tmp_path / "没有" / "报表.xlsx", b"new", overwrite=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="文件夹"):
        write_atomically(tmp_path, b"new", overwrite=True)
