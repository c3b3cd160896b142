"""Nobody gets past the sign-in: cold deep links, forged cookies, expiry, signing out; and a deep
link survives it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from components.shell.navigation import SCREENS
from tests.access import site
from tests.access.conftest import Site
from tests.access.site import PEOPLE, visitor
from tests.fixtures import distinct_city
from tests.fixtures.distinct_city import JOBS, all_numbers
from tests.ports import free_port

pytestmark = pytest.mark.browser

_CARD = "请使用本单位统一认证账号登录。"


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.address)
def test_a_cold_deep_link_on_a_fresh_server_shows_the_sign_in_and_nothing_else(
        chromium: Browser, signed_site: Site, tmp_path: Path, screen: object) -> None:
    # a server that has run nothing yet, not even another visitor's page
    server, address = site.start_server(signed_site.environment, tmp_path,
                                        secrets=signed_site.secrets)
    try:
        site.answers(f"{address}/_stcore/health", server)
        with visitor(chromium, address) as stranger:
            text = stranger.open(f"/{screen.address}?division=321322&indicator=jobs_published")  # type: ignore[attr-defined]
            assert _CARD in text
            assert len(text) < 80, text
            received = stranger.received()
            assert not {number for number in all_numbers(JOBS) if site.holds(received, number)}
            assert "沭阳".encode() not in received
            assert stranger.outside == []
    finally:
        server.stop()


def test_the_link_somebody_came_with_survives_the_sign_in(chromium: Browser,
                                                          signed_site: Site) -> None:
    with visitor(chromium, signed_site.address) as leader:
        leader.open("/overview?as_of=2025-07-31&indicator=jobs_published&rollup=managing")
        text = leader.sign_in("leader")
        assert "as_of=2025-07-31" in leader.page.url
        assert "rollup=managing" in leader.page.url
        assert leader.page.url.startswith(f"{signed_site.address}/overview?")
        assert "截至2025年7月31日" in text


def test_a_forged_cookie_is_no_sign_in(chromium: Browser, signed_site: Site) -> None:
    with visitor(chromium, signed_site.address) as forger:
        forger.page.context.add_cookies(
            [
                {
                    "name": "_streamlit_user",
                    "url": signed_site.address,
                    "value": "2|1:0|10:1700000000|15:_streamlit_user|40:eyJzdWIiOiJsZWFkZXIiLCJpc19sb2dnZWRfaW4iOnRydWV9|00",
                }
            ]
        )
        assert _CARD in forger.open("/overview")


def test_after_signing_out_the_kept_cookie_is_worthless(chromium: Browser,
                                                        signed_site: Site) -> None:
    with visitor(chromium, signed_site.address) as leader, visitor(
            chromium, signed_site.address) as thief:
        leader.open("/overview")
        assert _CARD not in leader.sign_in("leader")
        stolen = leader.page.context.cookies(signed_site.address)
        leader.page.get_by_text("市领导甲").click()
        leader.page.get_by_role("button", name="退出登录").click()
        leader.page.wait_for_timeout(3000)
        thief.page.context.add_cookies(stolen)
        text = thief.open("/overview")
        assert "您已退出，请重新登录。" in text
        assert not {number for number in all_numbers(JOBS) if site.holds(thief.received(), number)}


def test_a_token_that_expires_while_the_page_is_open_ends_at_the_next_look(
        chromium: Browser, tmp_path: Path) -> None:
    environment = distinct_city.write(tmp_path / "city")
    Path(environment["LINGGONG_CONFIG"], "access.toml").write_text(site.ACCESS, encoding="utf-8")
    with site.identity_provider(tmp_path, PEOPLE, "--token-max-age", "20") as provider:
        port = free_port()
        secrets = site.write_secrets(tmp_path, provider, f"http://localhost:{port}")
        server, address = site.start_server(environment, tmp_path, secrets=secrets, port=port)
        try:
            site.answers(f"{address}/_stcore/health", server)
            with visitor(chromium, address) as leader, visitor(chromium, address) as resting:
                for person in (resting, leader):
                    person.open("/overview")
                    assert _CARD not in person.sign_in("leader")
                leader.page.wait_for_timeout(21_000)
                assert "登录已到期，请重新登录。" in leader.open("/overview")
                assert "登录已到期" not in leader.sign_in("leader")
                # and an untouched page gives way by itself within a minute
                resting.page.wait_for_selector("text=登录已到期", timeout=90_000)
        finally:
            server.stop()


def test_a_bad_access_file_lets_nobody_in_and_says_what_to_mend(
        chromium: Browser, signed_site: Site) -> None:
    path = Path(signed_site.environment["LINGGONG_CONFIG"], "access.toml")
    good = path.read_text(encoding="utf-8")
    with visitor(chromium, signed_site.address) as leader:
        leader.open("/overview")
        leader.sign_in("leader")
        path.write_text('[groups.a]\nroles = ["boss"]\n', encoding="utf-8")
        try:
            text = leader.open("/overview")
        finally:
            path.write_text(good, encoding="utf-8")
        assert "角色 boss 不认识" in text
        assert not any(site.holds(text.encode(), number) for number in all_numbers(JOBS))
