"""The ledger keeps what was recorded: on SQLite and PostgreSQL, against two editors, crashes and
older schemas.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from data_access.ledger.engine import ledger_url, open_ledger_engine, writing
from data_access.ledger.migrate import newest_version, upgrade, version_of
from data_access.ledger.store import Ledger, recorded_cases
from data_access.ledger.tables import METADATA
from data_access.site.settings import ROOT, Settings
from kpi.follow_ups.follow_up import Case, Event, EventKind, Item, Meeting
from kpi.follow_ups.follow_up_fold import Status, status
from kpi.follow_ups.follow_up_rules import Actor, Role
from kpi.plan.plan import FollowUpRules
from kpi.vocabulary.division import Rollup
from kpi.vocabulary.errors import InputError
from tests.commands.running import command, process, said_in_one_line
from tests.servers import OWNER, OWNER_PASSWORD, Server

AT = datetime(2026, 3, 2, 9, 30)
OFFICE = Actor("bangongshi", Role.OFFICE)
ITEM = Item("补建驿站", Rollup.COUNTY, "321324", "泗洪县", "就业中心主任", date(2026, 4, 1), ("市商务局", "市财政局"),
            "station_coverage", 1.0, origin="截至3月1日，泗洪乡镇驿站覆盖率82.6%。")


def now(case: Case) -> Status | None:
    return status(case, AT.date(), FollowUpRules())


@pytest.fixture(scope="module")
def server(postgresql: Server) -> Iterator[str]:
    """The URL of a database of the ledger's own."""
    postgresql.execute("CREATE DATABASE ledger")
    yield f"postgresql+psycopg://{OWNER}:{OWNER_PASSWORD}@127.0.0.1:{postgresql.port}/ledger"
    postgresql.execute("DROP DATABASE ledger WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each make."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    address = str(request.getfixturevalue("server"))
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return address


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = Ledger(open_ledger_engine(url))
    yield opened
    opened.close()


def test_what_was_recorded_reads_back_as_it_was(ledger: Ledger) -> None:
    meeting = ledger.hold_meeting(Meeting(date(2026, 3, 2), "分管副市长", ("市人社局", "泗洪县"),
                                          "20260302T060000-0a"), OFFICE, AT)
    raised = ledger.raise_items([replace(ITEM, meeting=meeting.held_on), ITEM], OFFICE, AT,
                                assign=True)
    assert [item.number for item in raised] == ["2026-001", "2026-002"]
    ledger.act("2026-001", 2, Event(EventKind.EXTENDED, AT, "", "汛期停工", date(2026, 5, 1), "分管副市长"),
               OFFICE, now)
    assert ledger.meetings() == (meeting,)
    assert ledger.cases() == (Case(raised[0], (Event(EventKind.RAISED, AT, "bangongshi"),
                                               Event(EventKind.ASSIGNED, AT, "bangongshi"),
                                               Event(EventKind.EXTENDED, AT, "bangongshi", "汛期停工",
                                                     date(2026, 5, 1), "分管副市长"))),
                              Case(raised[1], (Event(EventKind.RAISED, AT, "bangongshi"),
                                               Event(EventKind.ASSIGNED, AT, "bangongshi"))))
    assert ledger.revision() == 5


def test_the_second_editor_is_told_and_nothing_is_lost(ledger: Ledger) -> None:
    ledger.raise_items([ITEM], OFFICE, AT, assign=True)
    ledger.act("2026-001", 2, Event(EventKind.PROGRESS, AT, "", "已选址"), OFFICE, now)
    with pytest.raises(InputError, match="刚刚被别人更新过"):
        ledger.act("2026-001", 2, Event(EventKind.PROGRESS, AT, "", "已招标"), OFFICE, now)
    assert [event.text for event in ledger.case("2026-001").events[2:]] == ["已选址"]
    ledger.act("2026-001", 3, Event(EventKind.PROGRESS, AT, "", "已招标"), OFFICE, now)
    assert [event.text for event in ledger.case("2026-001").events[2:]] == ["已选址", "已招标"]


def handed_to(unit: str, text: str = "机构改革") -> Event:
    return Event(EventKind.HANDED_OVER, AT, "", text, lead_unit=unit, post="处长")


def test_a_hand_over_is_kept_beside_and_read_back_in_its_place(ledger: Ledger) -> None:
    ledger.raise_items([ITEM], OFFICE, AT, assign=True)
    before = ledger.revision()
    ledger.act("2026-001", 2, handed_to("市教育局"), OFFICE, now)
    ledger.act("2026-001", 2, Event(EventKind.PROGRESS, AT + timedelta(hours=1), "", "接手"), OFFICE,
               now)
    ledger.act("2026-001", 3, replace(handed_to("市民政局"), at=AT + timedelta(hours=2)), OFFICE, now)
    case = ledger.case("2026-001")
    assert [event.kind.value for event in case.events] == [
        "raised", "assigned", "handed_over", "progress", "handed_over"]
    assert case.now == replace(ITEM, number="2026-001", lead_unit="市民政局", post="处长")
    assert case.item == replace(ITEM, number="2026-001")
    assert (case.version, ledger.revision() - before) == (3, 3)
    with pytest.raises(InputError, match="现在就由市民政局的处长负责"):
        ledger.act("2026-001", 3, handed_to("市民政局"), OFFICE, now)
    with pytest.raises(InputError, match="刚刚被别人更新过"):
        ledger.act("2026-001", 2, handed_to("市教育局"), OFFICE, now)


def test_a_program_of_before_finds_a_ledger_it_can_use_after_a_hand_over(ledger: Ledger) -> None:
    """It does not look beside the ledger's own tables, and those are as it left them."""
    ledger.raise_items([ITEM], OFFICE, AT, assign=True)
    ledger.act("2026-001", 2, handed_to("市教育局"), OFFICE, now)
    with ledger.engine.connect() as connection:
        assert version_of(connection) == newest_version()
        kinds = connection.execute(sa.text("SELECT kind FROM item_event ORDER BY version"))
        assert kinds.scalars().all() == ["raised", "assigned"]


@pytest.mark.parametrize("statement", ["UPDATE item_handover SET lead_unit = 'x'",
                                       "DELETE FROM item_handover"])
def test_a_hand_over_cannot_be_rewritten(ledger: Ledger, statement: str) -> None:
    ledger.raise_items([ITEM], OFFICE, AT, assign=True)
    ledger.act("2026-001", 2, handed_to("市教育局"), OFFICE, now)
    with pytest.raises(sa.exc.SQLAlchemyError,
                       match="append-only"), ledger.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_of_two_who_hand_an_item_over_at_once_one_is_told(ledger: Ledger, url: str) -> None:
    ledger.raise_items([ITEM], OFFICE, AT, assign=True)
    told: list[str] = []

    def hand(unit: str) -> None:
        own = Ledger(open_ledger_engine(url))
        try:
            own.act("2026-001", 2, handed_to(unit), OFFICE, now)
        except InputError as error:
            told.append(str(error))
        finally:
            own.close()
    threads = [threading.Thread(target=hand, args=(f"单位{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case = ledger.case("2026-001")
    # one after another is well too: each is then a hand-over from the one before
    assert len(case.events) - case.version + len(told) == 4
    assert case.now.lead_unit.startswith("单位")


def test_the_rules_hold_at_the_database_too(ledger: Ledger) -> None:
    ledger.raise_items([ITEM], OFFICE, AT)
    with pytest.raises(InputError, match="现为“立项”，不能报告办结"):
        ledger.act("2026-001", 1, Event(EventKind.DONE, AT, "", "已办"), OFFICE, now)
    with pytest.raises(InputError, match="没有编号为 2026-009 的事项"):
        ledger.act("2026-009", 1, Event(EventKind.DONE, AT, "", "已办"), OFFICE, now)
    assert ledger.case("2026-001").version == 1


def test_one_unusable_item_keeps_out_the_whole_list(ledger: Ledger) -> None:
    for wrong, said in ((replace(ITEM, title=""), "事项内容没有填写"),
                        (replace(ITEM, due=date(2026, 3, 1)), "应不早于今天"),
                        (replace(ITEM, meeting=date(2026, 2, 1)), "2026-02-01 的会议还没有登记")):
        with pytest.raises(InputError, match=said):
            ledger.raise_items([ITEM, wrong], OFFICE, AT)
    assert ledger.cases() == ()


def test_a_meeting_day_is_recorded_once(ledger: Ledger) -> None:
    ledger.hold_meeting(Meeting(date(2026, 3, 2), "分管副市长"), OFFICE, AT)
    with pytest.raises(InputError, match="2026-03-02 的会议已经登记"):
        ledger.hold_meeting(Meeting(date(2026, 3, 2), "秘书长"), OFFICE, AT)
    with pytest.raises(InputError, match="请由联席会议办公室操作"):
        ledger.hold_meeting(Meeting(date(2026, 3, 3), "秘书长"), Actor("x", Role.LEADER), AT)


@pytest.mark.parametrize("statement", ["UPDATE item_event SET text = 'x'", "DELETE FROM item_event",
                                       "UPDATE item SET title = 'x'", "DELETE FROM meeting"])
def test_the_database_itself_refuses_to_rewrite_what_was_recorded(
        ledger: Ledger, statement: str) -> None:
    ledger.hold_meeting(Meeting(date(2026, 3, 2), "分管副市长"), OFFICE, AT)
    ledger.raise_items([ITEM], OFFICE, AT)
    with pytest.raises(sa.exc.SQLAlchemyError,
                       match="append-only"), ledger.engine.begin() as connection:
        connection.exec_driver_sql(statement)


# ---- processes
# ------------------------------------------------------------------------------------------------

_EDITOR = """
import sys
from datetime import datetime
from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.store import Ledger
from kpi.vocabulary.errors import InputError
from kpi.follow_ups.follow_up import Event, EventKind
from tests.data_access.test_ledger import OFFICE, now
url, name, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3])
ledger, written, told = Ledger(open_ledger_engine(url)), 0, 0
while written < wanted:
    seen = ledger.case("2026-001").version
    try:
        ledger.act("2026-001", seen, Event(EventKind.PROGRESS, datetime(2026, 3, 2, 10), "", f"{name}-{written}"), OFFICE, now)
        written += 1
    except InputError as error:
        assert "刚刚被别人更新过" in str(error), error
        told += 1
print(told)
"""


def _process(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**os.environ, "PYTHONIOENCODING": "utf-8"})


@pytest.mark.long
def test_two_processes_writing_at_once_lose_nothing(ledger: Ledger, url: str) -> None:
    ledger.raise_items([ITEM], OFFICE, AT, assign=True)
    editors = [_process(_EDITOR, url, name, "25") for name in ("甲", "乙")]
    for editor in editors:
        _, problems = editor.communicate(timeout=120)
        assert editor.returncode == 0, problems
    texts = [event.text for event in ledger.case("2026-001").events[2:]]
    assert sorted(texts) == sorted(f"{name}-{number}" for name in ("甲", "乙")
                                   for number in range(25))
    for name in ("甲", "乙"):
        assert [text for text in texts if text.startswith(name)] == [
            f"{name}-{number}" for number in range(25)]


_KILLED = """
import os, signal, sys
from dataclasses import replace
import sqlalchemy as sa
from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.store import Ledger
from tests.data_access.test_ledger import AT, ITEM, OFFICE
ledger, inserts = Ledger(open_ledger_engine(sys.argv[1])), []
@sa.event.listens_for(ledger.engine, "after_cursor_execute")
def _(connection, cursor, statement, *rest):
    if statement.startswith("INSERT"):
        inserts.append(statement)
        if len(inserts) == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
ledger.raise_items([replace(ITEM, title="一"), replace(ITEM, title="二")], OFFICE, AT, assign=True)
"""


@pytest.mark.parametrize("writes", range(1, 7))
@pytest.mark.long
def test_a_process_killed_between_two_writes_leaves_nothing_half_done(
        ledger: Ledger, url: str, writes: int) -> None:
    """Two items given out at once are six rows."""
    ledger.raise_items([ITEM], OFFICE, AT)
    before = ledger.cases()
    killed = _process(_KILLED, url, str(writes))
    _, problems = killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL, problems
    assert ledger.cases() == before
    assert ledger.raise_items([ITEM], OFFICE, AT)[0].number == "2026-002"



# ---- schema versions
# ------------------------------------------------------------------------------------------


def _first_version(url: str) -> None:
    """A ledger as the first version made and filled it, one meeting, one item and two events in it.
    """
    engine = open_ledger_engine(url)
    upgrade(engine, "0001")
    with writing(engine) as connection:
        for statement in (
            "INSERT INTO meeting VALUES ('2026-01-15', '分管副市长', '[\"泗洪县\"]', NULL, '2026-01-15 10:00:00.000000', 'a')",
            "INSERT INTO item VALUES ('2026-001', '补建驿站', 'county', '321324', '泗洪县', '[]', '就业中心主任', "
            "'2026-03-31', NULL, NULL, '2026-01-15')",
            "INSERT INTO item_event VALUES ('2026-001', 1, 'raised', '2026-01-15 10:00:00.000000', 'a', '', NULL, NULL)",
            "INSERT INTO item_event VALUES "
            "('2026-001', 2, 'assigned', '2026-01-16 09:00:00.000000', 'a', '', NULL, NULL)",
        ):
            connection.execute(sa.text(statement))
    engine.dispose()


def test_the_version_looked_for_at_every_start_is_the_scripts_newest() -> None:
    scripts = ScriptDirectory(str(ROOT / "data_access" / "migrations"))
    assert scripts.get_current_head() == newest_version()


def test_a_ledger_of_the_first_version_opens_with_everything_in_it(url: str) -> None:
    _first_version(url)
    ledger = Ledger(open_ledger_engine(url))
    with ledger.engine.connect() as connection:
        assert version_of(connection) == newest_version() != "0001"
    item = Item("补建驿站", Rollup.COUNTY, "321324", "泗洪县", "就业中心主任", date(2026, 3, 31),
                meeting=date(2026, 1, 15), number="2026-001")
    assert ledger.cases() == (Case(item, (Event(EventKind.RAISED, datetime(2026, 1, 15, 10), "a"),
                                          Event(EventKind.ASSIGNED, datetime(2026, 1, 16, 9),
                                                "a"))),)
    assert ledger.meetings() == (Meeting(date(2026, 1, 15), "分管副市长", ("泗洪县",)),)
    assert ledger.raise_items([ITEM], OFFICE, AT)[0] == replace(ITEM, number="2026-002")
    ledger.close()


def test_migrated_tables_are_the_ones_the_program_uses(ledger: Ledger) -> None:
    found = sa.inspect(ledger.engine)
    for table in METADATA.tables.values():
        assert [column["name"] for column in found.get_columns(table.name)] == [
            column.name for column in table.columns]
        assert found.get_pk_constraint(table.name)["constrained_columns"] == [
            key.name for key in table.primary_key]


_OPENER = """
import sys
from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.store import Ledger
print(len(Ledger(open_ledger_engine(sys.argv[1])).cases()))
"""


@pytest.mark.long
def test_many_processes_opening_an_old_ledger_migrate_it_once(url: str) -> None:
    _first_version(url)
    openers = [_process(_OPENER, url) for _ in range(4)]
    for opener in openers:
        said, problems = opener.communicate(timeout=120)
        assert (opener.returncode, said.strip()) == (0, "1"), problems


def test_a_ledger_of_a_newer_program_is_refused_and_left_alone(ledger: Ledger, url: str) -> None:
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InputError, match="版本 9999 比本程序新；请升级程序"):
        Ledger(open_ledger_engine(url))


# ---- where it is
# ----------------------------------------------------------------------------------------------


def test_the_ledger_lies_in_the_data_folder_unless_a_url_says_otherwise(tmp_path: Path) -> None:
    real, sample = Settings(tmp_path, tmp_path, {"venues": "sqlite:///x"}), Settings(
        tmp_path, tmp_path, {})
    secrets, absent = tmp_path / "secrets.toml", tmp_path / "none.toml"
    secrets.write_text('[ledger]\nurl = "postgresql+psycopg://a@b/c"\n', encoding="utf-8")
    assert ledger_url(real, {}, absent) == f"sqlite:///{tmp_path}/ledger.sqlite"
    assert ledger_url(sample, {}, absent) == f"sqlite:///{tmp_path}/sample-ledger.sqlite"
    assert ledger_url(real, {}, secrets) == "postgresql+psycopg://a@b/c"
    assert ledger_url(real, {"LINGGONG_LEDGER_URL": "sqlite:////x/y"}, secrets) == "sqlite:////x/y"


def test_reading_figures_does_not_begin_a_ledger(tmp_path: Path) -> None:
    assert recorded_cases(Settings(tmp_path, tmp_path / "var", {})) == ()
    assert not (tmp_path / "var").exists()


def test_upgrading_by_command_says_which_version_it_now_has(url: str) -> None:
    _first_version(url)
    done = process("data_access", "ledger", "upgrade", LINGGONG_LEDGER_URL=url)
    assert (done.returncode, done.stdout.strip()) == (
        0, f"台账数据库已是版本 {newest_version()}，共 1 个事项。"), done.stderr


@pytest.mark.parametrize(("wrong", "said"), [
    ("mysql+pymysql://a@127.0.0.1/b", "只能放在 SQLite"),
    ("not a url", "写法有误"),
    ("postgresql+psycopg://a:secret-word@127.0.0.1:1/b", "连不上"),
])
def test_an_unusable_ledger_is_said_in_one_line(wrong: str, said: str) -> None:
    assert said in said_in_one_line(command("data_access", "ledger", "upgrade",
                                            LINGGONG_LEDGER_URL=wrong))
