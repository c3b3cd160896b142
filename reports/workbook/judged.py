"""The columns every table of indicators shares: value, target and, as live formulas, what follows
from the two.
"""

from __future__ import annotations

from enum import IntEnum

from kpi.definitions import Judged
from kpi.figures import is_stale
from kpi.judging import Light, ScorecardLine, due_share
from kpi.plan import LINEAR, Comparator, IndicatorPlan
from kpi.wording import ABSENT, FEW_WORDS, LIGHT_SHAPES, light_word
from reports.content import Content
from reports.workbook import formats, style
from reports.workbook.cached import Cached
from reports.workbook.names import cell_name, quoted
from reports.workbook.page import ROW, Page


class Col(IntEnum):
    """Columns of 总表 and of the indicator sheets; from VALUE on the two are the same, so that one
    links to the other.
    """

    NAME = 1
    ROLLUP = 2
    PART = 3
    WHOLE = 4
    VALUE = 5
    TARGET = 6
    COMPLETION = 7
    DUE = 8
    POINTS = 9
    EXPECTED = 10
    GAP = 11
    LIGHT = 12
    PLACE = 13
    DAILY = 14


HEADS = ("完成值", "目标", "完成率", "应达进度", "进度差（百分点）", "应达值", "与应达差额", "亮灯", "组内位次", "日均需完成")
WIDTHS = (11, 11, 7.5, 7.5, 7.5, 9.5, 12.5, 9.5, 6.5, 8)
ELAPSED, LEFT, YELLOW = "序时进度", "剩余天数", "黄灯幅度"
"""Defined names, their cells stand on the cover."""


def light_words(light: Light, *, final: bool = False, few: bool = False) -> str:
    """“■ 严重滞后”; `final`: of a result, “■ 未完成”; `few`: of fewer than ten cases, with 样本少 behind."""
    return (
        f"{LIGHT_SHAPES[light]} {light_word(light, final=final)}{f'（{FEW_WORDS}）' if few else ''}"
    )


UNCONNECTED = f"{LIGHT_SHAPES[Light.NO_DATA]} 未接入"


def looks(item: IndicatorPlan, line: ScorecardLine, *,
          named: bool = False) -> dict[Col, style.Look]:
    """Number formats of one row. `named`: with their units; the tables give them once, in a column or
    above.
    """
    right = style.NUMBER
    return {
        Col.VALUE: right.but(number=formats.value(item, line.value, line.target,
                                                      named=named), bold=True),
        Col.TARGET: right.but(number=formats.target(item, line.target, named=named)),
        Col.COMPLETION: right.but(number=formats.share(line.completion, 1.0)),
        Col.DUE: right.but(number="0.0%"),
        Col.POINTS: right.but(number=formats.SIGNED),
        Col.EXPECTED: right.but(number=formats.expected(item, named=named)),
        Col.GAP: right.but(number=formats.gap(item, named=named)),
        Col.LIGHT: style.light_look(line.light).but(wrap=line.few),
        Col.PLACE: style.CENTRED.but(number="0"),
        Col.DAILY: right.but(number=formats.daily(item, named=named)),
    }


def values(content: Content, item: IndicatorPlan, line: ScorecardLine,
           place: int | None) -> dict[Col, Cached | None]:
    """What the formulas of one row come to: the scorecard line's own numbers. None is shown as “—”.
    """
    due = (
        None
        if line.target is None
        else due_share(content.plan, item, content.as_of)
        if line.due is None
        else line.due
    )
    # differences of shares are said in percentage points
    gap = line.gap if line.gap is None or not item.indicator.is_share else line.gap * 100
    points = gap if item.indicator.judged == Judged.FLOOR else line.gap_points
    light = (
        UNCONNECTED
        if content.absent(item)
        else light_words(line.light, final=line.final, few=line.few)
    )
    return {Col.VALUE: line.value, Col.TARGET: line.target, Col.COMPLETION: line.completion,
            Col.DUE: due, Col.POINTS: points, Col.EXPECTED: line.expected, Col.GAP: gap,
            Col.LIGHT: light, Col.PLACE: place, Col.DAILY: line.needed_per_day}


