"""Papers are written whole or not at all, and never over another unasked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data_access.site.settings import ROOT
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


_KILLED = """
import os, signal, sys
from pathlib import Path
from reports import files
die = lambda *_args: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "rename":
    files.os.replace = die
else:
    class Dying(type(Path())):
        def write_bytes(self, content):
            with self.open("wb") as file:
                file.write(content[:len(content) // 2])
                file.flush()
                die()
        def with_name(self, name):
            return Dying(super().with_name(name))
    files.Path = Path = Dying
files.write_atomically(Path(sys.argv[1]), b"new" * 1000, overwrite=True)
"""


@pytest.mark.parametrize("place", ["writing", "rename"])
def test_a_writing_that_is_killed_leaves_the_old_paper_and_nothing_that_stays(
        tmp_path: Path, place: str) -> None:
    paper = tmp_path / "报表.xlsx"
    paper.write_bytes(b"old")
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(paper), place], cwd=ROOT,
                            capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert paper.read_bytes() == b"old"
    (draft,) = [path for path in tmp_path.iterdir() if path != paper]
    other = tmp_path / ".报表.xlsx.doc"
    other.write_bytes(b"not ours")
    os.utime(draft, (0, 0))
    os.utime(other, (0, 0))
    write_atomically(paper, b"newer", overwrite=True)
    assert paper.read_bytes() == b"newer"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".报表.xlsx.doc", "报表.xlsx"]


def test_the_draft_of_somebody_writing_just_now_is_left_alone(tmp_path: Path) -> None:
    draft = tmp_path / ".报表.xlsx.4711"
    draft.write_bytes(b"half")
    write_atomically(tmp_path / "报表.xlsx", b"new", overwrite=False)
    assert draft.exists()
