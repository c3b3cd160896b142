"""Tokens of other systems: nothing usable is written down, the last day counts, and an end is an
end.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data_access.accounts import LONGEST_DAYS, TokenState
from data_access.accounts.audit import audit_log
from data_access.accounts.tokens import Tokens, tokens
from data_access.running import token_day
from kpi.scope import EVERYTHING, Scope
from kpi.vocabulary import InputError
from tests.fixtures import distinct_city

TODAY = date(2026, 3, 1)


@pytest.fixture
def register(tmp_path: Path) -> Tokens:
    return tokens(tmp_path)


def test_a_token_is_worth_something_until_the_end_of_its_last_day(register: Tokens) -> None:
    token, text = register.make("平台", (), TODAY + timedelta(days=10), TODAY)
    assert register.check(text, TODAY) == (TokenState.VALID, token)
    assert register.check(text, TODAY + timedelta(days=10)) == (TokenState.VALID, token)
    assert register.check(text, TODAY + timedelta(days=11)) == (TokenState.EXPIRED, token)


def test_the_file_holds_a_hash_and_nobody_else_may_read_it(register: Tokens) -> None:
    token, text = register.make("平台", ("321322",), TODAY, TODAY)
    content = register.path.read_text(encoding="utf-8")
    secret = text.split("_", 2)[2]
    assert secret not in content
    assert text not in content
    assert json.loads(content)[0]["digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert register.path.stat().st_mode & 0o777 == 0o600
    assert len(secret) == 43  # 256 bits
    assert token.id in text


def test_scopes_are_those_given(register: Tokens) -> None:
    whole, _ = register.make("平台", (), TODAY, TODAY)
    part, _ = register.make("平台", ("321322", "321302"), TODAY, TODAY)
    assert whole.scope == EVERYTHING
    assert part.scope == Scope(False, ("321302", "321322"))
    assert [token.scope for token in register.listed()] == [whole.scope, part.scope]


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda text: text[:-1],
        lambda text: text + "A",
        lambda text: text.upper(),
        lambda text: f" {text}",
        lambda text: "",
        lambda text: text.replace("lgt_", "lgt__"),
        lambda text: text[:13] + "A" * 43,
        lambda text: "lgt_00000000" + text[12:],
    ],
)
def test_any_other_text_is_unknown(register: Tokens, spoilt: object) -> None:
    _, text = register.make("平台", (), TODAY, TODAY)
    assert register.check(spoilt(text), TODAY) == (TokenState.UNKNOWN, None)  # type: ignore[operator]


def test_a_wrong_secret_is_not_told_that_the_token_has_ended(register: Tokens) -> None:
    token, text = register.make("平台", (), TODAY, TODAY)
    register.revoke(token.id, TODAY)
    assert register.check(text, TODAY)[0] == TokenState.REVOKED
    assert register.check(text[:13] + "A" * 43, TODAY) == (TokenState.UNKNOWN, None)


def test_revoked_is_revoked_for_good_and_the_others_stay(register: Tokens) -> None:
    first, text = register.make("甲", (), TODAY + timedelta(days=5), TODAY)
    other, other_text = register.make("乙", (), TODAY + timedelta(days=5), TODAY)
    assert register.revoke(first.id, TODAY).revoked == TODAY
    assert register.check(text, TODAY)[0] == TokenState.REVOKED
    assert register.check(text, TODAY + timedelta(days=100))[0] == TokenState.REVOKED
    assert register.check(other_text, TODAY) == (TokenState.VALID, other)
    with pytest.raises(InputError, match="已于 2026-03-01 作废"):
        register.revoke(first.id, TODAY)
    with pytest.raises(InputError, match="没有编号为 ffffffff"):
        register.revoke("ffffffff", TODAY)


@pytest.mark.parametrize("days", [-1, LONGEST_DAYS + 1])
def test_a_token_without_a_reasonable_end_is_not_made(register: Tokens, days: int) -> None:
    with pytest.raises(InputError, match="有效期"):
        register.make("平台", (), TODAY + timedelta(days=days), TODAY)
    assert register.listed() == ()


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb"])
def test_a_name_nobody_could_read_in_the_audit_log_is_refused(register: Tokens, name: str) -> None:
    with pytest.raises(InputError, match="系统名称"):
        register.make(name, (), TODAY, TODAY)


def test_tokens_made_at_once_are_all_there(register: Tokens) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: register.make(f"系统{number}", (), TODAY, TODAY),
                             range(24)))
    assert {token.id for token in register.listed()} == {token.id for token, _ in made}
    assert len({token.id for token, _ in made}) == 24
    assert [path.name for path in register.path.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("content", ["", "[{", "{}", "[1]", '[{"id": "a"}]', "null"])
def test_a_spoilt_file_lets_nobody_in(register: Tokens, content: str) -> None:
    _, text = register.make("平台", ("321322",), TODAY, TODAY)
    register.path.write_text(content, encoding="utf-8")
    if content == "{}":  # a list without entries, in another spelling
        assert register.check(text, TODAY) == (TokenState.UNKNOWN, None)
        return
    with pytest.raises(InputError, match="内容不完整"):
        register.check(text, TODAY)
    with pytest.raises(InputError, match="内容不完整"):
        register.make("平台", (), TODAY, TODAY)
    assert register.path.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("broken", [{"divisions": None}, {"divisions": "321322"}, {"digest": ""},
                                    {"expires": None}])
def test_an_entry_that_lost_something_does_not_become_a_wider_one(register: Tokens, broken: dict[
        str, object]) -> None:
    _, text = register.make("平台", ("321322",), TODAY, TODAY)
    entry = json.loads(register.path.read_text(encoding="utf-8"))[0]
    register.path.write_text(json.dumps([{**entry, **broken}]), encoding="utf-8")
    with pytest.raises(InputError, match="内容不完整"):
        register.check(text, TODAY)


def test_the_day_is_beijings() -> None:
    assert token_day(datetime(2026, 2, 28, 15, 59, tzinfo=UTC)) == date(2026, 2, 28)
    assert token_day(datetime(2026, 2, 28, 16, 0, tzinfo=UTC)) == date(2026, 3, 1)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs `python -m data_access token …` in the distinct city; exit code, output, error output.
    """
    for name, value in distinct_city.write(tmp_path / "city").items():
        monkeypatch.setenv(name, value)

    def command(*arguments: str) -> tuple[int, str, str]:
        from data_access.__main__ import main

        try:
            code = main(list(arguments))
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


