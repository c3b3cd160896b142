"""What the readers of a settings file say when a value is not what it should be: which file, where,
and what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from kpi.vocabulary.errors import InputError
from kpi.vocabulary.toml_values import TomlValues

READ = TomlValues("/etc/linggong/some.toml", "请对照样例改正")
FILE = "/etc/linggong/some.toml"
Reader = Callable[[Any], Any]


@pytest.mark.parametrize(
    ("reader", "value", "sentence"),
    [
        (
            lambda v: READ.table(v, "plan"),
            {},
            f"{FILE} 缺少 [plan] 部分；请参照自带的 some.toml 补上。",
        ),
        (
            lambda v: READ.optional_table(v, "map"),
            {"map": 3},
            f"{FILE} 的 map 应是表，例如 [map]；请对照样例改正。",
        ),
        (
            lambda v: READ.entries(v, "points"),
            [3],
            f"{FILE} 的 points 应是表的列表，例如 [[points]]；请对照样例改正。",
        ),
        (
            lambda v: READ.text(v, "name", "plan"),
            {},
            f"{FILE} 的 [plan] 缺少文字 name；请补上，例如 name = \"…\"。",
        ),
        (
            lambda v: READ.text(v, "name", "plan"),
            {"name": 3},
            f"{FILE} 的 [plan] name 应是文字，例如 name = \"…\"；现为 3，请对照样例改正。",
        ),
        (
            lambda v: READ.text(v, "name", "plan"),
            {"name": " "},
            f"{FILE} 的 [plan] name 应是文字，例如 name = \"…\"；现为 ' '，请对照样例改正。",
        ),
        (
            lambda v: READ.optional_text(v, "map", "outline"),
            {"map": {"outline": 3}},
            f"{FILE} 的 [map] outline 应是文字，例如 outline = \"…\"；现为 3。",
        ),
        (
            lambda v: READ.optional_text(v, "map", "outline"),
            {"map": 3},
            f"{FILE} 的 map 应是表，例如 [map]；请对照样例改正。",
        ),
        (
            lambda v: READ.texts(v, "units", "a", "财政局"),
            {"units": "x"},
            f"{FILE} 的 [a] units 应是文字列表，例如 units = [\"财政局\"]；请对照样例改正。",
        ),
        (
            lambda v: READ.day(v, "start", "plan"),
            {"start": datetime(2025, 1, 1, 8)},
            f"{FILE} 的 [plan] start 应是日期，例如 start = 2025-01-01；现为 datetime.datetime(2025, 1, 1, 8, 0)。",
        ),
        (
            lambda v: READ.number(v, "points", "lights"),
            {"points": True},
            f"{FILE} 的 [lights] points 应是数字；现为 True。",
        ),
        (
            lambda v: READ.number(v, "points", "lights"),
            {"points": float("nan")},
            f"{FILE} 的 [lights] points 应是数字；现为 nan。",
        ),
        (
            lambda v: READ.number(v, "points", "lights", least=0),
            {"points": -1},
            f"{FILE} 的 [lights] points = -1 不应小于 0；请对照样例改正。",
        ),
        (
            lambda v: READ.number(v, "points", "lights", 5),
            3,
            f"{FILE} 的 lights 应是表，例如 [lights]；请对照样例改正。",
        ),
        (
            lambda v: READ.whole(v, "days", "", 3),
            {"days": 2.5},
            f"{FILE} 的 days = 2.5 应是整数；请对照样例改正。",
        ),
    ],
)
def test_a_wrong_value_is_one_sentence_about_its_own_file(
    reader: Reader, value: Any, sentence: str
) -> None:
    with pytest.raises(InputError) as refused:
        reader(value)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(("reader", "value", "expected"), [
    (lambda v: READ.table(v, "plan"), {"plan": {"a": 1}}, {"a": 1}),
    (lambda v: READ.optional_table(v, "plan"), {}, {}),
    (lambda v: READ.entries(v, "points"), None, []),
    (lambda v: READ.text(v, "name", "plan"), {"name": "宿迁"}, "宿迁"),
    (lambda v: READ.text(v, "name", "plan", "usual"), {}, "usual"),
    (lambda v: READ.optional_text(v, "map", "outline"), {}, None),
    (lambda v: READ.optional_text(v, "map", "outline"), {"map": {"outline": " "}}, None),
    (lambda v: READ.texts(v, "units", "a"), {}, ()),
    (lambda v: READ.texts(v, "units", "a"), {"units": ["甲", "乙"]}, ("甲", "乙")),
    (lambda v: READ.day(v, "start", "plan"), {"start": "2025-01-01"}, date(2025, 1, 1)),
    (lambda v: READ.day(v, "start", "plan"), {"start": date(2025, 1, 1)}, date(2025, 1, 1)),
    (lambda v: READ.number(v, "points", "lights", 5.0, least=0), {}, 5.0),
    (lambda v: READ.number(v, "points", "lights", 5.0, least=0), {"points": 0}, 0),
    (lambda v: READ.whole(v, "days", "", 3, least=1), {"days": 4.0}, 4),
])
def test_a_good_value_is_read_as_it_is(reader: Reader, value: Any, expected: Any) -> None:
    assert reader(value) == expected
