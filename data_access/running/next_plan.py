"""`python -m data_access plans --next`: the plan that follows takes the place of the current one,
which stays as it is, for looking back.

Done again after an interruption it goes on where it was: the old plan's files are written first,
its data is moved name by name, and the new file comes last.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data_access.accounts import Action
from data_access.ledger.engine import check_apart
from data_access.running.administration import audit
from data_access.site import (
    Settings,
    check_id,
    load_plan,
    other_settings,
    plan_sites,
    province_site,
    swap,
)
from data_access.site.plans import FOLDER
from data_access.site.settings import parse_toml, plan_in, read_bytes
from data_access.snapshots import today_of
from data_access.snapshots.refresh import alone
from kpi.plan import Plan, check_days, stripped
from kpi.vocabulary import InputError

_STORES = ("ledger.sqlite", "shelvings.sqlite", "acknowledgements.sqlite", "duties.sqlite")
MOVED = ("snapshots", "frozen", "plans", *_STORES, *(f"sample-{name}" for name in _STORES))
"""What of the data folder is a plan's; accounts, tokens, the audit log and keys are nobody's."""


@dataclass(frozen=True)
class _Change:
    """`old` is the current plan, `text` the file of the `new` one."""

    settings: Settings
    old: Plan
    new: Plan
    text: bytes

    @property
    def folder(self) -> Path:
        return self.settings.config / FOLDER / self.old.id


def change_plan(settings: Settings, file: Path, today: date | None = None) -> int:
    """Put the plan of `file` in the current one's place, and move that with its data beside it.

    Raises InputError, nothing being changed, when the file is wrong or it is not its time yet.
    """
    change = _checked(settings, file, today)
    old, new = change.old, change.new
    # first: what leaves no trace is not done
    audit(settings, Action.PLAN, f"换上新方案 {new.id}", "提交")
    try:
        with alone(settings.data):
            _keep_files(change)
            _move_data(change)
            (settings.config / "duties.toml").unlink(missing_ok=True)
            swap(settings.plan_file, change.text)
    except OSError as error:
        raise InputError(f"换方案没有做完：{error.filename} 写不了（{error.strerror}）；"
                         "请检查权限和空间后再执行一次，已做的部分不会重做。") from None
    audit(settings, Action.PLAN, f"换上新方案 {new.id}", "完成")
    print(f"已换上《{new.title}》（{new.window.start} 至 {new.window.deadline}）；"
          f"《{old.title}》（{old.window.start} 至 {old.window.deadline}）移到 {change.folder}，只读。")
    print("请接着执行 python -m data_access refresh，再启动服务；"
          "新方案的任务清单请写成 config/duties.toml。")
    return 0


def _checked(settings: Settings, file: Path, today: date | None) -> _Change:
    if province_site(settings) is not None or settings.city is not None:
        raise InputError("省级部署不能用这个命令；各市的新方案请直接写进该市的 plan.toml。")
    old, text = load_plan(settings), read_bytes(file)
    data = parse_toml(text, file)
    new = plan_in(settings, stripped(data))
    check_days(data)
    for one in (old, new):
        check_id(one.id)
    for sentence in _refusals(settings, old, new, today or today_of(settings, old)):
        raise InputError(sentence)
    change = _Change(settings, old, new, text)
    if change.folder.exists() and read_bytes(change.folder / "plan.toml") != read_bytes(
            settings.plan_file):
        raise InputError(f"{change.folder} 已经有，内容与现在的 plan.toml 不同；请先核对，移走其中一份。")
    check_apart()
    return change


def _refusals(settings: Settings, old: Plan, new: Plan, today: date) -> Iterator[str]:
    if new.id == old.id:
        yield (f"新方案的 id（{new.id}）与现在的方案相同；同一个方案有改动请直接改 plan.toml，"
               "新方案请另写一个 id。")
    if new.id in {one.id for one in plan_sites(settings).others}:
        yield f"已有 id 为 {new.id} 的方案；请给新方案另写一个 id。"
    if new.city_code != old.city_code:
        yield (f"新方案的 city_code 是 {new.city_code}，现在的方案是 {old.city_code}；"
               "不同的市请分开部署，或按《省级》配置。")
    if new.window.start <= old.window.deadline:
        yield (f"新方案自 {new.window.start} 起，而现在的方案到 {old.window.deadline} 才截止；"
               "请改正新方案的 start，或先改现在方案的 deadline。")
    if today < new.window.start:
        yield f"新方案自 {new.window.start} 起执行，今天是 {today}；请到那天再换。"


def _keep_files(change: _Change) -> None:
    if change.folder.exists():
        return
    change.folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=change.folder.parent))
    try:
        draft.chmod(change.settings.config.stat().st_mode & 0o777)
        for name in ("plan.toml", "duties.toml"):
            if (change.settings.config / name).exists():
                shutil.copy2(change.settings.config / name, draft / name)
        os.rename(draft, change.folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _move_data(change: _Change) -> None:
    own = other_settings(change.settings, change.folder).data
    own.mkdir(parents=True, exist_ok=True)
    for name in MOVED:
        source = change.settings.data / name
        if not source.exists():
            continue
        if (own / name).exists():
            raise InputError(f"{source} 和 {own / name} 两处都有；请核对后移走其中一份，再执行一次。")
        os.rename(source, own / name)