def write_judged(page: Page, row: int, item: IndicatorPlan, line: ScorecardLine, *,
                 place: int | None, peers: tuple[int, int] | None) -> None:
    """COMPLETION … DAILY of a row whose VALUE and TARGET are written. `peers`: first and last row
    of its peer group; None where the peers are not on the sheet, then the place is a plain
    value."""
    look, value = looks(item, line), values(page.content, item, line, place)
    fixed = _fixed_columns(page.content, item, line)
    _make_room(page, row, line)
    for column, formula in _formulas(page.content, item, line, row).items():
        if column in fixed:
            page.put(row, column, value[column], look[column])
        else:
            page.formula(row, column, formula, value[column], look[column])
    if peers is None or is_stale(page.content.figures.facts, item, page.content.card.as_of):
        page.put(row, Col.PLACE, place, look[Col.PLACE])
    else:
        own, first, last = (cell_name(number, Col.COMPLETION) for number in (row, *peers))
        page.formula(row, Col.PLACE,
                     f'IF(ISNUMBER({own}),RANK({own},{_fixed(first)}:{_fixed(last)}),"{ABSENT}")',
                     place, look[Col.PLACE])


def link_judged(page: Page, row: int, item: IndicatorPlan, line: ScorecardLine, *,
                place: int | None, sheet: str, source_row: int) -> None:
    """VALUE … DAILY of a row as links to the same columns of the indicator's own sheet."""
    look, value = looks(item, line), values(page.content, item, line, place)
    _make_room(page, row, line)
    for column in look:
        page.formula(row, column, f"{quoted(sheet)}!{cell_name(source_row, column)}", value[column],
                     look[column])


def _make_room(page: Page, row: int, line: ScorecardLine) -> None:
    """样本少 stands in a second line below the light."""
    if line.few:
        page.sheet.row_dimensions[row].height = 2 * ROW


def _fixed_columns(content: Content, item: IndicatorPlan, line: ScorecardLine) -> set[Col]:
    """What no change of a number can move: the light of a source not connected or too old to judge;
    a share per day; what is due where the clock on 封面 does not give it."""
    unmoved = content.absent(item) or line.light == Light.STALE
    fixed = ({Col.LIGHT} if unmoved else set()) | ({Col.DAILY} if item.indicator.is_share
                                                   else set())
    # every member by its own plan: nothing follows from one clock
    if not content.card.geography.subdivided:
        return fixed | {Col.DUE, Col.LIGHT, Col.DAILY}
    # the clock gives what is due of a plan that wants the same every day, not of stages or months
    return fixed if item.curve == LINEAR else fixed | {Col.DUE}


def _fixed(name: str) -> str:
    letters = name.rstrip("0123456789")
    return f"{letters}${name[len(letters):]}"


def _formulas(content: Content, item: IndicatorPlan, line: ScorecardLine,
              row: int) -> dict[Col, str]:
    at = {column: cell_name(row, column) for column in Col}
    value, target, done, due = at[Col.VALUE], at[Col.TARGET], at[Col.COMPLETION], at[Col.DUE]
    none, pace = f'"{ABSENT}"', item.indicator.judged == Judged.PACE
    times = "*100" if item.indicator.is_share else ""
    met = f"{value}{item.comparator.value}{target}"
    # what the light goes by, also where the points shown are those against the target
    behind = f"({done}-{due})*100"
    return {
        Col.COMPLETION: f"IF(AND(ISNUMBER({value}),N({target})>0),{value}/{target},{none})",
        Col.DUE: f"IF(ISNUMBER({target}),{ELAPSED if pace else 1},{none})",
        Col.POINTS: f"IF(ISNUMBER({done}),{behind if pace else f'({value}-{target})*100'},{none})",
        Col.EXPECTED: f"IF(ISNUMBER({target}),{target}*{due},{none})",
        Col.GAP: f"IF(ISNUMBER({done}),({value}-{at[Col.EXPECTED]}){times},{none})",
        Col.LIGHT: _light_formula(
            value, target, at[Col.POINTS] if pace else behind, met, pace, line
        ),
        Col.DAILY: f"IF(ISNUMBER({done}),IF(OR({met},{LEFT}<=0),{none},({target}-{value})/{LEFT}),{none})",
    }


def _light_formula(value: str, target: str, points: str, met: str, pace: bool,
                   line: ScorecardLine) -> str:
    def word(light: Light, *, final: bool = False) -> str:
        return f'"{light_words(light, final=final, few=line.few)}"'
    behind = f"IF(ROUND({points},9)>=-{YELLOW},{word(Light.YELLOW)},{word(Light.RED)})"
    if pace:
        behind = f"IF(ROUND({points},9)>=0,{word(Light.GREEN)},{behind})"
    return (
        f"IF(NOT(ISNUMBER({value})),{word(Light.NO_DATA)},IF(NOT(N({target})>0),{word(Light.WATCH)},"
        f"IF({met},{word(Light.MET)},IF({LEFT}<=0,{word(Light.RED, final=line.final)},{behind}))))"
    )


COMPARATORS = {Comparator.AT_LEAST: "不低于", Comparator.MORE_THAN: "超过"}
