"""The self-check: what is weak is told with what to do, and “正常” only where the opposite would have
shown.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest

from data_access.accounts.audit import Action, AuditLog
from data_access.accounts.cookie_secret import weakness
from data_access.running.self_check import Finding, self_check
from data_access.site.settings import ROOT, Settings
from tests.commands.running import command

_GOOD = token_hex(32)


@pytest.fixture
def beijing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def _site(folder: Path) -> tuple[Settings, Path]:
    """An installation with nothing weak about it."""
    settings, secrets = Settings(folder / "config", folder / "var", {}), folder / "secrets.toml"
    settings.config.mkdir()
    settings.data.mkdir(mode=0o700)
    (settings.data / "site.key").write_bytes(os.urandom(32))
    (settings.data / "site.key").chmod(0o600)
    (settings.config / "access.toml").write_text(
        f'[audit]\nanchor = "{folder / "elsewhere.txt"}"\n[groups.a]\nroles = ["leader"]\n',
        encoding="utf-8")
    (settings.config / "access.toml").chmod(0o640)
    secrets.write_text(
        f'[auth]\nredirect_uri = "https://site.example/oauth2callback"\ncookie_secret = "{_GOOD}"\n',
        encoding="utf-8",
    )
    secrets.chmod(0o640)
    return settings, secrets


def _by_subject(settings: Settings, secrets: Path, **environment: str) -> dict[str, Finding]:
    return {found.subject: found for found in self_check(settings, secrets, environment)}


@pytest.mark.usefixtures("beijing")
def test_nothing_is_weak_about_a_good_installation(tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 999)
    found = _by_subject(*_site(tmp_path))
    assert [one.line() for one in found.values() if one.weak] == []
    assert all("正常" in one.line() for one in found.values())
    assert len(found) <= 20  # one screen


@pytest.mark.usefixtures("beijing")
@pytest.mark.parametrize(
    ("table", "line"),
    [
        ('[auth.site]\nclient_id = "a"\n', "● 登录方式：正常（OpenID Connect）"),
        (
            '[auth.cas]\nserver = "https://sso.example/cas"\n',
            "● 登录方式：正常（CAS https://sso.example/cas）",
        ),
        (
            '[auth.header]\naccount = "X-User"\naddresses = ["10.1.2.3"]\n',
            "● 登录方式：正常（请求头 X-User，只认 10.1.2.3/32）",
        ),
        (
            '[auth.cas]\nserver = "http://sso.example/cas"\n',
            "▲ 登录方式：不能用，程序不会启动；secrets.toml 的 [auth.cas] server 是 http",
        ),
    ],
)
def test_how_people_sign_in_is_told(tmp_path: Path, table: str, line: str) -> None:
    settings, secrets = _site(tmp_path)
    secrets.write_text(secrets.read_text(encoding="utf-8") + table, encoding="utf-8")
    assert _by_subject(settings, secrets)["登录方式"].line().startswith(line)


@pytest.mark.usefixtures("beijing")
@pytest.mark.parametrize(
    ("subject", "spoil"),
    [
        (
            "登录密钥",
            lambda s, secrets: secrets.write_text(
                '[auth]\nredirect_uri = "https://x/o"\ncookie_secret = "short"\n'
            ),
        ),
        (
            "登录地址",
            lambda s, secrets: secrets.write_text(
                f'[auth]\nredirect_uri = "http://x/o"\ncookie_secret = "{_GOOD}"\n'
            ),
        ),
        ("登录", lambda s, secrets: secrets.unlink()),
        ("权限表", lambda s, secrets: (s.config / "access.toml").unlink()),
        (
            "权限表",
            lambda s, secrets: (s.config / "access.toml").write_text(
                "[sign_in]\nidle_minutes = 600\n"
            ),
        ),
        ("权限表", lambda s, secrets: (s.config / "access.toml").write_text("nonsense = 1\n")),
        ("文件权限·登录与数据库口令", lambda s, secrets: secrets.chmod(0o644)),
        ("文件权限·数据文件夹", lambda s, secrets: s.data.chmod(0o755)),
        ("文件权限·站点密钥", lambda s, secrets: (s.data / "site.key").chmod(0o644)),
        ("文件权限·权限表", lambda s, secrets: (s.config / "access.toml").chmod(0o666)),
        (
            "审计锚点",
            lambda s, secrets: (s.config / "access.toml").write_text(
                '[groups.a]\nroles = ["leader"]\n'
            ),
        ),
        (
            "审计锚点",
            lambda s, secrets: (s.config / "access.toml").write_text(
                f'[audit]\nanchor = "{s.data}/x"\n'
            ),
        ),
    ],
)
def test_what_is_weak_is_told(tmp_path: Path, subject: str, spoil: object) -> None:
    settings, secrets = _site(tmp_path)
    spoil(settings, secrets)  # type: ignore[operator]
    found = _by_subject(settings, secrets)[subject]
    assert found.weak
    assert found.line().startswith("▲")


def test_another_time_zone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as moved:
        moved.setenv("TZ", "UTC")
        time.tzset()
        assert _by_subject(*_site(tmp_path))["时区"].weak
    time.tzset()


def test_a_broken_audit_log_is_told(tmp_path: Path) -> None:
    settings, secrets = _site(tmp_path)
    log = AuditLog(settings.data / "audit")
    log.append(Action.EXPORT, account="a", address="", object="x", result="下载")
    (month,) = log.folder.glob("audit-*")
    month.write_bytes(month.read_bytes().replace(b'"a"', b'"b"'))
    assert "链条断开" in str(_by_subject(settings, secrets)["审计日志"].weak)


@pytest.mark.parametrize("secret", [None, "", "short", "a" * 64, "abc" * 20,
                                    "openssl rand -hex 32 的输出" * 2,
                                    "please-change-this-before-you-go-live-1234", "0123456789" * 5,
                                    "only-for-this-test-" + "0" * 30])
def test_a_short_well_known_or_regular_secret_is_refused(secret: str | None) -> None:
    assert "openssl rand -hex 32" in str(weakness(secret))


def test_a_secret_printed_in_the_project_is_refused(tmp_path: Path) -> None:
    assert weakness(_GOOD, tmp_path / "none") is None
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "部署.md").write_text(f'cookie_secret = "{_GOOD}"', encoding="utf-8")
    assert "文档" in str(weakness(_GOOD, tmp_path))


def test_the_documents_hold_no_secret_that_would_be_accepted() -> None:
    import re
    for path in (*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md"), *(ROOT / "config").iterdir()):
        for secret in re.findall(r'cookie_secret\s*=\s*"([^"]*)"',
                                 path.read_text(encoding="utf-8")):
            assert weakness(secret), path


def test_the_command_prints_the_findings_on_one_screen(tmp_path: Path) -> None:
    done = command("data_access", "ready", "--explain", LINGGONG_DATA=str(tmp_path / "var"))
    lines = done.stdout.splitlines()
    assert len(lines) <= 24
    assert any(line.startswith(("● 时区", "▲ 时区")) for line in lines)
