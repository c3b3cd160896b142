"""A site whose units hand in, and tables as a clerk would drop them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from data_access.handing_in import (
    Handed,
    Taking,
    Weighed,
    put_in_force,
    read_handed,
    taking_of,
    weighed,
)
from data_access.proposing.connecting import FileTable, looked_at
from data_access.proposing.entry import chosen
from data_access.registers import Version
from data_access.site import Settings
from tests.data_access.boundary.lists import suqian_geography
from tests.data_access.site import site

AT = datetime(2026, 6, 30, 12)
SUYU, SHUYANG = "321311", "321322"
OPEN = "[datasets.training_attendance]\nhanded_in = true\n"
HEAD = "培训编号,人员编码,培训工种,零工培训,管理单位,乡镇（街道）,结业日期\n"


def opened_site(folder: Path, sources: str = OPEN) -> Settings:
    """A site with the real divisions, no connection, and a dataset the units hand in."""
    return site(folder, {}, sources)


def taking(settings: Settings, unit: str = SUYU,
           dataset: str = "training_attendance") -> Taking:
    """The unit's register of a dataset."""
    return taking_of(settings, dataset, unit, suqian_geography())


def training(*rows: str) -> str:
    """A table of trainings: number, person, trade, and what else a row says."""
    return HEAD + "".join(f"{row}\n" for row in rows)


def row(number: str, person: str, trade: str = "家政", unit: str = "宿豫区", town: str = "",
        day: str = "2025-03-01") -> str:
    """One training."""
    return f"{number},{person},{trade},是,{unit},{town},{day}"


def handed(own: Taking, text: str, name: str = "台账.csv") -> Handed:
    """What this text holds as the unit's register, by the proposals."""
    path = own.settings.data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read(own, path)


def read(own: Taking, path: Path) -> Handed:
    """What a file holds as the unit's register."""
    given = looked_at(str(path), path.read_bytes(), own.recogniser.words)
    table = FileTable(given, given.sheets[0], str(path))
    return read_handed(own, table, chosen(own.recogniser.propose(table.shape, own.dataset)))


def against(own: Taking, text: str, *, append: bool = False) -> Weighed:
    """What handing this text in would change."""
    return weighed(own, handed(own, text).register, append=append)


def put(own: Taking, text: str, *, append: bool = False, reason: str = "核对",
        **more: Any) -> Version:
    """Hand the text in."""
    return put_in_force(own, against(own, text, append=append), "某人", AT, reason,
                        more.get("record", partial(bool)))
