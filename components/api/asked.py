"""What a request asks for: the feed, the day, the division – checked before anything is computed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from components.api.problem import ProblemError
from data_access.accounts import Token
from kpi.scope import Scope
from kpi.vocabulary import Geography, InputError
from reports.feeds import FEED_BY_NAME, Feed, scope_for

PREFIX = "/api/v1/"
_PARAMETERS = ("as_of", "division", "plan")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, eq=False)
class Asked:
    """`as_of` None: the latest complete day. `division` None: all the token may see. `plan` None:
    the current one.
    """

    feed: Feed
    as_of: date | None
    division: str | None
    plan: str | None = None

    def scope(self, token: Token, geography: Geography) -> Scope:
        """What the answer is cut to, never more than the token's. `geography`: the whole city's.
        Raises ProblemError.
        """
        if self.division is None:
            return token.scope
        if not token.scope.everything and self.division not in token.divisions:
            raise ProblemError(403, "outside_scope",
                               f"令牌不能读取 {self.division}；可读的有 {'、'.join(token.divisions)}。")
        try:
            return scope_for(geography, self.division)
        except InputError as error:
            raise ProblemError(400, "unknown_division", str(error)) from None


def feed_of(path: str) -> Feed:
    """Raises ProblemError when there is none at this address."""
    feed = FEED_BY_NAME.get(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None
    if feed is None:
        available = "、".join(PREFIX + name for name in (*FEED_BY_NAME, "openapi.json"))
        raise ProblemError(404, "not_found", f"没有这个接口地址；可用的有 {available}。")
    return feed


def asked_for(feed: Feed, parameters: Sequence[tuple[str, str]]) -> Asked:
    """Raises ProblemError on a parameter there is not, given twice, or of the wrong form."""
    given: dict[str, str] = {}
    for name, value in parameters:
        if name not in _PARAMETERS:
            raise ProblemError(400, "bad_parameter",
                               f"没有名为 {name[:40]} 的参数；可用的有 {'、'.join(_PARAMETERS)}。")
        if name in given:
            raise ProblemError(400, "bad_parameter", f"参数 {name} 写了不止一次；请只写一次。")
        given[name] = value.strip()
    for name, what in (("division", "区划代码"), ("as_of", "日期，如 2026-10-31"),
                       ("plan", "方案的 id，如 suqian-2025-2026")):
        if given.get(name) == "":
            raise ProblemError(400, "bad_parameter",
                               f"参数 {name} 是空的；请写{what}，或不写这个参数。")
    return Asked(feed, _day(given.get("as_of")), given.get("division"), given.get("plan"))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # a day the calendar does not have
    raise ProblemError(400, "bad_parameter", f"参数 as_of 应形如 2026-10-31，现为 {text[:40]}；请改正。")
