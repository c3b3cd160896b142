"""The fields a brief template may use, and their values for one day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from kpi.departments import Collected, collected, shared_counts
from kpi.duties import DutyStanding
from kpi.judging import Light, ScorecardLine
from kpi.ranking import Ranking, rounded_score
from kpi.scorecard import Scorecard
from kpi.sentences import points
from kpi.wording import wording
from reports.brief import sentences
from reports.brief.detail import DETAILS, Detail, fits
from reports.content import Content
from reports.house_style import governments
from reports.missing_places import missing_places

SAMPLE_LINE = "（演示数据，不反映任何真实情况，不得用于通报）"
HEADINGS = ("一、指标进展", "二、{{ members }}情况", "三、预警和缺口", "四、下一步工作")
TALLY_HEADS, FINAL_HEADS = ("完成或达序时", "滞后", "严重滞后"), ("完成", wording.ABSENT, "未完成")
ANNEX, DUTIES = "核心指标完成情况和综合得分", "任务清单"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
NEEDED = ("title", "sample_line", "opening", "progress", "leaders", "laggards", "problems",
          "next_steps", "office", "date", "core_table", "ranking_table")
"""Every template must use these, so that nothing is left out by a slip of the keyboard; `last_meeting` may be left out."""


def fields(content: Content) -> dict[str, Any]:
    """Value by field: texts, lists of sentences, and lists of table rows."""
    plan, subdivided = content.plan, content.card.geography.subdivided
    return {
        **_text(content),
        "title": f"关于{content.names.whole}“零工归宿”品牌推进情况的通报",
        # of a city “县区”, as offices write it; of a province “各市”
        "members": content.names.group,
        "ranking_title": "县区和功能区得分" if subdivided else f"{content.names.group}得分",
        "sample_line": SAMPLE_LINE if content.note.sample else "",
        "addressee": f"{governments(content.names, zones=subdivided)}，联席会议各成员单位：",
        "office": f"{plan.city_name}零工归宿工作联席会议办公室",
        "date": wording.chinese_date(content.as_of, with_year=True),
        "as_of": wording.chinese_date(content.as_of, with_year=True),
        "plan_title": plan.title,
        "plan_document": plan.document,
        "snapshot": content.note.id,
        **dict(
            zip(
                ("good_head", "behind_head", "far_behind_head"),
                tally_heads(content.card),
                strict=True,
            )
        ),
        "annexes": _annexes(content),
        "annex_head": "附件1" if content.duties else "附件",
        "department_table": [_department_row(one, item.indicator.unit)
                             for item in shared_counts(plan)[:1]
                             for one in collected(content.figures, content.card, item)],
        "duty_table": [_duty_row(one) for one in content.duties],
        "core_table": [_core_row(content, number) for number in range(len(plan.core))],
        "ranking_table": [
            row for group in ("county", "zone") for row in _ranking_rows(content, group)
        ],
    }


def _annexes(content: Content) -> list[str]:
    """The lines before the signature that name what is attached."""
    return [f"附件：1.{ANNEX}", f"　　　2.{DUTIES}"] if content.duties else [f"附件：{ANNEX}"]


def _text(content: Content) -> dict[str, str | list[str]]:
    """The sentences, in as much detail as fits two pages."""
    missing = missing_places(content)
    for detail in DETAILS:
        texts: dict[str, str | list[str]] = {"last_meeting": sentences.last_meeting(
            content, detail), "opening": sentences.opening(content),
                                             "progress": sentences.progress(content, detail),
                                             "leaders": sentences.leaders(content, detail),
                                             "laggards": sentences.laggards(content, detail),
                                             "problems": sentences.problems(
                                                 content, missing, detail),
                                             "next_steps": sentences.next_steps(content, detail)}
        if fits(_paragraphs(texts, content)):
            break
    texts = _with_names(_with_supply(texts, content), content, detail)
    return {name: _as_printed(text) for name, text in texts.items()}


def _with_names(texts: Mapping[str, str | list[str]], content: Content,
                detail: Detail) -> dict[str, str | list[str]]:
    """With more of the units named whose rates are to be put right, where that leaves two pages."""
    for below in (9, 4, 3, 2):
        named = replace(detail, below=below)
        longer = {**texts, "next_steps": sentences.next_steps(content, named)}
        if below > detail.below and fits(_paragraphs(longer, content)):
            return longer
    return dict(texts)


def _with_supply(texts: Mapping[str, str | list[str]],
                 content: Content) -> dict[str, str | list[str]]:
    """With the paragraph about departments, supply and demand, as much of it as the two pages have
    room for.
    """
    said = (*sentences.departments(content), *sentences.supply(content))
    for count in range(len(said), 0, -1):
        longer = {**texts, "progress": [*texts["progress"], "".join(said[:count])]}
        if fits(_paragraphs(longer, content)):
            return longer
    return dict(texts)


def _as_printed(text: str | list[str]) -> str | list[str]:
    return (
        wording.without_separators(text)
        if isinstance(text, str)
        else [wording.without_separators(one) for one in text]
    )


def _paragraphs(text_by_field: Mapping[str, str | list[str]], content: Content) -> list[str]:
    """Everything the template prints before its annex, headings and signature included."""
    texts = [text for value in text_by_field.values()
             for text in ([value] if isinstance(value, str) else value)]
    return [*texts, *HEADINGS, "主送机关", "联席会议办公室", "日期",
            *_annexes(content), *([SAMPLE_LINE] if content.note.sample else [])]


def _core_row(content: Content, number: int) -> dict[str, str]:
    item = content.plan.core[number]
    line = content.card.city_line(item.code)
    return {"number": str(number + 1), "name": item.name,
            "target": wording.target_words(line.target, item.indicator.unit, line.comparator),
            "value": wording.figure(line.value, item.indicator.unit, line.target, line.comparator),
            "completion": wording.percent(line.completion, 1.0),
            "points": wording.signed_points(points(line, item)), "chance": wording.ABSENT
            if line.final else wording.forecast_chance(line.forecast),
            "light": f"{wording.LIGHT_SHAPES[line.light]}{wording.line_word(line)}"}


def _department_row(one: Collected, unit: str) -> dict[str, str]:
    line = one.line
    return {"place": wording.ABSENT if one.place is None else str(one.place), "name": one.name,
            "value": wording.figure(line.value, unit), "target": "未下达" if line.target is None
            else wording.figure(line.target, unit),
            "completion": wording.percent(line.completion, 1.0),
            "points": wording.signed_points(line.gap_points),
            "light": f"{wording.LIGHT_SHAPES[line.light]}{wording.line_word(line)}"}


def _duty_row(one: DutyStanding) -> dict[str, str]:
    return {"number": one.duty.id, "text": one.duty.text, "lead": one.duty.lead,
            "shows": _ISO.sub(_chinese, one.shows), "state": "".join(one.state_words)}


def _chinese(match: re.Match[str]) -> str:
    return wording.chinese_date(date.fromisoformat(match.group()), with_year=True)


def _ranking_rows(content: Content, group: str) -> list[dict[str, str]]:
    rows = []
    for row in content.card.ranking:
        division = next((one for one in content.ranked if one.code == row.division), None)
        if row.group != group or division is None:
            continue
        lines = [content.line(item, division) for item in content.plan.core]
        rows.append({"group": content.names.member if group == "county" else "功能区",
                     "name": division.name, "place": wording.ABSENT if row.place is None
                     else str(row.place), "move": move_words(row), "score": wording.ABSENT
                     if row.score is None else f"{rounded_score(row.score)}",
                     "good": _count(lines, Light.MET, Light.GREEN), "behind": wording.ABSENT
                     if content.card.final else _count(lines, Light.YELLOW),
                     "far_behind": _count(lines, Light.RED)})
    return rows


def tally_heads(card: Scorecard) -> tuple[str, ...]:
    """Over the counts of a unit's lights; of a result only met and missed."""
    return FINAL_HEADS if card.final else TALLY_HEADS


def move_words(row: Ranking) -> str:
    """“升1”, “降2”, “平” since the end of last month; “—” when either place is missing."""
    if row.climbed is None:
        return wording.ABSENT
    return "平" if row.climbed == 0 else f"{'升' if row.climbed > 0 else '降'}{abs(row.climbed)}"


def _count(lines: list[ScorecardLine], *lights: Light) -> str:
    return str(sum(line.light in lights for line in lines))
