"""What the brief says: the screen's own sentences (`kpi.sentences`, `kpi.wording`) in an order.

Nothing here phrases an indicator anew, so that paper and screen cannot tell it differently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpi.alerts import SEVERITY_NAMES, SEVERITY_ORDER, Alert, Card
from kpi.definitions import Judged, Kind, Places
from kpi.departments import collected, shared_counts
from kpi.figures import market, places_needed
from kpi.judging import Light, ScorecardLine
from kpi.plan import IndicatorPlan
from kpi.ranking import Ranking, rounded_score
from kpi.sentences import (
    closing_words,
    count_words,
    department_sentence,
    market_sentences,
    scope_words,
    told,
    worst_first,
)
from kpi.sentences.headline import headline
from kpi.vocabulary import Division, Rollup
from kpi.wording import wording
from reports.brief.detail import Detail, Outlook
from reports.content import Content
from reports.missing_places import Lack, Missing

_BEHIND = (Light.YELLOW, Light.RED)


def opening(content: Content) -> str:
    """The city's one sentence, the same as on top of the screen."""
    return headline(content.card)


def last_meeting(content: Content, detail: Detail) -> list[str]:
    """How the items agreed so far stand; empty where no ledger is kept or nothing was agreed."""
    rows = content.shown_follow_ups
    if not rows:
        return []
    done, late = sum(row.closed != wording.ABSENT for row in rows), [
        row for row in rows if row.days_overdue > 0]
    day = wording.chinese_date(content.as_of)
    text = f"截至{day}，联席会议已议定事项{len(rows)}项，已销号{done}项，逾期{len(late)}项。"
    if not detail.named:
        return [text]
    named = "；".join(f"{row.title.rstrip('。')}（{row.lead_unit}，逾期{row.days_overdue}天）"
                     for row in sorted(late, key=lambda row: -row.days_overdue)[:detail.named])
    return [text + (f"逾期的有：{named}{'等' if len(late) > detail.named else ''}。" if late else "")]


def progress(content: Content, detail: Detail) -> list[str]:
    """One paragraph for the city's counts and stocks, one for its coverages and shares."""
    lines = {item.code: content.card.city_line(item.code) for item in content.plan.core}
    shown = [item for item in content.plan.core if item.indicator.shown_with is None
             or item.indicator.shown_with.indicator not in lines]
    paragraphs: list[str] = []
    for share in (False, True):
        parts = [_told(content, item, lines, detail) for kind in Kind for item in shown
                if item.indicator.kind == kind and item.indicator.is_share == share]
        if parts:
            day = "" if paragraphs else f"截至{wording.chinese_date(content.as_of)}，"
            paragraphs.append(f"{day}{content.names.whole}{'。'.join(parts)}。")
    return paragraphs


def supply(content: Content) -> tuple[str, ...]:
    """Supply and demand of the city, a sentence each; empty where it is 未接入 or not the reader's."""
    if content.card.geography.partial or not content.card.geography.subdivided:
        return ()
    known = market(content.figures, content.city, content.as_of)
    return () if known is None else market_sentences(known, content.city)


def departments(content: Content) -> tuple[str, ...]:
    """What the departments have collected, a sentence for each count they share."""
    texts = (department_sentence(collected(content.figures, content.card, item), item, content.card)
             for item in shared_counts(content.plan))
    return tuple(f"各部门征集岗位方面，{text}" for text in texts if text)


def _told(content: Content, item: IndicatorPlan, lines: dict[str, ScorecardLine],
          detail: Detail) -> str:
    line = lines[item.code]
    outlook = detail.outlook == Outlook.ALL or (
        detail.outlook == Outlook.BEHIND and line.light in _BEHIND
    )
    text = told(content.plan, line, content.as_of, outlook=outlook)
    for other in content.plan.core:
        share, joined = lines[other.code], other.indicator.shown_with
        if joined is not None and joined.indicator == item.code and share.value is not None:
            text += f"；其中{joined.words}{wording.percent(share.value, share.target, share.comparator)}"
    return text


def leaders(content: Content, detail: Detail) -> str:
    """The first of each peer group with scores, ties all named, and who has climbed since last
    month.
    """
    parts = []
    for group, name in (("county", content.names.group), ("zone", "功能区")):
        best = [row for row in content.card.ranking if row.group == group and row.place == 1]
        if best:
            parts.append(f"{name}中列第1位的是{'、'.join(_scored(content, row) for row in best)}")
    if any(row.too_soon for row in content.card.ranking):
        return "方案刚开始，本期不排名。"
    if not parts:
        return "数据不足，本期不排名。"
    climbed = [f"{_name(content, row)}（升{row.climbed}位）" for row in content.card.ranking
               if detail.climbed and (row.climbed or 0) > 0]
    return f"按综合得分，{'；'.join(parts)}。" + (f"较上月末名次上升的有{wording.joined(climbed)}。" if climbed
                                          else "")


