"""One deck being made: slides with a title, text, native tables and native charts in the house
colours.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.exc import PackageNotFoundError
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from kpi.judging import Light
from kpi.vocabulary import InputError
from kpi.wording import LIGHT_COLOURS, chinese_date
from reports.content import Content
from reports.house_style import printable
from reports.stamp import entry

FONT = "微软雅黑"
INK, TEXT, MUTED, HEAD_FILL = "1f4e8c", "1c2733", "55606e", "e6ebf1"
_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_MARGIN, _TOP = 0.045, 0.175  # of width and of height
_WRITTEN = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


@dataclass(frozen=True)
class Box:
    """A part of a slide under its title: left, top, width, height, each 0–1 of that room."""

    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0


@dataclass(frozen=True)
class Cell:
    """A table's cell: the text, and the light whose colour it has."""

    text: str
    light: Light | None = None


class Deck:
    """A presentation in 16:9, or in the size and with the masters of the office's own template."""

    def __init__(self, content: Content, template: Path | None) -> None:
        self.content = content
        self.made: Any = _opened(template)
        if template is None:
            self.made.slide_width, self.made.slide_height = _WIDTH, _HEIGHT

    def slide(self, title: str) -> Slide:
        """A new slide with its title, and at its foot the day, the sample remark and the number."""
        made = self.made.slides.add_slide(_titled(self.made))
        slide = Slide(self, made)
        slide.head(title)
        note, day = self.content.note, chinese_date(self.content.as_of, with_year=True)
        sample = "　演示数据，不反映任何真实情况" if note.sample else ""
        number = len(self.made.slides)
        slide.text(f"截至{day}　数据快照 {note.id}{sample}　　{number}", Box(0, 1.0, 1, 0.06), size=11,
                   colour=MUTED)
        return slide

    def to_bytes(self) -> bytes:
        """The file without a trace of when it was written."""
        about, read_at = self.made.core_properties, self.content.note.read_at
        at = read_at.replace(tzinfo=None, microsecond=0)
        about.title = f"零工归宿工作汇报（截至{self.content.as_of}）"
        about.author = about.last_modified_by = printable(self.content.plan.city_name)
        about.created = about.modified = at
        about.comments = f"快照 {self.content.note.id}{'；演示数据' if self.content.note.sample else ''}"
        written = io.BytesIO()
        self.made.save(written)
        return _steady(written.getvalue(), f"{at:%Y-%m-%dT%H:%M:%SZ}".encode())


class Slide:
    """One slide of a deck."""

    def __init__(self, deck: Deck, made: Any) -> None:
        self.deck, self.made = deck, made

    def head(self, title: str) -> None:
        """The title, in the template's own place for it or at the top."""
        place = self.made.shapes.title
        if place is None:
            place = self.made.shapes.add_textbox(*self._at(Box(0, -0.16, 1, 0.14)))
        else:
            place.left, place.top, place.width, place.height = self._at(Box(0, -0.17, 1, 0.15))
        frame = place.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        frame.text = printable(title)
        _style(frame.paragraphs[0], 26 if len(title) < 40 else 22, INK, bold=True)

    def text(self, text: str | Sequence[str], box: Box, *, size: float = 18, colour: str = TEXT,
             bold: bool = False) -> None:
        """Paragraphs of one size."""
        frame = self.made.shapes.add_textbox(*self._at(box)).text_frame
        frame.word_wrap = True
        texts = [text] if isinstance(text, str) else list(text)
        for number, one in enumerate(texts):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.text, paragraph.space_after = printable(one), Pt(size * 0.45)
            _style(paragraph, size, colour, bold=bold)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[Cell | str]], box: Box,
              widths: Sequence[float], *, size: float = 12) -> None:
        """A native table; `widths` as shares of its own, texts centred but for the first column."""
        left, top, width, height = self._at(box)
        lines = len(rows) + 1
        shape = self.made.shapes.add_table(lines, len(heads), left, top, width,
                                           Emu(min(int(height), int(Pt(size * 2.3)) * lines)))
        table = shape.table
        for column, share in zip(table.columns, widths, strict=True):
            column.width = Emu(int(width * share / sum(widths)))
        for number, cells in enumerate((heads, *rows)):
            for column, cell in enumerate(cells):
                _fill(table.cell(number, column), cell if isinstance(cell, Cell) else Cell(cell),
                      size, head=number == 0, first=column == 0)

    def bars(self, names: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]],
             box: Box, *, number: str, lights: Sequence[Light] = (), across: bool = True) -> None:
        """A native bar chart from zero, each bar of the first series in the colour of its light and
        with its number; `across`: lying, the first name on top.
        """
        kind = XL_CHART_TYPE.BAR_CLUSTERED if across else XL_CHART_TYPE.COLUMN_CLUSTERED
        chart = self._chart(kind, names, series, box, number)
        chart.category_axis.reverse_order = across
        chart.value_axis.minimum_scale = 0
        chart.value_axis.has_major_gridlines = chart.value_axis.visible = False
        plot = chart.plots[0]
        plot.gap_width, plot.overlap, plot.has_data_labels = 45, -5, True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = number, False
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        plot.data_labels.font.size = Pt(12)
        for bar, light in enumerate(lights):
            _paint(plot.series[0].points[bar].format.fill, LIGHT_COLOURS[light])
        for other in list(plot.series)[1:]:
            _paint(other.format.fill, "#b9c6d6")

    def lines(self, names: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]],
              box: Box, *, number: str) -> None:
        """A native line chart."""
        chart = self._chart(XL_CHART_TYPE.LINE, names, series, box, number)
        chart.value_axis.minimum_scale = 0
        for one, colour in zip(chart.plots[0].series, (f"#{INK}", "#9fb0c3"), strict=False):
            one.smooth, one.format.line.width = False, Pt(2.5)
            one.format.line.color.rgb = _rgb(colour)

    def _chart(self, kind: XL_CHART_TYPE, names: Sequence[str],
               series: Sequence[tuple[str, Sequence[float | None]]], box: Box, number: str) -> Any:
        data: Any = CategoryChartData(number_format=number)  # type: ignore[no-untyped-call]
        data.categories = [printable(name) for name in names]
        for name, values in series:
            data.add_series(printable(name), values)
        chart = self.made.shapes.add_chart(kind, *self._at(box), data).chart
        chart.font.size, chart.font.name = Pt(12), FONT
        chart.has_title, chart.has_legend = False, len(series) > 1
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        chart.value_axis.tick_labels.number_format = number
        chart.value_axis.tick_labels.number_format_is_linked = False
        return chart

    def _at(self, box: Box) -> tuple[Emu, Emu, Emu, Emu]:
        wide, high = self.deck.made.slide_width, self.deck.made.slide_height
        across, down = wide * (1 - 2 * _MARGIN), high * (1 - _TOP - 0.07)
        return (Emu(int(wide * _MARGIN + across * box.left)), Emu(int(high * _TOP + down * box.top)),
                Emu(int(across * box.width)), Emu(int(down * box.height)))


