"""What an open tab, a stranger or another tab may still do: every write and download asks again
when it happens.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from benchmarks.streamlit_client import Session
from data_access.accounts.audit import audit_log
from data_access.ledger.acknowledgements import Acknowledgements
from data_access.site.settings import ROOT
from tests.access import wire
from tests.access.flood import flood
from tests.access.site import ACCESS
from tests.access.wire import Wired, ask_for, run, send

pytestmark = pytest.mark.server

_CARD = "请使用本单位统一认证账号登录。"
_GONE = "登录已失效"
_UNIT = "division=321302&rollup=managing&as_of=2025-07-31"
# pages on which something can be taken away, with the address that offers it
_DOWNLOADS = (("exports", "as_of=2025-07-31"), ("exports", _UNIT), ("county", _UNIT))


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    with wire.wired(tmp_path_factory.mktemp("wire")) as running:
        yield running


@pytest.fixture
def restored(wired: Wired) -> Iterator[Wired]:
    """The site, with its access file as it was afterwards."""
    yield wired
    wired.access_file.write_text(ACCESS, encoding="utf-8")


def _deferred(tab: Session) -> list[str]:
    return [proto.deferred_file_id for proto in tab.shown.of("download_button")
            if proto.deferred_file_id]


def _exports(wired: Wired) -> int:
    return sum(record.action == "export" for record in audit_log(wired.data).records())


def test_what_the_server_says_is_weak_is_of_the_sign_in_it_has(wired: Wired) -> None:
    """Its secrets are in another file than the usual."""
    told = [line for line in wired.server.said().splitlines() if line.startswith("▲")]
    assert any("审计锚点" in line for line in told)
    assert not any(line.startswith("▲ 登录") for line in told)


# -- nothing without a sign-in


def test_what_a_stranger_sends_starts_no_threads(wired: Wired) -> None:
    async def visit() -> int:
        tabs = [await wired.tab(None) for _ in range(4)]
        before = wired.threads()
        for tab in tabs:
            assert _CARD in tab.shown.words
            for _ in range(15):
                try:
                    await send(tab, BackMsg(clear_cache=True))
                    await send(tab, BackMsg(rerun_script={}))
                except ConnectionClosed:
                    break
        await asyncio.sleep(3)
        grown = wired.threads() - before
        for tab in tabs:
            await tab.close()
        return grown
    assert run(visit()) <= 16


def test_a_stranger_who_asks_too_often_is_cut_off_and_others_still_come_in(wired: Wired) -> None:
    async def visit() -> tuple[int, str]:
        tab = await wired.tab(None)
        assert tab._socket is not None
        code = 0
        try:
            for _ in range(200):
                await send(tab, BackMsg(rerun_script={}))
            async with asyncio.timeout(40):
                while True:
                    await tab._socket.recv()
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 0
        async with await wired.tab(wired.claims("staff"), "/overview") as other:
            return code, other.shown.words
    code, words = run(visit())
    assert code == 1008
    assert "宿城" in words


def test_a_flood_of_strangers_leaves_threads_and_memory_as_they_were(wired: Wired) -> None:
    effect = run(flood(wired, 150, 30, wait=3, reads=3))
    before, worst, after = effect.threads
    assert worst - before <= 16
    assert after - before <= 4
    assert effect.megabytes[2] - effect.megabytes[0] <= 64
    assert effect.ends["refused"] > 0, effect.ends  # one address opens only so many
    assert effect.runs[1] >= 3  # whoever was signed in went on reading


@pytest.mark.parametrize("kind", ["clear_cache", "set_run_on_save", "load_git_info"])
def test_messages_no_page_needs_are_dropped_for_everybody(wired: Wired, kind: str) -> None:
    async def visit() -> bool:
        async with await wired.tab(wired.claims("staff"), "/overview") as tab:
            await send(tab, BackMsg(**{kind: True}))
            return (await tab.heartbeat()) >= 0 and "overview" in str(wired.address + "/overview")
    assert run(visit())
    assert f"dropped a message {kind}" in wired.server.said()


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/mcp",
                                  "/_stcore/agent/openapi.json", "/_stcore/script-health-check"])
def test_routes_no_page_needs_are_closed(wired: Wired, path: str) -> None:
    assert httpx.get(f"{wired.address}{path}").status_code == 404


def test_a_foreign_host_is_answered_nothing(wired: Wired) -> None:
    assert httpx.get(f"{wired.address}/", headers={"Host": "evil.example"}).status_code == 421
    assert httpx.get(f"{wired.address}/").status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "https://localhost",
                                    "http://localhost:1"])
def test_a_websocket_from_another_page_is_refused(wired: Wired, origin: str) -> None:
    from websockets.asyncio.client import connect
    from websockets.typing import Origin, Subprotocol

    async def visit() -> None:
        async with connect(f"ws{wired.address.removeprefix('http')}/_stcore/stream",
                           origin=Origin(origin), subprotocols=[Subprotocol("streamlit")],
                           proxy=None):
            pass
    with pytest.raises(InvalidStatus):
        run(visit())


def test_a_link_elsewhere_signs_nobody_out(wired: Wired) -> None:
    assert httpx.get(f"{wired.address}/auth/logout",
                     headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert httpx.get(f"{wired.address}/auth/logout").status_code == 403
    assert httpx.get(f"{wired.address}/auth/logout",
                     headers={"Sec-Fetch-Site": "same-origin"}).status_code in (302, 307)


# -- uploads


async def _put(wired: Wired, tab: Session, session: str, size: int, name: str = "1") -> int:
    token = tab._cookies.get("_streamlit_xsrf") or ""
    async with httpx.AsyncClient(headers={**tab.headers, "X-Xsrftoken": token}) as client:
        cookie = "; ".join(filter(None, (tab.headers.get("Cookie"), f"_streamlit_xsrf={token}")))
        answer = await client.put(f"{wired.address}/_stcore/upload_file/{session}/{name}",
                                  headers={"Cookie": cookie},
                                  files={"file": ("a.xlsx", b"x" * size)})
        return answer.status_code


def test_only_whoever_enters_or_files_uploads_and_only_into_an_own_tab(wired: Wired) -> None:
    async def visit() -> list[int]:
        staff, county = wired.claims("staff"), wired.claims("county")
        async with (
            await wired.tab(None) as stranger,
            await wired.tab(wired.claims("leader"), "/overview") as leader,
            await wired.tab(county, "/overview") as bureau,
            await wired.tab(staff, "/overview") as office,
        ):
            return [await _put(wired, stranger, stranger.shown.session, 10),
                    await _put(wired, stranger, office.shown.session, 10),
                    await _put(wired, leader, leader.shown.session, 10),
                    await _put(wired, leader, bureau.shown.session, 10),
                    await _put(wired, bureau, office.shown.session, 10),
                    await _put(wired, office, bureau.shown.session, 10),
                    await _put(wired, bureau, bureau.shown.session, 10),
                    await _put(wired, office, office.shown.session, 10)]
    assert run(visit()) == [403, 403, 403, 403, 403, 403, 204, 204]


def test_the_bytes_one_tab_uploads_are_bounded(wired: Wired) -> None:
    async def visit() -> list[int]:
        async with await wired.tab(wired.claims("staff"), "/overview") as tab:
            return [await _put(wired, tab, tab.shown.session, 4_500_000, str(number))
                    for number in range(4)]
    assert run(visit()) == [204, 204, 413, 413]


# -- downloads


async def _end_by_signing_out(wired: Wired, claims: dict[str, object]) -> None:
    wired.end(claims)


async def _end_by_taking_the_role(wired: Wired, _claims: dict[str, object]) -> None:
    wired.access_file.write_text(ACCESS.replace('[groups."office"]', '[groups."former-office"]'),
                                 encoding="utf-8")
    await asyncio.sleep(0.1)


@pytest.mark.parametrize("end", [_end_by_signing_out, _end_by_taking_the_role])
@pytest.mark.parametrize(("page", "query"), _DOWNLOADS)
def test_every_download_is_refused_once_the_sign_in_or_the_role_is_gone(
        restored: Wired, page: str, query: str, end: object) -> None:
    async def visit() -> int:
        claims = restored.claims("staff")
        async with await restored.tab(claims, f"/{page}", query) as tab:
            offered = _deferred(tab)
            await end(restored, claims)  # type: ignore[operator]
            before = _exports(restored)
            for file_id in offered:
                answer = await ask_for(tab, file_id) if end is _end_by_taking_the_role else None
                assert (
                    answer is None
                    or answer.backend_operation_response.error_msg == "没有下载，原因见页面上方。"
                )
            assert _exports(restored) == before
            return len(offered)
    assert run(visit()) >= 1


def test_a_download_works_while_the_sign_in_lasts_and_for_its_own_tab_only(wired: Wired) -> None:
    async def visit() -> tuple[int, list[int], str]:
        claims = wired.claims("staff")
        async with await wired.tab(claims, "/exports", "as_of=2025-07-31") as tab, \
                await wired.tab(wired.claims("staff"), "/exports", "as_of=2025-07-31") as other, \
                await wired.tab(wired.claims("county"), "/overview") as county:
            file_id = _deferred(tab)[-1]
            for thief in (other, county):
                refused = await ask_for(thief, file_id)
                assert refused is not None
                assert refused.backend_operation_response.error_msg
            given = await ask_for(tab, file_id)
            assert given is not None
            url = given.backend_operation_response.deferred_file.url
            path = urlsplit(url).path
            async with httpx.AsyncClient() as client:
                own = await client.get(f"{wired.address}{path}", headers=tab.headers)
                others = [(await client.get(f"{wired.address}{path}", headers=one)).status_code
                          for one in (county.headers, other.headers, {})]
                wired.end(claims)
                others.append((await client.get(f"{wired.address}{path}",
                                                headers=tab.headers)).status_code)
            return own.status_code, others, own.text
    own, others, content = run(visit())
    assert own == 200
    assert "staff" in content
    assert others == [404, 404, 404, 404]


def test_what_others_do_meanwhile_does_not_take_a_file_away_before_it_is_fetched(
        wired: Wired) -> None:
    """The end of any run sweeps the files nobody refers to; one made on click is referred to by
    nothing but its address.
    """
    async def visit() -> int:
        async with await wired.tab(wired.claims("staff"), "/exports", "as_of=2025-07-31") as tab, \
                await wired.tab(wired.claims("county"), "/overview") as busy:
            given = await ask_for(tab, _deferred(tab)[-1])
            assert given is not None
            for _ in range(3):
                await busy.run()
            path = urlsplit(given.backend_operation_response.deferred_file.url).path
            async with httpx.AsyncClient() as client:
                return (await client.get(f"{wired.address}{path}", headers=tab.headers)).status_code
    assert run(visit()) == 200


def test_a_county_takes_away_its_own_workbook_and_nothing_else(wired: Wired) -> None:
    async def visit() -> bytes:
        async with await wired.tab(wired.claims("county"), "/county", _UNIT) as tab:
            (file_id,) = _deferred(tab)
            given = await ask_for(tab, file_id)
            assert given is not None
            assert not given.backend_operation_response.error_msg
            async with httpx.AsyncClient() as client:
                path = urlsplit(given.backend_operation_response.deferred_file.url).path
                return (await client.get(f"{wired.address}{path}", headers=tab.headers)).content
    from io import BytesIO

    from openpyxl import load_workbook

    from tests.fixtures.distinct_city import JOBS
    book = load_workbook(BytesIO(run(visit())))
    values = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
              if isinstance(cell, (int, float))}
    assert {JOBS["321302"], 2 * JOBS["321302"]} & values
    assert not {number for code, jobs in JOBS.items() if code not in ("321302", "321371", "321372")
                for number in (jobs, 2 * jobs)} & values


# -- writes


def _notes(wired: Wired) -> int:
    return len(Acknowledgements(wired.data / "acknowledgements.sqlite").all())


def _note_keys(tab: Session) -> list[str]:
    return [proto.id.split("-", 2)[-1] for proto in tab.shown.of("button") if "-note-" in proto.id]


def test_an_alert_is_not_acknowledged_after_signing_out(wired: Wired) -> None:
    async def visit() -> str:
        claims = wired.claims("staff")
        async with await wired.tab(claims, "/alerts", "as_of=2025-07-31") as tab:
            key = _note_keys(tab)[0]
            wired.end(claims)
            await tab.change(key)
            return tab.shown.words
    before = _notes(wired)
    words = run(visit())
    assert _notes(wired) == before
    assert "您已退出，请重新登录。" in words


def test_what_a_county_acknowledges_counts_for_the_county_and_is_audited(wired: Wired) -> None:
    async def visit() -> tuple[str, str, str]:
        async with (
            await wired.tab(wired.claims("leader"), "/alerts", "as_of=2025-07-31") as leader,
            await wired.tab(wired.claims("county"), "/alerts", "as_of=2025-07-31") as county,
        ):
            before, own_before = leader.shown.words, county.shown.words
            assert "立项督办" not in [proto.label for proto in county.shown.of("button")]
            await county.change(_note_keys(county)[0])
            await leader.run()
            return (
                before,
                leader.shown.words,
                own_before if own_before == county.shown.words else county.shown.words,
            )

    before, after, county = run(visit())
    assert _waiting(after) == _waiting(before)
    assert "✓ 已确认：county" in county
    assert "✓ 已确认：county" not in after
    assert ("noted", "county") in [(record.action, record.account)
                                   for record in audit_log(wired.data).records()]


def _waiting(words: str) -> str:
    return words.partition("其中 ")[2].partition(" 条待确认")[0]


def test_a_freeze_is_refused_after_the_role_is_taken(restored: Wired) -> None:
    async def visit() -> str:
        async with await restored.tab(restored.claims("staff"), "/exports",
                                      "as_of=2025-07-31") as tab:
            await tab.change("meetings-sure", True)
            await _end_by_taking_the_role(restored, {})
            await tab.change("meetings-freeze")
            return tab.shown.words
    words = run(visit())
    assert "没有查看权限" in words
    assert (
        not list((restored.data / "frozen").glob("*"))
        if (restored.data / "frozen").exists()
        else True
    )


def test_an_item_is_not_raised_in_a_dialog_left_open(restored: Wired) -> None:
    async def visit() -> tuple[int, str]:
        claims = restored.claims("staff")
        async with await restored.tab(claims, "/follow_ups") as tab:
            await tab.change("fu-meet")
            await _end_by_taking_the_role(restored, claims)
            submit = next(proto for proto in tab.shown.of("button") if proto.label == "登记")
            await tab.change(submit.id.split("-", 2)[-1])
            return 0, tab.shown.words
    _, words = run(visit())
    assert "没有“登记督办事项”的权限" in words or "没有查看权限" in words
    from data_access.ledger.store import Ledger
    from data_access.site.load import load_settings
    ledger = Ledger.open(load_settings(restored.environment, ROOT / "no-secrets.toml"))
    assert ledger.meetings() == ()
    ledger.close()


# -- that the list above is complete

_WRITERS = {"act", "raise_items", "hold_meeting", "refresh", "freeze", "freeze_meeting"}


def _calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = (
                called.attr
                if isinstance(called, ast.Attribute)
                else called.id
                if isinstance(called, ast.Name)
                else ""
            )
            if name in names:
                yield node


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for room in ("components", "pages"):
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_every_download_button_asks_again() -> None:
    found = 0
    for path, tree in _sources():
        for call in _calls(tree, {"download_button"}):
            found += 1
            data = next((word.value for word in call.keywords if word.arg == "data"), call.args[1]
                        if len(call.args) > 1 else None)
            written = ast.unparse(data) if data is not None else ""
            asks = "handing_out(" in written or (
                isinstance(data, ast.Name)
                and f"{data.id} = book.view.handing_out(" in path.read_text()
            )
            assert asks, f"{path}:{call.lineno}"
    assert found >= 6


def test_every_upload_and_write_in_the_pages_is_in_a_function_that_asks_again() -> None:
    """A function that writes names a permit, or hands over to `Book` or `Desk`, whose every method
    does.
    """
    asking = {"components/meeting/ledger.py", "components/meeting/alert_desk.py",
              "components/library/meetings.py", "components/library/refresh_panel.py",
              "components/library/source_check.py", "components/returns/desk.py"}
    writing = {str(path.relative_to(ROOT)) for path, tree in _sources()
               for call in _calls(tree, _WRITERS) if not ast.unparse(call.func).startswith(("book.", "desk."))}
    assert writing - {"components/library/handing_out.py"} <= asking, writing
    for name in asking:
        assert "permit." in (ROOT / name).read_text(encoding="utf-8"), name
