"""Reading a file somebody handed in, in a process of its own: bounded in time and memory, and
nobody else waits for it.

    items = apart(read_items, content, plan, geography, seconds=20)
"""

from __future__ import annotations

import pickle
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from data_access.site import ROOT
from kpi.vocabulary import InputError

P = ParamSpec("P")
R = TypeVar("R")
MEGABYTES = 2048


def apart(seconds: float, function: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
    """What `function` (of a module, not a closure) returns. Raises its InputError, or one when it
    takes longer than `seconds`, needs more memory than a file may, or dies."""
    asked = pickle.dumps((function, args, named))
    try:
        # -I would keep the project itself from being found
        done = subprocess.run([sys.executable, "-m", "data_access.running.apart"], input=asked,
                              capture_output=True, timeout=seconds, cwd=ROOT, check=False)
    except subprocess.TimeoutExpired:
        raise InputError(f"文件内容过于复杂，{seconds:g} 秒内没有读完；请只保留要导入的工作表和行后重试。") from None
    if done.returncode != 0 or not done.stdout:
        raise InputError("文件读不出来，可能已损坏或过于复杂；请另存为新的 .xlsx 文件后重试。")
    outcome = pickle.loads(done.stdout)
    if isinstance(outcome, InputError):
        raise outcome
    result: R = outcome
    return result


def main() -> None:
    """Read what is asked for from the standard input, write the answer to the standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 1024 * 1024,) * 2)
    function, args, named = pickle.loads(sys.stdin.buffer.read())
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    try:
        answer = function(*args, **named)
    except InputError as error:
        answer = error
    out.write(pickle.dumps(answer))


if __name__ == "__main__":
    main()
