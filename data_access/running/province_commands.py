"""The commands of a province: every city in turn, and a city that fails does not stop the others.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from data_access.accounts import Action
from data_access.current import Current, current_of
from data_access.province import check_sources, load_city
from data_access.running.administration import audit
from data_access.running.command import BAD_INPUT, show_progress
from data_access.running.plans_timer import PlansTimer
from data_access.running.timer import LOOK_SECONDS, Outcome, RefreshTimer
from data_access.site import CitySite, ProvinceSite, Settings
from data_access.snapshots import Snapshot
from data_access.snapshots.refresh import refresh
from kpi.vocabulary import InputError


def refresh_cities(site: ProvinceSite, full: bool) -> int:
    """Refresh every city; 0 when all were read whole, 1 when some were not, 2 when none could be.
    """
    def one(city: CitySite) -> tuple[str, bool]:
        check_sources(city)
        snapshot = refresh(city.settings, full=full, progress=show_progress)
        # the alert history too, so that the first visitor does not wait for thirteen of them
        _ = current_of(city.settings, snapshot).service_figures
        for message in (*snapshot.messages, *snapshot.notes):
            print(f"{city.member.name}：{message}", file=sys.stderr)
        for line in snapshot.remark_lines:
            print(f"{city.member.name}：{line}")
        audit(site.settings, Action.REFRESH, f"{city.member.name} 快照 {snapshot.id}", "部分数据源未读到"
              if snapshot.messages else "成功")
        return _said(snapshot), not snapshot.messages
    return _each(site, one)


def prepare_cities(site: ProvinceSite) -> int:
    """Make every city's first snapshot where there is none; exit codes as `refresh_cities`."""
    def one(city: CitySite) -> tuple[str, bool]:
        current: Current = load_city(city, show_progress)
        _ = current.service_figures
        return f"快照 {current.snapshot.id}{'（演示数据）' if current.snapshot.sample else ''}已就绪", True
    return _each(site, one)


def check_cities(site: ProvinceSite, check: Callable[[Settings], int]) -> int:
    """Check every city's mapping and connections with the check of a single city."""
    def one(city: CitySite) -> tuple[str, bool]:
        check_sources(city)
        print(f"—— {city.member.name} ——")
        fine = check(city.settings) == 0
        return "检查完成" if fine else "有数据集不可用", fine
    return _each(site, one)


def _said(snapshot: Snapshot) -> str:
    counted = sum(part.data.quality.counted for part in snapshot.parts.values())
    sample = "（演示数据）" if snapshot.sample else ""
    return f"快照 {snapshot.id}{sample}，读取 {len(snapshot.parts)} 个数据集，计入 {counted:,} 行"


def _each(site: ProvinceSite, one: Callable[[CitySite], tuple[str, bool]]) -> int:
    whole = failed = 0
    for number, city in enumerate(site.cities, start=1):
        begun = time.monotonic()
        try:
            text, fine = one(city)
        except InputError as error:
            failed += 1
            print(f"[{number}/{len(site.cities)}] {city.member.name}：{error}", file=sys.stderr,
                  flush=True)
            continue
        whole += fine
        print(
            f"[{number}/{len(site.cities)}] {city.member.name}：{text}（{time.monotonic() - begun:.1f} 秒）。",
            flush=True,
        )
    print(
        f"{site.spec.name}共 {len(site.cities)} 个市：完成 {whole}，部分完成 {len(site.cities) - whole - failed}，失败 {failed}。"
    )
    if failed == len(site.cities):
        return BAD_INPUT
    return 0 if whole == len(site.cities) else 1


class ProvinceTimer(RefreshTimer):
    """Refreshes the cities of a province in turn, each when it is due by its own settings; one
    thread for all.
    """

    def __init__(self, site: ProvinceSite, look_seconds: float = LOOK_SECONDS) -> None:
        super().__init__(site.settings, look_seconds)
        self.cities = tuple(RefreshTimer(city.settings) for city in site.cities)

    def start(self) -> None:
        """Begin to look at the clock, when any city is ever to be refreshed by the program itself.
        """
        if any(city.settings.refresh_every for city in self.cities):
            self.begin()

    def look(self, now: float) -> Outcome:
        """Refresh the cities that are due at `now`, one after another. Never raises."""
        results = [city.look(now) for city in self.cities]
        return next((outcome for outcome in (Outcome.FAILED, Outcome.REFRESHED, Outcome.SKIPPED)
                     if outcome in results), Outcome.NOT_DUE)


def timer_for(settings: Settings, site: ProvinceSite | None) -> RefreshTimer:
    """The refresh timer of a city with all its plans, or of all cities of a province."""
    return PlansTimer(settings) if site is None else ProvinceTimer(site)
