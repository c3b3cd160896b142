"""The slides: native parts, the scorecard's own numbers, the office's own template."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches

from kpi.judging import Light
from kpi.sentences import points
from kpi.sentences.headline import headline
from kpi.vocabulary import InputError
from kpi.wording import wording
from reports.follow_up_rows import FollowUpRow
from reports.slides import MOST, slides_bytes, template_in
from reports.slides.paper import SLIDES
from tests.reports.conftest import Made

LATE = FollowUpRow("2026-001", "补建驿站", "沭阳县", "—", "—", "市人社局", "—", "局长", date(2026, 3, 1),
                   date(2026, 10, 20), "逾期", 11, None, None, "—", 0)


@pytest.fixture(scope="module")
def made(city: Made) -> bytes:
    return slides_bytes(city.known.figures, city.known.card, city.known.note,
                        follow_ups=[replace(LATE, number="2026-002", days_overdue=0, state="办理中",
                                            due=date(2026, 12, 1)), LATE])


def _slides(content: bytes) -> list[Any]:
    return list(Presentation(io.BytesIO(content)).slides)


def _tables(slides: list[Any]) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in shape.table.rows]
            for slide in slides for shape in slide.shapes if shape.has_table]


def _text(slides: list[Any]) -> str:
    return "\n".join(shape.text_frame.text for slide in slides for shape in slide.shapes
                     if shape.has_text_frame)


def _charts(slides: list[Any]) -> list[Any]:
    return [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]


def test_the_chapters_stand_in_their_order_and_there_are_few(made: bytes) -> None:
    slides = _slides(made)
    titles = [slide.shapes.title.text for slide in slides]
    heads = ["测试市“零工归宿”工作情况汇报", "结论：", "全市", "完成率与应达进度", "谁落后：", "谁落后在哪里", "为什么：",
             "怎么办：", "议定事项：", "下步工作"]
    at = [next(number for number, title in enumerate(titles) if title.startswith(head))
          for head in heads]
    assert at == sorted(at)
    assert len(slides) <= MOST


def test_every_indicator_stands_with_the_scorecards_figures(city: Made, made: bytes) -> None:
    card = city.known.card
    rows = next({row[0]: row for row in table} for table in _tables(_slides(made))
                if table[0][0] == "指标" and table[0][1] == "目标")
    assert len(rows) == len(card.plan.core) + 1
    for item in card.plan.core:
        line = card.city_line(item.code)
        assert rows[item.name][2:5] == [
            wording.figure(line.value, item.indicator.unit, line.target, line.comparator),
            wording.percent(line.completion, 1.0), wording.signed_points(points(line, item))]
        assert wording.line_word(line) in rows[item.name][6]


def test_the_charts_hold_unrounded_figures_to_edit(city: Made, made: bytes) -> None:
    card = city.known.card
    names = {item.name: card.city_line(item.code) for item in card.plan.core}
    whole = next(chart for chart in _charts(_slides(made))
                 if set(chart.plots[0].categories) <= set(names))
    series = {one.name: list(one.values) for one in whole.plots[0].series}
    lines = [names[name] for name in whole.plots[0].categories]
    assert series["完成率"] == [line.completion for line in lines]
    assert series["应达进度"] == [line.due for line in lines]
    assert series["完成率"] == sorted(series["完成率"], reverse=True)


def test_the_reasons_are_of_the_indicators_furthest_behind(city: Made, made: bytes) -> None:
    card = city.known.card
    behind = {item.name: points(line, item) for item in card.plan.core
              for line in (card.city_line(item.code),) if line.light in (Light.YELLOW, Light.RED)}
    worst = sorted(behind, key=lambda name: behind[name] or 0.0)[:2]
    titles = [slide.shapes.title.text for slide in _slides(made)
              if slide.shapes.title.text.startswith("为什么")]
    assert len(titles) == len(worst)
    assert all(name in title for name, title in zip(worst, titles, strict=True))


def test_what_was_agreed_is_listed_with_the_overdue_first(made: bytes) -> None:
    slides = _slides(made)
    table = next(table for table in _tables(slides) if table[0][0] == "编号")
    assert [row[0] for row in table[1:]] == ["2026-001", "2026-002"]
    assert table[1][5] == "逾期11天"
    assert "议定事项：2项，已销号0项，逾期1项" in _text(slides)


def test_the_conclusion_is_the_screens_sentence(city: Made, made: bytes) -> None:
    text = _text(_slides(made))
    assert headline(city.known.card) in text
    assert "演示数据" in text


def test_the_offices_template_gives_size_and_masters_and_keeps_no_slide_of_its_own(
        city: Made, tmp_path: Path) -> None:
    own = Presentation()
    own.slide_width = Inches(10)
    own.slides.add_slide(own.slide_layouts[5]).shapes.title.text = "样张"
    own.save(str(tmp_path / "slides.pptx"))
    template = template_in(tmp_path)
    assert template is not None
    known = city.known
    content = slides_bytes(known.figures, known.card, known.note, template=template)
    assert Presentation(io.BytesIO(content)).slide_width == Inches(10)
    assert "样张" not in _text(_slides(content))
    assert template_in(tmp_path / "none") is None


def test_a_template_that_cannot_be_opened_is_named(city: Made, tmp_path: Path) -> None:
    broken = tmp_path / "slides.pptx"
    broken.write_text("kein Archiv", encoding="utf-8")
    known = city.known
    with pytest.raises(InputError, match=r"汇报PPT模板 .*slides\.pptx 打不开"):
        slides_bytes(known.figures, known.card, known.note, template=broken)


def test_a_city_without_data_has_slides_too(bare: Made) -> None:
    known = bare.known
    slides = _slides(slides_bytes(known.figures, known.card, known.note))
    assert 4 <= len(slides) <= MOST
    assert SLIDES.file_name(known.card.as_of, None).endswith(".pptx")
