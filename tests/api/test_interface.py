"""Who gets what from the interface, and what is answered instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from components.api.limits import NOTED_SECONDS, TOKEN_BURST, WRONG_BURST, Limits
from data_access.accounts.audit import audit_log
from data_access.running import token_day
from data_access.site import load_settings
from data_access.snapshots.refresh import refresh
from kpi.scope import Role
from reports.feeds import FEED_BY_NAME, FEEDS
from tests.access.site import holds
from tests.api.conftest import Asking
from tests.fixtures.distinct_city import JOBS, LATITUDES, READ_ON, all_numbers, numbers

NAMES = tuple(FEED_BY_NAME)
VENUES = {"321302": "甲驿站", "321322": "丙驿站", "321371": "己驿站"}
TOWNS = {"321302": ("甲镇", "乙镇"), "321322": ("丙镇", "丁镇"), "321324": ("戊镇",), "321371": ("己镇",),
         "321372": ("庚镇",)}
# a county's figures are of its whole territory, the zones inside it included
INSIDE = {"321302": {"321302", "321371", "321372"}}


def _error(answer: object) -> str:
    content = json.loads(answer.content)  # type: ignore[attr-defined]
    assert set(content) == {"error"}
    assert set(content["error"]) == {"code", "message"}
    assert any("\u4e00" <= letter <= "\u9fff" for letter in content["error"]["message"])
    assert content["error"]["message"][-1] == "。"
    assert answer.headers["content-type"] == "application/json; charset=utf-8"  # type: ignore[attr-defined]
    return str(content["error"]["code"])


@pytest.mark.parametrize("division", [None, "321302", "321371"])
@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_what_the_command_prints_to_the_byte(asking: Asking,
                                                          command: Callable[..., str], name: str,
                                                          division: str | None) -> None:
    query = f"?as_of=2025-07-31{'' if division is None else f'&division={division}'}"
    answer = asking.get(name + query, asking.token())
    assert answer.status_code == 200
    own = () if division is None else ("--division", division)
    assert answer.text == command(name, "--as-of", "2025-07-31", *own)


@pytest.mark.parametrize("name", NAMES)
def test_a_bureaus_own_token_reads_what_a_citys_token_reads_for_it(
        asking: Asking, name: str) -> None:
    own, whole = asking.token("321322"), asking.token()
    assert asking.get(name, own).content == asking.get(f"{name}?division=321322", whole).content
    assert asking.get(f"{name}?division=321322", own).content == asking.get(name, own).content


@pytest.mark.parametrize("own", JOBS)
def test_no_byte_of_any_answer_to_a_bureau_is_another_units(asking: Asking, own: str) -> None:
    token = asking.token(own)
    other = [code for code in JOBS if code not in INSIDE.get(own, {own})]
    for query in ("", "?as_of=2025-03-31",
                  f"?division={own}", *(f"?division={code}" for code in JOBS if code != own)):
        for name in NAMES:
            answer = asking.get(name + query, token)
            assert answer.status_code == (403 if query.startswith("?division")
                                          and not query.endswith(own) else 200)
            leaked = {number for number in all_numbers(other) if holds(answer.content, number)}
            assert leaked == set(), (name, query)
            assert not any(place in answer.text for code in other
                           for place in (*filter(None, [VENUES.get(code)]), *TOWNS[code]))
            asking.interface.limits = Limits()


@pytest.mark.parametrize("code", JOBS)
def test_what_is_searched_for_is_there_for_whoever_may_see_it(asking: Asking, code: str) -> None:
    """Else the search above could find nothing for a reason of its own."""
    for token in (asking.token(), asking.token(code)):
        text = asking.get("scorecard", token).content + asking.get("venues", token).content
        assert holds(text, 2 * JOBS[code])
        assert code not in LATITUDES or holds(text, LATITUDES[code])
        assert VENUES.get(code, "").encode() in text
    assert numbers(code) <= all_numbers(JOBS)


def test_a_token_for_two_units_reads_both_and_not_the_third(asking: Asking) -> None:
    token = asking.token("321322", "321324")
    content = asking.get("scorecard", token).content
    assert holds(content, 2 * JOBS["321322"])
    assert holds(content, 2 * JOBS["321324"])
    assert not holds(content, 2 * JOBS["321302"])
    one = asking.get("scorecard?division=321324", token).content
    assert holds(one, 2 * JOBS["321324"])
    assert not holds(one, 2 * JOBS["321322"])


def test_the_citys_own_code_is_the_whole_city(asking: Asking) -> None:
    token = asking.token()
    assert asking.get("scorecard?division=321300", token).content == asking.get(
        "scorecard", token).content
    assert asking.get("scorecard?division=321300", asking.token("321322")).status_code == 403


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "token_missing"),
        ("", "token_missing"),
        ("Bearer ", "token_missing"),
        ("Basic YTpi", "token_missing"),
        ("Bearer 零工", "token_unknown"),
        ("Bearer lgt_00000000_" + "A" * 43, "token_unknown"),
        ("Bearer x y", "token_unknown"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_without_a_right_token_there_is_nothing(
    asking: Asking, name: str, header: str | None, code: str
) -> None:
    headers = {} if header is None else {"Authorization": header.encode()}
    answer = asking.get(name, None, **headers)
    assert (answer.status_code, _error(answer)) == (401, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_right_name_with_a_wrong_secret_is_no_token(asking: Asking) -> None:
    right = asking.token()
    wrong = right[:-1] + ("A" if right[-1] != "A" else "B")
    assert _error(asking.get("scorecard", wrong)) == "token_unknown"
    assert asking.get("scorecard", right).status_code == 200


def test_an_expired_and_a_revoked_token_say_so_and_give_nothing(asking: Asking) -> None:
    today = token_day()
    token, text = asking.register.make("旧系统", (), today - timedelta(days=1),
                                       today - timedelta(days=30))
    assert _error(asking.get("scorecard", text)) == "token_expired"
    token, text = asking.register.make("新系统", (), today, today)
    assert asking.get("scorecard", text).status_code == 200
    asking.register.revoke(token.id, today)
    assert _error(asking.get("scorecard", text)) == "token_revoked"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("as_of=2025-02-30", 400, "bad_parameter"),
        ("as_of=20250731", 400, "bad_parameter"),
        ("as_of=", 400, "bad_parameter"),
        ("as_of=昨天", 400, "bad_parameter"),
        ("as_of=2024-12-31", 400, "day_without_figures"),
        ("as_of=2026-01-01", 400, "day_without_figures"),
        ("asof=2025-07-31", 400, "bad_parameter"),
        ("as_of=2025-07-31&as_of=2025-07-30", 400, "bad_parameter"),
        ("division=", 400, "bad_parameter"),
        ("division=999999", 400, "unknown_division"),
        ("division=321322'--", 400, "unknown_division"),
    ],
)
def test_a_wrong_question_is_answered_with_what_to_mend(
    asking: Asking, query: str, status: int, code: str
) -> None:
    answer = asking.get(f"scorecard?{query}", asking.token())
    assert (answer.status_code, _error(answer)) == (status, code)


@pytest.mark.parametrize("path", ["/api/", "/api/v1", "/api/v1/", "/api/v2/scorecard",
                                  "/api/v1/scorecard/", "/api/v1/../ready"])
def test_no_other_address_is_there(asking: Asking, path: str) -> None:
    answer = asking.get(path, asking.token())
    assert (answer.status_code, _error(answer)) == (404, "not_found")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_can_be_written(asking: Asking, method: str) -> None:
    answer = asking.get("scorecard", asking.token(), method)
    assert (answer.status_code, _error(answer), answer.headers["allow"]) == (
        405, "method_not_allowed", "GET, HEAD")


@pytest.mark.parametrize("name", NAMES)
def test_whoever_has_the_content_is_only_sent_that_it_is_the_same(
        asking: Asking, name: str) -> None:
    token = asking.token()
    first = asking.get(name, token)
    tag = first.headers["etag"]
    for tags in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = asking.get(name, token, **{"If-None-Match": tags})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert asking.get(name, token, **{"If-None-Match": '"other"'}).content == first.content
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Authorization"


def test_another_day_another_scope_and_another_reading_have_another_tag(asking: Asking) -> None:
    token = asking.token()
    tags = [asking.get(f"scorecard{query}", token).headers["etag"]
            for query in ("", "?as_of=2025-07-31", "?division=321322",
                          "?as_of=2025-07-31&division=321322")]
    assert len(set(tags)) == len(tags)
    newest = asking.get("scorecard", token).json()["as_of"]
    assert asking.get(f"scorecard?as_of={newest}", token).headers["etag"] == tags[0]
    refresh(load_settings(), full=True, now=datetime.combine(READ_ON, time(9, 30)))
    assert asking.get("scorecard", token).headers["etag"] not in tags


def test_too_many_requests_of_one_token_wait_and_hinder_no_other(asking: Asking) -> None:
    busy, quiet = asking.token(), asking.token()
    statuses = [asking.get("quality", busy, "HEAD").status_code
                for _ in range(int(TOKEN_BURST) + 20)]
    assert statuses[:int(TOKEN_BURST)] == [200] * int(TOKEN_BURST)
    assert 429 in statuses
    answer = next(one for one in iter(lambda: asking.get("quality", busy), None)
                  if one.status_code == 429)
    assert _error(answer) == "too_many_requests"
    assert int(answer.headers["retry-after"]) >= 1
    assert asking.get("quality", quiet).status_code == 200


def test_guessing_is_slowed_down_and_a_right_token_from_there_is_not(asking: Asking) -> None:
    statuses = [asking.get("quality", "guess").status_code for _ in range(int(WRONG_BURST) + 5)]
    assert statuses[:int(WRONG_BURST)] == [401] * int(WRONG_BURST)
    assert statuses[-1] == 429
    assert asking.get("quality", asking.token()).status_code == 200


def test_what_goes_out_and_what_is_refused_is_in_the_audit_log(asking: Asking) -> None:
    log = audit_log(asking.data)
    before = len(log.latest(10_000))
    token = asking.token("321322")
    asking.get("alerts?as_of=2025-07-31", token)
    tag = asking.get("alerts?as_of=2025-07-31", token).headers["etag"]
    asking.get("alerts?as_of=2025-07-31", token, **{"If-None-Match": tag})  # nothing goes out
    for _ in range(5):
        asking.get("alerts", "guess")
    new = log.latest(len(log.latest(10_000)) - before)
    assert sorted((one.action, one.address) for one in new) == [("export", "10.0.0.7")] * 2 + [
        ("refused", "10.0.0.7")]
    exported = next(one for one in new if one.action == "export")
    assert exported.account.startswith("接口:测试系统（")
    assert exported.object == "接口 alerts 2025-07-31"
    assert not any("lgt_" in line for line in (one.account + one.object + one.result
                                               for one in new))
    assert log.verify().broken is None


def test_refusals_of_one_kind_are_noted_once_a_minute() -> None:
    limits = Limits()
    assert limits.to_be_noted("a", "x", 0.0)
    assert not limits.to_be_noted("a", "x", NOTED_SECONDS - 0.1)
    assert limits.to_be_noted("a", "y", 1.0)
    assert limits.to_be_noted("b", "x", 1.0)
    assert limits.to_be_noted("a", "x", NOTED_SECONDS)


def test_without_the_audit_log_nothing_goes_out(asking: Asking,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    import components.api.interface as module
    from kpi.vocabulary import InputError

    class Full:
        def append(self, *_: object, **__: object) -> None:
            raise InputError("审计日志写不进文件夹 /srv/secret（No space left on device）。")

    monkeypatch.setattr(module.account, "log_of", lambda _settings: Full())
    answer = asking.get("scorecard", asking.token())
    assert (answer.status_code, _error(answer)) == (503, "not_ready")
    assert "/srv" not in answer.text


def test_a_site_without_a_snapshot_says_so_and_reads_nothing(
    asking: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINGGONG_DATA", str(tmp_path / "empty"))
    asking.register = type(asking.register)(tmp_path / "empty" / "tokens.json")
    answer = asking.get("scorecard", asking.token())
    assert (answer.status_code, _error(answer)) == (503, "not_ready")
    assert not (tmp_path / "empty" / "snapshots").exists()


def test_broken_settings_or_tokens_are_an_answer_without_a_folder_in_it(
        asking: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = asking.token()
    monkeypatch.setenv("LINGGONG_DATA", str(tmp_path))
    (tmp_path / "tokens.json").write_text("[{", encoding="utf-8")
    broken = asking.get("scorecard", token)
    monkeypatch.setenv("LINGGONG_STATEMENT_SECONDS", "soon")
    wrong = asking.get("scorecard", token)
    for answer in (broken, wrong):
        assert (answer.status_code, _error(answer)) == (503, "not_ready")
        assert str(tmp_path) not in answer.text


def test_an_unexpected_failure_is_a_sentence_and_no_traceback(
        asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    import components.api.interface as module

    def fails(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(module, "_body", fails)
    answer = asking.get("scorecard", asking.token())
    assert (answer.status_code, _error(answer)) == (500, "internal")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_head_costs_the_length_and_brings_no_more(asking: Asking) -> None:
    token = asking.token()
    whole, head = asking.get("venues", token), asking.get("venues", token, "HEAD")
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == str(len(whole.content))


def test_every_feed_has_its_command_and_its_address() -> None:
    assert NAMES == ("scorecard", "alerts", "indicators", "venues", "quality")
    assert len({feed.title for feed in FEEDS}) == len(FEEDS)
    assert not set(NAMES) & set(Role)
