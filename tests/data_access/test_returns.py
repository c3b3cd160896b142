"""Monthly returns on record: by several processes, one of them killed; the form's file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.ledger.engine import open_ledger_engine, writing
from data_access.ledger.returns import Returns, recorded_returns
from data_access.site.return_file import load_return_form
from data_access.site.settings import ROOT, Settings
from kpi.follow_ups import Actor, Role
from kpi.returns import (
    ItemKind,
    MonthlyReturn,
    ReturnEvent,
    ReturnForm,
    ReturnItem,
    ReturnState,
    Step,
)
from kpi.vocabulary import InputError
from tests.servers import OWNER, OWNER_PASSWORD, Server

AT = datetime(2026, 2, 5, 23, 0)
JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)
FORM = ReturnForm((ReturnItem("advice", "咨询", "人次", ItemKind.COUNT, change=0.5),
                   ReturnItem("online", "线上", "人次", ItemKind.COUNT, required=False)), due_day=5)
OFFICE = Actor("办", Role.OFFICE)


def county(unit: str) -> Actor:
    return Actor("县", Role.UNIT, divisions=frozenset({unit}))


def filing(amount: float, at: datetime = AT) -> ReturnEvent:
    return ReturnEvent(Step.FILE, at, "县", {"advice": amount, "online": None})


@pytest.fixture(scope="module")
def server(postgresql: Server) -> Iterator[str]:
    """The URL of a database of the returns' own."""
    postgresql.execute("CREATE DATABASE monthly_returns")
    yield (f"postgresql+psycopg://{OWNER}:{OWNER_PASSWORD}@127.0.0.1:{postgresql.port}"
           "/monthly_returns")
    postgresql.execute("DROP DATABASE monthly_returns WITH (FORCE)")


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
def store(url: str) -> Iterator[Returns]:
    opened = Returns(open_ledger_engine(url))
    yield opened
    opened.close()


def test_what_was_recorded_reads_back_as_it_was(store: Returns) -> None:
    assert store.all() == ()
    seen = store.one(date(2026, 1, 17), "A")
    assert seen == MonthlyReturn(JAN, "A")
    filed = store.act(FORM, seen, filing(100), county("A"))
    back = store.act(FORM, filed, ReturnEvent(Step.SEND_BACK, AT, "办",
                                              remarks={"advice": "“核对”"}), OFFICE)
    again = store.act(FORM, back, filing(90), county("A"))
    done = store.act(FORM, again, ReturnEvent(Step.APPROVE, AT, "办"), OFFICE)
    other = store.act(FORM, store.one(JAN, "B"), filing(7), county("B"))
    assert done.state == ReturnState.APPROVED
    assert [dict(event.amounts) for event in done.events] == [
        {"advice": 100, "online": None}, {}, {"advice": 90, "online": None}, {}]
    assert store.all() == (done, other)
    assert store.one(JAN, "A") == done


def test_the_month_before_is_the_one_on_record(store: Returns) -> None:
    filed = store.act(FORM, store.one(JAN, "A"), filing(100), county("A"))
    march = datetime(2026, 3, 2, 9)
    # not approved yet: nothing to compare with
    first = store.act(FORM, store.one(FEB, "A"), filing(400, march), county("A"))
    store.act(FORM, filed, ReturnEvent(Step.APPROVE, AT, "办"), OFFICE)
    with pytest.raises(InputError, match="比上月 100 增减超过 50%"):
        store.act(FORM, first, filing(401, march), county("A"))
    assert store.one(FEB, "A") == first


def test_who_saw_an_older_version_is_refused_and_nothing_is_lost(store: Returns) -> None:
    seen = store.act(FORM, store.one(JAN, "A"), filing(100), county("A"))
    newer = store.act(FORM, seen, filing(200), county("A"))
    with pytest.raises(InputError, match="刚刚被更新过"):
        store.act(FORM, seen, ReturnEvent(Step.APPROVE, AT, "办"), OFFICE)
    assert store.one(JAN, "A") == newer
    assert newer.approved is None


@pytest.mark.parametrize(("actor", "step", "message"), [
    (county("B"), Step.FILE, "只有本单位的账号可以上报"), (OFFICE, Step.FILE, "只有本单位的账号"),
    (county("A"), Step.APPROVE, "只有联席会议办公室可以审核通过"),
    (Actor("领导", Role.LEADER), Step.REOPEN, "只有联席会议办公室可以重新打开")])
