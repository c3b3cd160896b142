"""Who may see and do what: roles, permissions, and the divisions an account's figures are limited
to.

Denied by default: an account without a role may do nothing. Several roles add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the plan. A county bureau belongs to one or more divisions, a department
    of the city to itself, the others to none.
    """

    LEADER = "leader"
    COUNTY = "county"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    PLANNER = "planner"
    DEPARTMENT = "department"


class Permission(StrEnum):
    """One kind of thing that can be allowed. Pages and commands ask for a permission, never for a
    role.
    """

    VIEW = "view"                # figures, within the account's scope
    EXPORT = "export"            # workbook, brief, JSON
    EXPORT_OWN = "export_own"    # the workbook of the account's own divisions
    FREEZE = "freeze"            # 定稿 of a meeting's papers
    LEDGER = "ledger"            # the follow-up ledger: items, meetings, every entry
    REPORT = "report"  # what a unit or a leader enters on an item: progress, done, extension
    RETURNS = "returns"          # 月报: a unit's own monthly return
    NOTE = "note"                # 确认知悉 of an alert
    DATA = "data"                # state of the sources, reconciliation, mapping check
    REFRESH = "refresh"          # read the sources now
    ADMINISTER = "administer"    # access check and audit log
    PLAN = "plan"                # the plan file: targets, quotas, weights, wording
    CONNECT = "connect"          # which tables and columns are read
    HAND_IN = "hand_in"          # a unit's own register: staff of any unit, a bureau of its own


ROLE_NAMES = {Role.LEADER: "市领导", Role.COUNTY: "县区单位", Role.STAFF: "工作人员",
              Role.ADMINISTRATOR: "系统管理员", Role.PLANNER: "方案维护",
              Role.DEPARTMENT: "市直部门"}
PERMISSION_NAMES = {
    Permission.VIEW: "查看指标",
    Permission.EXPORT: "导出报表",
    Permission.EXPORT_OWN: "导出本单位报表",
    Permission.FREEZE: "定稿",
    Permission.LEDGER: "登记督办事项",
    Permission.REPORT: "填报督办进展",
    Permission.RETURNS: "报送月报",
    Permission.NOTE: "确认预警",
    Permission.DATA: "查看数据状况",
    Permission.REFRESH: "刷新数据",
    Permission.ADMINISTER: "权限核对与审计",
    Permission.PLAN: "修改方案",
    Permission.CONNECT: "接入数据",
    Permission.HAND_IN: "报送台账",
}
OF_THE_CURRENT_PLAN = frozenset({Permission.LEDGER, Permission.REPORT, Permission.RETURNS,
                                 Permission.NOTE, Permission.PLAN, Permission.CONNECT,
                                 Permission.HAND_IN})
"""What changes the plan in force or what is done under it; in a plan of the past nobody may."""
GRANTED: dict[Role, frozenset[Permission]] = {
    Role.LEADER: frozenset({Permission.VIEW, Permission.REPORT, Permission.NOTE}),
    Role.COUNTY: frozenset(
        {
            Permission.VIEW,
            Permission.EXPORT_OWN,
            Permission.REPORT,
            Permission.RETURNS,
            Permission.NOTE,
            Permission.HAND_IN,
        }
    ),
    Role.STAFF: frozenset(
        {
            Permission.VIEW,
            Permission.EXPORT,
            Permission.EXPORT_OWN,
            Permission.FREEZE,
            Permission.LEDGER,
            Permission.REPORT,
            Permission.NOTE,
            Permission.DATA,
            Permission.HAND_IN,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {Permission.DATA, Permission.REFRESH, Permission.ADMINISTER, Permission.CONNECT}
    ),
    Role.PLANNER: frozenset({Permission.VIEW, Permission.PLAN}),
    Role.DEPARTMENT: frozenset({Permission.VIEW, Permission.REPORT}),
}
# a department answers for its sectors in every county
_WHOLE_CITY = frozenset({Role.LEADER, Role.STAFF, Role.PLANNER, Role.DEPARTMENT})


@dataclass(frozen=True)
class Scope:
    """Which divisions' figures exist for somebody. Hashable: it is part of every cache key.

    `everything`: no limit. Otherwise `divisions` holds the codes of managing units or counties,
    sorted, and `messages` says whether what the sources complain of is shown too: it may quote a
    row, and whoever looks after them needs it.
    """

    everything: bool
    divisions: tuple[str, ...] = ()
    messages: bool = False

    @property
    def key(self) -> str:
        """Short text that differs whenever two scopes do."""
        return (
            "all"
            if self.everything
            else f"only{'+' if self.messages else ''}:" + ",".join(self.divisions)
        )


EVERYTHING = Scope(True)
NOTHING = Scope(False)


@dataclass(frozen=True)
class Account:
    """Who signed in. `subject` is the provider's own unchanging key (`sub`); `name` is what is
    shown on screen.
    """

    subject: str
    name: str
    email: str | None = None
    claims: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)

    @property
    def label(self) -> str:
        """How the account is named in the audit log and on exports."""
        return self.email or self.subject