def _scored(content: Content, row: Ranking) -> str:
    unclear = f"，{wording.LEAD_UNCLEAR}" if row.first is not None and row.first < 0.5 else ""
    score = wording.ABSENT if row.score is None else f"{rounded_score(row.score)}"
    return f"{_name(content, row)}（{score}分{unclear}）"


def _name(content: Content, row: Ranking) -> str:
    return content.card.geography.unit_by_code[row.division].name


def laggards(content: Content, detail: Detail) -> list[str]:
    """The counties and zones with a red light in one paragraph, most red lights first, the first
    few with reasons.
    """
    red = {division.name: lights for division in content.ranked
           if (lights := _red(content, division))}
    ordered = sorted(red, key=lambda name: -len(red[name]))
    parts = [f"{name}{_red_words(content, red[name], detail)}" for name in ordered[:detail.units]]
    word = wording.light_word(Light.RED, final=content.card.final)
    if not red:
        return [f"没有{word}的单位。"]
    others = [f"{name}{len(red[name])}项" for name in ordered[detail.units:]]
    rest = [f"{'另有' if parts else ''}{'、'.join(others)}"] if others else []
    return [f"{word}的有：{'；'.join([*parts, *rest])}。"]


def _red(content: Content, division: Division) -> list[ScorecardLine]:
    """A division's red lines, the furthest behind first."""
    lines = [content.line(item, division) for item in content.plan.core]
    return worst_first(content.plan, (line for line in lines if line.light == Light.RED))


def _red_words(content: Content, red: Sequence[ScorecardLine], detail: Detail) -> str:
    parts = [f"{content.plan.indicator(line.indicator).name}（{_reason(content, line)}）"
             for line in red[:detail.per_unit]]
    return "、".join(parts) + (f"等{len(red)}项" if len(red) > detail.per_unit else "")


def _reason(content: Content, line: ScorecardLine) -> str:
    """The numbers behind a red light: a count's pace against what is needed, a coverage's places, a
    share's cases.
    """
    item = content.plan.indicator(line.indicator)
    unit, done = item.indicator.unit, f"完成{wording.percent(line.completion, 1.0)}"
    if item.indicator.judged == Judged.FLOOR:
        value = wording.percent(line.value, line.target, line.comparator)
        return f"{value}，{wording.count(line.numerator)}/{wording.count(line.denominator)}"
    if item.indicator.kind == Kind.COVERAGE:
        return f"{done}，还差{places_needed(line)}处"
    rates = None if line.forecast is None else line.forecast.run_rates
    if rates is None or line.needed_per_day is None:
        return done
    return f"{done}，近4周日均{rates[0]:,.1f}{unit}，需日均{line.needed_per_day:,.1f}{unit}"


def problems(content: Content, missing: Sequence[Missing], detail: Detail) -> list[str]:
    """How many alerts there are, which of the city's own indicators have one since when, and what
    is still uncovered.
    """
    distinct = {division.key for division in content.distinct}
    alerts = [alert for alert in content.card.alerts if (alert.rollup, alert.division) in distinct]
    gaps = _gaps(content, missing, detail)
    if content.card.final:
        return [gaps or "载体均已覆盖，没有缺口。"]
    if not alerts:
        return ["当前没有预警。" + gaps]
    # of a single unit its own alerts are counted, of the city the cards that stand on the screen
    text = (
        f"当前{count_words(content.cards, scope_words(content.card.geography, Rollup.COUNTY), rest=False)}"
        if content.whole_city
        else f"当前共有预警{len(alerts)}条，其中{_by_severity(alerts)}。"
    )
    # the members' own alerts, judged by their plans: none of the whole
    if not content.card.geography.subdivided:
        return [text]
    return [text + (_whole_alerts(content, detail) if content.whole_city else "") + gaps]


def _whole_alerts(content: Content, detail: Detail) -> str:
    """The whole's own cards among those counted, with the grade they have on the screen, the
    gravest first; how many there are where not all are named.
    """
    cards, whole = content.cards, content.names.whole
    named = [f"{content.plan.indicator(card.indicator).name}（{SEVERITY_NAMES[cards.grade(card)]}"
             f"{'，' + _since(card, content) if detail.dated else ''}）"
             for card in cards.counted if card.rollup == Rollup.CITY]
    if not named:
        return f"{whole}层面没有预警。"
    if len(named) > detail.alerts:
        named = [*named[:detail.alerts - 1], f"{named[detail.alerts - 1]}等{len(named)}项"]
    return f"{whole}层面的是{'、'.join(named)}。"


def _since(card: Card, content: Content) -> str:
    return f"{wording.chinese_date(card.since, with_year=card.since.year != content.as_of.year)}起"


