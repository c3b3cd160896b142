"""Supply and demand in words: on the page, the sheet and in the brief alike."""

from __future__ import annotations

from kpi.figures.market import Market
from kpi.matching import LONGEST, NEWEST, OLDEST, SEASON, Fill
from kpi.vocabulary import Division
from kpi.wording import count, wording

FEW = 5  # people below which no exact number is printed


def fill_words(market: Market) -> str:
    """“10.2天”, “＞90天” or “待数据”."""
    if market.fill == Fill.LONGER:
        return f"＞{LONGEST}天"
    return "待数据" if market.days is None else f"{market.days:.1f}天"


def people(value: float | None) -> str:
    """A number of people; “‹5” for 1 to 4, “未接入” for None."""
    if value is None:
        return "未接入"
    return f"‹{FEW}" if 0 < value < FEW else count(value)


def market_sentences(market: Market, division: Division) -> tuple[str, ...]:
    """Demand against supply; how long posts take; what stays unfilled. Only what is known."""
    return tuple(text for text in (_demand(market, division), _speed(market), _unfilled(market))
                 if text)


def undated_words(market: Market) -> str:
    """Why there are no figures of fills; "" where there are."""
    if market.by_sector is not None:
        return ""
    if market.undated is None:
        return "撮合录用还没有数据，算不出撮合天数和未招满岗位。"
    return (f"撮合录用有{wording.percent(market.undated)}没有岗位发布日期（超过10%），算不出撮合天数和未招满岗位；"
            "请在对照表中接上岗位发布日期。")


def _demand(market: Market, division: Division) -> str:
    jobs = sum(one.jobs for one in market.occupations)
    if not jobs:
        return ""
    text = f"{division.name}近{SEASON}天发布岗位{count(jobs)}个"
    if all(one.seekers is None for one in market.occupations):
        return f"{text}，求职登记未接入。"
    text += f"、求职登记{people(sum(one.seekers or 0 for one in market.occupations))}人"
    short = market.shortest
    if short is None:
        return f"{text}，各工种求职都不少于岗位。"
    trained = "" if short.trained is None else f"、年内培训{people(short.trained)}"
    return (f"{text}；缺口最大的是{short.name}：岗位{count(short.jobs)}、"
            f"求职{people(short.seekers)}{trained}。")


def _speed(market: Market) -> str:
    if market.fill == Fill.DAYS:
        return f"近一年发布的岗位，半数在{fill_words(market)}内招到人。"
    if market.fill == Fill.LONGER:
        return f"近一年发布的岗位，{LONGEST}天内招到人的不到一半。"
    return ""


def _unfilled(market: Market) -> str:
    if market.unfilled is None or not market.season:
        return ""
    text = f"{OLDEST}天前至{NEWEST}天前发布的岗位，有{count(market.unfilled)}个发布{NEWEST}天内没有招满"
    worst = max(((sum(row.values()), name) for name, row in (market.by_sector or {}).items()
                 if name), default=None)
    most = "" if worst is None else f"，最多的是{market.sectors.get(worst[1], worst[1])}（{count(worst[0])}个）"
    return f"{text}{most}。"
