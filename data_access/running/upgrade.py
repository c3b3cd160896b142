"""Starting after an upgrade or the way back: what there is to bring over, and bringing it over.

Nothing here takes the data away from a process of the other version that is still serving:
snapshots of earlier formats are read as they are, a new reading is written beside them, and the
ledger only gains tables.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass

from data_access.accounts import Action, load_access
from data_access.current import can_be_shown, load_or_refresh
from data_access.ledger import (
    Ledger,
    exists,
    ledger_url,
    looking,
    newest_version,
    open_ledger_engine,
)
from data_access.ledger.migrate import version_of
from data_access.running.administration import audit
from data_access.running.command import show_progress
from data_access.running.province_commands import prepare_cities
from data_access.running.ready import readiness
from data_access.site import PlanSite, Settings, load_plan, plan_folders, plan_sites, province_site
from data_access.snapshots import RefreshRunningError, ensure_sample, list_frozen
from data_access.snapshots import snapshot as snapshots
from data_access.snapshots.formats import FORMAT
from data_access.snapshots.refresh import refresh
from kpi.vocabulary import InputError

_WAIT_SECONDS = 5
_TRIES = 120  # ten minutes


@dataclass(frozen=True)
class Step:
    """What an upgrade finds and will do about it. `refreshes`: it reads the service databases;
    `stops`: it cannot start.
    """

    subject: str
    sentence: str
    refreshes: bool = False
    stops: bool = False

    def line(self) -> str:
        """“● 快照：…”, “▲” where something is done, “✗” where it cannot start."""
        return f"{'✗' if self.stops else '▲' if self.refreshes else '●'} {self.subject}：{self.sentence}"


def planned(settings: Settings) -> tuple[Step, ...]:
    """What starting this version of the program will do to one city's data; nothing is changed or
    read from a service.
    """
    return (_configured(settings), _snapshot(settings), _ledger(settings), _meetings(settings))


def _configured(settings: Settings) -> Step:
    try:
        load_plan(settings)
        load_access(settings)
    except InputError as error:
        return Step("方案和权限表", str(error), stops=True)
    return Step("方案和权限表", "可用。")


def _snapshot(settings: Settings) -> Step:
    subject = "快照"
    try:
        current = snapshots.load_current(settings.data)
        fits = current is not None and can_be_shown(settings)
    except InputError as error:
        return Step(subject, f"{error}启动前会自动重新读取数据源，此前旧版进程照常服务。", refreshes=True)
    if current is None:
        return Step(subject, "还没有；启动前会读取数据源生成一个。", refreshes=True)
    about = f"{current.id}（{_format_words(settings, current.id)}）"
    if not fits:
        return Step(subject, f"{about}可读，但连接、对照表或计数口径与本版本不同；启动前会重新读取数据源。", refreshes=True)
    if current.id != snapshots.current_id(settings.data):
        return Step(subject, f"最新的一份本版本读不了，使用 {about}；下次刷新即恢复。")
    return Step(subject, f"{about}直接使用。")


def _format_words(settings: Settings, identity: str) -> str:
    manifest = json.loads((settings.data / "snapshots" / identity / "manifest.json").read_text(
        encoding="utf-8"))
    written = manifest["format"]
    return f"格式 {written}" if written == FORMAT else f"格式 {written}，读入时转换为格式 {FORMAT}，文件不改"


def _ledger(settings: Settings) -> Step:
    subject = "台账"
    try:
        url = ledger_url(settings)
    except InputError as error:
        return Step(subject, str(error), stops=settings.plan_folder is None)
    if not exists(url):
        return Step(subject, "还没有；第一次使用时建立。")
    engine = open_ledger_engine(url)
    try:
        with looking(engine) as connection:
            version = version_of(connection)
    except InputError as error:
        return Step(subject, str(error), stops=True)
    finally:
        engine.dispose()
    if version is not None and version > newest_version():
        return Step(subject, f"版本 {version} 比本程序（{newest_version()}）新；请换回较新的程序，或用升级前的备份。",
                    stops=True)
    if version != newest_version():
        return Step(subject, f"版本 {version or '无'}，启动前升级为 {newest_version()}；升级前请先备份。")
    return Step(subject, f"版本 {version}，不需要升级。")


def _meetings(settings: Settings) -> Step:
    count = len(list_frozen(settings.data))
    return Step("定稿", f"{count} 份，原样打开，不作改动。" if count else "还没有。")


def check_upgrade(settings: Settings) -> int:
    """Print what an upgrade will do, city by city in a province; 1 when this version cannot start.
    """
    site = province_site(settings)
    places = (
        [("", settings), *((f"方案 {one.id} ", one.settings) for one in _others(settings))]
        if site is None
        else [(f"{city.member.name} ", city.settings) for city in site.cities]
    )
    stops = False
    for name, one in places:
        for step in planned(one):
            print(f"{name}{step.line()}")
            stops = stops or step.stops
    return int(stops)


def _others(settings: Settings) -> tuple[PlanSite, ...]:
    """The plans besides the current one; none where that itself cannot be read, which is said of
    it.
    """
    try:
        return plan_sites(settings).others if plan_folders(settings) else ()
    except InputError:
        return ()


def upgrade(settings: Settings) -> int:
    """Bring over what has to be, reading the service databases only where no snapshot can be used;
    1 when it cannot start.

    For the service manager, before the program starts.
    """
    site = province_site(settings)
    if site is not None:
        prepare_cities(site)
        return (
            0 if readiness(settings).ready else 1
        )  # a province can be shown as soon as one of its cities can
    stopping = [step for step in planned(settings) if step.stops]
    for step in stopping:
        print(step.line(), file=sys.stderr)
    if stopping:
        return 1
    _upgrade_ledger(settings)
    for plan in _others(settings):
        try:
            _upgrade_ledger(plan.settings)
        except InputError as error:  # takes nothing from the current plan
            print(f"方案 {plan.id}：{error}", file=sys.stderr)
    read = _read_where_needed(settings)
    current = load_or_refresh(settings, show_progress).snapshot
    print(f"快照 {current.id}{'（演示数据）' if current.sample else ''}可用{'（已重新读取）' if read else ''}。")
    return 0


def _upgrade_ledger(settings: Settings) -> None:
    if exists(ledger_url(settings)):
        Ledger.open(settings).close()


def _read_where_needed(settings: Settings) -> bool:
    """Read the service databases unless there is a snapshot to use; wait for another process that
    is doing so.
    """
    for _ in range(_TRIES):
        if not _snapshot(settings).refreshes:
            return False
        try:
            ensure_sample(settings, show_progress)
            current = refresh(settings, progress=show_progress)
        except RefreshRunningError:
            time.sleep(_WAIT_SECONDS)
            continue
        audit(settings, Action.REFRESH, f"快照 {current.id}", "升级后重新读取")
        return True
    raise InputError("另一个进程一直在刷新数据，没有等到；请稍后再试。")
