"""Runs the program's commands the way cron does: a process of its own, an environment, an exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from data_access.site.settings import ROOT


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m <arguments>` from the project's root with only the given LINGGONG_… variables."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LINGGONG_")}
    return subprocess.run([sys.executable, "-W", "error", "-m", *arguments], cwd=ROOT, env={**clean, **environment},
                          capture_output=True, text=True, timeout=300, check=False)


def said_in_one_line(result: subprocess.CompletedProcess[str], environment: Mapping[str, str] | None = None) -> str:
    """The one sentence of a refused command. Fails on a traceback, several lines, a zero exit or a leaked password."""
    assert result.returncode != 0, result.stdout
    lines = [line for line in result.stderr.replace("\r", "\n").splitlines() if line.strip() and "%" not in line]
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert "secret-word" not in result.stderr
    return lines[0]
