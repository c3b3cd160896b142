"""Signing in without OpenID Connect: the addresses a browser is led through, which end in the
framework's own cookie.

`/auth/cas` leads to the CAS server and takes the browser back with a ticket; `/auth/header` takes
the account a trusted reverse proxy names. Behind them a sign-in is one like any other. Without the
setting there is nothing at these addresses.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_auth_routes import (
    _clear_auth_cookie,
    _set_auth_cookie,
)

from components.shell import account
from components.shell.cookies import own_origin, signed_claims
from components.shell.settings_cache import current_settings
from components.shell.strangers import Allowance, Strangers
from components.shell.visitors import address_of, header_values, stated_addresses
from data_access.accounts import Action, load_access
from data_access.accounts.cas import account_of, login_address, logout_address
from data_access.accounts.other_sign_in import (
    Cas,
    TrustedHeader,
    claims_of,
    split_groups,
    usable_account,
)
from data_access.accounts.sign_ins import sign_ins
from kpi.vocabulary import InputError

CAS, HEADER, LEAVE = "/auth/cas", "/auth/header", "/auth/leave"
_STATE, _STATE_SECONDS = "linggong_sign_in", 600
_ASKING_AT_ONCE = 8
_MOST_TICKETS = 4096
_NO_SUCH = "没有这个地址。"
_TOO_OFTEN = "登录过于频繁，请过一会儿再试。"
_STALE = "这次登录已过期或不是从本页面开始的；请回到首页重新点“登录”。"
_NOT_LISTED = "没有登录；请从单位的统一入口打开本系统。"
_UNNAMED = "统一入口没有告知账号，没有登录；请联系系统管理员。"
_log = logging.getLogger(__name__)
_strangers, _noting = Strangers(), Allowance(30, 1 / 60)
_asking = asyncio.Semaphore(_ASKING_AT_ONCE)
_used: dict[str, None] = {}


async def cas(request: Request) -> Response:
    """To the CAS server without a ticket; with one, back from it."""
    way = _way(request)
    if not isinstance(way, Cas):
        return PlainTextResponse(_NO_SUCH, 404)
    if not _strangers.admits(address_of(request)):
        return PlainTextResponse(_TOO_OFTEN, 429)
    ticket = request.query_params.get("ticket")
    if ticket is None:
        state = token_urlsafe(24)
        away = RedirectResponse(login_address(way, _service(state)), 302)
        away.set_cookie(_STATE, state, max_age=_STATE_SECONDS, httponly=True, samesite="lax",
                        path=CAS)
        return away
    state, held = request.query_params.get("state", ""), request.cookies.get(_STATE, "")
    # a ticket of somebody else, sent as a link, would sign its reader in as them
    if (
        not held
        or not hmac.compare_digest(state.encode(), held.encode())
        or not _first_time(ticket)
    ):
        return await _refused(request, _STALE, "登录不是从本页面开始，或票据用过")
    try:
        async with _asking:
            subject, attributes = await run_in_threadpool(account_of, way, ticket, _service(state))
    except InputError as error:
        return await _refused(request, str(error), "统一认证没有确认")
    return await _entered(request, way, subject, attributes)


async def header(request: Request) -> Response:
    """The account the trusted proxy names in this very request."""
    way = _way(request)
    if not isinstance(way, TrustedHeader):
        return PlainTextResponse(_NO_SUCH, 404)
    if not _strangers.admits(address_of(request)):
        return PlainTextResponse(_TOO_OFTEN, 429)
    if not way.trusts_all(stated_addresses(request)):
        return await _refused(request, _NOT_LISTED, "请求不是来自列出的反向代理")
    subject = way.named(way.account, header_values(request, way.account))
    if subject is None or not usable_account(subject):
        return await _refused(request, _UNNAMED, "反向代理没有给出账号，或给出了几个")
    groups = way.named(way.groups, header_values(request, way.groups)) if way.groups else None
    name = way.named(way.name, header_values(request, way.name)) if way.name else None
    return await _entered(request, way, subject, {"groups": split_groups(groups or ""),
                                                  "name": name})


async def leave(request: Request) -> Response:
    """Sign out here and at whoever signed the browser in."""
    way = _way(request)
    if way is None:
        return PlainTextResponse(_NO_SUCH, 404)
    signed_in = signed_claims(request.cookies)
    if signed_in is not None:
        await run_in_threadpool(_end, signed_in)
    onward = logout_address(way) if isinstance(way, Cas) else way.logout
    answer = RedirectResponse(onward or "/", 302)
    _clear_auth_cookie(answer, request)
    return answer


ROUTES = [Route(CAS, cas, methods=["GET"]), Route(HEADER, header, methods=["GET"]),
          Route(LEAVE, leave, methods=["GET"])]


def _way(_request: Request) -> Cas | TrustedHeader | None:
    try:
        return account.other_way()
    except InputError as error:
        _log.warning("%s", error)
        return None


def _service(state: str) -> str:
    """Where the ticket is for. Never from the request: whoever asks may name any host."""
    return f"{own_origin()}{CAS}?state={state}"


def _first_time(ticket: str) -> bool:
    if ticket in _used:
        return False
    _used[ticket] = None
    while len(_used) > _MOST_TICKETS:
        _used.pop(next(iter(_used)))
    return True


async def _entered(request: Request, way: Cas | TrustedHeader, subject: str,
                   attributes: Mapping[str, Any]) -> Response:
    rules = await run_in_threadpool(lambda: load_access(current_settings()))
    signed_in = claims_of(way, subject, attributes, rules.group_claim, time.time())
    answer = RedirectResponse("/", 302)
    answer.delete_cookie(_STATE, path=CAS)
    provider = "cas" if isinstance(way, Cas) else "header"
    await _set_auth_cookie(answer, {**signed_in, "origin": own_origin(), "is_logged_in": True,
                                    "provider": provider}, {})
    return answer


async def _refused(request: Request, sentence: str, why: str) -> Response:
    address = address_of(request)
    _log.warning("sign-in refused: %s (%s)", why, address)
    if _noting.take():  # a stranger must not be able to fill the disk with lines
        await run_in_threadpool(_note, address, why)
    answer = PlainTextResponse(sentence, 403)
    answer.delete_cookie(_STATE, path=CAS)
    return answer


def _note(address: str, why: str) -> None:
    try:
        account.current_log().append(Action.REFUSED, account="未登录", address=address, object="登录",
                                     result=why)
    except InputError as error:
        _log.warning("%s", error)


def _end(values: Mapping[str, Any]) -> None:
    settings = current_settings()
    sign_ins(settings.data, load_access(settings).idle_minutes).end(values)
