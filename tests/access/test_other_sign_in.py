"""Signing in by CAS or by a trusted proxy's header: whoever they vouch for comes in, and nobody
else.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser

from benchmarks.streamlit_client import Session
from data_access.accounts.audit import Record, audit_log
from data_access.accounts.cas import account_of
from data_access.accounts.other_sign_in import Cas, TrustedHeader, other_sign_in
from kpi.vocabulary.errors import InputError
from tests.access import site, wire
from tests.access.cas_server import SUCCESS, CasServer, cas_server
from tests.access.wire import Wired, run

_PEOPLE = {"staff": {"memberOf": ["office", "others"], "cn": ["办公室"]},
           "county": {"memberOf": ["bureau-321302"]}, "stranger": {}}
_CARD = "请使用本单位统一认证账号登录。"


# -- what secrets.toml may say

_HEADER = {"account": "X-Remote-User", "addresses": ["10.1.2.3"]}


def test_openid_connect_stays_as_it_was() -> None:
    assert other_sign_in({"redirect_uri": "x", "site": {"client_id": "a"}}) is None
    assert other_sign_in({"client_id": "a"}) is None
    # a provider of that name
    assert other_sign_in({"cas": {"client_id": "a", "server_metadata_url": "b"}}) is None


def test_both_ways_are_read() -> None:
    assert other_sign_in({"cas": {"server": "https://sso.example/cas/", "groups": "memberOf",
                                  "hours": 8}}) == Cas("https://sso.example/cas", "memberOf",
                                                       hours=8)
    way = other_sign_in(
        {"header": {**_HEADER, "addresses": ["10.1.2.3", "10.2.0.0/24", "fd00::1"]}})
    assert isinstance(way, TrustedHeader)
    assert [way.trusts(one) for one in ("10.1.2.3", "10.2.0.9", "fd00::1", "::ffff:10.1.2.3")] == [
        True] * 4
    assert [way.trusts(one) for one in ("10.1.2.4", "10.2.1.9", "127.0.0.1", "",
                                        "10.1.2.3, 1.1.1.1", "unix:")] == [False] * 6


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ({"cas": {"server": "http://sso.example/cas"}}, "路上的人可以冒充"),
        ({"cas": {"server": "sso.example"}}, "https 网址"),
        ({"cas": {}}, "没有写 server"),
        ({"cas": {"server": "https://a", "sever": "x"}}, "不认识的 sever"),
        ({"cas": {"server": "https://a", "hours": 0}}, "hours"),
        ({"cas": {"server": "https://a", "hours": True}}, "hours"),
        ({"cas": {"server": "https://a", "hours": 900}}, "hours"),
        ({"cas": {"server": "https://a"}, "header": _HEADER}, "只能配置一种"),
        ({"cas": {"server": "https://a"}, "site": {"client_id": "x"}}, "只能配置一种"),
        ({"header": {"account": "X-User"}}, "没有写 addresses"),
        ({"header": {**_HEADER, "addresses": []}}, "没有写 addresses"),
        ({"header": {**_HEADER, "addresses": "10.1.2.3"}}, "没有写 addresses"),
        ({"header": {**_HEADER, "addresses": ["0.0.0.0/0"]}}, "范围过大"),
        ({"header": {**_HEADER, "addresses": ["::/0"]}}, "范围过大"),
        ({"header": {**_HEADER, "addresses": ["nginx"]}}, "不是地址"),
        ({"header": {"addresses": ["10.1.2.3"]}}, "没有写 account"),
        ({"header": {**_HEADER, "account": "X User"}}, "请求头的名称"),
        ({"header": {**_HEADER, "logout": "javascript:1"}}, "https 网址"),
    ],
)
def test_what_would_let_others_in_or_nobody_is_refused_in_a_sentence(
    auth: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        other_sign_in(auth)


# -- what a CAS server may answer

_XML = {"Content-Type": "application/xml"}
_GOOD = SUCCESS.format(user="staff", attributes="<cas:memberOf>office</cas:memberOf>")
_ENTITY = '<!DOCTYPE x [<!ENTITY who SYSTEM "file:///etc/hostname"><!ENTITY a "staff">]>'


@pytest.fixture
def cas() -> Iterator[CasServer]:
    with cas_server(_PEOPLE) as running:
        yield running


def test_a_ticket_names_its_account_once_and_for_its_service_only(cas: CasServer) -> None:
    way = Cas(cas.address, "memberOf", "cn")
    ticket = cas.ticket("staff", "https://site/auth/cas?state=a")
    assert account_of(way, ticket, "https://site/auth/cas?state=a") == (
        "staff", {"groups": ["office", "others"], "name": "办公室"})
    with pytest.raises(InputError, match="没有确认"):
        account_of(way, ticket, "https://site/auth/cas?state=a")
    with pytest.raises(InputError, match="没有确认"):
        account_of(way, cas.ticket("staff", "https://other/"), "https://site/auth/cas?state=a")


def test_attributes_nobody_asked_for_say_nothing(cas: CasServer) -> None:
    """An account may set an address of its own at many a server; that is no reason to be somebody.
    """
    cas.people = {"county": {"mail": ["it@example.gov.cn"], "roles": ["office"], "sub": ["staff"]}}
    assert account_of(Cas(cas.address), cas.ticket("county", "s"),
                      "s") == ("county", {"groups": []})


@pytest.mark.parametrize(
    ("status", "headers", "content"),
    [
        (200, _XML, f'{_ENTITY}{_GOOD.replace("staff", "&a;")}'.encode()),
        (200, _XML, f'{_ENTITY}{_GOOD.replace("staff", "&who;")}'.encode()),
        (
            200,
            _XML,
            f'<?xml version="1.0" encoding="UTF-16"?>{_ENTITY}{_GOOD.replace("staff", "&a;")}'.encode(
                "utf-16"
            ),
        ),
        (200, _XML, b'<!DOCTYPE x>' + _GOOD.encode()),
        (200, _XML, b""),
        (200, _XML, b"<html>staff</html>"),
        (200, _XML, _GOOD.encode()[:-9]),
        (200, _XML, _GOOD.replace("http://www.yale.edu/tp/cas", "http://other").encode()),
        (200, _XML, _GOOD.replace("<cas:user>staff</cas:user>", "").encode()),
        (
            200,
            _XML,
            _GOOD.replace(
                "<cas:user>staff</cas:user>", "<cas:user>a</cas:user><cas:user>staff</cas:user>"
            ).encode(),
        ),
        (200, _XML, _GOOD.replace(">staff<", ">staff&#10;x<").encode()),
        (200, _XML, _GOOD.replace(">staff<", "> <").encode()),
        (200, _XML, _GOOD.replace("staff", "s" * 201).encode()),
        (200, _XML, _GOOD.encode() + b" " * 70_000),
        (
            200,
            _XML,
            _GOOD.replace(
                "<cas:authenticationSuccess>",
                '<cas:authenticationFailure code="x"/><cas:authenticationSuccess>',
            ).encode(),
        ),
        (302, {"Location": "/cas/elsewhere"}, b""),
        (500, _XML, _GOOD.encode()),
        (403, _XML, _GOOD.encode()),
    ],
)
def test_an_answer_that_is_none_lets_nobody_in(
    cas: CasServer, status: int, headers: dict[str, str], content: bytes
) -> None:
    cas.answer = 200, _XML, _GOOD.encode()
    assert account_of(Cas(cas.address), "ST-1", "s")[0] == "staff"
    cas.answer = status, headers, content
    with pytest.raises(InputError, match=r"没有登录|没有确认"):
        account_of(Cas(cas.address), "ST-1", "s")


@pytest.mark.parametrize("ticket", ["", "ST-", "PT-1", "ST-1 ", "ST-1\n", "ST-" + "a" * 251,
                                    "ST-ä"])
def test_what_is_no_ticket_is_not_asked_about(cas: CasServer, ticket: str) -> None:
    with pytest.raises(InputError, match="没有确认"):
        account_of(Cas(cas.address), ticket, "s")
    assert cas.validated == []


def test_a_server_that_does_not_answer_is_told_so() -> None:
    with pytest.raises(InputError, match="暂时没有答复"):
        account_of(Cas("http://127.0.0.1:9/cas"), "ST-1", "s")


# -- a whole site


@pytest.fixture(scope="module")
def cas_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Wired, CasServer]]:
    with cas_server(dict(_PEOPLE)) as server:
        table = f'[auth.cas]\nserver = "{server.address}"\ngroups = "memberOf"\nname = "cn"\n'
        with wire.wired(tmp_path_factory.mktemp("cas"), sign_in=table) as running:
            yield running, server


@pytest.fixture(scope="module")
def header_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    table = '[auth.header]\naccount = "X-Remote-User"\ngroups = "X-Remote-Groups"\naddresses = ["10.1.2.3"]\n'
    with wire.wired(tmp_path_factory.mktemp("header"), sign_in=table) as running:
        yield running


def _cookie(client: httpx.Client) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}


def _words(site: Wired, headers: dict[str, str], page: str = "/overview") -> str:
    async def visit() -> str:
        async with await Session.open(site.address, page, headers=headers) as tab:
            return tab.shown.words
    return run(visit())


def _noted(site: Wired) -> list[Record]:
    return list(audit_log(site.data).records())


def _through(site: Wired, client: httpx.Client, who: str) -> httpx.Response:
    """The browser's way to the CAS server and back; the answer to its coming back."""
    away = client.get(f"{site.address}/auth/cas")
    back = client.get(away.headers["location"], headers={"X-Person": who})
    return client.get(back.headers["location"])


