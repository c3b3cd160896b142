"""Who is looking, and whether they may: sign-in, expiry, idle limit, permissions. Every page passes
through `guard`.

Without configured sign-in ([auth] in secrets.toml) only this machine is served. With it, nobody
gets past the sign-in card before the site's provider has vouched for them, and what they see
afterwards is decided by `access.toml`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.look import notices, plain
from components.shell import navigation
from components.shell.cache import cached
from components.shell.carded import carded
from components.shell.settings_cache import current_settings
from components.shell.visitors import LOOPBACK
from data_access.accounts import (
    AccessRules,
    Action,
    AuditLog,
    SignIn,
    SignIns,
    access_file,
    audit_log_of,
    links,
    load_access,
    note_change,
    weakness,
)
from data_access.accounts.other_sign_in import Cas, TrustedHeader, other_sign_in
from data_access.accounts.sign_ins import sign_ins
from data_access.site import Settings, province_site
from kpi.follow_ups import Actor
from kpi.follow_ups import Role as LedgerRole
from kpi.province import within
from kpi.scope import ROLE_NAMES, Access, Account, Role, open_access
from kpi.vocabulary import InputError

ALLOW_OPEN = "LINGGONG_ALLOW_OPEN"
OPEN_WARNING = "未启用登录：能打开此网址的人都能看到全部数据"
REFUSED_OPEN = ("没有配置登录，本程序只对本机（127.0.0.1）提供页面。请按《部署》在 .streamlit/secrets.toml 中配置 [auth]；"
                f"确需不登录开放，请设环境变量 {ALLOW_OPEN}=1。")
_AGAIN = {SignIn.EXPIRED: "登录已到期，请重新登录。", SignIn.IDLE: "较长时间没有操作，请重新登录。",
          SignIn.ENDED: "您已退出，请重新登录。"}
_WATCH = timedelta(seconds=60)
_NOTED = "account.noted"


def current_access() -> Access | None:
    """Whoever is looking with all they were granted; None while nobody is signed in.

    Raises InputError on a bad access file or a weak secret: until it is mended nobody gets in.
    """
    if not sign_in_configured():
        return open_access() if served_locally() or os.environ.get(ALLOW_OPEN) == "1" else None
    weak = weak_secret()
    if weak is not None:
        raise InputError(weak)
    signed_in = claims()
    return None if signed_in is None else access_of(signed_in)


def access_of(values: Mapping[str, Any]) -> Access | None:
    """What the bearer of an ID token's claims may do now; None when the sign-in has ended. Needs no
    page run.

    Raises InputError on a bad access file.
    """
    settings = current_settings()
    rules = _rules(settings)
    if _register(settings, rules).state(values) not in (SignIn.NEW, SignIn.OPEN):
        return None
    access = rules.access(values)
    # a role limited to cities of a province means nothing where there is no province
    return within(access, None) if province_site(settings) is None else access


def guard(page: str) -> Access:
    """Whoever is looking, when they may see the page; otherwise shows why not and ends the run."""
    access = current_access()
    if access is None:
        sign_in_card(page)
        st.stop()
    if sign_in_configured():
        _note_activity(access)
        _watch()
    elif not served_locally():
        st.warning(OPEN_WARNING, icon=None)
    permission = navigation.permission(page)
    if not access.allowed(permission):
        refused_card(access, page)
        st.stop()
    return access


def again(page: str) -> Access:
    """Whoever is looking, for a part of a page that runs again by itself; gives way to the guard
    once that would refuse.

    A wall screen has nobody to move a mouse: its own turning keeps the sign-in awake until the
    token expires.
    """
    access = current_access()
    if access is None or not access.allowed(navigation.permission(page)):
        st.rerun()
    if sign_in_configured() and page in navigation.UNATTENDED:
        _note_activity(access)
    return access


def sign_in_card(page: str) -> None:
    """The sign-in and nothing else; where the visitor wanted to go is kept."""
    if not sign_in_configured():
        notices.card("error", "未启用登录", REFUSED_OPEN)
        return
    settings = current_settings()
    links.remember(settings.data, _browser(), links.Link(page, st.query_params.to_dict()))
    signed_in = claims()
    reason = (
        None
        if signed_in is None
        else _AGAIN.get(_register(settings, _rules(settings)).state(signed_in))
    )
    notices.card("empty", "零工归宿监测", reason or "请使用本单位统一认证账号登录。")
    st.button("登录", type="primary", key="sign-in", on_click=carded(_begin))


def refused_card(access: Access, page: str) -> None:
    """Signed in, but without the permission: says so, and to whom to turn. Recorded once per
    session and page.
    """
    noted: set[str] = st.session_state.setdefault(_NOTED, set())
    if page not in noted:
        noted.add(page)
        record(access.account, Action.REFUSED, page, "没有权限")
    notices.card("warning", "没有查看权限", f"账号 {access.account.label} 没有查看这一页的权限。",
                 then="如工作需要，请联系系统管理员在权限表中增加。")
    if sign_in_configured():
        st.button("退出登录", key="sign-out", on_click=carded(sign_out))


def menu(access: Access) -> None:
    """Who is signed in, and the way out; nothing while the program serves only its own machine."""
    if not sign_in_configured():
        return
    with st.popover(plain(access.account.name), type="tertiary"):
        st.text("、".join(ROLE_NAMES[role] for role in Role if role in access.roles) or "没有角色")
        st.button("退出登录", key="sign-out", on_click=carded(sign_out))


def acting(access: Access) -> Actor:
    """The account as the follow-up ledger knows it: staff are the joint meeting's office, a bureau
    its own divisions.
    """
    if Role.STAFF in access.roles:
        return Actor(access.account.label, LedgerRole.OFFICE)
    if Role.LEADER in access.roles:
        return Actor(access.account.label, LedgerRole.LEADER)
    return Actor(access.account.label, LedgerRole.UNIT, access.departments, access.divisions)


def sign_out() -> None:
    """End the sign-in here and in the browser."""
    signed_in = claims()
    if signed_in is not None:
        settings = current_settings()
        _register(settings, _rules(settings)).end(signed_in)
    if other_way() is None:
        st.logout()
    else:
        _lead_to("/auth/leave")


def record(account: Account, action: Action, what: str, result: str) -> None:
    """Write to the audit log. Raises InputError when that is not possible: what leaves no trace is
    not done.
    """
    settings = current_settings()
    log_of(settings).append(action, account=account.label, address=address(), object=what,
                            result=result)


def current_log() -> AuditLog:
    """The audit log in force."""
    return log_of(current_settings())


def address() -> str:
    """Where the visitor is; a proxy's word is taken only when the proxy is on this machine."""
    peer, forwarded = st.context.ip_address, _header("X-Real-IP")
    if not isinstance(peer, str) or peer in LOOPBACK:
        return forwarded or "本机"
    return peer


