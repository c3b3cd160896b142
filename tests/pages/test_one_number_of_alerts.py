"""One number of alerts, read out of everything that says it: pages, workbook, brief, JSON and
messages.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from docx import Document

from components.api import Interface
from data_access.accounts.tokens import tokens
from data_access.current import Current, load_or_refresh
from data_access.ledger.shelvings import shelvings
from data_access.running import token_day
from data_access.site.load import load_settings
from data_access.site.settings import ROOT
from kpi.alerts.cards import Card, CardState
from kpi.alerts.rules import Severity
from kpi.follow_ups.shelving import Shelving, shelved_by
from kpi.scorecard.card_sets import cards_of, unit_cards
from kpi.scorecard.scorecard import Scorecard, scorecard
from kpi.sentences.alert_cards import count_words, scope_words
from kpi.vocabulary.division import Rollup
from notices.__main__ import main as notices_command
from notices.notice import Kind, notices_due
from notices.run import Situation
from notices.settings import Receiver
from reports.__main__ import main as reports_command
from reports.brief.paper import BRIEF
from reports.feeds import FEED_BY_NAME, feed_source, feed_text
from reports.papers import paper_bytes, source
from reports.scorecard import SCORECARD
from reports.workbook.paper import WORKBOOK
from tests.api.conftest import Asking
from tests.pages.app import open_page, words

AS_OF = date(2026, 10, 31)
_SAID = re.compile(r"全市和5个县区共(?:有预警)?(\d+)项")


@pytest.fixture
def site(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over_sample: None
) -> Path:
    """A data folder of this test only, because pages write into it."""
    folder = tmp_path / "own"
    shutil.copytree(data_folder, folder, symlinks=True)
    monkeypatch.setenv("LINGGONG_DATA", str(folder))
    return folder


def _current(site: Path) -> Current:
    return load_or_refresh(load_settings({"LINGGONG_DATA": str(site)}, ROOT / "no-secrets.toml"))


def _on_pages() -> dict[str, list[str]]:
    shown = {
        page: words(open_page(page))
        for page in ("leaders/overview", "meeting/alerts", "leaders/wallboard")
    }
    head = shown["meeting/alerts"].partition("逐条共")[0]
    grades = re.findall(r"[红黄蓝灰]色 ?(\d+)", head)
    assert len(grades) == 4
    return {
        **{page: _SAID.findall(text) for page, text in shown.items()},
        "grades of 预警": [str(sum(map(int, grades)))],
    }


def _on_paper(known: Current, card: Scorecard) -> dict[str, list[str]]:
    made_from = source(known, card)
    book = openpyxl.load_workbook(io.BytesIO(paper_bytes(WORKBOOK, made_from)), data_only=True)
    cells = " ".join(
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    )
    brief = Document(io.BytesIO(paper_bytes(BRIEF, made_from)))
    feed = json.loads(paper_bytes(SCORECARD, made_from))
    alerts = json.loads(feed_text(FEED_BY_NAME["alerts"], feed_source(known, AS_OF, AS_OF)))
    return {
        "workbook": _SAID.findall(cells),
        "brief": _SAID.findall(" ".join(one.text for one in brief.paragraphs)),
        "json": [str(sum(one["counted"] for one in feed["alert_cards"]))],
        "feed": [str(sum(one["counted"] for one in alerts["alert_cards"]))],
    }


def _for_other_systems(site: Path) -> dict[str, list[str]]:
    """Over HTTP, and in the tables other systems read."""
    register, today = tokens(site), token_day()
    made = register.make("测试系统", (), today + timedelta(days=30), today)[1]
    asking = Asking(Interface(), register, site)
    over_http = {
        name: str(
            sum(
                one["counted"]
                for one in asking.get(f"{name}?as_of={AS_OF}", made).json()["alert_cards"]
            )
        )
        for name in ("alerts", "scorecard")
    }
    engine = sa.create_engine(f"sqlite:///{site / 'exchange.sqlite'}")
    assert reports_command(["export", "--as-of", str(AS_OF), "--to", str(engine.url)]) == 0
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT COUNT(*) FROM linggong_alert_cards WHERE counted AND scope = 'city'")
        ).scalar_one()
    engine.dispose()
    return {**{f"/api/v1/{name}": [text] for name, text in over_http.items()}, "tables": [str(rows)]}


def _sent(site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command that sends the notices would send to a receiver of everything."""
    folder = site / "config"
    if not folder.exists():
        shutil.copytree(ROOT / "config", folder)
        given = folder / "notices.toml"
        given.write_text(
            given.read_text(encoding="utf-8") + '\n[receivers.office]\ntitle = "办公室"\n',
            encoding="utf-8",
        )
    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setenv("LINGGONG_CONFIG", str(folder))
        assert notices_command(["send", "--dry-run", "--as-of", str(AS_OF), "--today", "2026-11-01"]) == 0
    return capsys.readouterr().out


def _in_a_message(known: Current, card: Scorecard) -> list[str]:
    cards = cards_of(known.figures, card, Rollup.COUNTY)
    about = Situation(
        "宿迁市", AS_OF, True, count_words(cards, scope_words(card.geography, Rollup.COUNTY))
    )
    due = notices_due(card, [], AS_OF, due_days=3, look_back_days=7)
    return _SAID.findall(about.message(Receiver("办公室", "办公室", ""), due).body)


def _top(card: Scorecard) -> Card:
    """A red card on top that has counties folded under it."""
    return next(
        one
        for one in card.cards
        if one.counted
        and one.rollup == "city"
        and any(under.folded and under.indicator == one.indicator for under in card.cards)
    )