@pytest.mark.server
def test_whoever_the_cas_server_vouches_for_comes_in_with_their_groups(
        cas_site: tuple[Wired, CasServer]) -> None:
    place, _ = cas_site
    with httpx.Client() as client:
        entered = _through(place, client, "staff")
        assert (entered.status_code, entered.headers["location"]) == (302, "/")
        words = _words(place, _cookie(client), "/exports")
        assert "情况通报" in words
        assert "办公室" in words
        assert ("sign_in", "staff") in [(one.action, one.account) for one in _noted(place)]
        left = client.get(f"{place.address}/auth/leave", headers={"Sec-Fetch-Site": "cross-site"})
        assert left.status_code == 403
        held = _cookie(client)
        left = client.get(f"{place.address}/auth/leave", headers={"Sec-Fetch-Site": "same-origin"})
        assert left.headers["location"] == f"{cas_site[1].address}/logout"
        assert "_streamlit_user" not in client.cookies
    assert "您已退出" in _words(place, held)


@pytest.mark.server
def test_the_button_leads_to_the_cas_server(cas_site: tuple[Wired, CasServer]) -> None:
    place, _ = cas_site

    async def visit() -> list[str]:
        seen: list[str] = []
        async with await place.tab(None, "/ranking") as tab:
            assert _CARD in tab.shown.words
            take = tab.shown.take

            def taken(message: object) -> object:
                seen.append(message.auth_redirect.url)  # type: ignore[attr-defined]
                return take(message)  # type: ignore[arg-type]
            tab.shown.take = taken  # type: ignore[method-assign,assignment]
            await tab.change("sign-in")
        return [one for one in seen if one]
    assert run(visit()) == ["/auth/cas"]