def pending_link() -> links.Link | None:
    """The page somebody asked for before signing in, once per session."""
    if st.session_state.get("account.returned"):
        return None
    st.session_state["account.returned"] = True
    return links.take(current_settings().data, _browser()) if sign_in_configured() else None


def sign_in_configured() -> bool:
    """Whether secrets.toml has an [auth] table."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def other_way() -> Cas | TrustedHeader | None:
    """How people sign in where it is not OpenID Connect; None where it is, or nobody signs in.
    Raises InputError.
    """
    return (
        _other_way(str(st.secrets["auth"].to_dict()), st.secrets["auth"].to_dict())
        if sign_in_configured()
        else None
    )


@cached(2)
def _other_way(written: str, _auth: Mapping[str, Any]) -> Cas | TrustedHeader | None:
    return other_sign_in(_auth)


def weak_secret() -> str | None:
    """Why the secret that signs the sign-in's cookies must not be used; None when sign-in is not
    configured.
    """
    return (
        _weakness(str(st.secrets["auth"].get("cookie_secret", "")))
        if sign_in_configured()
        else None
    )


@cached(2)
def _weakness(secret: str) -> str | None:
    return weakness(secret)


def served_locally() -> bool:
    """Whether this server listens on the machine itself and the visitor came to it directly."""
    if st.get_option("server.address") not in LOOPBACK:
        return False
    host = urlsplit(f"//{_header('Host') or 'localhost'}").hostname
    return host in LOOPBACK and _header("X-Forwarded-For") is None


def _header(name: str) -> str | None:
    value = st.context.headers.get(name)
    return (
        value if isinstance(value, str) else None
    )  # under the framework's own test driver there are no headers


def claims() -> Mapping[str, Any] | None:
    """Of the ID token of whoever is looking; None before a sign-in."""
    user = st.user.to_dict()
    return user if user.get("is_logged_in") else None


def _begin() -> None:
    way = other_way()
    if way is None:
        st.login(*_provider())
    else:
        _lead_to("/auth/cas" if isinstance(way, Cas) else "/auth/header")


def _lead_to(address: str) -> None:
    """Take the browser to an address of this site, as the framework does for its own sign-in."""
    context, message = get_script_run_ctx(), ForwardMsg()
    message.auth_redirect.url = address
    if context is not None:
        context.enqueue(message)


def _provider() -> tuple[str, ...]:
    named = [name for name, value in st.secrets["auth"].items() if isinstance(value, Mapping)]
    return tuple(named[:1])


def _browser() -> str:
    return links.browser_key(st.context.cookies.get("_streamlit_xsrf", ""))


def _rules(settings: Settings) -> AccessRules:
    path = access_file(settings)
    changed = path.stat().st_mtime_ns if path.exists() else 0
    return _read_rules(str(path), changed, settings)


@cached(4)
def _read_rules(path: str, changed: int, _settings: Settings) -> AccessRules:
    rules = load_access(_settings)
    note_change(_settings, audit_log_of(_settings, rules))
    return rules


def log_of(settings: Settings) -> AuditLog:
    """The audit log of these settings."""
    return audit_log_of(settings, _rules(settings))


def _register(settings: Settings, rules: AccessRules) -> SignIns:
    return sign_ins(settings.data, rules.idle_minutes)


def _note_activity(access: Access) -> None:
    settings, signed_in = current_settings(), claims()
    assert signed_in is not None
    register = _register(settings, _rules(settings))
    if register.state(signed_in) == SignIn.NEW:
        record(access.account, Action.SIGN_IN, "登录", "、".join(sorted(access.roles)) or "无角色")
    register.touch(signed_in)


@st.fragment(run_every=_WATCH)
def _watch() -> None:
    """An open page does not outlive its sign-in: looks every minute and gives way to the sign-in
    card.
    """
    if current_access() is None:
        st.rerun()

