"""The visual language in one place: colours, type and the style sheet of every page."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from kpi.alerts import SEVERITY_NAMES, SEVERITY_SHAPES, Severity
from kpi.judging import Light, ScorecardLine
from kpi.wording import LIGHT_COLOURS, LIGHT_SHAPES, wording

INK = "#1f4e8c"
TEXT = "#1c2733"
MUTED = "#55606e"
HAIRLINE = "#d9dfe7"
TRACK = "#e6ebf1"
PAGE = "#f4f6f9"
CARD = "#ffffff"
SPARK = "#7d8ea1"
LINE = "#33475b"  # the drawn path of a figure; never a status
FONT = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',sans-serif"
CHART_CONFIG = {"displayModeBar": False, "staticPlot": False, "scrollZoom": False,
                "doubleClick": False}

# blue and grey have the colours of the statuses that look the same
_SEVERITY_CLASSES = {Severity.BLUE: "met", Severity.GREY: "stale"}
# The browser's screen reader and line breaking follow the document's language; the framework's own
# page says English, and so do its placeholders, tooltips and messages.
_CHINESE = Path(__file__).with_name("chinese.js").read_text(encoding="utf-8")
_PRINTING = Path(__file__).with_name("printing.js").read_text(encoding="utf-8")
_LANGUAGE = f"<script>document.documentElement.lang = 'zh-CN';\n{_CHINESE}\n{_PRINTING}</script>"


def apply() -> None:
    """Put the style sheet and the document's language on the page; the first thing a page does."""
    st.html(_style())
    st.html(_LANGUAGE, unsafe_allow_javascript=True)


def title(text: str) -> None:
    """The page's heading for a screen reader, on a page whose cards say everything to the eye."""
    st.html(f'<h1 class="lg-hidden">{escape(text)}</h1>')


def sheet(name: str) -> None:
    """Add the style sheet `name`.css of one page, which the others need not carry."""
    st.html(_sheet(name))


@cache
def _style() -> str:
    return f"<style>:root{{{_variables()}}}{_compact('style')}</style>"


def first_style() -> str:
    """The style sheet of every page with what is seen before the first figures, as one element: for
    the page's head, so that boxes have their place before anything is in them.
    """
    return _style().replace("</style>", f"{_compact('opening')}</style>")


@cache
def _sheet(name: str) -> str:
    return f"<style>{_compact(name)}</style>"


def _compact(name: str) -> str:
    """The style sheet on one line without its comments: the framework looks through every line of
    it at every run.
    """
    text = Path(__file__).with_name(f"{name}.css").read_text(encoding="utf-8")
    return " ".join(line.strip() for line in re.sub(r"/\*.*?\*/", "", text,
                                                    flags=re.DOTALL).splitlines())


def light_mark(light: Light, *, final: bool = False) -> str:
    """HTML of a status: shape, word and colour together. `final`: of the result, once the plan has
    ended.
    """
    word = wording.light_word(light, final=final)
    return f'<span class="lg-light lg-{light.value}">{LIGHT_SHAPES[light]} {word}</span>'


def line_mark(line: ScorecardLine) -> str:
    """HTML of a line's status, and 样本少 with it where the figure is of fewer than ten cases."""
    return light_mark(line.light, final=line.final) + few_mark(line)


def few_mark(line: ScorecardLine) -> str:
    """HTML of 样本少, to stand by a figure of fewer than ten cases; empty by any other."""
    return f' <span class="lg-few">{wording.FEW_WORDS}</span>' if line.few else ""


def severity_mark(severity: Severity) -> str:
    """HTML of an alert's grade: shape, word and colour together."""
    name = _SEVERITY_CLASSES.get(severity, severity.value)
    return f'<span class="lg-light lg-{name}">{SEVERITY_SHAPES[severity]} {SEVERITY_NAMES[severity]}</span>'


def rgb(colour: str) -> tuple[int, int, int]:
    """“#1f4e8c” as red, green, blue 0–255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def tint(colour: str, strength: float) -> tuple[int, int, int]:
    """The colour mixed with white: 1 is the colour itself, 0 white."""
    red, green, blue = (round(255 - (255 - part) * strength) for part in rgb(colour))
    return red, green, blue


def _variables() -> str:
    names = {"ink": INK, "text": TEXT, "muted": MUTED, "hairline": HAIRLINE, "track": TRACK,
             "page": PAGE, "card": CARD, **{light.value.replace("_", "-"): colour
                                            for light, colour in LIGHT_COLOURS.items()}}
    return "".join(f"--lg-{name}:{value};" for name, value in names.items())
