"""`python -m notices send`, as cron runs it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data_access.site.settings import Settings
from data_access.snapshots.clock import local_now
from kpi.vocabulary.errors import InputError
from notices.settings import load_notice_settings
from tests.commands.running import command, process, said_in_one_line
from tests.drawn import WORLD, rows, write_sqlite
from tests.drawn_ledger import write_ledger
from tests.engines import write_plan
from tests.kpi.hand import plan
from tests.notices.receivers import Mailbox, mailbox

# the command reads the city's clock, so the drawing is relative to it
TODAY = local_now(plan()).date()
ALWAYS = '[quiet]\nfrom = "00:00"\nto = "00:00"\n[receivers.office]\ntitle = "办公室"\n'


@pytest.fixture
def site(tmp_path: Path) -> dict[str, str]:
    """A site with one overdue item; the environment its commands run in."""
    urls = write_sqlite(tmp_path, {**WORLD, "practice_report": rows("practice_report", f"""
        | submitted_on                    |
        | {TODAY - timedelta(days=1)} |
    """), "fund_entry": []})
    write_plan(tmp_path / "config", start=TODAY - timedelta(days=300),
               deadline=TODAY + timedelta(days=300))
    # that no meeting has been held is not what is told here
    with (tmp_path / "config" / "plan.toml").open("a", encoding="utf-8") as file:
        file.write("[follow_up]\nmeeting_days = 0\n")
    (tmp_path / "var").mkdir()
    write_ledger(tmp_path / "var" / "ledger.sqlite", f"""
        | number   | division | due                         |
        | 2026-001 | 321302   | {TODAY - timedelta(days=2)} |
    """, f"""
        | number   | day                          | kind     |
        | 2026-001 | {TODAY - timedelta(days=90)} | raised   |
        | 2026-001 | {TODAY - timedelta(days=90)} | assigned |
    """)
    return {"LINGGONG_CONFIG": str(tmp_path / "config"), "LINGGONG_DATA": str(tmp_path / "var"),
            **{f"LINGGONG_URL_{name.upper()}": url for name, url in urls.items()}}


@pytest.fixture
def mails() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


def configure(site: dict[str, str], text: str) -> None:
    (Path(site["LINGGONG_CONFIG"]) / "notices.toml").write_text(text, encoding="utf-8")


def test_nothing_is_sent_unless_switched_on(site: dict[str, str], mails: Mailbox) -> None:
    configure(site, "enabled = false\n" + ALWAYS)
    done = command("notices", "send", LINGGONG_NOTICE_OFFICE=mails.url, **site)
    assert (done.returncode, mails.mails) == (0, [])
    assert "提醒未启用" in done.stdout


@pytest.mark.long
def test_the_command_sends_once_and_a_second_time_nothing(site: dict[str, str],
                                                          mails: Mailbox) -> None:
    configure(site, "enabled = true\n" + ALWAYS)
    dry = process("notices", "send", "--dry-run", LINGGONG_NOTICE_OFFICE=mails.url, **site)
    assert "办公室：2 条，将发送" in dry.stdout
    first = process("notices", "send", LINGGONG_NOTICE_OFFICE=mails.url, **site)
    assert (first.returncode, first.stdout.strip()) == (0, "办公室：2 条，已送达"), first.stderr
    again = process("notices", "send", LINGGONG_NOTICE_OFFICE=mails.url, **site)
    assert (again.returncode, again.stdout.strip()) == (0, "没有需要发送的提醒。")
    ((_, _, text),) = mails.mails
    assert "事项2026-001（宿城区，自拟事项，牵头单位：单位）已逾期2天" in text


def test_a_receiver_that_cannot_be_reached_is_a_non_zero_exit(site: dict[str, str]) -> None:
    configure(site, "enabled = true\n[retry]\nattempts = 1\n" + ALWAYS)
    done = command("notices", "send", LINGGONG_NOTICE_OFFICE="json://127.0.0.1:1/", **site)
    assert (done.returncode, done.stdout.strip()) == (1, "办公室：2 条，未送达，下次运行再试")


@pytest.mark.parametrize(("text", "said"), [
    ("enabled = \"yes\"\n", "enabled 只能是 true 或 false"),
    ("enabled = true\n[receivers.office]\n", "没有收信地址"),
    ("[receivers.office]\nkinds = [\"weather\"]\n", "不认识的种类"),
    ("[receivers.office]\ndivisions = \"321302\"\n", "应是文字列表"),
    ("[quiet]\nfrom = \"九点\"\n", "应是时刻"),
    ("due_days = -1\n", "notices.toml 的 due_days = -1 不应小于 0"),
    ("receivers = 3\n", "notices.toml 的 receivers 应是表"),
])
def test_wrong_settings_are_refused_with_what_to_mend(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "notices.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load_notice_settings(Settings(tmp_path, tmp_path, {}), {}, tmp_path / "none.toml")


def test_a_refusal_of_the_command_is_one_line(site: dict[str, str]) -> None:
    configure(site, "enabled = 1\n")
    assert "enabled 只能是 true 或 false" in said_in_one_line(command("notices", "send", **site))
