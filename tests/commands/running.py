"""Runs the program's commands: in this process, or the way cron does, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO
from unittest.mock import patch

from data_access.site.settings import ROOT


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """This one with only the given LINGGONG_… variables."""
    return {**{name: value for name, value in os.environ.items()
               if not name.startswith("LINGGONG_")}, **given}


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m <arguments>` from the project's root with only the given LINGGONG_… variables."""
    return subprocess.run([sys.executable, "-W", "error", "-m", *arguments], cwd=ROOT,
                          env=_environment(environment), capture_output=True, text=True,
                          timeout=300, check=False)


def command(package: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What `process` gives, without starting an interpreter: exit code, output and error output of
    the same `main`.

    A fault that would end the process with a traceback is raised.
    """
    main = import_module(f"{package}.__main__").main
    out, err = StringIO(), StringIO()
    with patch.dict(os.environ, _environment(environment), clear=True), chdir(
            ROOT), redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(list(arguments))
        except SystemExit as stopped:
            code = int(stopped.code or 0)
    return subprocess.CompletedProcess([package, *arguments], code, out.getvalue(), err.getvalue())


def said_in_one_line(result: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a refused command. Fails on a traceback, several lines, a zero exit or a
    leaked password.
    """
    assert result.returncode != 0, result.stdout
    lines = [line for line in result.stderr.replace("\r", "\n").splitlines() if line.strip()
             and "%" not in line]
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert "secret-word" not in result.stderr
    return lines[0]
