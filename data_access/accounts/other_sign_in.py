"""Ways to sign in besides OpenID Connect, as secrets.toml sets them up: a CAS server, or a reverse
proxy that names the account.

Both end in claims like those of an ID token, so that everything behind the door stays the same.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from kpi.vocabulary import InputError

HOURS, MOST_HOURS = 4, 24
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_CAS_KEYS = {"server", "groups", "name", "email", "hours"}
_HEADER_KEYS = {"account", "groups", "name", "addresses", "hours", "logout"}
_WRITABLE = re.compile(r"[^\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202f\ufeff]{1,200}")
_GROUPS = re.compile(r"[,;，；]")
_TOKEN = re.compile(r"[A-Za-z0-9-]{1,64}")
_ADVICE = "请参照《部署》改正"


@dataclass(frozen=True)
class Cas:
    """A CAS server by its address (`https://…/cas`); which of its attributes are groups, name and
    e-mail, "" for none.

    `hours`: how long a sign-in lasts.
    """

    server: str
    groups: str = ""
    name: str = ""
    email: str = ""
    hours: float = HOURS

    @property
    def issuer(self) -> str:
        return self.server


@dataclass(frozen=True)
class TrustedHeader:
    """A reverse proxy that has signed people in and names the account in the header `account`;
    believed from `addresses` only.

    `groups`, `name`: further headers, "" for none. `logout`: where the proxy's own sign-out is, ""
    for nowhere.
    """

    account: str
    addresses: tuple[Network, ...]
    groups: str = ""
    name: str = ""
    hours: float = HOURS
    logout: str = ""

    @property
    def issuer(self) -> str:
        return f"header:{self.account.lower()}"

    def trusts(self, address: str) -> bool:
        """Whether a request from there may name an account."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        plain = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(plain in network for network in self.addresses)

    def trusts_all(self, addresses: Collection[str]) -> bool:
        return bool(addresses) and all(self.trusts(address) for address in addresses)

    def named(self, header: str, values: list[str]) -> str | None:
        """The one value of a header; None without any, or where two were sent and nobody knows
        whose they are.
        """
        given = unquote(values[0]).strip() if len(values) == 1 else ""
        return (
            given
            if given and _WRITABLE.fullmatch(given.replace(" ", "")) and len(given) <= 200
            else None
        )


def other_sign_in(auth: Mapping[str, Any]) -> Cas | TrustedHeader | None:
    """What [auth] sets up besides OpenID Connect; None when it is that. Raises InputError for what
    cannot be used.
    """
    tables = {name: value for name, value in auth.items() if isinstance(value, Mapping)}
    others = [name for name in ("cas", "header") if name in tables and "client_id" not in tables[
        name]]
    if not others:
        return None
    if len(tables) > 1:
        raise InputError(f"secrets.toml 的 [auth] 只能配置一种登录方式，现有 {'、'.join(tables)}；{_ADVICE}。")
    return _cas(tables["cas"]) if others == ["cas"] else _header(tables["header"])


def claims_of(way: Cas | TrustedHeader, subject: str, attributes: Mapping[str, Any],
              group_claim: str, now: float) -> dict[str, Any]:
    """The claims of a new sign-in. `attributes`: groups (a list), name, email as far as given;
    `now`: Unix seconds.
    """
    given = {key: attributes[key] for key in ("name", "email") if attributes.get(key)}
    groups = {group_claim: list(attributes["groups"])} if attributes.get("groups") else {}
    return {**groups, **given, "sub": subject, "iss": way.issuer, "iat": int(now),
            "exp": int(now + way.hours * 3600)}


def usable_account(name: str) -> bool:
    """Whether a text can stand for an account in the audit log: no control characters, no spaces,
    not longer than 200.
    """
    return _WRITABLE.fullmatch(name) is not None


def split_groups(text: str) -> list[str]:
    """The groups in one header's value."""
    return [part.strip() for part in _GROUPS.split(text) if part.strip()]


def _cas(table: Mapping[str, Any]) -> Cas:
    _only(table, _CAS_KEYS, "[auth.cas]")
    server = _text(table, "server", "[auth.cas]").rstrip("/")
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise InputError(f"secrets.toml 的 [auth.cas] server 应为 https 网址，现为 {server}；{_ADVICE}。")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise InputError("secrets.toml 的 [auth.cas] server 是 http，路上的人可以冒充任何账号；请改为 https。")
    groups, name, email = (_text(table, key, "[auth.cas]", "")
                           for key in ("groups", "name", "email"))
    return Cas(server, groups, name, email, _hours(table, "[auth.cas]"))


def _header(table: Mapping[str, Any]) -> TrustedHeader:
    _only(table, _HEADER_KEYS, "[auth.header]")
    names = {key: _text(table, key, "[auth.header]", None if key == "account" else "")
             for key in ("account", "groups", "name")}
    for key, name in names.items():
        if name and not _TOKEN.fullmatch(name):
            raise InputError(f"secrets.toml 的 [auth.header] {key} 应为一个请求头的名称，现为 {name}；{_ADVICE}。")
    listed = table.get("addresses")
    if not isinstance(listed, (list, tuple)) or not listed:
        raise InputError("secrets.toml 的 [auth.header] 没有写 addresses，任何人都能冒充任何账号；请列出反向代理的地址。")
    logout = _text(table, "logout", "[auth.header]", "")
    if logout and urlsplit(logout).scheme != "https":
        raise InputError(f"secrets.toml 的 [auth.header] logout 应为 https 网址，现为 {logout}；{_ADVICE}。")
    return TrustedHeader(names["account"], tuple(_network(one) for one in listed), names["groups"],
                         names["name"], _hours(table, "[auth.header]"), logout)


def _network(written: object) -> Network:
    try:
        result = ipaddress.ip_network(str(written))
    except ValueError:
        raise InputError(
            f"secrets.toml 的 [auth.header] addresses 中的 {written} 不是地址或网段；{_ADVICE}。") from None
    if result.prefixlen < (8 if result.version == 4 else 32):
        raise InputError(f"secrets.toml 的 [auth.header] addresses 中的 {written} 范围过大；请只列反向代理的地址。")
    return result


def _only(table: Mapping[str, Any], keys: set[str], where: str) -> None:
    unknown = sorted(set(table) - keys)
    if unknown:
        raise InputError(f"secrets.toml 的 {where} 有不认识的 {unknown[0]}；可写 {'、'.join(sorted(keys))}。")


def _text(table: Mapping[str, Any], key: str, where: str, otherwise: str | None = None) -> str:
    value = table.get(key, otherwise)
    if not isinstance(value, str) or (otherwise is None and not value.strip()):
        raise InputError(f"secrets.toml 的 {where} 没有写 {key}；{_ADVICE}。")
    return value.strip()


def _hours(table: Mapping[str, Any], where: str) -> float:
    value = table.get("hours", HOURS)
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not 0 < value <= MOST_HOURS
    ):
        raise InputError(
            f"secrets.toml 的 {where} hours 应在 0 到 {MOST_HOURS} 小时之间，现为 {value}；{_ADVICE}。")
    return float(value)
