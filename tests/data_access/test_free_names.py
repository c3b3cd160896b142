"""工种 has no list of values: what is no name is remarked, counted as it stands."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data_access.reading.free_names import NO_NAME, free_name_remarks, no_names
from kpi.definitions import DATASETS
from kpi.vocabulary import Remark
from tests import small_city

NAMES = ("养老护理", "月嫂", "快递员（早班）", "4S店销售", "3D打印", "第3产业", "Java开发", "无人机飞手")


@pytest.mark.parametrize("value", [
    "1,200", "1，200", "120个", "30 人", "2025.3", "-5", "0.5", "45748", "321302.0", "3.21302E+11",
    "13812345678", "321302199001011234", "2025-02-30", "2025/3/1", "2025年3月1日", "0000-00-00",
    "2025-03-01 08:00:00", "85%", "是", "否", "TRUE", "No"])
def test_what_is_no_name_is_picked_from_names(value: str) -> None:
    assert no_names((*NAMES, value)) == (value,)


def test_names_with_digits_are_names() -> None:
    assert no_names(NAMES) == ()


def test_codes_are_names_where_most_values_are_codes() -> None:
    codes = ("40201", "40202", "41001")
    assert no_names(codes) == ()
    assert no_names((*codes, "13812345678")) == ("13812345678",)
    assert no_names(codes[:1]) == codes[:1]
    assert no_names((*codes, *NAMES)) == codes


def _remarks(folder: Path, occupations: list[str]) -> tuple[Remark, ...]:
    rows = "\n".join(f"| {one} | 2025-03-0{number} |" for number, one in enumerate(occupations, 1))
    current = small_city.read(small_city.settings_of(
        folder, training_attendance=f"| occupation | completed_on |\n{rows}"))
    quality = current.snapshot.parts["training_attendance"].data.quality
    assert quality.counted == len(occupations), "they are counted all the same"
    return tuple(one for one in quality.remarks if one.code == NO_NAME)


def test_the_remark_says_column_values_and_rows(tmp_path: Path) -> None:
    (one,) = _remarks(tmp_path, ["养老", "2025.3", "2025.3", "120个", "养老"])
    assert (one.count, one.dataset) == (3, "training_attendance")
    assert "“120个”、“2025.3”" in one.text
    assert one.text.endswith("请核对是不是别的列。")


@pytest.mark.parametrize("value", ["13812345678", "3.21302E+17"])
def test_what_may_belong_to_a_person_is_quoted_nowhere(tmp_path: Path, value: str) -> None:
    (one,) = _remarks(tmp_path, ["养老", value])
    assert value not in one.text
    assert "不显示" in one.text


def test_names_alone_and_blanks_are_not_remarked(tmp_path: Path) -> None:
    assert _remarks(tmp_path, ["养老", "月嫂", ""]) == ()


def test_a_key_is_no_name() -> None:
    cells = pd.DataFrame({"event": ["served"], "venue_id": ["12"], "kind": ["push"],
                          "channel": ["online"], "rows": [1]})
    assert free_name_remarks(DATASETS["venue_service"], cells) == ()
