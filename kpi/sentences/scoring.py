"""The method of scoring in words: how points are made, and the grade lines where the method has
them.
"""

from __future__ import annotations

from kpi.plan import METHOD_NAMES, ScoreMethod, ScoreRules

_GRADED = (ScoreMethod.EFFICACY, ScoreMethod.PEER)
_GRADES = ((90.0, "优秀"), (75.0, "达标"))


def method_words(rules: ScoreRules, method: ScoreMethod | None = None) -> str:
    """How one indicator's points (of 100) follow from completion ÷ due; the method in force when
    none is given.
    """
    steps = "，".join(f"达到{least:.0%}得{points:g}分" for least, points in rules.steps)
    words = {
        ScoreMethod.CAPPED: "完成率÷应达×100，最高100分",
        ScoreMethod.BONUS: f"完成率÷应达×100，最高100分；超出部分另加分，超出{rules.bonus_range:.0%}加满{rules.bonus:g}分",
        ScoreMethod.EFFICACY: f"完成率÷应达为{rules.low:.0%}（不允许值）得60分，为{rules.high:.0%}（满意值）得100分，其间按比例，0至100分",
        ScoreMethod.PEER: "组内完成率÷应达最低的得60分、最高的得100分，其间按比例；各单位相同时都得100分",
        ScoreMethod.PLACES: f"组内完成率÷应达第一名得100分，每退一位少{rules.place_step:g}分",
        ScoreMethod.STEPS: f"完成率÷应达{steps}，再低不得分",
    }
    return words[method or rules.method]


def formula_words(rules: ScoreRules) -> str:
    """The score in one line: “得分 = Σ 权重 ×（完成率÷应达，最高计1）÷ Σ 权重”."""
    if rules.method == ScoreMethod.CAPPED:
        return "得分 = Σ 权重 ×（完成率÷应达，最高计1）÷ Σ 权重"
    return f"{METHOD_NAMES[rules.method]}记分：{method_words(rules)}。得分 = Σ 权重 × 计分 ÷ Σ 权重"


def paper_words(rules: ScoreRules) -> str:
    """The same for the papers: “各核心指标完成率与应达进度之比（超过1的按1计）加权平均乘100”."""
    if rules.method == ScoreMethod.CAPPED:
        return "各核心指标完成率与应达进度之比（超过1的按1计）加权平均乘100"
    return f"各核心指标计分的加权平均，按{METHOD_NAMES[rules.method]}计分（{method_words(rules)}）"


def grade_words(rules: ScoreRules, score: float | None) -> str:
    """“优秀”, “达标” or nothing: only methods whose points spread out have lines to be above."""
    if score is None or rules.method not in _GRADED:
        return ""
    return next((word for least, word in _GRADES if score >= least), "")
