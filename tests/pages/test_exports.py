"""报表 in this process: its downloads are the exporter's bytes, a meeting is frozen and compared with
later days.
"""

from __future__ import annotations

import base64
import io
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import openpyxl
import pytest
from docx import Document
from streamlit.testing.v1 import AppTest

from components.library import handing_out
from components.library.meetings import changes
from components.library.papers import Offer
from components.shell.frame import View
from components.shell.selection import Selection
from data_access.current import Current, load_or_refresh
from data_access.site.load import load_settings
from data_access.site.settings import ROOT
from data_access.snapshots.freeze import list_frozen, open_frozen
from kpi.scope.access import Access, Account, Grant, Role
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.division import Rollup
from kpi.vocabulary.errors import InputError
from kpi.wording import wording
from reports import papers, preview
from reports.brief.paper import BRIEF
from reports.bulletin.paper import COUNTIES
from reports.handed_out import HandedOut
from reports.paper import Paper
from reports.papers import PAPERS
from reports.preview import Preview
from tests.data_access.frozen_folders import frozen_copy, of_a_later_version
from tests.pages.app import open_app, words
from tests.programs import missing
from tests.reports import office

AS_OF = date(2026, 10, 31)
STAFF = Access(Account("staff", "工作人员"), (Grant(Role.STAFF),))
# one white pixel
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTjiggAAAABJRU5ErkJggg==")


def _page(**params: str) -> AppTest:
    app = open_app(**params)
    return app.switch_page("pages/library/exports.py").run()


def _view(known: Current, day: date = AS_OF, division: str | None = None) -> View:
    chosen = Selection(day, Rollup.COUNTY, "jobs_published", division)
    return View(current=known, key=f"test-{known.snapshot.id}", selection=chosen,
                card=scorecard(known.figures, day), access=STAFF)


