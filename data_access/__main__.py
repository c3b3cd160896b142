"""`python -m data_access
refresh|accept|check|connect|hand-in|template|prepare|ready|upgrade|plans|access|audit|token|
ledger upgrade`.

For cron and whoever sets up a source.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path

from data_access.accounts import LONGEST_DAYS, USUAL_DAYS, Action
from data_access.checking.check import check
from data_access.current import load_or_refresh
from data_access.ledger import Ledger, newest_version
from data_access.running import (
    PlainParser,
    accept_held,
    add_token,
    audit,
    check_cities,
    day,
    list_tokens,
    prepare_cities,
    readiness,
    refresh_cities,
    revoke_token,
    run,
    show_access,
    show_audit,
    show_progress,
)
from data_access.running.connect_command import connect, mark_absent
from data_access.running.hand_in_command import add_handing_in, hand_in
from data_access.running.next_plan import change_plan
from data_access.running.plan_commands import show_plans
from data_access.running.self_check import self_check
from data_access.running.template import template
from data_access.running.upgrade import check_upgrade, upgrade
from data_access.site import (
    Settings,
    empty_urls,
    installation,
    load_settings,
    plan_folders,
    plan_sites,
    province_site,
    settings_of_plan,
)
from data_access.snapshots import Method, ensure_sample
from data_access.snapshots.refresh import refresh
from kpi.vocabulary import InputError
from kpi.vocabulary.utf8 import use_utf8


def main(arguments: list[str] | None = None) -> int:
    parser = PlainParser(prog="python -m data_access", description="读取业务数据库")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    reading = commands.add_parser("refresh", help="读取数据源中变动的部分，生成新的快照")
    reading.add_argument("--full", action="store_true", help="不论有无变动，全部重新读取")
    reading.add_argument("--plan", help="只为哪个方案读取，写方案的 id；不写则为全部方案")
    taking = commands.add_parser("accept", help="接受待核实的数据：公布新读到的数据")
    taking.add_argument("dataset", help="数据集的代码，例如 worker_account")
    taking.add_argument("--digest", help="核对过的那一份的摘要；待核实的已是另一份时不接受")
    taking.add_argument("--city", help="省级模式下，哪个市的代码")
    taking.add_argument("--plan", help="哪个方案，写方案的 id；不写则为现在的方案")
    commands.add_parser("check", help="检查连接和对照表")
    _add_connecting(commands.add_parser("connect", help="接入一个文件或数据库的表：看建议、试读、写进对照表"))
    add_handing_in(commands.add_parser("hand-in", help="一个单位报送的台账：看差异、提交、历次报送、撤回"))
    sheet = commands.add_parser("template", help="一个数据集有哪些列、各填什么（CSV）")
    sheet.add_argument("dataset", metavar="数据集", help="数据集代码，如 docs/接入.md 所列")
    sheet.add_argument("--excel", metavar="文件.xlsx", help="改为生成填报表：有下拉、有核对，填好后不用写对照")
    sheet.add_argument("--unit", metavar="代码", help="填报表只给这个管理单位用，不写则为全部")
    commands.add_parser("prepare", help="首次使用：没有快照时生成一个（未配置数据源则先建演示数据库）")
    ledger = commands.add_parser("ledger", help="督办台账数据库")
    ledger.add_argument("action", choices=["upgrade"], metavar="upgrade", help="把台账升级到本程序的版本")
    standing = commands.add_parser("ready", help="能否提供页面（供服务管理程序使用）")
    standing.add_argument("--explain", action="store_true", help="一并自查：密钥、登录、文件权限、时区、审计锚点")
    bringing = commands.add_parser("upgrade", help="启动前：需要时升级台账、重新读取数据（供服务管理程序使用）")
    bringing.add_argument("--check", action="store_true", help="只说明升级会做什么，不作任何改动")
    versions = commands.add_parser("plans", help="各个方案和它们的版本：何时起按哪一版评判，前后两版改了什么")
    versions.add_argument("--next", metavar="文件.toml", type=Path,
                          help="换上新方案：现在的方案连同数据、台账、定稿移作只读，新方案从头开始")
    who = commands.add_parser("access", help="权限核对：某个账号能看到什么")
    who.add_argument("--account", required=True, help="账号：令牌的 sub 或邮箱")
    who.add_argument("--group", action="append", default=[], help="账号所在的用户组，可写几次")
    log = commands.add_parser("audit", help="审计日志").add_subparsers(
        dest="audit", required=True, metavar="操作")
    log.add_parser("verify", help="核对日志链条是否完整")
    log.add_parser("show", help="最近的记录").add_argument("--last", type=int, default=50, help="条数")
    _add_tokens(commands.add_parser("token", help="其他系统使用接口的令牌"))
    chosen = parser.parse_args(arguments)
    actions = {"refresh": lambda: _refresh(chosen.full, chosen.plan), "check": _check, "prepare": _prepare,
               "ready": lambda: _ready(chosen.explain),
               "upgrade": lambda: (check_upgrade if chosen.check else upgrade)(load_settings()),
               "ledger": _upgrade_ledger, "plans": lambda: _plans(chosen.next),
               "connect": lambda: _connect(chosen),
               "hand-in": lambda: hand_in(_of_a_city(), chosen),
               "template": lambda: _template(chosen.dataset, chosen.excel, chosen.unit),
               "token": lambda: _token(chosen),
               "accept": lambda: _accept(chosen),
               "access": lambda: show_access(load_settings(), chosen.account, chosen.group),
               "audit": lambda: show_audit(load_settings(), None if chosen.audit == "verify"
                                           else chosen.last)}
    return run(actions[chosen.command])


def _add_connecting(command: ArgumentParser) -> None:
    command.add_argument("source", nargs="?", metavar="文件|连接", help="表格文件，或 secrets.toml 中的连接名")
    command.add_argument("--table", metavar="表", help="连接中的哪个表；不写则列出有哪些")
    command.add_argument("--sheet", metavar="工作表", help="文件中的哪个工作表；不写为第一个")
    command.add_argument("--one", action="store_true", help="只读这一个工作表，表头相同的其他工作表不读")
    command.add_argument("--dataset", metavar="数据集", help="接入为哪个数据集；不写则按建议")
    command.add_argument("--set", action="append", default=[], metavar="列=表头", help="改选一列，可写几次")
    command.add_argument("--constant", action="append", default=[], metavar="列=值",
                         help="每行都一样的值，可写几次")
    command.add_argument("--value", action="append", default=[], metavar="列=原文=规范值",
                         help="一个取值的对应，可写几次")
    command.add_argument("--append", action="store_true", help="加在这个数据集原有的文件之后，不替换")
    command.add_argument("--absent", action="store_true",
                         help="把 --dataset 标为本市没有这类数据，刷新时不再找它的表")
    command.add_argument("--write", action="store_true", help="写进 sources.toml")
    command.add_argument("--reason", default="", metavar="原因", help="为什么改，记入改动记录")


def _of_a_city() -> Settings:
    settings = load_settings()
    if province_site(settings) is not None:
        raise InputError("省级模式下请先用环境变量 LINGGONG_CITY 写明是哪个市，例如 LINGGONG_CITY=321300。")
    return settings


def _connect(chosen: Namespace) -> int:
    settings = _of_a_city()
    if chosen.absent:
        return mark_absent(settings, chosen.dataset, chosen.reason)
    if chosen.source is None:
        raise InputError("没有写要接入的文件或连接；例如 python -m data_access connect 驿站台账.xlsx。")
    return connect(settings, chosen)


def _add_tokens(command: ArgumentParser) -> None:
    actions = command.add_subparsers(dest="token", required=True, metavar="操作")
    adding = actions.add_parser("add", help="发放一个令牌，只显示一次")
    adding.add_argument("--system", required=True, help="哪个系统用，例如 市大数据平台")
    adding.add_argument("--division", action="append", default=[], help="只能读这个县区或管理单位，可写几次；不写则为全市")
    adding.add_argument("--city", help="省级模式下，哪个市的代码")
    adding.add_argument("--until", type=day,
                        help=f"有效到哪一天（含当天）；默认 {USUAL_DAYS} 天，最长 {LONGEST_DAYS} 天")
    actions.add_parser("list", help="发放过的令牌")
    actions.add_parser("revoke", help="作废一个令牌，即刻生效").add_argument("id", metavar="编号")


def _template(dataset: str, path: str | None, unit: str | None) -> None:
    settings = load_settings()
    listed = template(settings.definitions, dataset)
    if path is None:
        if unit is not None:
            raise InputError("--unit 只用于填报表；请同时写 --excel 文件.xlsx。")
        print(listed, end="")
        return
    from data_access.forms import form_xlsx  # openpyxl is slow to load for every other command

    content = form_xlsx(settings.definitions.datasets[dataset],
                        load_or_refresh(settings).figures.facts.geography, unit)
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise InputError(f"文件 {path} 写不了（{error.strerror}）；请检查文件夹和权限。") from None
    print(f"填报表已写到 {path}")


def _token(chosen: Namespace) -> None:
    settings = load_settings()
    if chosen.token == "add":
        add_token(settings, chosen.system, chosen.division, chosen.city, chosen.until)
    elif chosen.token == "revoke":
        revoke_token(settings, chosen.id)
    else:
        list_tokens(settings)


def _plans(following: Path | None) -> int:
    settings = load_settings()
    if following is None:
        return show_plans(settings)
    return change_plan(settings, following)


def _refresh(full: bool, plan: str | None) -> int:
    settings = load_settings()
    site = province_site(settings)
    if site is not None:
        return refresh_cities(site, full)
    if plan is not None:
        return _refresh_one(settings_of_plan(settings, plan), full)
    codes = [_refresh_one(settings, full)]
    for name, sentence, own in _other_plans(settings):
        print(f"—— 方案 {name} ——")
        if own is None:
            print(sentence, file=sys.stderr)
        codes.append(1 if own is None else _plainly(partial(_refresh_one, own, full)))
    return max(codes)


def _other_plans(settings: Settings) -> list[tuple[str, str, Settings | None]]:
    """Id, what is wrong with it ("" for nothing) and settings (None where something is) of every
    plan besides the current one.
    """
    if not plan_folders(settings):
        return []
    found = plan_sites(settings)
    return [*((one.id, "", one.settings) for one in found.others),
            *((name, sentence, None) for name, sentence in found.problems.items())]


def _plainly(action: Callable[[], int]) -> int:
    """A plan that cannot be read takes nothing from the others."""
    try:
        return action()
    except InputError as error:
        print(error, file=sys.stderr)
        return 1


def _refresh_one(settings: Settings, full: bool) -> int:
    ensure_sample(settings, show_progress)
    snapshot = refresh(settings, full=full, progress=show_progress)
    for message in (*snapshot.messages, *snapshot.notes):
        print(message, file=sys.stderr)
    own = settings.plan_folder
    audit(installation(settings), Action.REFRESH,
          f"快照 {snapshot.id}{'' if own is None else f'（方案 {own.name}）'}",
          "部分数据源未读到" if snapshot.messages else "成功")
    sample = "（演示数据）" if snapshot.sample else ""
    counted = sum(part.data.quality.counted for part in snapshot.parts.values())
    unchanged = sum(part.method == Method.UNCHANGED for part in snapshot.parts.values())
    print(
        f"快照 {snapshot.id}{sample}：读取 {len(snapshot.parts)} 个数据集（其中 {unchanged} 个无变动），计入 {counted:,} 行。"
    )
    for line in snapshot.remark_lines:
        print(line)
    of = "" if own is None else f" --plan {own.name}"
    for name in snapshot.held:
        print(f"核实后要接受 {name}，可执行 python -m data_access accept {name}{of}")
    return 1 if snapshot.messages else 0


def _accept(chosen: Namespace) -> int:
    settings = load_settings()
    site = province_site(settings)
    if site is None:
        own = settings_of_plan(settings, chosen.plan)
    elif chosen.city is None:
        raise InputError("省级模式下请用 --city 写明是哪个市，例如 --city 321300。")
    else:
        own = site.city(chosen.city).settings
    return accept_held(settings, own, chosen.dataset, chosen.digest)


def _prepare() -> int:
    settings = load_settings()
    site = province_site(settings)
    if site is not None:
        return prepare_cities(site)
    snapshot = load_or_refresh(settings, show_progress).snapshot
    print(f"快照 {snapshot.id}{'（演示数据）' if snapshot.sample else ''}已就绪。")
    return 0


def _ready(explain: bool = False) -> int:
    settings = load_settings()
    state = readiness(settings)
    if explain:
        for finding in self_check(settings):
            print(finding.line())
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
    if settings.sample:
        empty = "".join(f"；环境变量 {name} 是空的" for name in empty_urls())
        print(f"没有写任何数据库连接{empty}；以下检查的是演示数据。")
    rows = check(settings)
    for row in rows:
        print("\n".join(row.lines()))
    problems = settings.definitions.problems
    print("".join(f"✗ {problem}\n" for problem in problems), end="")
    unusable = [row for row in rows if not row.usable]
    print(f"共 {len(rows)} 个数据集：可用 {sum(row.rows is not None for row in rows)}，"
          f"未接入 {sum(row.usable and row.rows is None for row in rows)}，有问题 {len(unusable)}。")
    return 0 if all(row.usable for row in rows) and not problems else 1


if __name__ == "__main__":
    use_utf8()
    sys.exit(main())
