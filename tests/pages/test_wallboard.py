"""大屏 in this process: what is shown in turn, and that it follows the newest snapshot."""

from __future__ import annotations

import html
from datetime import date

import pytest

from components.shell.frame import View
from components.shell.selection import Selection
from components.wall.wall_drawings import BOARD, WALL_COLOURS
from components.wall.wallboard import board
from data_access.current import Current
from kpi.judging.pace import Light
from kpi.scorecard.scorecard import scorecard
from kpi.sentences.headline import headline
from kpi.vocabulary.division import Rollup
from kpi.wording import wording
from tests.pages.app import open_page, words

AS_OF = date(2026, 10, 31)


@pytest.fixture
def view(sample: Current) -> View:
    chosen = Selection(AS_OF, Rollup.COUNTY, "jobs_published", None)
    return View(sample, sample.snapshot.id, chosen, scorecard(sample.figures, AS_OF))


@pytest.mark.usefixtures("over_sample")
def test_the_board_shows_the_first_core_indicator_and_no_controls(sample: Current) -> None:
    app = open_page("leaders/wallboard")
    card, said = scorecard(sample.figures, AS_OF), words(app)
    line = card.city_line(sample.plan.core[0].code)
    assert wording.percent(line.value, line.target) in said
    assert headline(card) in said
    assert "演示数据" in said
    assert not app.button
    assert not app.selectbox
    assert not app.date_input


def test_every_core_indicator_has_its_turn_and_then_the_first_again(view: View) -> None:
    boards = [board(view, turn) for turn in range(len(view.plan.core) + 1)]
    for item, drawn in zip(view.plan.core, boards, strict=False):
        assert f"<h2>{item.name}</h2>" in drawn
        assert wording.LIGHT_WORDS[view.card.city_line(item.code).light] in drawn
    assert f"<h2>{view.plan.core[0].name}</h2>" in boards[-1]


def test_alerts_take_turns(view: View) -> None:
    shown = {alert.evidence.split("；")[0].rstrip("。") for alert in view.card.alerts
             if alert.rollup != "managing"}
    seen = html.unescape("".join(board(view, turn) for turn in range(len(shown))))
    assert [evidence for evidence in shown if evidence not in seen] == []


def test_the_lights_keep_their_contrast_on_the_dark_board() -> None:
    for light in Light:
        assert _contrast(WALL_COLOURS[light], "#142131") >= 4.5, light
        assert _contrast(WALL_COLOURS[light], BOARD) >= 4.5, light


def _contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start:start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
                        for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