def _put_aside(site: Path, card: Card, until: date = date(2026, 11, 1)) -> None:
    store = shelvings(load_settings({"LINGGONG_DATA": str(site)}, ROOT / "no-secrets.toml"))
    store.append(
        Shelving(
            *card.key, card.severity, AS_OF, until, "等接口改造", "张三", datetime(2026, 10, 31, 9)
        )
    )


@pytest.mark.long
def test_every_place_says_the_same_number_before_and_after_one_is_put_aside(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def places(known: Current, card: Scorecard) -> dict[str, set[str]]:
        read = {
            **_on_pages(),
            **_on_paper(known, card),
            **_for_other_systems(site),
            "message": _in_a_message(known, card),
            "notices send": _SAID.findall(_sent(site, monkeypatch, capsys)),
        }
        return {name: set(numbers) for name, numbers in read.items()}

    known = _current(site)
    card = known.scorecard(AS_OF)
    before = places(known, card)
    assert len(before) == 13
    assert before == {name: {"11"} for name in before}

    top = _top(card)
    under = [
        one
        for one in card.cards
        if one.folded and one.indicator == top.indicator and one.state != CardState.IMPROVING
    ]
    _put_aside(site, top)
    known = _current(site)
    now = str(11 - 1 + len(under))  # what was folded under it stands on its own
    after = places(known, known.scorecard(AS_OF))
    assert after == {name: {now} for name in before}


@pytest.mark.long
def test_what_is_put_aside_is_a_group_of_its_own_and_nothing_is_lost(site: Path) -> None:
    before = _current(site).scorecard(AS_OF)
    top = _top(before)
    _put_aside(site, top)
    card = _current(site).scorecard(AS_OF)
    assert Counter(line for one in card.cards for line in one.lines) == Counter(
        line for one in before.cards for line in one.lines
    )
    assert [one.key for one in card.cards if one.state == CardState.SHELVED] == [top.key]
    said = words(open_page("meeting/alerts"))
    assert "搁置 1 项：不计入条数" in said
    assert "搁置到 2026-11-01；理由：等接口改造（张三，2026-10-31 登记）" in said
    assert "1项搁置" in said
    assert top.lines[0].evidence in said


@pytest.mark.long
@pytest.mark.parametrize(("until", "aside"), [(AS_OF, True), (date(2026, 10, 30), False)])
def test_it_is_back_the_day_after_its_last(site: Path, until: date, aside: bool) -> None:
    top = _top(_current(site).scorecard(AS_OF))
    _put_aside(site, top, until)
    states = {one.key: one.state for one in _current(site).scorecard(AS_OF).cards}
    assert (states[top.key] == CardState.SHELVED) is aside
    assert (f"搁置到 {until}" in words(open_page("meeting/alerts"))) is aside


def test_the_forms_begin_with_a_month_and_with_all_that_has_lasted(site: Path) -> None:
    day = date(2026, 6, 30)
    counted = [one for one in _current(site).scorecard(day).cards if one.counted]
    app = open_page("meeting/alerts", as_of=day.isoformat())
    app.button(key=f"card-shelve-{'-'.join(counted[-1].key)}").click().run()
    assert (app.date_input(key="shelve-until").value, app.date_input(key="shelve-until").max) == (
        date(2026, 7, 30),
        date(2026, 8, 29),
    )
    app = open_page("meeting/alerts")
    found = int(re.findall(r"长期未解除(\d+)项", words(app))[0])
    app.button(key="cards-lasting").click().run()
    assert len(app.multiselect(key="lasting-cards").value) == found


def test_near_the_deadline_nothing_can_be_put_aside(site: Path) -> None:
    keys = {str(button.key) for button in open_page("meeting/alerts", as_of="2026-11-01").button}
    assert any(key.startswith("card-raise-") for key in keys)
    assert not any(key.startswith("card-shelve-") for key in keys)


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize(
    ("rollup", "division"), [("county", "321324"), ("county", "321322"), ("managing", "321311")]
)
def test_a_units_page_counts_its_own_cards(rollup: str, division: str, sample: Current) -> None:
    card = sample.scorecard(AS_OF)
    place = card.geography.division(Rollup(rollup), division)
    cards = unit_cards(sample.figures, card, place)
    lines = [line for one in cards.all for line in one.lines]
    assert sorted(lines, key=repr) == sorted(
        (one for one in card.alerts if (one.rollup, one.division) == place.key), key=repr
    )
    for page in ("counties/county", "meeting/alerts"):
        said = words(open_page(page, division=division, rollup=rollup))
        assert set(re.findall(rf"{place.name}共(?:有预警)?(\d+)项", said)) == {
            str(len(cards.counted))
        }
    if place.rollup == Rollup.COUNTY:
        book = paper_bytes(WORKBOOK, source(sample, card), scope=place)
        head = openpyxl.load_workbook(io.BytesIO(book), read_only=True)["预警"]
        note = " ".join(str(cell) for row in head.iter_rows(max_row=4, values_only=True)
                        for cell in row if cell is not None)
        assert re.findall(rf"{place.name}共有预警(\d+)项", note) == [str(len(cards.counted))]


def test_a_red_alert_put_aside_is_not_told_until_it_is_back(sample: Current) -> None:
    card = sample.scorecard(AS_OF)
    red = next(one for one in card.cards if one.severity == Severity.RED and one.rollup == "county")
    given = Shelving(*red.key, red.severity, AS_OF, AS_OF, "等", "张三", datetime(2026, 10, 31))

    def told(of: Scorecard) -> set[str]:
        return {
            one.text
            for one in notices_due(of, [], AS_OF, due_days=3, look_back_days=7)
            if one.kind == Kind.RED_ALERT
        }

    aside = scorecard(sample.figures, AS_OF, None, shelved_by([given]))
    gone = {line.evidence for line in red.lines if line.severity == Severity.RED}
    assert gone <= told(card)
    assert told(aside) == told(card) - gone