@dataclass(frozen=True)
class Grant:
    """One role given to an account; `divisions` are the codes of a county bureau, `departments` the
    names of a department of the city as the plan writes them, both empty for the other roles.

    `cities`: in a province, the codes of the cities the role is limited to; empty for all of them.
    See `kpi.province.province_access`; a program of one city gives nothing for a role limited to
    cities.
    """

    role: Role
    divisions: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Access:
    """An account with everything it was granted. `looking_back`: in a plan that is not the current
    one, where nothing is changed but what a correction of its result needs.
    """

    account: Account
    grants: tuple[Grant, ...] = ()
    looking_back: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def permissions(self) -> frozenset[Permission]:
        granted = frozenset(permission for role in self.roles for permission in GRANTED[role])
        return granted - OF_THE_CURRENT_PLAN if self.looking_back else granted

    def allowed(self, permission: Permission) -> bool:
        """Whether any of the account's roles carries the permission."""
        return permission in self.permissions

    @property
    def departments(self) -> frozenset[str]:
        """The names of the departments of the city it acts for."""
        return frozenset(name for grant in self.grants for name in grant.departments)

    @property
    def divisions(self) -> frozenset[str]:
        """The codes of the units it acts for."""
        return frozenset(code for grant in self.grants for code in grant.divisions)

    @property
    def every_unit(self) -> bool:
        """Whether it acts for every unit: only without sign-in is there a county's role without
        divisions.
        """
        return self.scope.everything and any(
            grant.role == Role.COUNTY and not grant.divisions for grant in self.grants)

    @property
    def only_department(self) -> bool:
        """Whether a department is all it is: of what others do it sees figures, not their items."""
        return bool(self.roles) and self.roles <= {Role.DEPARTMENT, Role.COUNTY} and bool(
            self.departments)

    def hands_in_for(self, unit: str) -> bool:
        """Whether it may hand in the register of this managing unit: staff of any, a bureau of its
        own.
        """
        return self.allowed(Permission.HAND_IN) and any(
            unit in grant.divisions if grant.role == Role.COUNTY else not grant.cities
            for grant in self.grants if Permission.HAND_IN in GRANTED[grant.role])

    @property
    def scope(self) -> Scope:
        """The whole city for leaders and staff; else the divisions of every county grant, possibly
        none.
        """
        if any(grant.role in _WHOLE_CITY and not grant.cities for grant in self.grants):
            return EVERYTHING
        return Scope(False,
                     tuple(sorted(code for grant in self.grants for code in grant.divisions)),
                     self.allowed(Permission.DATA))


NOBODY = Access(Account("", ""))
"""Nobody in particular, who may do nothing."""


def merged(account: Account, grants: Iterable[Grant]) -> Access:
    """The account with its grants in a fixed order, the divisions and the cities of one role
    gathered.
    """
    all_grants = tuple(grants)
    return Access(account, tuple(_gathered(role, own) for role in Role
                                 if (own := [one for one in all_grants if one.role == role])))


def _gathered(role: Role, grants: Sequence[Grant]) -> Grant:
    # one grant without a limit is a grant without a limit
    cities = (
        frozenset[str]()
        if any(not grant.cities for grant in grants)
        else frozenset().union(*(g.cities for g in grants))
    )
    return Grant(role, frozenset[str]().union(*(grant.divisions for grant in grants)), cities,
                 frozenset[str]().union(*(grant.departments for grant in grants)))


def open_access() -> Access:
    """Everything, for the program that serves only its own machine without any sign-in."""
    account = Account("本机用户", "本机用户")
    return Access(account, tuple(Grant(role) for role in Role if role != Role.DEPARTMENT))
