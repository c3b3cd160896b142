"""sources.toml changed by the program: one dataset's entry, and nothing else; every version stored."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.proposing.entry import together
from data_access.proposing.saving import (
    checked,
    entry_in,
    given_path,
    save,
    store_given,
    versioned_sources,
    with_entry,
)
from data_access.site import ROOT, Settings, digest_of
from kpi.definitions import SHIPPED
from kpi.vocabulary import InputError

SHIPPED_TEXT = (ROOT / "config" / "sources.toml").read_text(encoding="utf-8")
AT = datetime(2026, 3, 2, 9, 30)
TEXT = """# 本市的对照表
[datasets.job_posting]      # 岗位
table = "gig_job"           # 每月一号换表
[datasets.job_posting.columns]
posting_id = "id"

# 以下是载体
[datasets.service_venue]
file = "载体.xlsx"
[datasets.service_venue.columns]
venue_id = "编号"
"""
VENUES = {"file": "新.xlsx", "sheet": "驿站", "header_row": 3, "skip_rows_with": ["合计"],
          "columns": {"venue_id": "驿站编号", "village_code": ""},
          "values": {"kind": {"零工 驿站": "station", "=\"x\"": "window"}},
          "covers": ["station"], "constants": {"operator": "government"}}


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "sources.toml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "config" / "plan.toml").write_text("", encoding="utf-8")
    return Settings(tmp_path / "config", tmp_path / "var", {})


def _comments(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


def test_only_the_dataset_is_another_and_every_other_comment_stays() -> None:
    new = with_entry(TEXT, "service_venue", VENUES)
    assert tomllib.loads(new)["datasets"] == {**tomllib.loads(TEXT)["datasets"],
                                              "service_venue": VENUES}
    assert _comments(new) == _comments(TEXT)
    assert new.startswith(TEXT[:TEXT.index("# 以下")].rstrip())


def test_the_shipped_file_of_comments_takes_a_first_entry() -> None:
    new = with_entry(SHIPPED_TEXT, "service_venue", VENUES)
    assert tomllib.loads(new) == {"datasets": {"service_venue": VENUES}}
    assert _comments(new) == _comments(SHIPPED_TEXT)
    assert tomllib.loads(with_entry("", "hire", {"table": "t"})) == {
        "datasets": {"hire": {"table": "t"}}}


def test_several_sources_are_written_as_the_documents_show_them() -> None:
    first = {"file": "一.xlsx", "columns": {"venue_id": "编号"}}
    entry = together([VENUES], first)
    assert entry == {"sources": [first, VENUES]}
    new = with_entry(TEXT, "service_venue", entry)
    assert new.count("[[datasets.service_venue.sources]]") == 2
    assert entry_in(new, "service_venue") == entry
    # the same file once more takes its own place: read twice it would count twice
    assert together([first], entry)["sources"] == [VENUES, first]
    other = {**VENUES, "sheet": "专窗"}
    assert together([other], entry)["sources"] == [first, VENUES, other]
    with pytest.raises(InputError, match="替换"):
        together([first], {"table": "x"})


_NAMES = st.sampled_from(sorted(SHIPPED.datasets))
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_ENTRIES = st.fixed_dictionaries({"columns": st.dictionaries(_TEXTS, _TEXTS, max_size=3)},
                                 optional={"file": _TEXTS, "header_row": st.integers(1, 9),
                                           "empty": st.lists(_TEXTS, max_size=3)})


@given(edits=st.lists(st.tuples(_NAMES, _ENTRIES), max_size=5))
def test_edits_one_after_another_are_what_the_file_says(
        edits: list[tuple[str, dict[str, Any]]]) -> None:
    text, wanted = TEXT, dict(tomllib.loads(TEXT)["datasets"])
    for dataset, entry in edits:
        text = with_entry(text, dataset, entry)
        wanted[dataset] = entry
    assert tomllib.loads(text)["datasets"] == wanted


def test_a_saved_file_is_in_force_recorded_and_taken_back(site: Settings) -> None:
    file = versioned_sources(site)
    new = with_entry(TEXT, "service_venue", VENUES)
    made = save(site, new, digest_of(TEXT), "改用新表", "某人", AT, "service_venue")
    assert file.text() == new
    assert (made.by, made.reason, made.before) == ("某人", "改用新表", digest_of(TEXT))
    assert file.edits() == (made,)
    assert file.text_of(made.before) == TEXT
    save(site, file.text_of(made.before), digest_of(new), "改回", "某人", AT)
    assert file.text() == TEXT
    assert [one.reason for one in file.edits()] == ["改回", "改用新表"]


def test_nothing_is_saved_over_an_edit_made_meanwhile_or_that_cannot_be_used(
        site: Settings) -> None:
    new = with_entry(TEXT, "service_venue", VENUES)
    with pytest.raises(InputError, match="对照表文件在您打开这一页之后被改过"):
        save(site, new, digest_of("x"), "改", "某人", AT)
    wrong = with_entry(TEXT, "service_venue", {**VENUES, "header_row": 0})
    with pytest.raises(InputError, match="header_row"):
        save(site, wrong, digest_of(TEXT), "改", "某人", AT, "service_venue")
    with pytest.raises(InputError, match="第 1 行"):
        checked(site, "[datasets")
    assert versioned_sources(site).text() == TEXT
    assert versioned_sources(site).edits() == ()


def test_a_dropped_file_of_the_same_name_takes_another(site: Settings) -> None:
    first = store_given(site, "hire", "../沭阳/驿站?.xlsx", b"one")
    assert first == site.data / "given" / "hire" / "驿站_.xlsx"
    second = store_given(site, "hire", "驿站_.xlsx", b"two")
    assert second.name == "驿站_-2.xlsx"
    # what was saved before can be gone back to
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    assert store_given(site, "hire", "驿站_.xlsx", b"two") == second
    assert store_given(site, "hire", "驿站_.xlsx", b"one") == first
    assert given_path(site, "hire", ".~$x.xlsx").name == "x.xlsx"
