"""`python -m data_access token add|list|revoke`: the tokens other systems use the HTTP interface
with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from data_access.accounts import STATE_NAMES, USUAL_DAYS, Action, Token, Tokens
from data_access.accounts.tokens import tokens
from data_access.running.administration import audit
from data_access.site import Settings, load_plan, province_site
from data_access.snapshots import snapshot as snapshots
from kpi.vocabulary import TIME_ZONE, Geography, InputError
from kpi.vocabulary.zone import zone


def token_day(now: datetime | None = None) -> date:
    """The day tokens are valid by: Beijing's, whatever the sample's or a plan's is."""
    return (now or datetime.now(UTC)).astimezone(zone(TIME_ZONE)).date()


def add_token(settings: Settings, system: str, divisions: Sequence[str], city: str | None,
              until: date | None) -> None:
    """Make a token and print it, this once. Raises InputError on a division or city there is not.
    """
    register, today = _register(settings), token_day()
    named = _checked(_of_city(settings, city), divisions)
    audit(settings, Action.TOKEN, f"发放 {system}", "提交")  # first: what leaves no trace is not done
    token, text = register.make(system, named, until or today + timedelta(days=USUAL_DAYS), today,
                                city)
    audit(settings, Action.TOKEN, f"发放 {token.system}（{token.id}）",
          f"{_scope(token)}，至 {token.expires}")
    print(token_line(token, today))
    print("令牌只显示这一次，请立即交给该系统的管理员妥善保存：")
    print(text)


def list_tokens(settings: Settings) -> None:
    """Print every token, ended ones too; never a secret."""
    listed, today = _register(settings).listed(), token_day()
    for token in listed:
        print(token_line(token, today))
    if not listed:
        print("还没有发放过令牌。")


def revoke_token(settings: Settings, identity: str) -> None:
    """End a token at once. Raises InputError when there is none."""
    audit(settings, Action.TOKEN, f"作废 {identity}", "提交")
    token = _register(settings).revoke(identity, token_day())
    audit(settings, Action.TOKEN, f"作废 {token.system}（{token.id}）", "完成")
    print(f"已作废：{token.system}（{token.id}），即刻生效。")


def token_line(token: Token, today: date) -> str:
    ended = "" if token.revoked is None else f" {token.revoked}"
    return f"{token.id}｜{token.system}｜{_scope(token)}｜{token.made} 至 {token.expires}｜{STATE_NAMES[token.state(today)]}{ended}"


def _scope(token: Token) -> str:
    where = "全市" if not token.divisions else "、".join(token.divisions)
    return where if token.city is None else f"{token.city} {where}"


def _register(settings: Settings) -> Tokens:
    if settings.city is not None:
        raise InputError("令牌由省级统一发放；请去掉环境变量 LINGGONG_CITY，用 --city 写明是哪个市。")
    return tokens(settings.data)


def _of_city(settings: Settings, city: str | None) -> Settings:
    """The settings the token's figures come from."""
    site = province_site(settings)
    if site is None:
        if city is not None:
            raise InputError("--city 只用于省级部署（有 province.toml 时）；请去掉。")
        return settings
    if city is None:
        raise InputError("省级模式下请用 --city 写明令牌可读哪个市，例如 --city 321300；要读几个市就发几个令牌。")
    return site.city(city).settings


def _checked(settings: Settings, divisions: Sequence[str]) -> tuple[str, ...]:
    snapshot = snapshots.load_current(settings.data)
    if snapshot is None:
        if divisions:
            raise InputError("还没有快照，核对不了区划代码；请先运行 python -m data_access refresh 再发放。")
        return ()
    geography = snapshot.facts(load_plan(settings)).geography
    for code in divisions:
        if code not in geography.unit_by_code:
            raise InputError(f"没有代码为 {code} 的县区或管理单位；可用的有：{_codes(geography)}。")
    return tuple(dict.fromkeys(divisions))


def _codes(geography: Geography) -> str:
    return "、".join(f"{unit.code} {unit.name}" for unit in geography.managing_units)