@pytest.mark.browser
def test_a_browser_goes_to_the_cas_server_and_comes_back_to_the_page_it_wanted(
        chromium: Browser, cas_site: tuple[Wired, CasServer]) -> None:
    running, server = cas_site
    with site.visitor(chromium, running.address,
                      extra_http_headers={"X-Person": "county"}) as somebody:
        assert _CARD in somebody.open("/ranking?as_of=2025-07-31")
        somebody.page.get_by_role("button", name="登录", exact=True).click()
        somebody.page.wait_for_selector("text=排名", timeout=60_000)
        assert "宿城" in somebody.settled()
        assert "/ranking" in somebody.page.url
        somebody.page.locator("[data-testid=stPopover] button").first.click()
        somebody.page.get_by_role("button", name="退出登录").click()
        somebody.page.wait_for_url(f"{server.address}/logout")
        assert _CARD in somebody.open("/ranking")


@pytest.mark.server
def test_a_county_signed_in_by_cas_is_a_county_and_others_have_no_role(
        cas_site: tuple[Wired, CasServer]) -> None:
    place, _ = cas_site
    for who, page, said in (("county", "/exports", "没有查看权限"), ("county", "/overview", "宿城"),
                            ("stranger", "/overview", "没有查看权限")):
        with httpx.Client() as client:
            _through(place, client, who)
            assert said in _words(place, _cookie(client), page)


@pytest.mark.server
def test_a_ticket_works_once_and_only_where_its_sign_in_began(
        cas_site: tuple[Wired, CasServer]) -> None:
    place, server = cas_site
    with httpx.Client() as client, httpx.Client() as other:
        away = client.get(f"{place.address}/auth/cas")
        service = parse_qs(urlsplit(away.headers["location"]).query)["service"][0]
        assert service.startswith(f"{place.address}/auth/cas?state=")
        state = {"Cookie": f"linggong_sign_in={client.cookies['linggong_sign_in']}"}
        back = client.get(away.headers["location"], headers={"X-Person": "staff"}).headers[
            "location"]
        # sent to somebody else as a link: they would be signed in as whoever sent it
        assert other.get(back).status_code == 403
        assert "_streamlit_user" not in other.cookies
        assert client.get(back).status_code == 302
        again = other.get(back, headers=state)
        assert again.status_code == 403
        assert "_streamlit_user" not in other.cookies
        # one given for another service, in a sign-in begun here
        away = other.get(f"{place.address}/auth/cas")
        begun = parse_qs(parse_qs(urlsplit(away.headers["location"]).query)["service"][0].partition(
            "?")[2])["state"][0]
        stolen = other.get(f"{place.address}/auth/cas",
                           params={"state": begun,
                                   "ticket": server.ticket("staff", "https://other/")})
        assert stolen.status_code == 403
        assert "统一认证没有确认" in stolen.text
        assert "_streamlit_user" not in other.cookies
    refused = [one for one in _noted(place) if one.action == "refused" and one.object == "登录"]
    assert {one.result for one in refused} >= {"登录不是从本页面开始，或票据用过", "统一认证没有确认"}
    assert {one.account for one in refused} == {"未登录"}


