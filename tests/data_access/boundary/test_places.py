"""The places of a dataset, resolved together, with a remark for whatever is not as the lists have
it.
"""

from __future__ import annotations

import pytest

from data_access.boundary import Places, RawPlace, resolve_places
from data_access.boundary.places import SHOWN
from tests.data_access.boundary.lists import elsewhere, suqian


def places(*given: tuple[str | None, str | None, str | None, int]) -> Places:
    return resolve_places(suqian(), [RawPlace(*one) for one in given], "岗位", by_village=True)


@pytest.mark.parametrize(("given", "meant"), [
    (("321322", "321322001", None), ("321322", "321322001", None)),
    (("321322", None, None), ("321322", None, None)),
    (("321300", None, None), ("321300", None, None)),
    (("沭阳县", None, None), ("321322", None, None)),
    (("沭阳县", "沭城街道", None), ("321322", "321322001", None)),
    ((None, "沭城街道", None), (None, "321322001", None)),
    (("321322", "321322001000", None), ("321322", "321322001", None)),
    (("321322000000", "321322001000", None), ("321322", "321322001", None)),
    (("", "321322001", None), (None, "321322001", None)),
    (("321322", " ", None), ("321322", None, None)),
    ((None, "沭阳县", None), ("321322", None, None)),
    (("沭阳县沭城街道", None, None), ("321322", "321322001", None)),
    (("宿城区", "洋河新区", None), ("321392", None, None)),
    (("沭阳县", "经开区", None), ("321322", None, None)),
    ((None, "青阳镇", None), ("321324", "青阳镇", None)),
    (("宿城区", "青阳镇", None), ("321302", "青阳镇", None)),
    (("321324", "青阳镇", "城东社区"), ("321324", "321324001", "321324001025")),
    (("3.21302E+11", None, None), ("3.21302E+11", None, None)),
    (("999999", "321322001", None), ("999999", "321322001", None)),
    (("睢宁县", "双沟镇x", None), ("睢宁县", "双沟镇x", None)),
    ((None, None, "321302001001"), (None, "321302001", "321302001001")),
    ((None, None, "321302001999"), (None, None, "321302001999")),
    (("321302", None, "321302001001"), ("321302", None, "321302001001")),
    (("321302", "321302001", "凤凰社区"), ("321302", "321302001", "321302001001")),
    (("321302", "321302001", "不存在村"), ("321302", "321302001", "不存在村")),
])
def test_what_a_place_counts_as(given: tuple[str | None, ...],
                                meant: tuple[str | None, ...]) -> None:
    assert places((*given, 3)).table[given] == meant


def test_a_village_alone_places_a_row_only_where_that_is_the_rule() -> None:
    given = RawPlace(None, None, "321302001001", 1)
    assert resolve_places(suqian(), [given], "载体").changed == {}


def test_places_as_the_lists_have_them_change_nothing_and_are_not_remarked() -> None:
    clean = places(("321302", "321302001", "321302001001", 5), ("321322", None, None, 2),
                   (None, None, None, 1))
    assert clean.changed == {}
    assert clean.remarks == ()


def test_a_remark_counts_rows_and_names_column_spelling_and_place() -> None:
    remarks = places(("沭阳县", "321322001", None, 5), ("沭阳县", None, None, 7)).remarks
    assert [(remark.code, remark.count, remark.where) for remark in remarks] == [
        ("division_resolved", 12, "岗位 县区")]
    assert "“沭阳县”按 321322 沭阳县 计" in remarks[0].text


def test_what_is_left_open_is_remarked_with_its_candidates() -> None:
    remark, = places((None, "青阳镇", None, 4)).remarks
    assert (remark.code, remark.count) == ("division_open", 4)
    assert all(name in remark.text for name in ("青阳街道", "大楼街道", "重岗街道", "按泗洪县计"))


def test_lost_digits_are_named_with_how_to_mend() -> None:
    remark, = places(("3.21302E+11", None, None, 9)).remarks
    assert (remark.code, remark.count) == ("division_digits_lost", 9)
    assert "设为文本" in remark.text


def test_a_village_that_is_on_no_list_is_remarked() -> None:
    remark, = places(("321302", "321302001", "不存在村", 2)).remarks
    assert (remark.code, remark.count, remark.where) == ("village_open", 2, "岗位 村（社区）")


def test_a_village_code_on_no_list_is_remarked_only_where_all_villages_are_listed() -> None:
    remark, = places(("321302", "321302001", "321302001999", 2)).remarks
    assert remark.code == "village_open"
    other = resolve_places(elsewhere(), [RawPlace("320722", "320722101", "320722101999", 2)], "载体")
    assert other.remarks == ()


def test_many_spellings_share_a_remark_and_no_row_is_forgotten() -> None:
    odd = [(f"某地{number}", None, None, number + 1) for number in range(SHOWN + 15)]
    remarks = places(*odd).remarks
    assert len(remarks) == SHOWN + 1
    assert sum(remark.count for remark in remarks) == sum(rows for *_, rows in odd)
    assert "另有 15 种写法" in remarks[-1].text
