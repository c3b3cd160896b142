"""Command line: python -m sample_data build --out DIR [--scale 1] [--seed N] [--url-template URL]
[--force], or python -m sample_data province --out DIR [--scale 0.05] for a province of thirteen
cities."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from kpi.definitions import DATASETS
from kpi.vocabulary import InputError
from kpi.vocabulary.utf8 import use_utf8
from sample_data.build import build, fill
from sample_data.province import province
from sample_data.world import SEED


class _PlainParser(argparse.ArgumentParser):
    """Reports a wrong call in one line, as every command here does."""

    def error(self, message: str) -> NoReturn:
        print(f"命令写法有误：{message}。用 {self.prog} --help 查看用法。", file=sys.stderr)
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _PlainParser(prog="python -m sample_data", description="生成演示数据库（全部为虚构数据）")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    command = commands.add_parser("build", help="生成演示数据库")
    command.add_argument("--out", type=Path, help="写入 SQLite 文件的文件夹")
    command.add_argument("--url-template", "--url", dest="url_template",
                         help="写入服务器数据库：SQLAlchemy URL，带 {connection} 时各连接各用一个库，否则同用一个；库须已建好")
    command.add_argument("--scale", type=float, default=1,
                         help="数据量倍数，默认 1（岗位约 9,400 行）；50 以上由数据库自己复制（PostgreSQL、SQLite）")
    command.add_argument("--only", nargs="+", metavar="数据集", default=list(DATASETS),
                         help="只写这些数据集（用于 --url）")
    command.add_argument("--seed", type=int, default=SEED, help="随机种子；种子相同，数据相同")
    command.add_argument("--force", action="store_true", help="已有演示数据时重建")
    whole = commands.add_parser("province", help="生成演示省份：十三个市各自的方案、数据库和边界")
    whole.add_argument("--out", type=Path, required=True, help="写入的文件夹：其中 config 为配置，var 为数据")
    whole.add_argument("--scale", type=float, default=province.SCALE,
                       help=f"数据量倍数，默认 {province.SCALE}")
    whole.add_argument("--seed", type=int, default=province.SEED, help="随机种子；种子相同，数据相同")
    whole.add_argument("--force", action="store_true", help="已有演示省份时重建")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 on success, 2 with one line on stderr on bad input."""
    given = _parser().parse_args(arguments)
    try:
        _run(given)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _run(given: argparse.Namespace) -> None:
    if given.seed < 0:
        raise InputError(f"--seed {given.seed} 不能为负；请给一个不小于 0 的整数。")
    if given.command == "province":
        province.write_province(given.out, scale=given.scale, seed=given.seed, progress=_tell,
                                force=given.force)
        print(
            f"演示省份已写入 {given.out}；用 LINGGONG_CONFIG={given.out}/config LINGGONG_DATA={given.out}/var 打开。"
        )
        return
    if not given.out and not given.url_template:
        raise InputError("没有说明写到哪里；请用 --out 给出文件夹，或用 --url-template 给出数据库地址。")
    if given.out:
        build(given.out, scale=given.scale, seed=given.seed, progress=_tell, force=given.force)
        print(f"演示数据库已写入 {given.out}")
    if given.url_template:
        fill(given.url_template, scale=given.scale, seed=given.seed, progress=_tell,
             force=given.force, only=given.only)
        print("演示数据已写入 --url-template 所指的数据库")


def _tell(text: str, share: float) -> None:
    end = "\n" if share >= 1 else ""
    print(f"\r{text} {share:4.0%}".ljust(60), end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    use_utf8()
    sys.exit(main())
