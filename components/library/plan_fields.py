"""The fields of the plan as widgets, made from what may be edited; each change goes into the draft.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from components.library.plan_draft import Draft, Place
from components.shell import View
from kpi.definitions import Indicator
from kpi.plan import (
    CITY_FIELDS,
    CURVES,
    Field,
    FieldKind,
    indicator_fields,
    may_have_curve,
    may_have_quotas,
)
from kpi.vocabulary import Rollup
from kpi.wording import count

_CITY, _MOST_STAGES = "全市设置", 8
_BY_PEOPLE, _BY_COUNTY, _BY_UNIT = "不写，按常住人口分解", "按县区", "按管理单位"
_ROLLUPS = {_BY_COUNTY: Rollup.COUNTY, _BY_UNIT: Rollup.MANAGING}


def show(view: View, draft: Draft, file: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Choose what to edit, and edit it. `file`: the tables as they are in force; `data`: with the
    draft's changes.
    """
    names = {code: entry.get("name", view.plan.definitions.indicators[code].name)
             for code, entry in data["indicators"].items()
             if code in view.plan.definitions.indicators}
    with st.container(horizontal=True, vertical_alignment="bottom", key="lg-plan-choice"):
        subject = st.selectbox("改什么", ["", *names], key=f"plan-subject-{draft.round}",
                               format_func=lambda code: names.get(code, _CITY), width=320)
        _adding(view, draft, data)
    if not subject:
        _two_columns(draft, file, data, CITY_FIELDS)
        return
    indicator = view.plan.definitions.indicators[subject]
    _two_columns(draft, file, data, indicator_fields(indicator))
    entry = dict(data["indicators"][subject])
    entry["target"] = draft.values.get(("indicators", subject, "target"), entry.get("target"))
    if may_have_quotas(indicator) and entry.get("target") is not None:
        _quotas(view, draft, file, entry, indicator)
    if may_have_curve(indicator):
        _curve(draft, file, data, subject)
    if st.button("从方案中去掉这个指标", key=f"plan-remove-{subject}-{draft.round}"):
        draft.withdraw(("indicators", subject))
        if subject in file["indicators"]:
            draft.values["indicators", subject] = None
        st.rerun()


def _adding(view: View, draft: Draft, data: Mapping[str, Any]) -> None:
    others = {code: one.name for code, one in view.plan.definitions.indicators.items()
              if code not in data["indicators"]}
    if not others:
        return
    chosen = st.selectbox("增加指标", list(others), index=None, format_func=others.__getitem__,
                          placeholder="从已有定义中选", key=f"plan-add-{draft.round}", width=280)
    if chosen is not None:
        place = ("indicators", chosen)
        if place in draft.values:  # taken away before in the same draft
            draft.withdraw(place)
        else:
            draft.values[place] = {"name": others[chosen]}
            draft.round += 1
        st.rerun()


def _two_columns(draft: Draft, file: Mapping[str, Any], data: Mapping[str, Any],
                 fields: tuple[Field, ...]) -> None:
    columns = st.columns(2, gap="medium")
    for number, one in enumerate(fields):
        with columns[number % 2]:
            _put(draft, file, one, _asked(one, one.value_in(data), draft.round))


def _put(draft: Draft, file: Mapping[str, Any], one: Field, value: Any) -> None:
    """Note a value that is another than the file's, and forget one that is not."""
    if _same(value, one.value_in(file)):
        draft.values.pop(one.place, None)
    else:
        draft.values[one.place] = value


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return list(one) == list(other)
    return bool(one == other)


def _asked(one: Field, value: Any, round_: int) -> Any:
    """The widget of a field; its value as the file would hold it, None to leave it out."""
    key = "-".join(("plan", *one.place, str(round_)))
    tip = one.help or None
    if one.kind == FieldKind.DAY:
        return st.date_input(one.title, value, format="YYYY-MM-DD", key=key, help=tip) or value
    if one.kind == FieldKind.CHOICE:
        return st.selectbox(one.title, list(one.choices), index=list(one.choices).index(value),
                            format_func=one.choices.__getitem__, key=key, help=tip)
    if one.kind == FieldKind.LIST:
        text = st.text_input(one.title, "、".join(value), key=key, help=tip)
        return [part.strip() for part in text.replace("，", "、").split("、") if part.strip()]
    if one.kind == FieldKind.TEXT:
        return st.text_input(one.title, value, key=key, help=tip).strip()
    return _number(one, value, key, tip)


def _number(one: Field, value: float | None, key: str, tip: str | None) -> float | int | None:
    if one.kind == FieldKind.SHARE:
        percent = st.number_input(one.title, min_value=0.0, max_value=100.0, step=1.0,
                                  value=None if value is None else round(value * 100, 6),
                                  format="%.6g", key=key, help=tip)
        return None if percent is None else round(percent / 100, 8)
    if one.kind == FieldKind.WHOLE:
        whole = st.number_input(one.title, min_value=int(one.least or 0), value=int(value or 0),
                                step=1, key=key, help=tip)
        return value if whole is None else int(whole)
    number = st.number_input(one.title, min_value=float(one.least or 0), step=1.0, format="%.15g",
                             value=None if value is None else float(value), key=key, help=tip)
    if number is None:
        return None if one.usual is None else one.usual
    return int(number) if number == int(number) else number


