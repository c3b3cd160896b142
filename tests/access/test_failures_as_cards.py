"""Whatever fails in a callback, a download or a run is a card in Chinese; the framework's own words
never show.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import server
from components.shell.carded import script_failed
from tests.access import wire
from tests.access.test_after_the_door import _deferred, _note_keys
from tests.access.wire import Wired, ask_for, run


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    with wire.wired(tmp_path_factory.mktemp("cards")) as running:
        yield running


@contextmanager
def _nowhere(folder: Path) -> Iterator[None]:
    """The folder cannot be written to, whoever tries."""
    away = folder.with_name(f"{folder.name}.away")
    folder.rename(away)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        away.rename(folder)


@pytest.mark.server
def test_an_acknowledgement_that_cannot_be_stored_is_a_card(wired: Wired) -> None:
    async def visit() -> tuple[str, str]:
        async with await wired.tab(wired.claims("staff"), "/alerts", "as_of=2025-07-31") as tab:
            await tab.change(_note_keys(tab)[0])
            with closing(sqlite3.connect(wired.data / "acknowledgements.sqlite")) as store:
                store.execute(
                    "CREATE TRIGGER full BEFORE INSERT ON acknowledgement BEGIN SELECT RAISE(ABORT, 'disk full'); END"
                )
                store.commit()
                await tab.change(_note_keys(tab)[-1])
                failed = tab.shown.words
                store.execute("DROP TRIGGER full")
                store.commit()
            await tab.run()
            return failed, tab.shown.words
    failed, later = run(visit())
    assert "上一步没有完成" in failed
    assert "预警确认记录" in failed
    assert "读写不了" in failed
    assert "上一步没有完成" not in later


@pytest.mark.server
def test_a_download_that_cannot_be_recorded_is_refused_in_chinese_and_told_on_the_page(
        wired: Wired) -> None:
    async def visit() -> tuple[str, str]:
        async with await wired.tab(wired.claims("staff"), "/exports", "as_of=2025-07-31") as tab:
            with _nowhere(wired.data / "audit"):
                answer = await ask_for(tab, _deferred(tab)[-1])
                assert answer is not None
                await tab.run()
            return answer.backend_operation_response.error_msg, tab.shown.words
    message, words = run(visit())
    assert message == "没有下载，原因见页面上方。"
    assert "上一步没有完成" in words
    assert "审计日志写不进文件夹" in words


@pytest.mark.server
def test_an_acknowledgement_that_leaves_no_trace_is_not_done(wired: Wired) -> None:
    def count() -> int:
        with closing(sqlite3.connect(wired.data / "acknowledgements.sqlite")) as store:
            return int(store.execute("SELECT COUNT(*) FROM acknowledgement").fetchone()[0])

    async def visit() -> str:
        async with await wired.tab(wired.claims("staff"), "/alerts", "as_of=2025-07-31") as tab:
            await tab.change(_note_keys(tab)[0])
            before = count()
            with _nowhere(wired.data / "audit"):
                await tab.change(_note_keys(tab)[-1])
            assert count() == before
            return tab.shown.words
    assert "操作未执行" in run(visit())


def _failing() -> None:
    from components.shell.carded import script_failed
    from kpi.vocabulary.errors import InputError
    script_failed(ValueError("secret path /var/lib"))
    script_failed(InputError("磁盘写满。"))


def test_what_nobody_foresaw_is_a_card_without_its_details() -> None:
    shown = AppTest.from_function(_failing)
    # one button of each card has the same key, which does not happen on one page
    shown.run()
    bodies = "".join(str(element.proto.body) for element in shown.get("html"))  # type: ignore[attr-defined]
    assert "页面出错了" in bodies
    assert "secret path" not in bodies


def test_the_server_uses_it_for_everything_that_escapes() -> None:
    assert server.app._on_script_error is script_failed
