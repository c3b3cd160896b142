"""`python -m data_access refresh|check|prepare|ready|access|audit|ledger upgrade` – for cron and whoever sets up a source."""

from __future__ import annotations

import sys

from data_access.accounts.audit import Action
from data_access.checking.check import check
from data_access.current import load_or_refresh
from data_access.ledger.migrate import newest_version
from data_access.ledger.store import Ledger
from data_access.province.province import province_site
from data_access.running.administration import audit, show_access, show_audit
from data_access.running.command import PlainParser, run, show_progress
from data_access.running.province_commands import check_cities, prepare_cities, refresh_cities
from data_access.running.ready import readiness
from data_access.site.settings import Settings, load_settings
from data_access.snapshots.embedded import ensure_sample
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Method


def main(arguments: list[str] | None = None) -> int:
    parser = PlainParser(prog="python -m data_access", description="读取业务数据库")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    reading = commands.add_parser("refresh", help="读取数据源中变动的部分，生成新的快照")
    reading.add_argument("--full", action="store_true", help="不论有无变动，全部重新读取")
    commands.add_parser("check", help="检查连接和对照表")
    commands.add_parser("prepare", help="首次使用：没有快照时生成一个（未配置数据源则先建演示数据库）")
    ledger = commands.add_parser("ledger", help="督办台账数据库")
    ledger.add_argument("action", choices=["upgrade"], metavar="upgrade", help="把台账升级到本程序的版本")
    commands.add_parser("ready", help="能否提供页面（供服务管理程序使用）")
    who = commands.add_parser("access", help="权限核对：某个账号能看到什么")
    who.add_argument("--account", required=True, help="账号：令牌的 sub 或邮箱")
    who.add_argument("--group", action="append", default=[], help="账号所在的用户组，可写几次")
    log = commands.add_parser("audit", help="审计日志").add_subparsers(dest="audit", required=True, metavar="操作")
    log.add_parser("verify", help="核对日志链条是否完整")
    log.add_parser("show", help="最近的记录").add_argument("--last", type=int, default=50, help="条数")
    chosen = parser.parse_args(arguments)
    actions = {"refresh": lambda: _refresh(chosen.full), "check": _check, "prepare": _prepare, "ready": _ready,
               "ledger": _upgrade_ledger,
               "access": lambda: show_access(load_settings(), chosen.account, chosen.group),
               "audit": lambda: show_audit(load_settings(), None if chosen.audit == "verify" else chosen.last)}
    return run(actions[chosen.command])


def _refresh(full: bool) -> int:
    settings = load_settings()
    site = province_site(settings)
    if site is not None:
        return refresh_cities(site, full)
    ensure_sample(settings, show_progress)
    snapshot = refresh(settings, full=full, progress=show_progress)
    for message in (*snapshot.messages, *snapshot.notes):
        print(message, file=sys.stderr)
    audit(settings, Action.REFRESH, f"快照 {snapshot.id}", "部分数据源未读到" if snapshot.messages else "成功")
    sample = "（演示数据）" if snapshot.sample else ""
    counted = sum(part.data.quality.counted for part in snapshot.parts.values())
    unchanged = sum(part.method == Method.UNCHANGED for part in snapshot.parts.values())
    print(f"快照 {snapshot.id}{sample}：读取 {len(snapshot.parts)} 个数据集（其中 {unchanged} 个无变动），计入 {counted:,} 行。")
    return 1 if snapshot.messages else 0


def _prepare() -> int:
    settings = load_settings()
    site = province_site(settings)
    if site is not None:
        return prepare_cities(site)
    taken = load_or_refresh(settings, show_progress).snapshot
    print(f"快照 {taken.id}{'（演示数据）' if taken.sample else ''}已就绪。")
    return 0


def _ready() -> int:
    state = readiness(load_settings())
    if state.problem is not None:
        print(state.problem, file=sys.stderr)
        return 1
    print(f"快照 {state.snapshot} 可用。")
    return 0


def _upgrade_ledger() -> None:
    ledger = Ledger.open(load_settings())
    print(f"台账数据库已是版本 {newest_version()}，共 {len(ledger.cases())} 个事项。")
    ledger.close()


def _check() -> int:
    settings = load_settings()
    site = province_site(settings)
    if site is not None:
        return check_cities(site, _check_one)
    return _check_one(settings)


def _check_one(settings: Settings) -> int:
    ensure_sample(settings, show_progress)
    rows = check(settings)
    for row in rows:
        print("\n".join(row.lines()))
    unusable = [row for row in rows if not row.usable]
    print(f"共 {len(rows)} 个数据集：可用 {sum(row.rows is not None for row in rows)}，"
          f"未接入 {sum(row.usable and row.rows is None for row in rows)}，有问题 {len(unusable)}。")
    return 0 if all(row.usable for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
