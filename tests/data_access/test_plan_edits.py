"""plan.toml edited by the program: comments stay, what is written is what is read, nothing is lost."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.site import (
    ROOT,
    InForce,
    Settings,
    digest_of,
    edited,
    edits,
    load_plan,
    plan_text,
    save,
    text_of,
)
from kpi.plan import CITY_FIELDS, indicator_fields
from kpi.vocabulary import InputError
from tests.examples import examples

TEXT = (ROOT / "config" / "plan.toml").read_text(encoding="utf-8")
JOBS = ("indicators", "jobs_published")
AT = datetime(2026, 3, 2, 9, 30)
WHY = InForce(reason="宿零工专班〔2026〕3号")


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "plan.toml").write_text(TEXT, encoding="utf-8")
    return Settings(tmp_path / "config", tmp_path / "var", {})


def _comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith("#")]


def test_only_the_changed_value_is_another_and_every_comment_stays() -> None:
    new = edited(TEXT, {(*JOBS, "target"): 52000, ("lights", "green_points"): 1.5})
    data, before = tomllib.loads(new), tomllib.loads(TEXT)
    assert _comments(new) == _comments(TEXT)
    assert data["indicators"]["jobs_published"].pop("target") == 52000
    assert before["indicators"]["jobs_published"].pop("target") == 50000
    assert data["lights"].pop("green_points") == 1.5
    assert data == before
    assert edited(TEXT, {}) == TEXT


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_the_ends_of_lines_stay_as_they_are(ends: str) -> None:
    text = TEXT.replace("\n", ends)
    new = edited(text, {("lights", "yellow_points"): 6})
    assert new.count("\r\n") == text.count("\r\n")
    assert new.count("\n") == text.count("\n")


def test_tables_are_made_and_taken_away_and_their_neighbours_stay() -> None:
    values: dict[tuple[str, ...], Any] = {
        (*JOBS, "quotas"): {"321302": 10_000, "321311": 40_000},
        (*JOBS, "curve"): {
            "kind": "staged",
            "points": [
                {"on": date(2025, 12, 31), "share": 0.6},
                {"on": date(2026, 6, 30), "share": 0.85},
            ],
        },
        ("ranking", "method"): "bonus",
        ("indicators", "window_coverage"): None,
    }
    data = tomllib.loads(edited(TEXT, values))
    before = tomllib.loads(TEXT)
    entry = data["indicators"].pop("jobs_published")
    assert entry.pop("quotas") == {"321302": 10_000, "321311": 40_000}
    assert entry.pop("curve") == values[(*JOBS, "curve")]
    assert entry == before["indicators"].pop("jobs_published")
    assert data.pop("ranking") == {"method": "bonus"}
    assert before["indicators"].pop("window_coverage")
    assert data == before
    back = edited(edited(TEXT, values), {(*JOBS, "quotas"): None, (*JOBS, "curve"): None})
    assert tomllib.loads(back)["indicators"]["jobs_published"] == tomllib.loads(TEXT)["indicators"][
        "jobs_published"
    ]
    assert edited(TEXT, {("nowhere", "at", "all"): None}) == TEXT


def test_what_an_earlier_edit_said_of_its_coming_into_force_gives_way() -> None:
    first = edited(TEXT, {}, InForce(date(2026, 3, 1), True, "录入有误"))
    assert tomllib.loads(first) == {
        **tomllib.loads(TEXT),
        "effective_from": date(2026, 3, 1),
        "correction": True,
        "reason": "录入有误",
    }
    assert edited(first, {}) == TEXT


_TEXTS = st.text("ab\"'\\#[]=\n\t 零工，“”", max_size=12)
_VALUES = st.one_of(
    _TEXTS,
    st.integers(0, 10**9),
    st.floats(0, 1e9, allow_nan=False),
    st.dates(),
    st.lists(_TEXTS, max_size=3),
    st.none(),
)
_PLACES = [one.place for one in CITY_FIELDS] + [(*JOBS, key) for key in ("name", "weight", "x y")]


@settings(max_examples=examples(300))
@given(st.dictionaries(st.sampled_from(_PLACES), _VALUES, max_size=5))
def test_whatever_is_written_is_what_is_read(values: dict[tuple[str, ...], Any]) -> None:
    wanted = tomllib.loads(TEXT)
    for place, value in values.items():
        table = wanted
        for name in place[:-1]:
            table = table.get(name, {}) if value is None else table.setdefault(name, {})
        if value is None:
            table.pop(place[-1], None)
        else:
            table[place[-1]] = value
    new = edited(TEXT, values)
    assert tomllib.loads(new) == wanted
    assert _comments(TEXT) == [one for one in _comments(new) if one in _comments(TEXT)]


def test_a_saved_file_is_in_force_and_both_are_kept(site: Settings) -> None:
    os.chmod(site.plan_file, 0o640)
    new = edited(TEXT, {(*JOBS, "target"): 52000}, WHY)
    made = save(site, new, digest_of(TEXT), WHY, "zhang@example.gov.cn", AT)
    assert plan_text(site) == new
    assert stat.S_IMODE(site.plan_file.stat().st_mode) == 0o640
    assert load_plan(site).indicator("jobs_published").target == 52000
    assert edits(site) == (made,)
    assert (made.by, made.at, made.reason) == ("zhang@example.gov.cn", AT, WHY.reason)
    assert text_of(site, made.before) == TEXT
    assert text_of(site, made.after) == new
    back = save(site, TEXT, made.after, InForce(reason="撤销"), "li", AT)
    assert site.plan_file.read_bytes() == TEXT.encode()
    assert edits(site) == (back, made), "the newest first"
    assert [path.name for path in site.config.iterdir()] == ["plan.toml"], "no draft left"


def test_a_file_changed_by_another_is_not_written_over(site: Settings) -> None:
    other = edited(TEXT, {("lights", "yellow_points"): 8})
    site.plan_file.write_text(other, encoding="utf-8")
    with pytest.raises(InputError, match="在您打开这一页之后被改过；没有保存"):
        save(site, edited(TEXT, {(*JOBS, "target"): 1}), digest_of(TEXT), WHY, "x", AT)
    assert plan_text(site) == other
    assert edits(site) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT.replace("target = 50000", "target = 0", 1), "应大于 0"),
        (TEXT.replace("target = 50000", "target = ", 1), "格式有误，第 "),
        ("", "缺少"),
    ],
)
def test_what_is_no_plan_is_not_saved(site: Settings, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        save(site, text, digest_of(TEXT), WHY, "x", AT)
    assert plan_text(site) == TEXT
    assert edits(site) == ()


def test_a_linked_file_is_changed_where_it_lies(site: Settings, tmp_path: Path) -> None:
    lies = tmp_path / "elsewhere.toml"
    site.plan_file.rename(lies)
    site.plan_file.symlink_to(lies)
    new = edited(TEXT, {("lights", "yellow_points"): 8})
    save(site, new, digest_of(TEXT), WHY, "x", AT)
    assert site.plan_file.is_symlink()
    assert lies.read_text(encoding="utf-8") == new


def test_a_file_that_may_not_be_written_says_what_to_do(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(InputError, match=r"方案文件写不进去.*交给系统管理员"):
        save(site, edited(TEXT, {}, WHY), digest_of(TEXT), WHY, "x", AT)
    monkeypatch.undo()
    assert plan_text(site) == TEXT
    assert edits(site) == ()


def test_a_record_that_is_spoilt_is_named(site: Settings) -> None:
    made = save(site, edited(TEXT, {}, WHY), digest_of(TEXT), WHY, "x", AT)
    folder = site.data / "plans"
    (folder / f"{made.before}.toml").write_text("changed", encoding="utf-8")
    with pytest.raises(InputError, match="不见了或被改过"):
        text_of(site, made.before)
    with pytest.raises(InputError, match="不见了或被改过"):
        text_of(site, "../../config/plan")
    record = folder / "edits.jsonl"
    record.write_text(record.read_text(encoding="utf-8") + json.dumps({"at": "?"}) + "\n",
                      encoding="utf-8")
    with pytest.raises(InputError, match=r"方案改动的记录 .* 读不出来"):
        edits(site)


def test_every_field_that_can_be_edited_is_one_the_plan_reads(site: Settings) -> None:
    """A field of the page that the program did not read would be a promise it does not keep."""
    plan = load_plan(site)
    other: dict[str, Any] = {
        "text": "另一个", "list": ["市教育局"], "number": 3.5, "whole": 9, "share": 0.35,
        "day": date(2027, 3, 31), "choice": "bonus",
    }
    share = next(item.indicator for item in plan.indicators
                 if item.indicator.is_share and item.target is not None)
    count = plan.indicator("jobs_published").indicator
    for one in (*CITY_FIELDS, *indicator_fields(share), *indicator_fields(count)):
        value = other[one.kind]
        if one.place[-1] == "comparator":
            value = ">" if one.value_in(tomllib.loads(TEXT)) == ">=" else ">="
        site.plan_file.write_text(edited(TEXT, {one.place: value}), encoding="utf-8")
        assert load_plan(site) != plan, one.place
