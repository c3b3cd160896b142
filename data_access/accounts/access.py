"""`access.toml`: which account or which group of the site's sign-in provider is what to the plan.

Denied by default: without the file, or without an entry that fits, an account may do nothing. See
`config/access.example.toml` for the form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_access.accounts.audit import Action, AuditLog
from data_access.site.settings import Settings, read_toml
from kpi.scope.access import Access, Account, Grant, Role, merged
from kpi.vocabulary.errors import InputError

IDLE_MINUTES = 30
AUDIT_MONTHS = 12
LEAST_AUDIT_MONTHS = 6
_TABLES = ("sign_in", "groups", "accounts", "audit")
_ADVICE = "请参照 config/access.example.toml 改正"


@dataclass(frozen=True)
class AccessRules:
    """The access file. `groups` and `accounts` map a claim's value or an account (folded to lower case) to grants.

    `group_claim`: the claim that lists somebody's groups, with dots for nested ones. `idle_minutes`: after how long
    without activity somebody has to sign in again. `audit_months`: how long the audit log stays at hand.
    """

    group_claim: str = "roles"
    idle_minutes: int = IDLE_MINUTES
    audit_months: int = AUDIT_MONTHS
    groups: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    accounts: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)

    def access(self, claims: Mapping[str, Any]) -> Access:
        """What the bearer of an ID token's claims may do; nothing when no entry fits."""
        account = account_from(claims)
        grants = [grant for group in group_names(claims, self.group_claim) for grant in self.groups.get(group, ())]
        for name in filter(None, (account.subject, account.email)):
            grants += self.accounts.get(name.casefold(), ())
        return merged(account, grants)

    @property
    def divisions(self) -> frozenset[str]:
        """Every division code the file names."""
        return frozenset(code for entries in (self.groups, self.accounts) for grants in entries.values()
                         for grant in grants for code in grant.divisions)


def access_file(settings: Settings) -> Path:
    return settings.config / "access.toml"


def load_access(settings: Settings) -> AccessRules:
    """The rules in force; nobody may do anything while the file is missing. Raises InputError on a bad file."""
    path = access_file(settings)
    return rules_from(read_toml(path)) if path.exists() else AccessRules()


def rules_from(data: Mapping[str, Any]) -> AccessRules:
    """Rules from a parsed access file. Raises InputError naming the table and key to mend."""
    for name, table in data.items():
        if name not in _TABLES:
            raise InputError(f"access.toml 中的 [{name}] 不认识；可用的有 {'、'.join(_TABLES)}，{_ADVICE}。")
        if not isinstance(table, Mapping):
            raise InputError(f"access.toml 中的 {name} 应是表；{_ADVICE}。")
    sign_in, audit = data.get("sign_in", {}), data.get("audit", {})
    return AccessRules(
        _text(sign_in, "group_claim", "sign_in", "roles"), _whole(sign_in, "idle_minutes", "sign_in", IDLE_MINUTES, 1),
        _whole(audit, "months", "audit", AUDIT_MONTHS, LEAST_AUDIT_MONTHS),
        {name: _grants(f"groups.{name}", entry) for name, entry in data.get("groups", {}).items()},
        {name.casefold(): _grants(f"accounts.{name}", entry) for name, entry in data.get("accounts", {}).items()})


def account_from(claims: Mapping[str, Any]) -> Account:
    """The account in an ID token's claims. An address the provider says is unverified does not identify anybody."""
    subject = str(claims.get("sub") or "")
    email = claims.get("email")
    known = isinstance(email, str) and email != "" and claims.get("email_verified") is not False
    name = next((str(claims[key]) for key in ("name", "preferred_username") if claims.get(key)), None)
    return Account(subject, name or (str(email) if known else subject), str(email) if known else None)


def group_names(claims: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The groups under a claim, "realm_access.roles" being roles inside realm_access; a text is one group."""
    value: Any = claims.get(path)
    if value is None:
        value = claims
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, (list, tuple)) else ()


def _grants(where: str, entry: Any) -> tuple[Grant, ...]:
    if not isinstance(entry, Mapping) or set(entry) - {"roles", "divisions", "cities"}:
        raise InputError(f"access.toml 的 [{where}] 只能写 roles 和 divisions（省级部署另有 cities）；{_ADVICE}。")
    divisions = _texts(entry.get("divisions", []), f"{where}.divisions")
    roles = [_role(name, where) for name in _texts(entry.get("roles", []), f"{where}.roles")]
    if not roles:
        raise InputError(f"access.toml 的 [{where}] 没有写 roles；可用的有 {'、'.join(Role)}，请补上或删去这一项。")
    if (Role.COUNTY in roles) != bool(divisions):
        raise InputError(f"access.toml 的 [{where}] 中 county 角色要同时写 divisions（区划代码），其他角色不写；请改正。")
    cities = frozenset(_texts(entry.get("cities", []), f"{where}.cities"))
    if cities and set(roles) == {Role.COUNTY}:
        raise InputError(f"access.toml 的 [{where}] 中 county 角色由 divisions 限定，不写 cities；请删去 cities。")
    return tuple(Grant(role, frozenset(divisions)) if role == Role.COUNTY else Grant(role, cities=cities) for role in roles)


def _role(name: str, where: str) -> Role:
    if name not in list(Role):
        raise InputError(f"access.toml 的 [{where}] 中的角色 {name} 不认识；可用的有 {'、'.join(Role)}，请改正。")
    return Role(name)


def _texts(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise InputError(f"access.toml 的 {where} 应是文字的列表，例如 [\"321322\"]；请改正。")
    return value


def _text(table: Mapping[str, Any], key: str, where: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or not value:
        raise InputError(f"access.toml 的 [{where}] {key} 应是文字；{_ADVICE}。")
    return value


def _whole(table: Mapping[str, Any], key: str, where: str, default: int, least: int) -> int:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InputError(f"access.toml 的 [{where}] {key} 应是不小于 {least} 的整数，现为 {value}；请改正。")
    return value


def note_change(settings: Settings, log: AuditLog) -> None:
    """Record that the access file is another than at the last look; its digest says which one was in force when."""
    path, known = access_file(settings), log.folder / "access.sha256"
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "没有权限表"
    before = known.read_text(encoding="utf-8") if known.exists() else ""
    if digest == before:
        return
    log.append(Action.ACCESS_CHANGED, account="system", address="", object=f"access.toml {digest[:16]}",
               result=f"原为 {before[:16]}" if before else "首次读取")
    known.write_text(digest, encoding="utf-8")
