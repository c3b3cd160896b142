"""What a clerk has changed on 方案 and not saved yet: kept for the session, whatever else they open."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from data_access.site import InForce, digest_of, edited
from kpi.definitions import Definitions
from kpi.plan import CITY_FIELDS, CURVES, Field, FieldKind, Plan, indicator_fields

Place = tuple[str, ...]
_STATE = "plan-draft"
_NOTHING = "不写"


@dataclass
class Draft:
    """`values`: by their place in the file, None for one taken away, in the order they were made.

    `restored`: the digest of an earlier file that is put back as a whole, None for none.
    `round`: counts up whenever the widgets must begin anew. `tried`: the digest of the text whose
    effect has been looked at.
    """

    digest: str
    values: dict[Place, Any] = field(default_factory=dict)
    restored: str | None = None
    round: int = 0
    tried: str | None = None

    @property
    def empty(self) -> bool:
        return not self.values and self.restored is None

    def begin_anew(self, digest: str) -> None:
        self.digest, self.restored, self.tried = digest, None, None
        self.values.clear()
        self.round += 1

    def withdraw(self, place: Place) -> None:
        """Take one change back, and with an added indicator all that was written in it."""
        for other in [one for one in self.values if one[:len(place)] == place]:
            del self.values[other]
        self.round += 1


def draft_of(text: str) -> tuple[Draft, bool]:
    """The session's draft, and whether the file has changed under it; what was changed stays."""
    digest = digest_of(text)
    draft: Draft | None = st.session_state.get(_STATE)
    if draft is None:
        draft = st.session_state[_STATE] = Draft(digest)
    moved = draft.digest != digest and not draft.empty
    if draft.digest != digest:
        draft.digest, draft.tried = digest, None
        draft.round += 1
    return draft, moved


def parsed(text: str) -> Mapping[str, Any]:
    """The file's tables; it has been read as a plan already."""
    return tomllib.loads(text)


def with_values(text: str, draft: Draft) -> Mapping[str, Any]:
    """The tables as the draft would have them."""
    return parsed(edited(text, draft.values, InForce()))


def label(place: Place, plan: Plan, definitions: Definitions) -> str:
    """“发布零工岗位 · 全市目标（人次）”."""
    if place[0] != "indicators":
        return next(one.title for one in CITY_FIELDS if one.place == place)
    indicator = definitions.indicators[place[1]]
    name = next((item.name for item in plan.indicators if item.code == place[1]), indicator.name)
    if len(place) == 2:
        return f"{name} · 整个指标"
    return f"{name} · {_part(place, indicator_fields(indicator))}"


def _part(place: Place, fields: tuple[Field, ...]) -> str:
    if place[2] in ("quotas", "curve"):
        return {"quotas": "分解任务", "curve": "应达进度"}[place[2]]
    return next(one.title for one in fields if one.place == place)


def words(value: Any, place: Place, definitions: Definitions) -> str:
    """A value of the file as it is read on the page."""
    if value is None:
        return _NOTHING
    if place[-1] == "curve":
        points = "、".join(f"{one['on']} {one['share']:.0%}" for one in value.get("points", ()))
        return CURVES.get(value.get("kind", "linear"), "") + (f"：{points}" if points else "")
    if place[-1] == "quotas":
        return f"{len(value)} 个单位，合计 {sum(value.values()):,.15g}"
    if isinstance(value, Mapping):
        return "列入方案"
    found = _field(place, definitions)
    if found is not None and found.kind == FieldKind.SHARE:
        return f"{value * 100:.15g}%"
    if found is not None and found.kind == FieldKind.CHOICE:
        return found.choices.get(str(value), str(value))
    if isinstance(value, list | tuple):
        return "、".join(value) or _NOTHING
    return f"{value:,.15g}" if isinstance(value, int | float) else str(value) or _NOTHING


def _field(place: Place, definitions: Definitions) -> Field | None:
    fields = (
        indicator_fields(definitions.indicators[place[1]])
        if place[0] == "indicators"
        else CITY_FIELDS
    )
    return next((one for one in fields if one.place == place), None)