def _by_severity(alerts: Sequence[Alert]) -> str:
    counts = Counter(alert.severity for alert in alerts)
    return "、".join(f"{SEVERITY_NAMES[severity]}{counts[severity]}条" for severity in SEVERITY_ORDER
                    if counts[severity])


def _gaps(content: Content, missing: Sequence[Missing], detail: Detail) -> str:
    stations = [place.township for place in missing if place.lack == Lack.STATION]
    windows = sum(place.lack == Lack.WINDOW for place in missing)
    parts = []
    if stations:
        named = f"（{wording.joined(stations, limit=detail.named)}）" if detail.named > 1 else ""
        parts.append(f"{len(stations)}个乡镇（街道）没有零工服务驿站{named}")
    if windows:
        parts.append(f"{windows}个中心村（社区）没有零工服务专窗")
    return f"尚有{'，'.join(parts)}。" if parts else ""


def next_steps(content: Content, detail: Detail) -> list[str]:
    """What brings each figure to its target: the smallest closing changes, the places, the units
    under a share's target.
    """
    if content.card.final:
        return [_missed(content)]
    steps = [_close_step(content, detail), _places_step(content) if detail.places else "",
             _share_step(content, detail)]
    parts = [f"{number}是{step}" for number, step in zip("一二三", filter(None, steps), strict=False)]
    return (["".join(parts)] if detail.inline and parts else parts) or ["各项指标均已达到目标，继续巩固。"]


def _missed(content: Content) -> str:
    """Once the plan has ended: what was missed, for the units in charge to account for."""
    lines = [content.card.city_line(item.code) for item in content.plan.core]
    missed = [content.plan.indicator(line.indicator).name for line in lines
              if line.light == Light.RED]
    if not missed:
        return "各项指标均已达到目标。"
    return f"方案已到期，未完成的{len(missed)}项指标（{'、'.join(missed)}）由牵头单位说明原因、提出后续安排。"


def _close_step(content: Content, detail: Detail) -> str:
    """Every count still to be made up, the furthest behind first, with its closing change; those on
    course after them.
    """
    lines = sorted((line for item in content.plan.core
                    if (line := content.card.city_line(item.code)).needed_per_day is not None),
                   key=lambda line: line.gap_points or 0.0)
    short: list[str] = []
    steady: list[str] = []
    for line in lines:
        closing = closing_words(content.figures, content.card, line.indicator, content.city)
        left = _left(content, line, daily=detail.needs and (bool(closing) or detail.daily))
        (short if closing else steady).append(f"{left}，{closing}"
                                              if closing and len(short) < detail.closings else left)
    steps = [f"保持进度：{'、'.join(steady)}" if detail.steady else "其余保持进度"] if steady else []
    return f"补足差额：{'；'.join([*short, *steps])}。" if lines else ""


def _left(content: Content, line: ScorecardLine, *, daily: bool) -> str:
    item = content.plan.indicator(line.indicator)
    left = wording.prose((line.target or 0.0) - (line.value or 0.0), item.indicator.unit)
    return f"{item.name}还差{left}" + (f"（日均{line.needed_per_day:,.1f}{item.indicator.unit}）" if daily
                                     else "")


def _places_step(content: Content) -> str:
    parts = [words for item in content.plan.core if item.indicator.kind == Kind.COVERAGE
            and (words := closing_words(content.figures, content.card, item.code, content.city))]
    return f"补齐缺口：{'；'.join(parts)}。" if parts else ""


def _share_step(content: Content, detail: Detail) -> str:
    """Units under a target that holds for each of them at any time, and under the villages'
    coverage.
    """
    parts = []
    for item in content.plan.core:
        if not content.card.final and item.indicator.too_early_for_red(content.as_of):
            continue  # begins anew each January, below its target everywhere
        if item.indicator.judged == Judged.FLOOR or _of_villages(item):
            below = [division.short_name for division in content.ranked
                     if _below(content, item, division)]
            if below:
                parts.append(f"{item.name}未达标的{_units(below, detail)}")
    return f"督促整改：{'、'.join(parts)}。" if parts else ""


def _of_villages(item: IndicatorPlan) -> bool:
    served = item.indicator.served
    return served is not None and served.places == Places.CENTRAL_VILLAGE


def _units(names: list[str], detail: Detail) -> str:
    return (
        wording.joined(names, limit=detail.below)
        if detail.below
        else f"{names[0]}等{len(names)}个单位"
        if len(names) > 1
        else names[0]
    )


def _below(content: Content, item: IndicatorPlan, division: Division) -> bool:
    line = content.line(item, division)
    return (
        line.value is not None
        and line.target is not None
        and not line.comparator.satisfied(line.value, line.target)
    )