def _quotas(view: View, draft: Draft, file: Mapping[str, Any], entry: Mapping[str, Any],
            indicator: Indicator) -> None:
    place: Place = ("indicators", indicator.code, "quotas")
    quotas = {str(code): value for code, value in entry.get("quotas", {}).items()}
    ways = [_BY_PEOPLE, *_ROLLUPS]
    way = next((name for name, rollup in _ROLLUPS.items()
                if set(quotas) == {one.code for one in view.geography.members(rollup)}), _BY_PEOPLE)
    st.markdown("**分解任务**")
    chosen = st.segmented_control("分解任务的写法", ways, default=way, required=True,
                                  label_visibility="collapsed",
                                  key=f"plan-way-{indicator.code}-{draft.round}")
    if chosen == _BY_PEOPLE:
        _put(draft, file, Field(place, "", FieldKind.TEXT), None)
        return
    members = view.geography.members(_ROLLUPS[chosen])
    shares = quotas if way == chosen else _shown_targets(view, indicator.code, _ROLLUPS[chosen])
    values, columns = {}, st.columns(5)
    for number, division in enumerate(members):
        with columns[number % 5]:
            value = st.number_input(division.name, min_value=0.0, step=1.0, format="%.15g",
                                    value=float(shares.get(division.code, 0)),
                                    key=f"plan-q-{indicator.code}-{division.code}-{chosen}-{draft.round}")
        values[division.code] = int(value) if value == int(value) else value
    _sum(values, entry["target"])
    _put(draft, file, Field(place, "", FieldKind.TEXT), values)


def _sum(values: Mapping[str, float], target: float) -> None:
    total = math.fsum(values.values())
    if math.isclose(total, target, rel_tol=0, abs_tol=1e-9):
        st.caption(f"合计 {count(total)}，与全市目标相同。")
    else:
        word = "少" if total < target else "多"
        st.warning(f"合计 {count(total)}，比全市目标 {count(target)} {word} {count(abs(total - target))}；"
                   "两者相同才能保存。")


def _shown_targets(view: View, code: str, rollup: Rollup) -> dict[str, float]:
    """What the divisions have now, to begin from; nothing for an indicator just added."""
    if code not in {item.code for item in view.plan.indicators}:
        return {}
    lines = (view.card.line(code, division) for division in view.geography.members(rollup))
    return {line.division: line.target for line in lines if line.target is not None}


def _curve(draft: Draft, file: Mapping[str, Any], data: Mapping[str, Any], code: str) -> None:
    place: Place = ("indicators", code, "curve")
    curve = data["indicators"][code].get("curve", {})
    kind = st.selectbox("应达进度怎样推进", list(CURVES), format_func=CURVES.__getitem__,
                        index=list(CURVES).index(curve.get("kind", "linear")),
                        key=f"plan-curve-{code}-{draft.round}", width=320)
    value: dict[str, Any] | None = {"kind": kind}
    if kind == "staged":
        value = {"kind": kind, "points": _stages(draft, data, code, curve.get("points", []))}
    elif kind == "linear":
        value = None
    in_file = file["indicators"].get(code, {}).get("curve")
    if value == in_file or (value is None and (in_file or {}).get("kind", "linear") == "linear"):
        draft.values.pop(place, None)
    else:
        draft.values[place] = value


def _stages(draft: Draft, data: Mapping[str, Any], code: str,
            points: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    start, deadline = data["plan"]["start"], data["plan"]["deadline"]
    number = st.number_input("分几个阶段（不含截止日）", 1, _MOST_STAGES, max(len(points), 1), 1,
                             key=f"plan-stages-{code}-{draft.round}", width=220)
    stages = []
    for place in range(number):
        given = points[place] if place < len(points) else None
        usual = start + (deadline - start) * (place + 1) / (number + 1)
        with st.container(horizontal=True):
            on = st.date_input(f"第 {place + 1} 阶段到", given["on"] if given else usual,
                               min_value=start, max_value=deadline, format="YYYY-MM-DD",
                               key=f"plan-on-{code}-{place}-{draft.round}", width=180)
            percent = st.number_input(
                "应完成目标的 %", 0.0, 100.0, step=1.0, format="%.6g",
                value=float(given["share"] * 100 if given else round(100 * (place + 1) / (number + 1))),
                key=f"plan-share-{code}-{place}-{draft.round}", width=180)
        stages.append({"on": on if isinstance(on, date) else usual, "share": round(percent / 100, 8)})
    return stages
