"""Every chart a test draws is also held against plotly's schema, which serving leaves out as slow.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import plotly.graph_objects as go
import plotly.io
import pytest

from components.look import chart
from components.look.chart import Drawn


@contextmanager
def checked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Drawn]]:
    """The charts put on a page meanwhile. Afterwards AssertionError when the schema does not allow
    a chart: not at once, where the page would show its calm sentence instead and the test pass."""
    charts: list[Drawn] = []
    faults: list[str] = []

    def checking(show: Callable[[Drawn, str, str], Any]) -> Callable[[Drawn, str, str], Any]:
        def checked(drawn: Drawn, key: str, alt: str) -> Any:
            charts.append(drawn)
            if drawn not in _CHECKED:
                faults.extend(f"{key}: {problem}" for problem in problems(drawn))
                _CHECKED.add(drawn)
            return show(drawn, key, alt)
        return checked

    monkeypatch.setattr(chart, "show", checking(chart.show))
    monkeypatch.setattr(chart, "show_to_choose", checking(chart.show_to_choose))
    yield charts
    assert not faults, "\n".join(faults)


_CHECKED: WeakSet[Drawn] = WeakSet()  # pages share what is drawn


def problems(drawn: Drawn) -> list[str]:
    """What is wrong with a chart, [] when nothing is: a property or value the schema does not have,
    or that plotly's figure would hand over otherwise. Names of several parts joined by “_” are
    such: the browser would pass over them."""
    try:
        figure = go.Figure(**drawn.to_dict())
    except ValueError as fault:
        return [str(fault).strip()]
    return list(_unlike("", _read(drawn.to_dict()), _read(figure.to_dict())))


def _read(spec: dict[str, Any]) -> Any:
    return json.loads(plotly.io.to_json(spec, validate=False))


def _unlike(path: str, ours: Any, plotlys: Any) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(plotlys, dict):
        for name in ours.keys() | plotlys.keys():
            if name not in ours or name not in plotlys:
                yield f"{path}.{name} is only in {'ours' if name in ours else 'plotly’s'}"
            else:
                yield from _unlike(f"{path}.{name}", ours[name], plotlys[name])
    elif ours != plotlys:
        yield f"{path} is {ours!r:.200}, plotly makes it {plotlys!r:.200}"
