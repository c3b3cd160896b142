"""Plans beside the current one: `config/plans/<id>/plan.toml`, each with data of its own.

    config/plan.toml                the current plan; its data is the data folder itself
    config/plans/<id>/plan.toml     another plan, and its duties.toml
    <data>/other-plans/<id>/        its snapshots, ledger, frozen meetings and versions

Connections, mapping, definitions, accounts and the audit log are the installation's. Without the
folder there is one plan, and nothing here is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from data_access.site.cities import province_file
from data_access.site.settings import Settings, load_plan
from kpi.plan import Plan
from kpi.vocabulary import InputError, Window

FOLDER, DATA_FOLDER = "plans", "other-plans"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)


@dataclass(frozen=True)
class PlanSite:
    """A plan with the settings its figures are read by. `current`: that of `config/plan.toml`."""

    id: str
    title: str
    window: Window
    settings: Settings
    current: bool

    @property
    def years(self) -> str:
        """“2025–2026年”, of a plan within a year “2027年”."""
        first, last = self.window.start.year, self.window.deadline.year
        return f"{first}年" if first == last else f"{first}–{last}年"


@dataclass(frozen=True)
class PlanSites:
    """All plans of an installation, the current one first, then the newest first.

    `problems`: one sentence for each that cannot be used; by the folder's name.
    """

    plans: tuple[PlanSite, ...]
    problems: dict[str, str]

    @property
    def others(self) -> tuple[PlanSite, ...]:
        return tuple(one for one in self.plans if not one.current)

    def plan(self, identity: str) -> PlanSite:
        """Raises InputError, saying which there are, when there is none with this id."""
        for one in self.plans:
            if one.id == identity:
                return one
        if identity in self.problems:
            raise InputError(self.problems[identity])
        listed = "、".join(one.id for one in self.plans)
        raise InputError(f"没有 id 为 {identity[:64]} 的方案；现有的方案有 {listed}。")


def plan_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders of other plans, in order of their names; none in an installation of one plan, in
    a province, and within one of the plans.
    """
    folder = settings.config / FOLDER
    single = settings.city is None and not province_file(settings).exists()
    if not single or settings.plan_folder is not None or not folder.is_dir():
        return ()
    return tuple(sorted(path for path in folder.iterdir()
                        if path.is_dir() and not path.name.startswith(".")))


def plan_sites(settings: Settings) -> PlanSites:
    """Every plan of the installation. One that cannot be used is named with what is wrong, and the
    others are there. Raises InputError where `config/plan.toml` itself cannot be used.
    """
    plan = load_plan(settings)
    now, city = _site(settings, plan, current=True), plan.city_code
    others: list[PlanSite] = []
    problems: dict[str, str] = {}
    # of two that cannot be told apart the one that has been shown already stays
    for folder in sorted(plan_folders(settings),
                         key=lambda one: not other_settings(settings, one).data.exists()):
        try:
            others.append(_other(settings, folder, now, city, others))
        except InputError as error:
            problems[folder.name] = f"方案文件夹 {folder}：{error}其他方案照常。"
    others.sort(key=lambda one: one.window.start, reverse=True)
    return PlanSites((now, *others), problems)


def settings_of_plan(settings: Settings, identity: str | None) -> Settings:
    """The settings of the plan with this id, None being the current one. Raises InputError when
    there is no such plan, or it cannot be used.
    """
    if identity is None or (not plan_folders(settings) and _is_current(settings, identity)):
        return settings
    return plan_sites(settings).plan(identity).settings


def other_settings(settings: Settings, folder: Path) -> Settings:
    """The settings of the plan whose files are in a folder of `config/plans`."""
    return replace(settings, plan_folder=folder, shared=settings.data,
                   data=settings.data / DATA_FOLDER / folder.name)


def installation(settings: Settings) -> Settings:
    """The settings of the current plan, whose folder holds accounts and the audit log."""
    return settings if settings.shared is None else replace(
        settings, plan_folder=None, shared=None, data=settings.shared)


def check_id(identity: str) -> None:
    """Raises InputError when a plan's id cannot name a folder and stand in an address."""
    if not _ID.fullmatch(identity):
        raise InputError(f"方案 id“{identity}”只能用字母、数字、“-”和“_”，不超过 64 个字；请改正 plan.toml 的 [plan] id。")


def _is_current(settings: Settings, identity: str) -> bool:
    return load_plan(settings).id == identity


def _site(settings: Settings, plan: Plan, *, current: bool) -> PlanSite:
    return PlanSite(plan.id, plan.title, plan.window, settings, current)


def _other(settings: Settings, folder: Path, now: PlanSite, city: str,
           before: list[PlanSite]) -> PlanSite:
    """Raises InputError saying why the plan in the folder cannot be used."""
    own = other_settings(settings, folder)
    plan = load_plan(own)
    check_id(plan.id)
    made = _site(own, plan, current=False)
    if plan.id == now.id:
        raise InputError(f"它的 id（{plan.id}）与现在的方案 config/plan.toml 相同；"
                         "请给新方案写另一个 id，或删去这个文件夹。")
    if plan.id != folder.name:
        raise InputError(f"文件夹的名称要与方案的 id（{plan.id}）相同；请改名。")
    if plan.city_code != city:
        raise InputError(f"它的 city_code 是 {plan.city_code}，而现在的方案是 {city}；"
                         "不同的市请分开部署，或按《省级》配置。")
    if plan.window.start > now.window.start:
        raise InputError(f"它自 {plan.window.start} 起执行，晚于现在的方案；"
                         "新方案请用 python -m data_access plans --next 换上，不放在这里。")
    same = next(_alike(made, (now, *before)), None)
    if same is not None:
        raise InputError(f"它与方案 {same.id} 的名称和年份相同，无法区分；请改其中一个的 title。")
    return made


def _alike(one: PlanSite, others: tuple[PlanSite, ...]) -> Iterator[PlanSite]:
    return (other for other in others if (other.title, other.years) == (one.title, one.years))