def test_the_commands_make_list_and_end_a_token_and_leave_a_trace(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, _, error = run("token", "add", "--system", "市大数据平台", "--division", "321322")
    assert (code, error.count("\n")) == (2, 1)
    assert "refresh" in error
    assert run("refresh")[0] == 0
    until = token_day() + timedelta(days=90)
    code, out, _ = run("token", "add", "--system", "市大数据平台", "--division", "321322", "--until",
                       until.isoformat())
    assert code == 0
    text = out.splitlines()[-1]
    identity = text.split("_")[1]
    code, out, _ = run("token", "list")
    assert out.splitlines() == [f"{identity}｜市大数据平台｜321322｜{token_day()} 至 {until}｜有效"]
    assert text not in out
    assert run("token", "revoke", identity)[0] == 0
    assert f"已作废 {token_day()}" in run("token", "list")[1]
    records = [one for one in audit_log(tmp_path / "city" / "var").latest(50)
               if one.action == "token"]
    assert sorted(one.object for one in records) == sorted([
        "发放 市大数据平台", f"发放 市大数据平台（{identity}）", f"作废 {identity}", f"作废 市大数据平台（{identity}）"])
    assert all(text not in str(one) for one in records)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "--system", "甲", "--division", "999999"), "999999"),
        (("add", "--system", "甲", "--city", "321300"), "省级"),
        (("add", "--system", "甲", "--until", "2020-01-01"), "有效期"),
        (("add", "--system", "甲", "--until", "明天"), "不是日期"),
        (("add",), "--system"),
        (("revoke", "00000000"), "没有编号"),
        ((), "操作"),
    ],
)
def test_a_wrong_command_is_one_sentence_and_makes_nothing(
    run, arguments: tuple[str, ...], told: str
) -> None:  # type: ignore[no-untyped-def]
    assert run("refresh")[0] == 0
    code, _, error = run("token", *arguments)
    assert (code, error.count("\n")) == (2, 1)
    assert told in error
    assert run("token", "list")[1] == "还没有发放过令牌。\n"
