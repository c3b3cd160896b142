"""Progress is for whoever watches a terminal; a log or cron's mail gets none of it."""

from __future__ import annotations

import io

import pytest

from data_access.running.command import show_progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    show_progress("正在读取", 0.25)
    assert "正在读取  25%" in shown.getvalue()


def test_progress_is_silent_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr("sys.stderr", shown)
    show_progress("正在读取", 0.25)
    show_progress("读取完成", 1.0)
    assert shown.getvalue() == ""
