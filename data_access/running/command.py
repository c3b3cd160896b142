"""How every command line ends: one plain sentence on stderr and a non-zero exit on bad input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date
from typing import NoReturn

from kpi.vocabulary import InputError

BAD_INPUT = 2
INTERRUPTED = 130


class PlainParser(argparse.ArgumentParser):
    """An argument parser that reports a wrong call in one line."""

    def error(self, message: str) -> NoReturn:
        plain = message.removeprefix("argument ").replace("the following arguments are required:",
                                                          "缺少")
        print(f"命令写法有误：{plain}。用 {self.prog} --help 查看用法。", file=sys.stderr)
        raise SystemExit(BAD_INPUT)


def run(action: Callable[[], int | None]) -> int:
    """Exit code of a command: 0, or `BAD_INPUT` after printing the one sentence of an InputError,
    or `INTERRUPTED`.
    """
    try:
        return action() or 0
    except InputError as error:
        print(str(error), file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        print("已中止。", file=sys.stderr)
        return INTERRUPTED


def day(text: str) -> date:
    """An ISO date argument."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} 不是日期，应形如 2026-10-31") from None


def show_progress(text: str, share: float) -> None:
    """A progress line on stderr; silent unless somebody watches, because cron would mail every
    line.
    """
    if not sys.stderr.isatty():
        return
    end = "\n" if share >= 1 else ""
    print(f"\r{text} {share:4.0%}".ljust(60), end=end, file=sys.stderr, flush=True)
