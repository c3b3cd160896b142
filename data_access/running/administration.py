"""The administrator's commands: what an account may see, what the audit log says, and entries made
by commands.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Collection, Sequence

from data_access.accounts import ACTION_NAMES, Action, AuditLog, Record, audit_log_of, load_access
from data_access.site import Settings, load_plan
from data_access.snapshots import accept
from data_access.snapshots import snapshot as snapshots
from kpi.departments import units_named
from kpi.scope import PERMISSION_NAMES, ROLE_NAMES, Access, Permission, Role
from kpi.vocabulary import Geography


def show_access(settings: Settings, account: str, groups: Sequence[str]) -> int:
    """Print what an account may see; 1 when it may see nothing. Raises InputError on a bad access
    file.
    """
    rules = load_access(settings)
    access = rules.access({"sub": account, "email": account, rules.group_claim: list(groups)})
    for line in access_lines(access, _geography(settings), _units(settings)):
        print(line)
    return 0 if access.permissions else 1


def access_lines(access: Access, geography: Geography | None,
                 units: Collection[str]) -> list[str]:
    """An account's rights in words, one line each. `geography` None: no snapshot yet, codes are
    shown bare. `units`: the names the plan writes; a department of another name owns nothing.
    """
    lines = [f"账号：{access.account.label}"]
    if not access.roles:
        return [*lines, "角色：无。没有任何权限。"]
    lines.append("角色：" + "、".join(ROLE_NAMES[role] for role in Role if role in access.roles))
    lines.append("权限：" + "、".join(PERMISSION_NAMES[one] for one in Permission
                                  if access.allowed(one)))
    if not access.allowed(Permission.VIEW):
        return lines
    scope = access.scope
    own = sorted(access.departments)
    lines += [f"部门：{'、'.join(own)}的任务和督办事项"] if own else []
    lines += [f"注意：部门 {name} 在方案中没有出现，不会有任何任务和事项；请改正 access.toml。"
              for name in own if name not in units]
    if scope.everything:
        return [*lines, "范围：全市及全部县区、功能区"]
    named, unknown = _named(scope.divisions, geography)
    lines.append("范围：" + "、".join(named) + "的全部内容；全市合计；其他单位只有排名公布的名次、得分和完成率")
    return lines + [f"注意：代码 {code} 不在区划名录中，不会显示任何单位；请改正 access.toml。" for code in unknown]


def _named(codes: Sequence[str], geography: Geography | None) -> tuple[list[str], list[str]]:
    if geography is None:
        return list(codes), []
    units = geography.unit_by_code
    return ([f"{units[code].name}（{code}）" if code in units else code for code in codes],
            [code for code in codes if code not in units])


def _units(settings: Settings) -> frozenset[str]:
    return units_named(load_plan(settings))


def _geography(settings: Settings) -> Geography | None:
    snapshot = snapshots.load_current(settings.data)
    return None if snapshot is None else snapshot.facts(load_plan(settings)).geography


def show_audit(settings: Settings, last: int | None) -> int:
    """Print the newest `last` records, or with None verify the chain; 1 when it is broken."""
    log = _log(settings)
    if last is not None:
        for record in log.latest(last):
            print(record_line(record))
        return 0
    verdict = log.verify()
    if verdict.broken is not None:
        print(verdict.broken, file=sys.stderr)
        return 1
    print(f"审计日志完整：{verdict.records} 条记录，链条无断开。")
    return 0


def record_line(record: Record) -> str:
    name = (
        ACTION_NAMES.get(Action(record.action), record.action)
        if record.action in list(Action)
        else record.action
    )
    return "｜".join((str(record.number), record.time[:19].replace("T", " "), record.account,
                     record.address or "—", name, record.object, record.result))


def audit(settings: Settings, action: Action, what: str, result: str) -> None:
    """Record what a command did, under the name of the system's user. Raises InputError when it
    cannot be written.
    """
    _log(settings).append(action, account=f"命令行:{system_user()}", address="本机", object=what,
                          result=result)


def accept_held(site: Settings, city: Settings, dataset: str, digest: str | None) -> int:
    """Publish the reading of a dataset that is held, and record who did; `site` keeps the audit log
    of `city`.
    """
    held = _waiting(city, dataset)
    # first: what leaves no trace is not done
    audit(site, Action.ACCEPT, f"{dataset} {digest or held}", "提交")
    snapshot = accept(city, dataset, digest)
    audit(site, Action.ACCEPT, f"{dataset} {digest or held}", f"快照 {snapshot.id}")
    print(f"已接受，快照 {snapshot.id} 已公布。")
    return 0


def _waiting(settings: Settings, dataset: str) -> str:
    snapshot = snapshots.load_current(settings.data)
    held = None if snapshot is None else snapshot.held.get(dataset)
    return "没有待核实" if held is None else held.digest


def system_user() -> str:
    """The name of whoever runs this command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "未知用户"


def _log(settings: Settings) -> AuditLog:
    return audit_log_of(settings, load_access(settings))
