"""`python -m benchmarks.pages` – every page against an empty page on the same server settings, as a table to paste.

Reruns, fifty readers at once, a first visit behind nginx, memory of open tabs, time to start. `--quick` measures less of
each; `--only rerun,load,paint,memory,start` some of it. Exits with 1 only when something cannot be measured.
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
from benchmarks.pages.load import EVERY, READERS, latency
from benchmarks.pages.memory import FORGOTTEN, per_tab
from benchmarks.pages.rerun import Cost, costs
from benchmarks.pages.servers import BARE, DASHBOARD, EMPTY, running
from benchmarks.pages.turns import NOTHING, PAGES
from data_access.current import load_or_refresh
from data_access.site.settings import ROOT, load_settings

PARTS = ("start", "rerun", "load", "paint", "memory")
RERUN_GOAL, LOAD_GOAL = 2.5, 3.0
_MIB = 2 ** 20


def main(arguments: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--only", default=",".join(PARTS))
    asked.add_argument("--data", type=Path, help="a data folder with the sample, instead of building one")
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
    """Seconds from starting the process to its answers, medians of a few starts taking turns."""
    healthy, ready, bare = [], [], []
    for _ in range(2 if quick else 5):
        with running(BARE, data) as server:
            bare.append(server.healthy)
        with running(DASHBOARD, data) as server:
            healthy.append(server.healthy)
            ready.append(server.ready or 0.0)
    least = statistics.median(bare)
    return ["", "| 启动 | 秒 | ÷ 空白应用 |", "|---|---|---|",
            *(f"| {name} | {statistics.median(taken):.2f} | {statistics.median(taken) / least:.2f} |"
              for name, taken in (("空白应用答复健康检查", bare), ("本系统答复健康检查", healthy), ("本系统就绪", ready)))]


def rerun(data: Path, _folder: Path, quick: bool) -> list[str]:
    with running(DASHBOARD, data) as dashboard, running(EMPTY, data) as empty:
        found = asyncio.run(costs(dashboard, empty, 3 if quick else 7, 8 if quick else 12))
    return ["", f"| 页面 | 重跑 ÷ 空白页（目标 ≤ {RERUN_GOAL:g}） | ÷ 同样多元素的空白页 | 未看过的日期 ÷ 空白页 | 毫秒 | 千字节 | 消息 |",
            "|---|---|---|---|---|---|---|",
            *(_cost_row(one) for one in found)]


def _cost_row(one: Cost) -> str:
    unseen = "—" if one.unseen is None else f"{one.unseen:.1f}"
    return (f"| {one.page.name} | {_goal(one.ratio, RERUN_GOAL)} | {one.alike:.1f} | {unseen} | {one.milliseconds:.1f} "
            f"| {one.kilobytes:.0f} | {one.messages} |")


def load(data: Path, _folder: Path, quick: bool) -> list[str]:
    seconds = 15 if quick else 30
    lines = ["", f"| {READERS} 人各每 {EVERY:g} 秒改一次筛选 | 中位数毫秒 | p95 毫秒 | p95 ÷ 空白页（目标 ≤ {LOAD_GOAL:g}） | 次数 |",
             "|---|---|---|---|---|"]
    with running(DASHBOARD, data) as dashboard, running(EMPTY, data) as empty:
        idle = asyncio.run(latency(empty.site, [NOTHING], seconds))
        lines.append(f"| 空白页 | {idle.middle:.0f} | {idle.slow:.0f} | 1 | {idle.runs} |")
        for name, pages in (("12 个页面各有人看", PAGES), ("全都在看总览", PAGES[:1])):
            busy = asyncio.run(latency(dashboard.site, pages, seconds))
            lines.append(f"| {name} | {busy.middle:.0f} | {busy.slow:.0f} | {_goal(busy.slow / idle.slow, LOAD_GOAL)} | {busy.runs} |")
    return lines


def paint(data: Path, folder: Path, _quick: bool) -> list[str]:
    # behind a proxy an open server refuses everybody unless told that it is meant
    with (running(DASHBOARD, data, "--browser.serverAddress", "localhost", environment={"LINGGONG_ALLOW_OPEN": "1"}) as dashboard,
          running(EMPTY, data, "--browser.serverAddress", "localhost") as empty):
        found = first_visits(folder / "paint", {
            "空白页": (empty.site, "/", ".stSelectbox"),
            "总览": (dashboard.site, "/", ".js-plotly-plot .main-svg"),
            "排名": (dashboard.site, "/ranking", ".js-plotly-plot .main-svg"),
            "口径": (dashboard.site, "/definitions", ".lg-definitions-title")})
    least = found["空白页"]
    return ["", "| 首次打开（nginx 之后，浏览器无缓存） | 到首次绘制 MB | 到显示完整 MB | ÷ 空白页 | 其中 websocket KB | 请求数 |",
            "|---|---|---|---|---|---|",
            *(f"| {name} | {one.painted / 1e6:.2f} | {one.shown / 1e6:.2f} | {one.shown / least.shown:.2f} | {one.frames / 1e3:.0f} "
              f"| {one.requests} |" for name, one in found.items())]


def memory(data: Path, _folder: Path, quick: bool) -> list[str]:
    tabs, short = 30 if quick else 100, ("--server.disconnectedSessionTTL", str(FORGOTTEN))
    lines = ["", f"| {tabs} 个会话的内存 | 每个打开的会话 MiB | 关闭后仍占 MiB | 进程 MiB |", "|---|---|---|---|"]
    for name, entry, page in (("空白页", EMPTY, NOTHING), ("总览", DASHBOARD, PAGES[0])):
        with running(entry, data, *short) as server:
            used = asyncio.run(per_tab(server, page, tabs))
            lines.append(f"| {name} | {used.opened / _MIB:.2f} | {used.closed / _MIB:.2f} | {server.memory / _MIB:.0f} |")
    return lines


def _goal(ratio: float, goal: float) -> str:
    return f"{ratio:.1f}" if ratio <= goal else f"**{ratio:.1f}**"


_TABLES = {"start": start, "rerun": rerun, "load": load, "paint": paint, "memory": memory}

if __name__ == "__main__":
    try:
        sys.exit(main())
    except (RuntimeError, OSError, TimeoutError, subprocess.CalledProcessError) as failure:
        print(f"测不出来：{failure}", file=sys.stderr)
        sys.exit(1)