@pytest.mark.server
def test_refusals_do_not_fill_the_audit_log(cas_site: tuple[Wired, CasServer]) -> None:
    place, _ = cas_site
    with httpx.Client() as client:
        answers = [client.get(f"{place.address}/auth/cas",
                              params={"state": "x", "ticket": f"ST-{number}"},
                              headers={"X-Real-IP": f"10.9.0.{number % 20}"}).status_code
                   for number in range(120)]
    assert set(answers) <= {403, 429}
    assert sum(one.action == "refused" for one in _noted(place)) <= 40


@pytest.mark.server
def test_a_header_nobody_set_up_is_nobody(cas_site: tuple[Wired, CasServer]) -> None:
    place, _ = cas_site
    named = {"X-Remote-User": "staff", "X-Remote-Groups": "office", "X-Real-IP": "10.1.2.3"}
    assert _CARD in _words(place, named)
    assert httpx.get(f"{place.address}/auth/header", headers=named).status_code == 404


def _enter(site: Wired,
           headers: dict[str, str]
           | list[tuple[str, str]]) -> tuple[httpx.Response, dict[str, str]]:
    with httpx.Client() as client:
        answer = client.get(f"{site.address}/auth/header", headers=headers)
        return answer, _cookie(client)


_FROM = {"X-Real-IP": "10.1.2.3"}  # as the project's own proxy says whom it was asked by


@pytest.mark.server
def test_the_listed_proxy_s_account_comes_in_while_the_proxy_names_it(header_site: Wired) -> None:
    named = {**_FROM, "X-Remote-User": "staff", "X-Remote-Groups": "others;office"}
    answer, cookie = _enter(header_site, named)
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    assert "情况通报" in _words(header_site, {**cookie, **named}, "/exports")
    # the same cookie without the proxy, from elsewhere, or with another account at the proxy
    for others in ({}, _FROM, {**named, "X-Real-IP": "10.1.2.4"},
                   {**named, "X-Remote-User": "county"}):
        assert _CARD in _words(header_site, {**cookie, **others}), others
    assert ("sign_in", "staff") in [(one.action, one.account) for one in _noted(header_site)]


@pytest.mark.server
@pytest.mark.parametrize("headers", [{"X-Real-IP": "10.1.2.4", "X-Remote-User": "staff"},
                                     {"X-Remote-User": "staff"},
                                     {"X-Real-IP": "10.1.2.3, 10.1.2.4", "X-Remote-User": "staff"},
                                     {"X-Forwarded-For": "10.1.2.4", "X-Remote-User": "staff"},
                                     {"X-Forwarded-For": "10.1.2.3", "X-Real-IP": "10.1.2.4",
                                      "X-Remote-User": "staff"},
                                     {"X-Real-IP": "", "X-Remote-User": "staff"}])
def test_a_header_from_an_address_not_listed_is_refused_and_noted(header_site: Wired, headers: dict[
        str, str]) -> None:
    before = len(_noted(header_site))
    answer, cookie = _enter(header_site, headers)
    assert answer.status_code == 403
    assert "统一入口" in answer.text
    assert "_streamlit_user" not in cookie["Cookie"]
    assert [one.result for one in _noted(header_site)[before:]] == ["请求不是来自列出的反向代理"]


@pytest.mark.server
@pytest.mark.parametrize("headers", [list(_FROM.items()), [*_FROM.items(), ("X-Remote-User", "")],
                                     [*_FROM.items(), ("X-Remote-User", "staff"),
                                      ("X-Remote-User", "it")],
                                     [*_FROM.items(), ("X-Remote-User", "a%0ab")],
                                     [*_FROM.items(), ("X-Remote-User", "s" * 201)],
                                     [*_FROM.items(), ("X-Remote-User", "two words")]])
def test_a_proxy_that_names_nobody_or_several_lets_nobody_in(header_site: Wired,
                                                             headers: list[
                                                                     tuple[str, str]]) -> None:
    answer, cookie = _enter(header_site, headers)
    assert answer.status_code == 403
    assert "_streamlit_user" not in cookie["Cookie"]


@pytest.mark.server
def test_a_sign_in_set_up_badly_keeps_the_server_from_starting(
        tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(AssertionError, match="任何人都能冒充任何账号"), wire.wired(
            tmp_path_factory.mktemp("bad"), sign_in='[auth.header]\naccount = "X-Remote-User"\n'):
        pass