def test_who_may_not_is_refused(store: Returns, actor: Actor, step: Step, message: str) -> None:
    with pytest.raises(InputError, match=message):
        store.act(FORM, store.one(JAN, "A"), replace(filing(1), step=step), actor)
    assert store.all() == ()


def test_the_database_itself_refuses_to_rewrite(store: Returns) -> None:
    filed = store.act(FORM, store.one(JAN, "A"), filing(100), county("A"))
    for statement in ("UPDATE monthly_return_event SET amounts = '{}'",
                      "DELETE FROM monthly_return_event"):
        with pytest.raises((InputError, sa.exc.IntegrityError)), writing(store.engine) as rewriting:
            rewriting.execute(sa.text(statement))
    assert store.all() == (filed,)


_COUNTIES = """
import os, signal, sys
import sqlalchemy as sa
from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.returns import Returns
from tests.data_access.test_returns import FORM, JAN, county, filing
store, inserts = Returns(open_ledger_engine(sys.argv[1])), []
@sa.event.listens_for(store.engine, "after_cursor_execute")
def _(connection, cursor, statement, *rest):
    if statement.startswith("INSERT INTO monthly_return_event"):
        inserts.append(statement)
        if len(inserts) == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
for number in range(int(sys.argv[2]), 200, 2):
    unit = f"{number:03d}"
    store.act(FORM, store.one(JAN, unit), filing(number), county(unit))
    print(unit, flush=True)
"""


def _process(url: str, first: int, killed_at: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", _COUNTIES, url, str(first),
                             str(killed_at)], cwd=ROOT, text=True,
                            stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "utf-8"})


@pytest.mark.long
def test_of_two_hundred_units_none_is_lost_when_a_process_is_killed(url: str) -> None:
    """Two processes take the returns of a hundred units each; one is killed over its 41st, written
    and not committed. What was confirmed is there, what was not can be filed again.
    """
    staying, killed = _process(url, 0), _process(url, 1, 41)
    assert staying.stdout is not None
    assert killed.stdout is not None
    confirmed = {line.strip() for line in killed.stdout}
    assert killed.wait(60) == -signal.SIGKILL
    confirmed |= {line.strip() for line in staying.stdout}
    assert staying.wait(300) == 0
    killed.stdout.close()
    staying.stdout.close()
    store = Returns(open_ledger_engine(url))
    try:
        there = {one.unit: one for one in store.all()}
        assert len(confirmed) == 140
        assert set(there) == confirmed
        for number in range(200):
            unit = f"{number:03d}"
            if unit not in there:
                store.act(FORM, store.one(JAN, unit), filing(number), county(unit))
        assert {one.unit: one.events for one in store.all()} == {
            f"{number:03d}": (filing(number),) for number in range(200)}
    finally:
        store.close()


# ---- the site


def test_reading_does_not_begin_a_ledger(tmp_path: Path) -> None:
    settings = Settings(ROOT / "config", tmp_path, {"main": "sqlite:///register.db"})
    assert recorded_returns(settings) == ()
    assert list(tmp_path.iterdir()) == []
    store = Returns.open(settings)
    filed = store.act(FORM, store.one(JAN, "A"), filing(100), county("A"))
    store.close()
    assert recorded_returns(settings) == (filed,)


def _site(tmp_path: Path) -> Settings:
    config = tmp_path / "config"
    config.mkdir()
    shutil.copy(ROOT / "config" / "plan.toml", config)
    return Settings(config, tmp_path / "data", {"main": "sqlite:///register.db"})


def test_without_a_file_there_is_no_form(tmp_path: Path) -> None:
    assert load_return_form(_site(tmp_path), ["A"]) is None


def test_a_file_with_every_kind_of_check_is_read(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    shutil.copy(ROOT / "tests" / "fixtures" / "returns.toml", settings.config / "returns.toml")
    form = load_return_form(settings, ["A"])
    assert form is not None
    assert [item.code for item in form.items] == [
        "advice", "advice_online", "staff", "staff_own", "staff_bought", "registered"]
    assert form.due(JAN) == date(2026, 2, 5)


def test_a_fault_of_the_file_names_the_file(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    file = settings.config / "returns.toml"
    file.write_text("due_day = 31\n", encoding="utf-8")
    with pytest.raises(InputError, match="due_day = 31 不是每个月都有") as caught:
        load_return_form(settings, ["A"])
    assert str(caught.value).startswith(str(file))
