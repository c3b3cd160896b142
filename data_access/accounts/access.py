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
from data_access.site import Settings, read_toml
from kpi.scope import Access, Account, Grant, Role, merged
from kpi.vocabulary import InputError, TomlValues

IDLE_MINUTES = 30
AUDIT_MONTHS = 12
LEAST_AUDIT_MONTHS = 6
_TABLES = ("sign_in", "groups", "accounts", "audit")
_ADVICE = "请参照 config/access.example.toml 改正"
_read = TomlValues("access.toml", _ADVICE)


@dataclass(frozen=True)
class AccessRules:
    """The access file. `groups` and `accounts` map a claim's value or an account (folded to lower
    case) to grants.

    `group_claim`: the claim that lists somebody's groups, with dots for nested ones.
    `idle_minutes`: after how long without activity somebody has to sign in again. `audit_months`:
    how long the audit log stays at hand. `audit_anchor`: where its end is noted once a day,
    “syslog” or a file's absolute path; empty for nowhere.
    """

    group_claim: str = "roles"
    idle_minutes: int = IDLE_MINUTES
    audit_months: int = AUDIT_MONTHS
    audit_anchor: str = ""
    groups: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    accounts: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)

    def access(self, claims: Mapping[str, Any]) -> Access:
        """What the bearer of an ID token's claims may do; nothing when no entry fits."""
        account = account_from(claims)
        grants = [grant for group in group_names(claims, self.group_claim)
                  for grant in self.groups.get(group, ())]
        for name in filter(None, (account.subject, account.email)):
            grants += self.accounts.get(name.casefold(), ())
        return merged(account, grants)

    @property
    def divisions(self) -> frozenset[str]:
        """Every division code the file names."""
        return frozenset(code for entries in (self.groups, self.accounts)
                         for grants in entries.values() for grant in grants
                         for code in grant.divisions)


def access_file(settings: Settings) -> Path:
    return settings.config / "access.toml"


def load_access(settings: Settings) -> AccessRules:
    """The rules in force; nobody may do anything while the file is missing. Raises InputError on a
    bad file.
    """
    path = access_file(settings)
    return rules_from(read_toml(path)) if path.exists() else AccessRules()


def rules_from(data: Mapping[str, Any]) -> AccessRules:
    """Rules from a parsed access file. Raises InputError naming the table and key to mend."""
    for name in data:
        if name not in _TABLES:
            raise InputError(f"access.toml 中的 [{name}] 不认识；可用的有 {'、'.join(_TABLES)}，{_ADVICE}。")
    sign_in, audit, groups, accounts = (_read.optional_table(data, name)
                                        for name in ("sign_in", "audit", "groups", "accounts"))
    return AccessRules(
        _read.text(sign_in, "group_claim", "sign_in", "roles"),
        _read.whole(sign_in, "idle_minutes", "sign_in", IDLE_MINUTES, least=1),
        _read.whole(audit, "months", "audit", AUDIT_MONTHS, least=LEAST_AUDIT_MONTHS),
        _anchor(audit),
        {name: _grants(f"groups.{name}", entry) for name, entry in groups.items()},
        {name.casefold(): _grants(f"accounts.{name}", entry) for name, entry in accounts.items()})


def _anchor(audit: Mapping[str, Any]) -> str:
    place = _read.text(audit, "anchor", "audit", "syslog") if "anchor" in audit else ""
    if place not in ("", "syslog") and not Path(place).is_absolute():
        raise InputError(f"access.toml 的 [audit] anchor 应为 syslog 或一个文件的绝对路径，现为 {place}；{_ADVICE}。")
    return place


def account_from(claims: Mapping[str, Any]) -> Account:
    """The account in an ID token's claims. An address the provider says is unverified does not
    identify anybody.
    """
    subject = str(claims.get("sub") or "")
    email = claims.get("email")
    verified = isinstance(email, str) and email != "" and claims.get("email_verified") is not False
    name = next((str(claims[key]) for key in ("name", "preferred_username") if claims.get(key)),
                None)
    return Account(subject, name or (str(email) if verified else subject), str(email) if verified
                   else None)


def group_names(claims: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The groups under a claim, "realm_access.roles" being roles inside realm_access; a text is one
    group.
    """
    value: Any = claims.get(path)
    if value is None:
        value = claims
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return (value,)
    return (
        tuple(item for item in value if isinstance(item, str))
        if isinstance(value, (list, tuple))
        else ()
    )


def _grants(where: str, entry: Any) -> tuple[Grant, ...]:
    if not isinstance(entry, Mapping) or set(entry) - {"roles", "divisions", "cities",
                                                          "departments"}:
        raise InputError(f"access.toml 的 [{where}] 只能写 roles 和 divisions"
                         f"（市直部门写 departments，省级部署另有 cities）；{_ADVICE}。")
    divisions = _texts(entry, "divisions", where)
    roles = [_role(name, where) for name in _texts(entry, "roles", where)]
    if not roles:
        raise InputError(f"access.toml 的 [{where}] 没有写 roles；可用的有 {'、'.join(Role)}，请补上或删去这一项。")
    if (Role.COUNTY in roles) != bool(divisions):
        raise InputError(f"access.toml 的 [{where}] 中 county 角色要同时写 divisions（区划代码），其他角色不写；请改正。")
    departments = frozenset(_texts(entry, "departments", where, "市农业农村局"))
    if (Role.DEPARTMENT in roles) != bool(departments):
        raise InputError(f"access.toml 的 [{where}] 中 department 角色要同时写 departments（部门名称，"
                         "与 plan.toml 中的写法一致），其他角色不写；请改正。")
    cities = frozenset(_texts(entry, "cities", where))
    if cities and set(roles) == {Role.COUNTY}:
        raise InputError(f"access.toml 的 [{where}] 中 county 角色由 divisions 限定，不写 cities；请删去 cities。")
    return tuple(Grant(role, frozenset(divisions)) if role == Role.COUNTY
                 else Grant(role, cities=cities, departments=departments
                            if role == Role.DEPARTMENT else frozenset()) for role in roles)


def _role(name: str, where: str) -> Role:
    if name not in list(Role):
        raise InputError(f"access.toml 的 [{where}] 中的角色 {name} 不认识；可用的有 {'、'.join(Role)}，请改正。")
    return Role(name)


def _texts(entry: Mapping[str, Any], key: str, where: str,
           example: str = "321322") -> tuple[str, ...]:
    listed = tuple(text.strip() for text in _read.texts(entry, key, where, example))
    if not all(listed):
        raise InputError(f"access.toml 的 [{where}] {key} 中有空白的文字；{_ADVICE}。")
    return listed


def note_change(settings: Settings, log: AuditLog) -> None:
    """Record that the access file is another than at the last look; its digest says which one was
    in force when.
    """
    path, recorded = access_file(settings), log.folder / "access.sha256"
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "没有权限表"
    before = recorded.read_text(encoding="utf-8") if recorded.exists() else ""
    if digest == before:
        return
    log.append(Action.ACCESS_CHANGED, account="system", address="",
               object=f"access.toml {digest[:16]}", result=f"原为 {before[:16]}" if before
               else "首次读取")
    recorded.write_text(digest, encoding="utf-8")
