"""The routes under /api: a token in, the feed's JSON out – the bytes the command of the same name
prints.

Whoever holds a token is a system, not a person: it has no sign-in and no page. What it may see is
cut by the same scope as the pages of a county bureau.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from components.api.asked import PREFIX, Asked, asked_for, feed_of
from components.api.description import description
from components.api.limits import Limits
from components.api.problem import HEADERS, JSON_TYPE, ProblemError, as_json
from components.shell import account, plans, state
from components.shell.cache import cached
from components.shell.cities import load_city
from components.shell.settings_cache import current_settings
from components.shell.state import Loaded
from components.shell.visitors import address_of
from data_access.accounts import Action, Token, TokenState
from data_access.accounts.tokens import tokens
from data_access.current import can_be_shown
from data_access.running import token_day
from data_access.site import PlanSite, Settings, plan_sites, province_site
from data_access.snapshots import snapshot as snapshots
from kpi.scope import EVERYTHING
from kpi.scope import Scope as Cut
from kpi.vocabulary import InputError
from reports.feeds import FEED_BY_NAME, cut_source, feed_text
from reports.paper import PaperSource, on_duties

Result = TypeVar("Result")
METHODS = ("GET", "HEAD")
AT_ONCE = 2
_BEARER = {"WWW-Authenticate": 'Bearer realm="linggong"'}
_REFUSED = {
    TokenState.UNKNOWN: ("token_unknown", "令牌不对；请核对是否完整，或联系本系统管理员重新发放。"),
    TokenState.EXPIRED: ("token_expired", "令牌已到期；请联系本系统管理员重新发放。"),
    TokenState.REVOKED: ("token_revoked", "令牌已作废；请联系本系统管理员。"),
}
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Interface:
    """The ASGI application behind /api; one for the process."""

    limits: Limits = field(default_factory=Limits)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except ProblemError as problem:
            response = problem.response()
        except Exception:
            _log.exception("interface failed at %s", scope["path"])
            response = ProblemError(500, "internal", "程序遇到没有预料到的情况，详细信息已记入服务日志；"
                                                     "请告知本系统管理员出错的时间。").response()
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in METHODS:
            raise ProblemError(405, "method_not_allowed", "接口只能读取，请用 GET。",
                               {"Allow": ", ".join(METHODS)})
        if request.url.path == f"{PREFIX}openapi.json":
            return as_json(description(), 200, {"Cache-Control": "no-cache"})
        feed = feed_of(request.url.path)
        token = await self._bearer(request)
        if not self.limits.asks(token.id):
            raise ProblemError(429, "too_many_requests", "请求过于频繁；请稍后再试，并用 ETag 避免重复读取。",
                               {"Retry-After": "1"})
        asked = asked_for(feed, request.query_params.multi_items())
        async with self._turns:
            return await run_in_threadpool(_made, asked, token, address_of(request),
                                           request.headers.get("if-none-match", ""))

    async def _bearer(self, request: Request) -> Token:
        """The token presented. Raises ProblemError unless it is valid now; the refusal is in the
        audit log.
        """
        found_state, token, settings = await run_in_threadpool(_checked, request.headers.get(
            "authorization", ""))
        if found_state is TokenState.VALID and token is not None:
            return token
        address = address_of(request)
        if not self.limits.fails(address):
            raise ProblemError(429, "too_many_requests", "用不对的令牌请求得过于频繁；请稍后再试。",
                               {"Retry-After": "5"})
        code, sentence = ("token_missing", "请求没有带令牌；请在请求头写 Authorization: Bearer 令牌（Bearer 和令牌之间一个空格）。"
                          ) if found_state is None else _REFUSED[found_state]
        if self.limits.to_be_noted(address, code):
            await run_in_threadpool(_note, settings, Action.REFUSED, token, address,
                                    request.url.path, sentence.partition("；")[0])
        raise ProblemError(401, code, sentence, _BEARER)


def _checked(authorization: str) -> tuple[TokenState | None, Token | None, Settings]:
    """What the header is worth (None: there is no token in it), whose it is, and the settings in
    force.
    """
    settings = _plainly(current_settings)
    kind, _, text = authorization.partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        return None, None, settings
    worth, token = _plainly(lambda: tokens(settings.data).check(text.strip(), token_day()))
    return worth, token, settings


def _made(asked: Asked, token: Token, address: str, tags: str) -> Response:
    """The answer: 304 when the asker has it, else the text, once it is noted in the audit log that
    it goes out.
    """
    settings = current_settings()
    plan = _plan(asked.plan, settings)
    whole = _plainly(lambda: _loaded(settings, token, EVERYTHING, plan))
    facts = whole.current.figures.facts
    cut = asked.scope(token, facts.geography)
    as_of = asked.as_of or whole.current.default_day
    try:
        whole.current.window.check(as_of, facts.read_on)
    except InputError as error:
        raise ProblemError(400, "day_without_figures", str(error)) from None
    loaded = _plainly(lambda: _loaded(settings, token, cut, plan))
    made_from = _plainly(lambda: cut_source(loaded.current, loaded.scorecard(as_of)))
    body, tag = _plainly(lambda: _body(asked.feed.name, loaded.key, as_of, on_duties(made_from),
                                       made_from))
    headers = {**HEADERS, "ETag": tag}
    if _has(tags, tag):
        return Response(status_code=304, headers=headers)
    _note(settings, Action.EXPORT, token, address, _what(asked, as_of), "完成")
    return Response(body, headers=headers, media_type=JSON_TYPE)


def _plan(identity: str | None, settings: Settings) -> PlanSite | None:
    """The plan asked for, None for the current one. Raises ProblemError when there is none."""
    if identity is None:
        return None
    if province_site(settings) is not None:
        raise ProblemError(400, "bad_parameter", "省级部署的接口没有参数 plan；请不写这个参数。")
    found = _plainly(lambda: plans.sites() or plan_sites(settings))
    if identity in found.problems:
        _plainly(lambda: found.plan(identity))
    try:
        plan = found.plan(identity)
    except InputError as error:
        raise ProblemError(400, "unknown_plan", str(error)) from None
    return None if plan.current else plan


def _loaded(settings: Settings, token: Token, cut: Cut, plan: PlanSite | None) -> Loaded:
    """The figures cut to a scope, without ever starting a first reading: that may take minutes.
    Raises InputError.
    """
    site = province_site(settings)
    if (site is None) != (token.city is None) or (
        site is not None and token.city not in site.codes
    ):
        raise ProblemError(403, "outside_scope", "令牌与本系统现在的设置（单个市或全省、有哪些市）不符；请联系本系统管理员重新发放。")
    city = None if site is None or token.city is None else site.city(token.city)
    own = plan.settings if plan is not None else settings if city is None else city.settings
    _check_shown(snapshots.current_id(own.data), state.configuration(own), own)
    if plan is not None:
        return plans.load_plan_figures(plan, _quiet, cut)
    return state.load(_quiet, cut) if city is None else load_city(city, _quiet, cut)


@cached(16)
def _check_shown(identity: str | None, configuration: str, _settings: Settings) -> None:
    """Raises ProblemError, and asks again the next time, while there is no snapshot these settings
    can use.
    """
    if identity is None or not can_be_shown(_settings):
        raise ProblemError(503, "not_ready", "数据还没有准备好；请稍后再试。", {"Retry-After": "60"})


@cached(32)
def _body(name: str, key: str, as_of: date, duties: str,
          _made_from: PaperSource) -> tuple[bytes, str]:
    """The text of a feed and its entity tag. `key` stands for snapshot, plan, ledger, scope and
    today, `duties` for what has been recorded for them.
    """
    text = feed_text(FEED_BY_NAME[name], _made_from).encode("utf-8")
    return text, f'"{hashlib.sha256(text).hexdigest()[:32]}"'


def _plainly(ask: Callable[[], Result]) -> Result:
    """What the site itself is short of is nothing the asker can mend, and may name folders of this
    machine.
    """
    try:
        return ask()
    except InputError as error:
        _log.warning("interface has no figures: %s", error)
        raise ProblemError(503, "not_ready", "数据暂时无法提供，原因已记入服务日志；请联系本系统管理员。",
                           {"Retry-After": "60"}) from None


def _note(settings: Settings, action: Action, token: Token | None, address: str, what: str,
          result: str) -> None:
    """What leaves no trace is not done: without the audit log there is no answer."""
    label = "接口:未知令牌" if token is None else token.label
    _plainly(lambda: account.log_of(settings).append(action, account=label, address=address,
                                                     object=what, result=result))


def _what(asked: Asked, as_of: date) -> str:
    return " ".join(("接口", asked.feed.name, as_of.isoformat(), *filter(None, (asked.division, asked.plan))))


def _has(tags: str, tag: str) -> bool:
    """Whether If-None-Match names the tag; a proxy that compresses has made it a weak one."""
    listed = {one.strip().removeprefix("W/") for one in tags.split(",")}
    return tag in listed or "*" in listed


def _quiet(_text: str, _share: float) -> None:
    """Nobody watches a request."""


ROUTES = [Route("/api/{rest:path}", Interface())]
