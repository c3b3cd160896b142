"""A whole synthetic province: 江苏's thirteen cities with their real divisions, each with a plan and
databases.

    <folder>/config/province.toml            the cities
    <folder>/config/<code>/plan.toml
    <folder>/var/<code>/sample/*.sqlite      what the embedded sample of a single city would be
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from kpi.definitions import CONNECTIONS
from kpi.vocabulary import InputError
from reference import province
from reference.province import City
from sample_data.build import ABOUT
from sample_data.calendar import AS_OF
from sample_data.province.province_rows import Sizes, elapsed, tables
from sample_data.targets import SqliteFiles

Progress = Callable[[str, float], None]
SEED = 20250619
SCALE = 0.05
SMALLEST, LARGEST = 0.01, 1.0
_START, _DEADLINE = date(2025, 1, 1), date(2026, 12, 31)
# cities whose plan runs at other times
_WINDOWS = {"320500": (date(2025, 7, 1), date(2027, 6, 30)),
            "320100": (date(2025, 1, 1), date(2026, 11, 30)),
            "320700": (date(2025, 4, 1), date(2027, 3, 31))}
_WINDOW_TARGETS = {"320100": 0.5, "320200": 0.45, "320500": 0.5, "320700": 0.35, "320800": 0.35}
_NO_DISPUTES = "321100"       # its dispute cases are not there yet: 待数据
_NO_TRAINING_TARGET = "320900"  # its plan asks for no training
# how the cities do, on the average of all indicators: good, usual, behind
_FORM = {"320100": 1.03, "320200": 1.05, "320300": 0.95, "320400": 1.04, "320500": 1.06,
         "320600": 1.02, "320700": 0.93, "320800": 0.97, "320900": 0.99, "321000": 1.01,
         "321100": 0.98, "321200": 1.0, "321300": 1.03}


@dataclass(frozen=True)
class Goals:
    """A city's targets by its deadline."""

    jobs: int
    users: int
    employers: int
    training: int | None
    windows: float


def write_province(folder: Path, *, scale: float = SCALE, seed: int = SEED,
                   progress: Progress | None = None, force: bool = False) -> None:
    """Write the province into `folder`. The same scale and seed give the same rows.

    `scale` 1 would be rows as many as the services of such cities have. Raises InputError when
    there is one already and `force` is not given, when the folder cannot be written, or the scale
    is out of range.
    """
    if not SMALLEST <= scale <= LARGEST:
        raise InputError(f"--scale {scale:g} 超出范围；请用 {SMALLEST:g} 到 {LARGEST:g} 之间的数。")
    if (folder / "config" / "province.toml").exists() and not force:
        raise InputError(f"{folder} 中已有演示省份；要重建请加 --force，或用 --out 换一个文件夹。")
    tell = progress or (lambda _text, _share: None)
    cities = province.cities()
    try:
        for number, city in enumerate(cities):
            tell(f"正在生成演示数据：{city.name}", number / len(cities))
            _write_city(folder, city, scale, seed)
        # last, so that a folder that names its cities has all of them
        (folder / "config" / "province.toml").write_text(_province_toml(cities), encoding="utf-8")
    except OSError as error:
        raise InputError(f"文件夹 {folder} 写不进去（{error.strerror}）；请检查路径、权限和磁盘空间。") from None
    tell("演示省份已生成", 1.0)


def _write_city(folder: Path, city: City, scale: float, seed: int) -> None:
    rng = np.random.default_rng([seed, zlib.crc32(city.code.encode())])
    start, deadline = _WINDOWS.get(city.code, (_START, _DEADLINE))
    goals = _goals(city, scale)
    config, data = folder / "config" / city.code, folder / "var" / city.code
    config.mkdir(parents=True, exist_ok=True)
    # a snapshot of other rows, when the province is built again
    shutil.rmtree(data, ignore_errors=True)
    (data / "sample").mkdir(parents=True)
    (config / "plan.toml").write_text(_plan_toml(city, start, deadline, goals), encoding="utf-8")
    files = SqliteFiles(data / "sample")
    for table in tables(rng, city.code, start, _sizes(rng, city, goals, elapsed(start, deadline))):
        files.write(table)
    about = {"as_of": AS_OF.isoformat(), "scale": scale, "seed": seed, "note": "演示数据"}
    (data / "sample" / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n",
                                         encoding="utf-8")
    assert all((data / "sample" / f"{name}.sqlite").exists() for name in CONNECTIONS)


def _goals(city: City, scale: float) -> Goals:
    def per_person(rate: float, least: int) -> int:
        return max(round(city.population * rate * scale / least), 1) * least
    training = None if city.code == _NO_TRAINING_TARGET else per_person(0.003, 10)
    return Goals(per_person(0.01, 50), per_person(0.01, 50), per_person(0.001, 5), training,
                 _WINDOW_TARGETS.get(city.code, 0.4))


def _sizes(rng: np.random.Generator, city: City, goals: Goals, gone: float) -> Sizes:
    form = rng.normal(_FORM[city.code], 0.03, 6)
    training = goals.training or 30
    return Sizes(jobs=round(goals.jobs * gone * form[0]), third_party=float(rng.normal(0.53, 0.02)),
                 users=round(goals.users * gone * form[1]),
                 employers=round(goals.employers * gone * form[2]),
                 training=round(training * gone * form[3]), served=min(float(0.95 * form[4]), 1.0),
                 windows=float(goals.windows * gone * form[5]), disputes=0
                 if city.code == _NO_DISPUTES else round(goals.users * 0.35),
                 mediated=float(rng.normal(0.66, 0.05)), concluded=float(rng.normal(0.91, 0.02)))


def _plan_toml(city: City, start: date, deadline: date, goals: Goals) -> str:
    training = (
        ""
        if goals.training is None
        else f"[indicators.training_attendances]\ntarget = {goals.training}\n{_LEAD}\n"
    )
    return f"""# 演示数据：{city.name}的方案，目标为虚构
[plan]
id = "demo-{city.code}"
title = "{city.name}零工服务方案（演示）"
document = "演示数据，不是真实文件"
city_code = "{city.code}"
city_name = "{city.name}"
start = {start}
deadline = {deadline}

[indicators.tier_coverage]
target = 1.0
{_LEAD}
[indicators.county_market_coverage]
target = 1.0
{_LEAD}
[indicators.station_coverage]
target = 1.0
{_LEAD}
[indicators.window_coverage]
target = {goals.windows}
{_LEAD}
[indicators.registered_users]
target = {goals.users}
{_LEAD}
[indicators.registered_employers]
target = {goals.employers}
{_LEAD}
[indicators.jobs_published]
target = {goals.jobs}
{_LEAD}
[indicators.third_party_share]
target = 0.5
comparator = ">"
{_LEAD}
{training}
[indicators.mediation_success]
target = 0.6
{_LEAD}
[indicators.arbitration_closing]
target = 0.92
{_LEAD}
[indicators.operated_venues]
{_LEAD}
[indicators.sector_jobs]
{_LEAD}
"""


_LEAD = 'lead_unit = "市人力资源和社会保障局"'


def _province_toml(cities: tuple[City, ...]) -> str:
    entries = "\n".join(
        f'[cities.{city.code}]\nname = "{city.name}"\nshort_name = "{city.short_name}"\n'
        for city in cities)
    return f"""# 演示省份：十三个设区市，全部数字为虚构
[province]
code = "{province.CODE}"
name = "{province.NAME}"

{entries}"""
