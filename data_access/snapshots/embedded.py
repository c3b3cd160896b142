"""The embedded sample databases, built on first use; everything read from them is 演示数据."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

from data_access.site import Settings
from kpi.definitions import CONNECTIONS
from kpi.vocabulary import InputError
from sample_data.build import Progress, build


def sample_folder(data: Path) -> Path:
    return data / "sample"


def ensure_sample(settings: Settings, progress: Progress | None = None) -> None:
    """Build the sample databases if they are needed and not there yet."""
    folder = sample_folder(settings.home)
    if settings.sample and not (folder / "sample.json").exists():
        build(folder, progress=progress)


def sample_urls(data: Path) -> tuple[dict[str, str], date]:
    """URL per connection, and the day the sample ends. Raises InputError when it was not built."""
    folder = sample_folder(data)
    try:
        about = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
        return ({name: f"sqlite:///{folder / f'{name}.sqlite'}" for name in CONNECTIONS},
                date.fromisoformat(about["as_of"]))
    except (OSError, ValueError, KeyError):
        raise InputError(
            f"演示数据库不在 {folder}；请先运行 python -m sample_data build --out {folder}。") from None


def source_urls(settings: Settings) -> Mapping[str, str]:
    """URL by connection, of the embedded sample where nothing is configured."""
    return sample_urls(settings.home)[0] if settings.sample else settings.urls


def urls_and_clock(settings: Settings, now: datetime) -> tuple[Mapping[str, str], datetime]:
    """URL by connection and the time of reading: `now`, of the sample no earlier than the day after
    its end.
    """
    if not settings.sample:
        return settings.urls, now
    urls, as_of = sample_urls(settings.home)
    # a clock before the sample's own end would take its last rows for rows of the future
    return urls, max(now, datetime.combine(as_of + timedelta(days=1), time(6)))
