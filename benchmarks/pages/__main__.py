"""`python -m benchmarks.pages` – every page against an empty page on the same server settings, as a
table to paste.

Reruns, days nobody has looked at, fifty readers at once, a first visit behind nginx, memory of open
tabs, growth over thousands of reruns, time to start. `--quick` measures less of each; `--only
rerun,unseen,load,paint,memory,growth,start` some of it. Exits with 1 only when something cannot be
measured.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.pages.first_paint import first_visits
from benchmarks.pages.growth import curve, growth
from benchmarks.pages.load import EVERY, READERS, latency
from benchmarks.pages.memory import FORGOTTEN, per_tab
from benchmarks.pages.rerun import Cost, costs
from benchmarks.pages.servers import BARE, DASHBOARD, EMPTY, Running, running
from benchmarks.pages.turns import NOTHING, PAGES, open_page
from benchmarks.pages.unseen import unseen
from data_access.current import load_or_refresh
from data_access.site import ROOT, load_settings
from kpi.alerts import history_of

PARTS = ("start", "rerun", "unseen", "load", "paint", "memory", "growth")
RERUN_GOAL, LOAD_GOAL = 2.5, 3.0
SCORECARD_GOAL, UNSEEN_GOAL = 1.0, 2.5
_MIB = 2 ** 20
_AFTERWARDS = 0.5  # seconds in which the server tidies up after a page has been sent


def main(arguments: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--only", default=",".join(PARTS))
    asked.add_argument("--data", type=Path,
                       help="a data folder with the sample, instead of building one")
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="linggong-pages-") as scratch:
        folder = Path(scratch)
        data = given.data or folder / "data"
        data.mkdir(exist_ok=True)
        load_or_refresh(load_settings({"LINGGONG_DATA": str(data)}, ROOT / "no-secrets.toml"))
        for part in PARTS:
            if part in given.only.split(","):
                print("\n".join(_TABLES[part](data, folder, given.quick)), flush=True)
    return 0


def start(data: Path, _folder: Path, quick: bool) -> list[str]:
    """Seconds from starting the process to its answers, and the processor time up to and of its
    first page, beside a page seen before; medians of a few starts taking turns."""
    healthy, ready, bare, before, first, second = [], [], [], [], [], []
    for _ in range(2 if quick else 5):
        with running(BARE, data) as server:
            bare.append(server.healthy)
        with running(DASHBOARD, data) as server:
            healthy.append(server.healthy)
            ready.append(server.ready or 0.0)
            before.append(server.cpu)
            first.append(asyncio.run(_opening(server)))
            second.append(asyncio.run(_opening(server)))
    least, seen = statistics.median(bare), statistics.median(second)
    return [
        "",
        "| 启动 | 秒 | ÷ 空白应用 |",
        "|---|---|---|",
        *(
            f"| {name} | {statistics.median(taken):.2f} | {statistics.median(taken) / least:.2f} |"
            for name, taken in (
                ("空白应用答复健康检查", bare),
                ("本系统答复健康检查", healthy),
                ("本系统就绪", ready),
            )
        ),
        "",
        "| 处理器时间 | 秒 | ÷ 打开看过的总览 |",
        "|---|---|---|",
        *(
            f"| {name} | {statistics.median(taken):.2f} | {statistics.median(taken) / seen:.1f} |"
            for name, taken in (
                ("启动", before),
                ("启动后第一次打开总览", first),
                ("再次打开总览", second),
            )
        ),
    ]


async def _opening(server: Running) -> float:
    """Processor seconds of the server for one opening of 总览 by a new visitor."""
    begin = server.cpu
    async with await open_page(server.site, PAGES[0]):
        await asyncio.sleep(_AFTERWARDS)
        return server.cpu - begin


def rerun(data: Path, _folder: Path, quick: bool) -> list[str]:
    with running(DASHBOARD, data) as dashboard, running(EMPTY, data) as empty:
        found = asyncio.run(costs(dashboard, empty, 3 if quick else 7, 8 if quick else 12))
    return ["",
            f"| 页面 | 重跑 ÷ 空白页（目标 ≤ {RERUN_GOAL:g}） | ÷ 同样多元素的空白页 | 未看过的日期 ÷ 空白页 | 毫秒 | 千字节 | 消息 |",
            "|---|---|---|---|---|---|---|", *(_cost_row(one) for one in found)]


def _cost_row(one: Cost) -> str:
    unseen = "—" if one.unseen is None else f"{one.unseen:.1f}"
    return (
        f"| {one.page.name} | {_goal(one.ratio, RERUN_GOAL)} | {one.alike:.1f} | {unseen} | {one.milliseconds:.1f} "
        f"| {one.kilobytes:.0f} | {one.messages} |"
    )


def unseen_day(data: Path, _folder: Path, quick: bool) -> list[str]:
    current = load_or_refresh(load_settings({"LINGGONG_DATA": str(data)}, ROOT / "no-secrets.toml"))
    history_of(current.figures)
    with running(DASHBOARD, data) as dashboard:
        taken = asyncio.run(unseen(dashboard, current, 5 if quick else 9, 6 if quick else 8))
    return ["", f"| 没有人看过的一天 | ÷ 重跑看过的总览（{taken.seen:.1f} 毫秒） | 目标 |", "|---|---|---|",
            f"| 完整得分表 | {_goal(taken.scorecard, SCORECARD_GOAL, 2)} | ≤ {SCORECARD_GOAL:g} |",
            f"| 总览 | {_goal(taken.overview, UNSEEN_GOAL, 2)} | ≤ {UNSEEN_GOAL:g} |"]


def load(data: Path, _folder: Path, quick: bool) -> list[str]:
    seconds = 15 if quick else 30
    lines = [
        "",
        f"| {READERS} 人各每 {EVERY:g} 秒改一次筛选 | 中位数毫秒 | p95 毫秒 | p95 ÷ 空白页（目标 ≤ {LOAD_GOAL:g}） | 次数 |",
        "|---|---|---|---|---|"]
    with running(DASHBOARD, data) as dashboard, running(EMPTY, data) as empty:
        idle = asyncio.run(latency(empty.site, [NOTHING], seconds))
        lines.append(f"| 空白页 | {idle.middle:.0f} | {idle.slow:.0f} | 1 | {idle.runs} |")
        for name, pages in (("12 个页面各有人看", PAGES), ("全都在看总览", PAGES[:1])):
            busy = asyncio.run(latency(dashboard.site, pages, seconds))
            lines.append(
                f"| {name} | {busy.middle:.0f} | {busy.slow:.0f} | {_goal(busy.slow / idle.slow, LOAD_GOAL)} | {busy.runs} |"
            )
    return lines


def paint(data: Path, folder: Path, _quick: bool) -> list[str]:
    # behind a proxy an open server refuses everybody unless told that it is meant
    with (running(DASHBOARD, data, "--browser.serverAddress", "localhost",
                  environment={"LINGGONG_ALLOW_OPEN": "1"}) as dashboard,
          running(EMPTY, data, "--browser.serverAddress", "localhost") as empty):
        found = first_visits(folder / "paint", {
            "空白页": (empty.site, "/", ".stSelectbox"),
            "总览": (dashboard.site, "/", ".js-plotly-plot .main-svg"),
            "排名": (dashboard.site, "/ranking", ".js-plotly-plot .main-svg"),
            "口径": (dashboard.site, "/definitions", ".lg-definitions-title")})
    least = found["空白页"]
    return [
        "",
        "| 首次打开（nginx 之后，浏览器无缓存） | 到首次绘制 MB | 到显示完整 MB | ÷ 空白页 | 其中 websocket KB | 请求数 |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {one.painted / 1e6:.2f} | {one.shown / 1e6:.2f} | {one.shown / least.shown:.2f} | {one.frames / 1e3:.0f} "
            f"| {one.requests} |"
            for name, one in found.items()
        ),
    ]


def memory(data: Path, _folder: Path, quick: bool) -> list[str]:
    tabs, short = 30 if quick else 100, ("--server.disconnectedSessionTTL", str(FORGOTTEN))
    lines = ["", f"| {tabs} 个会话的内存 | 每个打开的会话 MiB | 关闭后仍占 MiB | 进程 MiB |", "|---|---|---|---|"]
    for name, entry, page in (("空白页", EMPTY, NOTHING), ("总览", DASHBOARD, PAGES[0])):
        with running(entry, data, *short) as server:
            used = asyncio.run(per_tab(server, page, tabs))
            lines.append(
                f"| {name} | {used.opened / _MIB:.2f} | {used.closed / _MIB:.2f} | {server.memory / _MIB:.0f} |"
            )
    return lines


def grown(data: Path, _folder: Path, quick: bool) -> list[str]:
    with running(DASHBOARD, data, "--server.disconnectedSessionTTL", str(FORGOTTEN)) as server:
        seen = asyncio.run(growth(server, 200 if quick else 2000, 4 if quick else 20))
    return ["", "| 换过的日期和页面 | 进程 MiB | 线程 | 一次重跑毫秒 |",
            "|---|---|---|---|",
            *(f"| {one.reruns} | {one.memory / _MIB:.0f} | {one.threads} | {one.milliseconds:.0f} |"
              for one in seen), "", "```", *curve([one.memory / _MIB for one in seen]), "```"]


def _goal(ratio: float, goal: float, digits: int = 1) -> str:
    return f"{ratio:.{digits}f}" if ratio <= goal else f"**{ratio:.{digits}f}**"


_TABLES = {"start": start, "rerun": rerun, "unseen": unseen_day, "load": load, "paint": paint,
           "memory": memory, "growth": grown}

if __name__ == "__main__":
    try:
        sys.exit(main())
    except (RuntimeError, OSError, TimeoutError, subprocess.CalledProcessError) as failure:
        print(f"测不出来：{failure}", file=sys.stderr)
        sys.exit(1)
