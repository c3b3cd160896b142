"""A province's cities, read: each one's figures by its own settings."""

from __future__ import annotations

from collections.abc import Callable

from data_access.current import Current, load_or_refresh
from data_access.site import CitySite
from data_access.snapshots import sample_folder
from kpi.province import CityFigures
from kpi.vocabulary import InputError

Progress = Callable[[str, float], None]


def check_sources(city: CitySite) -> None:
    """Raises InputError for a city nothing is configured for: it must not be shown the sample of
    another.
    """
    settings = city.settings
    if settings.sample and not (sample_folder(settings.data) / "sample.json").exists():
        raise InputError(f"{city.member.name}还没有配置数据源；请按《省级》配置它的数据库连接或文件。")


def load_city(city: CitySite, progress: Progress | None = None) -> Current:
    """The city's figures as `load_or_refresh` gives them. Raises InputError, naming the city, when
    nothing can be had.
    """
    check_sources(city)
    current = load_or_refresh(city.settings, progress)
    if current.plan.city_code != city.member.code:
        raise InputError(f"{city.settings.plan_file} 的 city_code 是 {current.plan.city_code}，"
                         f"而它是 {city.member.name}（{city.member.code}）的方案；请改正。")
    return current


def city_figures(city: CitySite, current: Current | None,
                 problem: str | None = None) -> CityFigures:
    """A city as the province takes it; `current` None when it cannot be read, `problem` then says
    why.
    """
    if current is None:
        return CityFigures(city.member, None, None, problem)
    return CityFigures(city.member, current.figures, current.default_day, None,
                       current.snapshot.sample, current.shelved)
