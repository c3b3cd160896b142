"""Running a page in this process and reading what it shows."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from data_access.site.settings import ROOT


def open_app(**params: str) -> AppTest:
    """The program from its entry file, with these address parameters."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def open_page(page: str, /, **params: str) -> AppTest:
    """A page of `pages` (“counties/ranking”) reached by its own address with these parameters."""
    app = open_app()
    app.switch_page(f"pages/{page}.py")
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def table(app: AppTest, name: str, number: int) -> list[list[str]]:
    """The body rows of the page's `number`-th HTML table of that class, cell by cell as words."""
    found = re.findall(rf'<table class="[^"]*\b{name}"[^>]*>.*?<tbody>(.*?)</tbody>', markup(app),
                       re.S)[number]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", found, re.S)
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell))
             for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


def markup(app: AppTest) -> str:
    """Everything the page shows as HTML, style sheets left out."""
    bodies = (str(element.proto.body) for element in app.get("html"))  # type: ignore[attr-defined]
    return "\n".join(body for body in bodies if not body.startswith(("<style", "<script")))


def words(app: AppTest) -> str:
    """The page's HTML as the words a reader sees."""
    return html.unescape(re.sub(r"<[^>]+>", "", markup(app)))


def tiles(app: AppTest) -> dict[str, str]:
    """What each tile says, by indicator."""
    found: list[tuple[str, str]] = []
    for element in app.get("html"):
        body = str(element.proto.body)  # type: ignore[attr-defined]
        found += re.findall(
            r'<div class="lg-tile" data-indicator="(\w+)">(.*?)(?=<div class="lg-t(?:ile|ally)"|$)',
            body, re.S)
    return {code: html.unescape(re.sub(r"<[^>]+>", "", body)).replace("\n", "")
            for code, body in found}


def chart(app: AppTest, number: int) -> dict[str, Any]:
    """The specification of a plotly chart, in page order."""
    spec: dict[str, Any] = json.loads(app.get("plotly_chart")[number].proto.spec)  # type: ignore[attr-defined]
    return spec


def numbers(values: object) -> list[float]:
    """The numbers of a chart's list, nan where a line has a gap; a list's other entries are left out.
    """
    if isinstance(values, dict):  # plotly's own way to send many numbers
        return [float(value) for value in np.frombuffer(base64.b64decode(values["bdata"]),
                                                        dtype=values["dtype"])]
    return (
        [float(value) for value in values if isinstance(value, int | float)]
        if isinstance(values, list)
        else []
    )


def texts(drawn: Any) -> list[str]:
    """Every text in a parsed specification, as a reader sees it: how the JSON spells a character
    does not matter.
    """
    if isinstance(drawn, str):
        return [html.unescape(drawn)]
    if isinstance(drawn, dict):
        return [text for part in drawn.values() for text in texts(part)]
    return [text for part in drawn for text in texts(part)] if isinstance(drawn, list) else []


def deck(app: AppTest) -> dict[str, Any]:
    """The specification of the page's map."""
    spec: dict[str, Any] = json.loads(app.get("deck_gl_json_chart")[0].proto.json)  # type: ignore[attr-defined]
    return spec


def address(app: AppTest) -> dict[str, str]:
    """The address parameters the page left behind."""
    return {name: value[0] if isinstance(value, list) else value
            for name, value in app.query_params.items()}