def _opened(template: Path | None) -> Any:
    try:
        made = Presentation(None if template is None else str(template))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, PackageNotFoundError) as error:
        raise InputError(f"汇报PPT模板 {template} 打不开（{type(error).__name__}）；请用 WPS 另存为 .pptx 后重试，"
                         "或删去它以使用自带版式。") from None
    # the office's own slides are examples; its masters are what is used
    slides = made.slides._sldIdLst
    for one in list(slides):
        made.part.drop_rel(one.get(qn("r:id")))
        slides.remove(one)
    return made


def _titled(made: Any) -> Any:
    """The layout with a title and the fewest other places to fill in."""
    titled = [layout for layout in made.slide_layouts
              if any(place.placeholder_format.type in (1, 3) for place in layout.placeholders)]
    return min(titled or list(made.slide_layouts), key=lambda layout: len(layout.placeholders))


def _style(paragraph: Any, size: float, colour: str, *, bold: bool = False) -> None:
    for run in paragraph.runs:
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
        run.font.color.rgb = _rgb(colour)
        east = run.font._element
        for old in east.findall(qn("a:ea")):
            east.remove(old)
        latin = east.find(qn("a:latin"))
        latin.addnext(parse_xml(f'<a:ea {nsdecls("a")} typeface="{FONT}"/>'))


def _fill(cell: Any, content: Cell, size: float, *, head: bool, first: bool) -> None:
    frame = cell.text_frame
    frame.text, frame.word_wrap = printable(content.text), True
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_left = cell.margin_right = Pt(4)
    cell.margin_top = cell.margin_bottom = Pt(2)
    cell.fill.solid()
    cell.fill.fore_color.rgb = _rgb(HEAD_FILL if head else "ffffff")
    colour = TEXT if content.light is None else LIGHT_COLOURS[content.light]
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT if first else PP_ALIGN.CENTER
        _style(paragraph, size, colour, bold=head or content.light is not None)


def _paint(fill: Any, colour: str) -> None:
    fill.solid()
    fill.fore_color.rgb = _rgb(colour)


def _rgb(colour: str) -> RGBColor:
    return RGBColor(*bytes.fromhex(colour.removeprefix("#")))  # type: ignore[no-untyped-call]


def _steady(content: bytes, at: bytes) -> bytes:
    """The archive with the same times every time, the workbooks inside its charts included."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(
            written, "w", zipfile.ZIP_DEFLATED) as new:
        for path in old.namelist():
            inside = old.read(path)
            if path.endswith(".xlsx"):
                inside = _steady(inside, at)
            elif path == "docProps/core.xml":
                inside = _WRITTEN.sub(rb"\g<1>" + at, inside)
            new.writestr(entry(path), inside)
    return written.getvalue()
