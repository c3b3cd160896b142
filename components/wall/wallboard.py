"""The wall screen: one core indicator after the other, large and dark, always of the newest
snapshot.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from components.indicator import completion_bar
from components.look import light_mark, line_mark, severity_mark
from components.meeting import alert_cards, alert_list
from components.shell import SCREENS, View, frame
from components.wall import wall_drawings
from components.wall.wall_drawings import WALL_COLOURS
from kpi.alerts import STATE_WORDS, Alert, Card, Cards, oldest
from kpi.counting import SourceState
from kpi.definitions import Judged
from kpi.judging import ScorecardLine
from kpi.plan import IndicatorPlan
from kpi.sentences import count_words, sentence, tally
from kpi.sentences.headline import headline
from kpi.vocabulary import Rollup
from kpi.wording import wording

SECONDS = 12
_ALERTS, _TURN = 2, "wallboard.turn"
_ESCAPE = """<script>
if (!window.lgWallEscape) {
  window.lgWallEscape = true;
  document.addEventListener('keydown', event => {
    const way = document.querySelector('.st-key-lg-wall-leave a');
    if (event.key === 'Escape' && way) way.click();
  });
}
</script>"""


def show() -> None:
    """The board, and a discreet way back; Escape takes it too."""
    _turning()
    with st.container(key="lg-wall-leave"):
        st.page_link(SCREENS[0].file, label="退出大屏（Esc）")
    st.html(_ESCAPE, unsafe_allow_javascript=True)


@st.fragment(run_every=SECONDS)
def _turning() -> None:
    with frame.part("wallboard") as view:
        turn = st.session_state[_TURN] = st.session_state.get(_TURN, -1) + 1
        st.html(board(view, turn))


def board(view: View, turn: int) -> str:
    """The whole screen as HTML; `turn` chooses the indicator and which alerts are shown."""
    items = view.plan.core or view.plan.indicators
    item = items[turn % len(items)]
    colours = "".join(f"--lg-{light.value.replace('_', '-')}:{colour};"
                      for light, colour in WALL_COLOURS.items())
    dots = "".join(f"<i{' class=lg-now' if one is item else ''}></i>" for one in items)
    return (
        f'<div class="lg-wall" style="{colours}">{_top(view)}<div class="lg-wall-main">{_indicator(view, item)}'
        f"{_divisions(view, item)}</div>{_alerts(view, turn)}"
        f'<div class="lg-wall-dots" aria-hidden="true">{dots}</div></div>'
    )


def _top(view: View) -> str:
    card = view.card
    badge = '<span class="lg-wall-sample">演示数据</span>' if view.current.snapshot.sample else ""
    lights = "".join(f"<span>{light_mark(light, final=card.final)} <b>{number}</b></span>"
                     for light, number in tally(card).items())
    return (
        f'<header><h1>{escape(view.plan.city_name)}“零工归宿”监测</h1>{badge}<div class="lg-wall-tally">{lights}</div>'
        f'<div class="lg-wall-facts"><span>数据截至 <b>{card.as_of.isoformat()}</b></span>'
        f"{_trouble(view)}</div>"
        f"<p>{escape(headline(card))}</p></header>"
    )


def _trouble(view: View) -> str:
    """Which sources show old data or none, when any does."""
    down = [view.plan.definitions.connection_title(source.name)
            for source in view.current.snapshot.sources.values()
            if source.state in (SourceState.STALE, SourceState.DOWN)]
    texts = [f"{wording.joined(down, 2)}读不到"] if down else []
    late = oldest(view.card.freshness.values())
    texts += [f"{len(view.card.holds)}个数据集待核实"] if view.card.holds else []
    texts += (
        [
            f"{view.plan.definitions.title(late[0].dataset)}等{len(late)}个数据集已{late[0].age}个工作日没有新记录"
        ]
        if late
        else []
    )
    return f'<span class="lg-red">■ {escape("；".join(texts))}</span>' if texts else ""


def _indicator(view: View, item: IndicatorPlan) -> str:
    line, unit = view.card.city_line(item.code), item.indicator.unit
    value = wording.figure(line.value, unit, line.target, line.comparator)
    number = value.removesuffix(unit)
    return (
        f'<section class="lg-wall-one"><div class="lg-wall-name"><h2>{escape(item.name)}</h2>{line_mark(line)}</div>'
        f'<div class="lg-wall-number"><b>{number}</b><span>{unit if number != value else ""}</span>'
        f"<small>目标 {wording.target_words(line.target, unit, line.comparator)}{_due(line, item)}</small></div>"
        f"{completion_bar(view, line, item)}<p>{escape(sentence(line, item, '全市'))}</p>"
        f"{wall_drawings.path_image(view, item)}</section>"
    )


def _due(line: ScorecardLine, item: IndicatorPlan) -> str:
    """What the mark on the bar stands for."""
    paced = line.due is not None and item.indicator.judged == Judged.PACE
    if not paced or line.final:
        return ""
    return f"<br>竖线为应达 {wording.percent(line.due)}"


def _divisions(view: View, item: IndicatorPlan) -> str:
    rows = "".join(_row(view, item, number) for number in range(len(view.members)))
    drawn = wall_drawings.map_image(view, item)
    crowded = " lg-crowded" if len(view.members) > 6 else ""
    return f'<section class="lg-wall-where{crowded}">{drawn}<table aria-label="各单位">{rows}</table></section>'


def _row(view: View, item: IndicatorPlan, number: int) -> str:
    member = view.members[number]
    line = view.card.line(item.code, member)
    value = (wording.percent(line.completion, 1.0) if item.is_core and not item.indicator.is_share
             else wording.figure(line.value, item.indicator.unit, line.target, line.comparator))
    return (
        f"<tr><th scope=row>{escape(member.short_name)}</th><td>{completion_bar(view, line, item)}</td>"
        f'<td class="lg-wall-share">{value}</td><td>{line_mark(line)}</td></tr>'
    )


def _alerts(view: View, turn: int) -> str:
    cards = alert_cards.of(view)
    lines = _lines(cards)
    if not lines:
        calm, text = alert_list.nothing(view)
        return f'<footer><p{" class=lg-wall-calm" if calm else ""}>{text}</p></footer>'
    shown = [lines[(turn * _ALERTS + number) % len(lines)]
             for number in range(min(_ALERTS, len(lines)))]
    text = "".join(_alert(view, alert, note) for alert, note in shown)
    counted = f'<p class="lg-wall-count">{escape(count_words(cards, alert_cards.scope(view), rest=False))}</p>'
    return f'<footer aria-label="预警">{counted}{text}</footer>'


def _lines(cards: Cards) -> list[tuple[Alert, str]]:
    """Every alert in the order of the cards, the counties' after the city's they are folded under;
    a note on those that are not counted. None is left out, so that in its turn each is shown."""
    tops = [(top, one) for top in cards.counted for one in (top, *cards.under(top))]
    resting = [one for one in cards.all if not one.counted and not one.folded]
    return [*((_of_card(cards, one, alert), "") for _, one in tops for alert in one.lines),
            *((alert, STATE_WORDS[one.state]) for one in resting for alert in one.lines)]


def _of_card(cards: Cards, card: Card, alert: Alert) -> Alert:
    """The alert; the one that heads a card with the card's grade, as on every other page."""
    return replace(alert, severity=cards.grade(card)) if alert is card.lines[0] else alert


def _alert(view: View, alert: Alert, note: str) -> str:
    mark = f" <small>（{note}）</small>" if note else ""
    division = view.geography.division(Rollup(alert.rollup), alert.division)
    return (
        f"<p>{severity_mark(alert.severity)} <b>{escape(division.short_name)} · "
        f"{escape(view.plan.indicator(alert.indicator).name)}</b>{mark}　{escape(_first_clause(alert.evidence))}</p>"
    )


def _first_clause(evidence: str) -> str:
    """As much of an alert's evidence as is read in passing."""
    return evidence.split("；")[0].rstrip("。") + "。"
