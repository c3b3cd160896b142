"""Personal data is recognised and refused; what only looks like it is not."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.boundary.privacy import Finding, Personal, is_id_number, personal
from data_access.checking.check import check
from data_access.snapshots.refresh import refresh
from tests.small_city import settings_of

# the standard's own worked example of a check digit
_ID = "11010519491231002X"


def test_the_standards_example_is_an_id_number_and_its_neighbours_are_not() -> None:
    assert is_id_number(_ID)
    assert is_id_number(_ID.lower())
    assert not any(is_id_number(_ID[:-1] + last) for last in "0123456789")
    assert not is_id_number("11010519491331002X")  # a thirteenth month
    assert not is_id_number(f"9{_ID}")


@pytest.mark.parametrize(("values", "is_key", "kind"), [
    ([_ID], True, Personal.ID_NUMBER),
    ([f"某某驿站（{_ID}）"], False, Personal.ID_NUMBER),
    (["13812345678", "15900001111", "19912341234"], True, Personal.PHONE),
    (["+86 138-1234-5678"], True, Personal.PHONE),
    (["幸福驿站 联系电话13812345678"], False, Personal.PHONE),
    (["张伟", "王芳", "李秀英", "刘洋", "陈静", "杨敏"], True, Personal.NAME),
])
def test_personal_data_is_found(values: list[str], is_key: bool, kind: Personal) -> None:
    found = personal(values, is_key=is_key)
    assert found is not None
    assert found.kind == kind
    assert not any(value in repr(found) for value in values)


@pytest.mark.parametrize(
    ("values", "is_key"),
    [
        ([], True),
        (["", " "], True),
        (["91321302MA1XXXXX5K", "91321300066299999Q"], True),  # credit codes with letters
        (["913213021949123110", "92321322199001011234"], True),  # digits only, no province
        (["321302150", "321302150001", "321300"], True),  # division codes
        (["20250301000" + str(n) for n in range(10)], True),  # serial numbers
        (
            ["13800000000", *(f"9{n:010}" for n in range(10))],
            True,
        ),  # one serial number that looks like a phone
        (
            ["家政", "养老", "维修", "电商直播", "托幼", "美容美发", "配送", "花木园艺", "烹饪"],
            True,
        ),
        (
            ["高空", "高空", "方木", "方木", "高空"],
            True,
        ),  # few different words, trades and not people
        (
            ["张庄村", "李口镇", "王集镇", "陈集镇", "刘集镇", "黄圩镇"],
            False,
        ),  # places named after families
        (["五星骑手", "金牌家政"], True),
        (["13812345678901"], True),  # longer than a phone
    ],
)
def test_what_only_looks_personal_is_let_through(values: list[str], is_key: bool) -> None:
    assert personal(values, is_key=is_key) is None


@given(st.lists(st.text(max_size=40), max_size=30), st.booleans())
def test_whatever_a_column_holds_the_check_answers(values: list[str], is_key: bool) -> None:
    assert isinstance(personal(values, is_key=is_key), (Finding, type(None)))


def _city_with_names_for_keys(folder: Path) -> tuple[object, Path]:
    settings = settings_of(folder, training_attendance="""
        | person_key | occupation |
        | p1         | 家政       |
        | p2         | 家政       |
        """)
    return settings, Path(settings.urls["training"].removeprefix("sqlite:///"))


def test_a_mapping_onto_id_numbers_is_refused_and_the_other_sources_still_refresh(
        tmp_path: Path) -> None:
    settings, database = _city_with_names_for_keys(tmp_path / "city")
    with sqlite3.connect(database) as opened:
        opened.execute("UPDATE training_attendance SET person_key = ? WHERE rowid = 1", [_ID])
    opened.close()
    taken = refresh(settings)  # type: ignore[arg-type]
    said = [message for message in taken.messages if "training_attendance" in message]
    assert len(said) == 1
    assert "身份证号" in said[0]
    assert "person_key" in said[0]
    assert _ID not in said[0]
    assert "training_attendance" not in taken.parts
    assert "service_venue" in taken.parts
    problem = next(row.problem for row in check(settings) if row.dataset == "training_attendance")  # type: ignore[arg-type]
    assert problem is not None
    assert "身份证号" in problem
