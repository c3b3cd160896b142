"""Programs the tests need beyond Python: where they are, and what happens where they are not.

On a laptop a test that needs a missing program is skipped and says which. Where CI=true or
NOTHING_MISSING is set it fails: a green run then means that the browser, the servers and the office
program were really asked.
"""

from __future__ import annotations

import os
import shutil

import pytest


def nothing_may_be_missing() -> bool:
    return os.environ.get("CI") == "true" or os.environ.get("NOTHING_MISSING", "") not in ("", "0")


def find(name: str, *folders: str) -> str | None:
    """The path of a program in these folders, on the PATH or among the system's servers; None where
    there is none.
    """
    return shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", ""),
                                                    "/usr/sbin"]))


def missing(what: str) -> None:
    """Skip, or fail where nothing may be missing."""
    if nothing_may_be_missing():
        pytest.fail(f"{what} is not installed, and nothing may be missing here")
    pytest.skip(f"needs {what}, which is not installed")


def need(*programs: str) -> None:
    """Skip, or fail where nothing may be missing, unless all these programs are there."""
    absent = [name for name in programs if find(name) is None]
    if absent:
        missing(", ".join(absent))
