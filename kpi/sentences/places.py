"""What a league table says beside its places: how a score adds up, who is left out and why, and how
sure a place is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpi.forecast.forecast import EARLY_DAYS
from kpi.judging import Light, SampleSize
from kpi.plan import Plan
from kpi.ranking import MIN_WEIGHT_PRESENT, Ranking, Term
from kpi.scorecard import Scorecard
from kpi.sentences.standing import standing
from kpi.vocabulary import Division, Rollup
from kpi.wording import wording

EARLY_WORDS = "方案刚开始，暂不排名"


@dataclass(frozen=True)
class ScorePart:
    """One term of a score. `share` of the weight present (0–1) and `points` added to the score;
    both None when left out.
    """

    term: Term
    share: float | None
    points: float | None


def score_parts(row: Ranking) -> tuple[ScorePart, ...]:
    """The terms in the plan's order; their points add up to the score, when there is one."""
    present = sum(term.weight for term in row.terms if term.points is not None)
    return tuple(ScorePart(term, None, None) if term.points is None or present <= 0
                 else ScorePart(term, term.weight / present, term.points * term.weight / present)
                 for term in row.terms)


def left_out_because(card: Scorecard, division: Division, indicator: str) -> str:
    """Why an indicator decides no place there: “仅12件，不足30件”, “数据陈旧”, “待数据”, …."""
    if any(row.too_soon for row in card.ranking):
        return EARLY_WORDS
    if (indicator, *division.key) not in card.by_key:
        return "未公布原因"  # of a division the reader may not see
    line = card.line(indicator, division)
    if line.value is None:
        return standing(line, card.plan.indicator(indicator))
    if line.light == Light.STALE:
        return "数据陈旧"
    if line.interval is not None and line.interval.size != SampleSize.ENOUGH:
        return f"仅{line.interval.cases}件，不足30件"
    return "没有目标" if not line.target else "尚未到期"


def group_division(card: Scorecard, row: Ranking) -> Division:
    """The division a row of the league is about: counties with their zones, zones by themselves;
    hidden ones too.
    """
    return card.geography.named(Rollup.COUNTY if row.group == "county" else Rollup.MANAGING,
                                row.division)


def published_light(plan: Plan, term: Term) -> Light:
    """The light that completion and what is due give: of a division the reader may not see nothing
    else is published.
    """
    if term.completion is None or term.due is None:
        return Light.NO_DATA
    if term.completion >= 1:
        return Light.MET
    points = (term.completion - term.due) * 100
    return (
        Light.GREEN
        if points >= plan.green_points
        else Light.YELLOW
        if points >= -plan.yellow_points
        else Light.RED
    )


def moved_words(row: Ranking) -> str:
    """“▲ 升1位”, “▼ 降2位”, “＝ 持平”, “○ 上月未排名”, “—” when unranked now."""
    if row.place is None:
        return wording.ABSENT
    climbed = row.climbed
    if climbed is None:
        return "○ 上月未排名"
    if climbed == 0:
        return "＝ 持平"
    return f"▲ 升{climbed}位" if climbed > 0 else f"▼ 降{-climbed}位"


def place_title(row: Ranking, rows: Sequence[Ranking]) -> str:
    """“1”, “并列2” when shared, “未排名”."""
    if row.place is None:
        return "未排名"
    return f"{'并列' if sum(other.place == row.place for other in rows) > 1 else ''}{row.place}"


def still_early(plan: Plan, as_of: date) -> bool:
    """Whether a plan has not run for long enough to be sure of a chance."""
    return plan.window.elapsed_days(as_of) < EARLY_DAYS


def certainty_words(row: Ranking, rows: Sequence[Ranking], *, early: bool = False) -> str:
    """How sure the place is at the deadline: “与第2位无显著差异”, “领先不明显”, “可能被赶超”, “位次较稳”.

    A unit does not differ from the next better place when that place lies within its own 80 %
    range. Empty when nothing is forecast; why not, when unranked. `early`: no chance is said too
    surely yet.
    """
    if row.too_soon:
        return EARLY_WORDS
    if row.place is None:
        return f"可计入的指标权重不足{MIN_WEIGHT_PRESENT:.0%}"
    if row.place == 1 and row.first is not None:
        return (
            wording.LEAD_UNCLEAR
            if row.first < 0.5
            else f"领先{wording.likelihood(wording.early_chance(row.first, early=early))}"
        )
    if row.place_interval is None:
        return ""
    better = max((other.place for other in rows if other.place is not None
                  and other.place < row.place), default=None)
    if better is not None and row.place_interval[0] <= better:
        return f"与第{better}位无显著差异"
    return "可能被赶超" if row.place_interval[1] > row.place else "位次较稳"


def league_sentence(card: Scorecard, group: str, called: str) -> str:
    """“县区得分最高的是宿城区（99.7分），最低的是泗洪县（94.6分）；较上月升位的有…。” – of those ranked."""
    rows = [row for row in card.ranking if row.group == group and row.place is not None]
    if any(row.too_soon for row in card.ranking):
        return f"{called}自方案第{card.plan.alerts.first_day}天起计分排名，暂无得分。"
    if not rows:
        return f"{called}暂无可排名的单位。"
    first, last = _named(card, [row for row in rows if row.place == 1]), _named(card, rows[-1:])
    text = f"{called}得分最高的是{first}" + (f"，最低的是{last}" if len(rows) > 1 else "")
    moves = [f"{words}的有{'、'.join(names)}"
             for words, names in (("升位", _moved(card, rows, 1)), ("降位", _moved(card, rows, -1)))
             if names]
    return f"{text}；较上月{'，'.join(moves) or '位次没有变化'}。"


def _named(card: Scorecard, rows: Sequence[Ranking]) -> str:
    names = "、".join(group_division(card, row).name for row in rows)
    return f"{names}（{rows[0].score:.1f}分）"


def _moved(card: Scorecard, rows: Sequence[Ranking], direction: int) -> list[str]:
    return [group_division(card, row).short_name for row in rows
            if (row.climbed or 0) * direction > 0]
