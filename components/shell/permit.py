"""What an account may do, asked again at the moment it does it: a page may have been open since
before a sign-out.

A page is drawn for who was looking then. Everything it offers – a write, a download, a file made on
click – happens later, sometimes outside the page's run, and asks `Permit.require` first.
`CONNECTION` is the browser's connection a message came in by; the server sets it for whatever the
message sets off.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.shell import account
from components.shell.fetched_files import hold_files
from components.shell.settings_cache import current_settings
from data_access.accounts import Action, Record
from data_access.site import Settings
from kpi.province import within
from kpi.scope import OF_THE_CURRENT_PLAN, PERMISSION_NAMES, Access, Permission
from kpi.vocabulary import InputError
from reports.handed_out import HandedOut, marked

CONNECTION: ContextVar[object | None] = ContextVar("linggong-connection", default=None)
MARK = "linggong.connection"  # where the server notes the connection in its scope
FAILED = "没有下载：程序遇到没有预料到的情况，详细信息已记入服务日志；请告知系统管理员出错的时间。"
Finish = Callable[[bytes, HandedOut], bytes]
_log = logging.getLogger(__name__)
_failures: dict[str, tuple[float, str]] = {}
_TOLD_SECONDS, _AFTER_SECONDS = 30.0, 0.5
_MOST_FAILURES = 1000


def as_it_is(content: bytes, _by: HandedOut) -> bytes:
    """The marked file itself."""
    return content


class RefusedError(InputError):
    """What was asked for is not done: the sign-in has ended or the account may not do it any more.
    """


@dataclass(frozen=True, eq=False)
class Permit:
    """`shown`: the account as the page was drawn for it, in the city looked at (`city`, None
    outside a province). `plan`: the id of the plan looked at, None for the current one.
    """

    shown: Access
    city: str | None
    claims: Mapping[str, Any] | None = field(repr=False)
    address: str
    session: str
    settings: Settings = field(repr=False)
    plan: str | None = None

    def require(self, permission: Permission) -> Access:
        """The account as it is now. Raises RefusedError, noted in the audit log, unless it may do
        this now.
        """
        why = self._ended() or self._changed(permission)
        if why is None:
            return self._now() or self.shown
        self.note(Action.REFUSED, PERMISSION_NAMES[permission], why.partition("，")[0])
        raise RefusedError(why)

    def record(self, permission: Permission, action: Action, what: str, result: str) -> Record:
        """Require the permission, then note the action. What leaves no trace is not done: raises
        InputError.
        """
        self.require(permission)
        return self.note(action, what, result)

    def note(self, action: Action, what: str, result: str) -> Record:
        """Write to the audit log under the account, without asking. Raises InputError when that is
        not possible.
        """
        of = what if self.plan is None else f"{what}（方案 {self.plan}）"
        return account.log_of(self.settings).append(action, account=self.shown.account.label,
                                                    address=self.address, object=of,
                                                    result=result)

    def handing_out(self, permission: Permission, what: str, make: Callable[[], bytes],
                    finish: Finish = as_it_is) -> Callable[[], bytes]:
        """`make` for a download button: allowed, noted and marked with the account when the file is
        asked for; `finish` makes of the marked file what is handed out.

        A failure is shown on the page as a card; the framework's own words for it are English.
        """
        def made() -> bytes:
            self._same_connection()  # of another's page nothing happens, not even a card on it
            hold_files()
            try:
                noted = self.record(permission, Action.EXPORT, what, "下载")
                by = HandedOut(self.shown.account.label, datetime.fromisoformat(noted.time))
                return finish(marked(make(), by), by)
            except InputError as error:
                self._failed(str(error))
                raise
            except Exception:
                _log.exception("download %s failed", what)
                self._failed(FAILED)
                raise
        return made

    def _now(self) -> Access | None:
        """The account as it is now; None when the sign-in has ended."""
        if self.claims is None:
            return self.shown
        access = account.access_of(self.claims)
        now = access if access is None or self.city is None else within(access, self.city)
        return None if now is None else replace(now, looking_back=self.shown.looking_back)

    def _ended(self) -> str | None:
        return None if self._now() is not None else "登录已失效，这一步没有执行；请刷新页面重新登录。"

    def _changed(self, permission: Permission) -> str | None:
        now = self._now()
        if self.shown.looking_back and permission in OF_THE_CURRENT_PLAN:
            return "正在查看的是已由新方案接替的方案，只能查看，这一步没有执行；请先返回现在的方案再操作。"
        if now is None or not now.allowed(permission):
            return (f"账号没有“{PERMISSION_NAMES[permission]}”的权限，这一步没有执行；"
                    "如工作需要，请联系系统管理员在权限表中增加。")
        if now.scope != self.shown.scope:
            return "账号的查看范围已变化，这一步没有执行；请刷新页面后再操作。"
        return None

    def _same_connection(self) -> None:
        """A file is made for the page it was offered on, not for another browser that got hold of
        its number.
        """
        asking = CONNECTION.get()
        if asking is None or not exists():
            return
        client = get_instance().get_client(self.session)
        mine = getattr(getattr(client, "_websocket", None), "scope", {}).get(MARK)
        if mine is not asking:
            self.note(Action.REFUSED, "下载", "不是本页面的请求")
            raise RefusedError("这个下载不是从本页面发出的，没有执行；请在原页面上重新点击下载。")

    def _failed(self, sentence: str) -> None:
        if len(_failures) >= _MOST_FAILURES:
            _failures.clear()
        _failures[self.session] = time.monotonic(), sentence
        _run_again(self.session)


def permit(shown: Access, city: str | None = None, plan: str | None = None) -> Permit:
    """For the page run under way."""
    context = get_script_run_ctx()
    return Permit(shown, city, account.claims() if account.sign_in_configured() else None,
                  account.address(), "" if context is None else context.session_id,
                  current_settings(), plan)


def failure(session: str | None = None) -> str | None:
    """What went wrong outside the page's run, for half a minute: the run that shows it may itself
    be cut short.
    """
    context = get_script_run_ctx()
    at, sentence = _failures.get(session or ("" if context is None else context.session_id),
                                 (0.0, None))
    return sentence if time.monotonic() - at < _TOLD_SECONDS else None


def _run_again(session: str) -> None:
    """Draw the page anew, so that a failure outside its run is seen."""
    if not exists():
        return
    session_info = get_instance()._session_mgr.get_active_session_info(session)
    if session_info is not None:
        running, loop = session_info.session, session_info.session._event_loop
        # not at once: a run that begins drops what still waits to be sent, the answer to the click
        # among it
        loop.call_soon_threadsafe(loop.call_later, _AFTER_SECONDS, running.request_rerun,
                                  running._client_state)
