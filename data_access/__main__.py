"""`python -m data_access refresh|check|prepare` – for cron and for whoever sets up a source."""

from __future__ import annotations

import sys

from data_access.check import check
from data_access.command import PlainParser, run, show_progress
from data_access.current import load_or_refresh
from data_access.embedded import ensure_sample
from data_access.refresh import refresh
from data_access.settings import load_settings
from data_access.snapshot import Method


def main(arguments: list[str] | None = None) -> int:
    parser = PlainParser(prog="python -m data_access", description="读取业务数据库")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    reading = commands.add_parser("refresh", help="读取数据源中变动的部分，生成新的快照")
    reading.add_argument("--full", action="store_true", help="不论有无变动，全部重新读取")
    commands.add_parser("check", help="检查连接和对照表")
    commands.add_parser("prepare", help="首次使用：没有快照时生成一个（未配置数据源则先建演示数据库）")
    chosen = parser.parse_args(arguments)
    actions = {"refresh": lambda: _refresh(chosen.full), "check": _check, "prepare": _prepare}
    return run(actions[chosen.command])


def _refresh(full: bool) -> int:
    settings = load_settings()
    ensure_sample(settings, show_progress)
    snapshot = refresh(settings, full=full, progress=show_progress)
    for message in (*snapshot.messages, *snapshot.notes):
        print(message, file=sys.stderr)
    sample = "（演示数据）" if snapshot.sample else ""
    counted = sum(part.data.quality.counted for part in snapshot.parts.values())
    unchanged = sum(part.method == Method.UNCHANGED for part in snapshot.parts.values())
    print(f"快照 {snapshot.id}{sample}：读取 {len(snapshot.parts)} 个数据集（其中 {unchanged} 个无变动），计入 {counted:,} 行。")
    return 1 if snapshot.messages else 0


def _prepare() -> None:
    taken = load_or_refresh(load_settings(), show_progress).snapshot
    print(f"快照 {taken.id}{'（演示数据）' if taken.sample else ''}已就绪。")


def _check() -> int:
    settings = load_settings()
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