@pytest.fixture
def own_data(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, because freezing writes into it."""
    shutil.copytree(data_folder, tmp_path / "data", symlinks=True)
    monkeypatch.setenv("LINGGONG_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.usefixtures("over_sample")
def test_every_paper_of_the_city_is_offered_and_one_unit_has_its_workbook() -> None:
    app = _page()
    assert not app.exception
    assert all(title in words(app) for title in ("报表（Excel）", "情况通报（Word）", "县区通报（Word）",
                                                 "得分数据（JSON）"))
    one = _page(division="321322")
    assert "范围：沭阳县" in words(one)
    assert "情况通报（Word）" not in words(one)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.key)
def test_a_download_gives_the_exporters_bytes(sample: Current, paper: Paper) -> None:
    view = _view(sample)
    offer = next(one for one in handing_out.offers(view) if one.key == paper.key)
    assert offer.data() == papers.paper_bytes(paper, papers.source(sample, view.card))
    assert offer.name.endswith((".xlsx", ".docx", ".pptx", ".json"))
    assert "20261031" in offer.name


def test_a_paper_is_offered_only_to_an_account_with_its_permission(sample: Current) -> None:
    view = _view(sample)
    assert [offer.key for offer in handing_out.offers(view)] == [paper.key for paper in PAPERS]
    leader = replace(view, access=Access(Account("leader", "市领导"), (Grant(Role.LEADER),)))
    assert handing_out.offers(leader) == ()


def test_units_that_are_level_share_a_place_in_the_bulletin(sample: Current) -> None:
    """All five counties have their market; two have all their stations, so the next is third."""
    made = Document(io.BytesIO(papers.paper_bytes(COUNTIES,
                                                  papers.source(sample, _view(sample).card))))
    codes = [item.code for item in sample.plan.core]
    places = {code: [row.cells[0].text for row in made.tables[1 + codes.index(code)].rows[1:]]
              for code in ("county_market_coverage", "station_coverage")}
    assert places["county_market_coverage"] == ["1"] * 5
    assert places["station_coverage"] == ["1", "1", "3", "4", "5"]


def test_sheets_left_out_are_not_in_the_workbook_and_not_in_its_contents(sample: Current) -> None:
    offer = handing_out.offers(_view(sample), frozenset({"alerts"}))[0]
    book = openpyxl.load_workbook(io.BytesIO(offer.data()))
    assert "预警" in book.sheetnames
    assert not {"县区明细", "缺口清单", "口径说明", "数据质量"} & set(book.sheetnames)
    listed = {str(cell.value) for row in book["封面"].iter_rows() for cell in row}
    assert "预警" in listed
    assert "数据质量" not in listed
    assert offer.identity != handing_out.offers(_view(sample))[0].identity


def test_one_units_workbook_is_named_after_it(sample: Current) -> None:
    offered = handing_out.offers(_view(sample, division="321322"))
    assert [offer.name for offer in offered] == ["零工归宿_联席会议_沭阳县_20261031.xlsx"]


def test_all_papers_come_as_one_file_with_the_bytes_each_has_by_itself(sample: Current) -> None:
    offered = handing_out.offers(_view(sample))
    bundle = handing_out.bundle(_view(sample), offered)
    with zipfile.ZipFile(io.BytesIO(bundle.data())) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            one.name: one.data() for one in offered}
    assert bundle.data() == bundle.data()
    assert bundle.name == "零工归宿_全部报表_20261031.zip"


@pytest.mark.long
@pytest.mark.usefixtures("own_data")
def test_all_papers_are_made_by_a_job_and_every_tab_of_the_account_has_them() -> None:
    app, other = _page(), _page()
    assert "papers-download-all" not in _downloads(app)
    app.button(key="papers-all").click().run()
    assert not app.exception
    assert "papers-download-all" in _downloads(app)
    assert "papers-download-all" in _downloads(other.run())
    assert "papers-all" not in [button.key for button in other.button]
    # of another day they have still to be made; what has been made is said
    later = _page(as_of="2026-05-31")
    assert "papers-download-all" not in _downloads(later)
    assert "生成报表完成" in words(later)
    assert f"截至 {AS_OF} 全市的 {len(PAPERS)} 份报表已生成" in words(later)


@pytest.mark.usefixtures("own_data")
def test_papers_that_cannot_be_made_are_told_in_every_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise InputError("模板 brief.docx 打不开；请换一个文件。")

    monkeypatch.setattr(papers, "paper_bytes", broken)
    app = _page(as_of="2026-04-30")
    app.button(key="papers-all").click().run()
    for tab in (app, _page(as_of="2026-04-30")):
        assert "没有生成报表" in words(tab)
        assert "模板 brief.docx 打不开" in words(tab)
        assert "papers-all" in [button.key for button in tab.button]


def _downloads(app: AppTest) -> list[str]:
    """The keys of the page's download buttons."""
    return [str(one.proto.id).split("-", 2)[-1] for one in app.get("download_button")]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("own_data")
def test_a_meeting_is_frozen_from_the_page_and_opened_again(own_data: Path) -> None:
    app = _page()
    assert "还没有定稿的会议" in words(app)
    assert app.button(key="meetings-freeze").disabled
    app.checkbox(key="meetings-sure").check().run()
    app.button(key="meetings-freeze").click().run()
    assert not app.exception
    assert "已定稿" in words(app)
    kept = list_frozen(own_data)
    assert [note.as_of for note in kept] == [AS_OF]
    assert set(open_frozen(kept[0].folder).outputs) == {"scorecard.json", "零工归宿_联席会议_20261031.xlsx",
                                                        "零工归宿_情况通报_20261031.docx",
                                                        "零工归宿_汇报_20261031.pptx",
                                                        "零工归宿_县区通报_20261031.docx"}
    assert "迟报和更正" in words(app)


@pytest.mark.long
@pytest.mark.usefixtures("own_data")
def test_what_changed_since_the_meeting_adds_up_to_the_change(own_data: Path) -> None:
    known = load_or_refresh(load_settings({"LINGGONG_DATA": str(own_data)},
                                          ROOT / "no-secrets.toml"))
    note = handing_out.freezing(_view(known, date(2026, 9, 30)))(lambda text, share: None)
    rows = {row[0]: row for row in changes(_view(known), note, open_frozen(note.folder))}
    before, now = (scorecard(known.figures, day).city_line("jobs_published").value
                   for day in (date(2026, 9, 30), AS_OF))
    assert before is not None
    assert now is not None
    assert rows["发布零工岗位"][1:4] == (wording.figure(before, "个"), wording.figure(now, "个"),
                                   f"+{now - before:,.0f}个")
    # nothing but time has passed: all of it is new data
    assert rows["发布零工岗位"][4:] == ("—", f"+{now - before:,.0f}个", "—", "—")


def test_a_meeting_this_version_cannot_recompute_still_shows_its_figures_and_papers(
        own_data: Path) -> None:
    of_a_later_version(frozen_copy("format-2", own_data))
    app = _page()
    assert not app.exception
    text = words(app)
    assert "只能查看当时的数字" in text
    assert "当时的报表和数字不受影响" in text
    assert "16个" in text
    assert "87.5%" in text
    assert "meetings-scorecard.json" in _downloads(app)


def test_a_figure_that_is_now_counted_in_another_way_stays_as_shown(
        sample: Current, tmp_path: Path) -> None:
    frozen = open_frozen(frozen_copy("format-3", tmp_path))
    assert frozen.shown is not None
    lines = tuple(replace(line, value=20) if line.value == 16 else line
                  for line in frozen.shown.lines)
    shown = replace(frozen, shown=replace(frozen.shown, lines=lines))
    rows = {row[0]: row for row in changes(_view(sample), frozen.note, shown)}
    now = scorecard(sample.figures, AS_OF).city_line("jobs_published").value
    assert now is not None
    assert rows["发布零工岗位＊"][1:] == ("20个", wording.figure(now, "个"), f"+{now - 20:,.0f}个", "—", "—",
                                   "—", "—")
    assert rows["第三方归集率"][1] == "87.5%"


def test_without_a_program_that_lays_pages_out_the_content_is_shown(
        sample: Current, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "available", lambda: False)
    brief = next(one for one in handing_out.offers(_view(sample)) if one.key == BRIEF.key)
    said = "".join(handing_out.draw(brief, lambda text, share: None).html)
    assert "序时进度91.6%" in said
    assert not re.search(r"<(script|img|a|style)\b", said)


@pytest.mark.office
def test_the_preview_has_the_printed_pages(sample: Current) -> None:
    if not preview.available():
        missing("LibreOffice or pdftoppm")
    told: list[str] = []
    brief = next(one for one in handing_out.offers(_view(sample)) if one.key == BRIEF.key)
    shown = handing_out.draw(brief, cast(Any, lambda text, share: told.append(text)))
    assert (len(shown.pages), shown.total) == (6, 6)
    assert all(page.startswith(b"\x89PNG") for page in shown.pages)
    assert told == ["正在生成文件", "正在排版"]


@pytest.mark.long
@pytest.mark.usefixtures("over_sample")
def test_a_preview_made_for_one_reader_is_shown_to_the_next(
        monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def once(content: bytes, suffix: str) -> Preview:
        made.append(suffix)
        return Preview((_PNG, _PNG), 5)

    monkeypatch.setattr(preview, "available", lambda: True)
    monkeypatch.setattr(preview, "rendered", once)
    for _ in range(2):
        app = _page(as_of="2026-05-31")
        app.button(key="papers-preview").click().run()
        assert not app.exception
        assert "共 5 页，预览前 2 页" in words(app)
        assert "页面出错了" not in words(app)
    assert made == [".xlsx"]


@pytest.mark.long
@pytest.mark.usefixtures("over_sample")
def test_any_page_of_a_long_paper_can_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[bytes, int]] = []

    def picture(printed: bytes, page: int) -> bytes:
        drawn.append((printed, page))
        return _PNG

    monkeypatch.setattr(preview, "available", lambda: True)
    monkeypatch.setattr(preview, "rendered", lambda *_: Preview((_PNG, _PNG), 58, b"%PDF"))
    monkeypatch.setattr(preview, "picture", picture)
    app = _page(as_of="2026-04-30")
    app.button(key="papers-preview").click().run()
    assert "共 58 页" in words(app)
    assert "预览前" not in words(app)
    assert drawn == []
    app.number_input(key="papers-page-58").set_value(57).run()
    assert not app.exception
    assert drawn == [(b"%PDF", 57)]


@pytest.mark.office
def test_a_picture_is_of_the_page_asked_for(sample: Current) -> None:
    if not preview.available():
        missing("LibreOffice or pdftoppm")
    shown = preview.rendered(papers.paper_bytes(BRIEF, papers.source(sample, _view(sample).card)),
                             ".docx")
    assert [preview.picture(shown.printed, page) for page in range(1, shown.total + 1)] == list(
        shown.pages)


@pytest.mark.usefixtures("over_sample")
def test_for_a_meeting_only_what_it_reads_is_in_the_workbook(
        monkeypatch: pytest.MonkeyPatch) -> None:
    offers, asked = handing_out.offers, []

    def noted(view: View, sheets: frozenset[str]) -> tuple[Offer, ...]:
        asked.append(sheets)
        return offers(view, sheets)

    monkeypatch.setattr(handing_out, "offers", noted)
    app = _page()
    assert asked[-1] == set(handing_out.SHEETS)
    app.segmented_control(key="papers-extent").set_value("会议用").run()
    assert not app.exception
    assert asked[-1] == {"alerts"}


@pytest.mark.usefixtures("over_sample")
def test_a_paper_that_cannot_be_laid_out_in_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> SimpleNamespace:
        raise InputError("排版超过 120 秒没有完成；请稍后再试，或直接下载文件查看。")

    monkeypatch.setattr(preview, "available", lambda: True)
    monkeypatch.setattr(preview, "rendered", slow)
    app = _page()
    app.selectbox(key="papers-paper").select("brief").run()
    app.button(key="papers-preview").click().run()
    assert "暂时不能预览" in words(app)
    assert not app.exception


def test_a_pdf_is_offered_where_pages_can_be_made_and_a_sentence_where_not(
        sample: Current, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "can_print", lambda suffix: suffix == ".docx")
    offered = {offer.key: offer.pdf is not None for offer in handing_out.offers(_view(sample))}
    assert offered == {paper.key: paper.suffix == ".docx" for paper in PAPERS}
    monkeypatch.setattr(preview, "_office", lambda: None)
    with pytest.raises(InputError, match="没有安装排版程序（LibreOffice），不能下载PDF"):
        preview.pdf(b"PK", ".docx")


@pytest.mark.usefixtures("over_sample")
def test_without_an_office_program_the_page_says_how_to_get_a_pdf(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "_office", lambda: None)
    assert "不能下载PDF；请下载文件后用WPS“另存为PDF”" in words(_page())


@pytest.mark.office
def test_a_pdf_of_the_brief_carries_who_took_it_and_when(sample: Current) -> None:
    office.needed()
    offer = next(one for one in handing_out.offers(_view(sample)) if one.key == "brief")
    assert offer.pdf is not None
    made = offer.pdf(offer.data(), HandedOut("staff", datetime(2026, 11, 1, 9, 30, tzinfo=UTC)))
    assert made.startswith(b"%PDF")
    words_in_hex = "staff 2026-11-01 09:30 导出".encode("utf-16-be").hex().upper().encode()
    assert words_in_hex in made
