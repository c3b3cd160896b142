"""What is weak about this installation, on one screen: secret, sign-in, file modes, time zone,
audit anchor.

A line says “正常” only where the opposite would have been noticed here.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from data_access.accounts import (
    SYSLOG,
    AccessRules,
    access_file,
    audit_log_of,
    load_access,
    weakness,
)
from data_access.accounts.other_sign_in import TrustedHeader, other_sign_in
from data_access.site import ROOT, Settings, read_toml
from kpi.vocabulary import InputError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LONGEST_IDLE = 120
_BEIJING = timedelta(hours=8)


@dataclass(frozen=True)
class Finding:
    """`weak`: what to do about it, None when nothing was found wrong; `seen`: what was looked at,
    as it is.
    """

    subject: str
    seen: str
    weak: str | None = None

    def line(self) -> str:
        return (
            f"● {self.subject}：正常（{self.seen}）"
            if self.weak is None
            else f"▲ {self.subject}：{self.seen}；{self.weak}"
        )


def self_check(settings: Settings, secrets: Path = ROOT / ".streamlit" / "secrets.toml",
               environment: Mapping[str, str] = os.environ) -> tuple[Finding, ...]:
    """Every finding, in a fixed order. Never raises: a file that cannot be read is a finding."""
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]],
                  ...] = (("登录", lambda: _sign_in(secrets, environment)),
                          ("权限表", lambda: _rules(settings)),
                          ("文件权限", lambda: _modes(settings, secrets)), ("时区", _time_zone),
                          ("审计日志", lambda: _audit(settings)), ("运行用户", _user))
    return tuple(finding for subject, check in checks for finding in _plainly(subject, check))


def weak(findings: tuple[Finding, ...]) -> list[str]:
    """The lines of what is weak."""
    return [finding.line() for finding in findings if finding.weak is not None]


def _plainly(subject: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except (InputError, OSError) as error:
        return [Finding(subject, "没有检查成", str(error))]


def _sign_in(secrets: Path, environment: Mapping[str, str]) -> Iterator[Finding]:
    auth = read_toml(secrets).get("auth") if secrets.exists() else None
    if not isinstance(auth, Mapping):
        opened = environment.get("LINGGONG_ALLOW_OPEN") == "1"
        yield Finding("登录", "没有配置" + ("，且设了 LINGGONG_ALLOW_OPEN=1" if opened else "，只对本机提供页面"),
                      "能打开网址的人都能看到全部数据；请按《部署》配置 [auth]" if opened else "供多人使用前请按《部署》配置 [auth]")
        return
    why = weakness(auth.get("cookie_secret"))
    yield Finding("登录密钥", "不能用" if why else f"{len(str(auth.get('cookie_secret')))} 个字符", why)
    yield _address(auth)
    yield _way(auth)


def _address(auth: Mapping[str, Any]) -> Finding:
    parts = urlsplit(str(auth.get("redirect_uri", "")))
    plain = parts.scheme != "https" and parts.hostname not in _LOOPBACK
    return Finding("登录地址", f"{parts.scheme}://{parts.netloc}" if parts.netloc else "没有填写",
                   "登录 cookie 会明文传送；请改为 https" if plain else None)


def _way(auth: Mapping[str, Any]) -> Finding:
    try:
        way = other_sign_in(auth)
    except InputError as error:
        return Finding("登录方式", "不能用，程序不会启动", str(error))
    if isinstance(way, TrustedHeader):
        return Finding(
            "登录方式", f"请求头 {way.account}，只认 {'、'.join(str(address) for address in way.addresses)}")
    return Finding("登录方式", "OpenID Connect" if way is None else f"CAS {way.server}")


def _rules(settings: Settings) -> Iterator[Finding]:
    if not access_file(settings).exists():
        yield Finding("权限表", "没有 access.toml", "登录后任何人都没有权限；请参照 config/access.example.toml 建立")
        return
    rules = load_access(settings)
    named = len(rules.groups) + len(rules.accounts)
    long = rules.idle_minutes > _LONGEST_IDLE
    yield Finding("权限表", f"{named} 项授权，{rules.idle_minutes} 分钟不操作退出",
                  f"时间过长；请把 idle_minutes 改到 {_LONGEST_IDLE} 以内" if long else None)


def _modes(settings: Settings, secrets: Path) -> Iterator[Finding]:
    private = (("登录与数据库口令", secrets, 0o007), ("数据文件夹", settings.data, 0o077),
               ("站点密钥", settings.data / "site.key", 0o077),
               ("接口令牌", settings.data / "tokens.json", 0o077),
               ("权限表", access_file(settings), 0o022))
    for subject, path, forbidden in private:
        if path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
            wanted = f"chmod {mode & ~forbidden:o} {path}"
            yield Finding(f"文件权限·{subject}", f"{mode:o}", f"其他用户可读写；请执行 {wanted}"
                          if mode & forbidden else None)


def _time_zone() -> Iterator[Finding]:
    offset = datetime.now().astimezone().utcoffset()
    hours = (offset or timedelta()) / timedelta(hours=1)
    yield Finding("时区", f"UTC{hours:+g}", None if offset == _BEIJING else
                  "审计和日志的时间与北京时间不一致；请执行 timedatectl set-timezone Asia/Shanghai 后重新启动")


def _audit(settings: Settings) -> Iterator[Finding]:
    rules = load_access(settings)
    verdict = audit_log_of(settings, rules).verify()
    yield Finding("审计日志", "核对不过" if verdict.broken else f"{verdict.records} 条，链条无断开",
                  verdict.broken)
    yield _anchor(settings, rules)


def _anchor(settings: Settings, rules: AccessRules) -> Finding:
    place = rules.audit_anchor
    if not place:
        return Finding("审计锚点", "只在台账数据库中", "能写数据文件夹的人可一并改写；请在 access.toml 的 [audit] 设 anchor")
    inside = place != SYSLOG and Path(place).resolve().is_relative_to(settings.data.resolve())
    return Finding("审计锚点", place, "在数据文件夹里，起不到作用；请改到别处" if inside else None)


def _user() -> Iterator[Finding]:
    root = os.geteuid() == 0
    yield Finding("运行用户", "root" if root else f"uid {os.geteuid()}", "请用专门的系统用户运行" if root
                  else None)
