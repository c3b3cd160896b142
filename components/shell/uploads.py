"""Uploaded files: from whom, into which session, and how many bytes stay in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import HTTPConnection
from starlette.types import Scope
from streamlit.runtime import exists, get_instance

from components.shell import account
from components.shell.cookies import Claims, identity
from components.shell.permit import MARK
from kpi.scope import Access, Permission

LARGEST = 6 * 1024 * 1024
PER_SESSION = 12 * 1024 * 1024
ALTOGETHER = 128 * 1024 * 1024
Refusal = tuple[int, str]
_UPLOADING = (Permission.LEDGER, Permission.CONNECT, Permission.RETURNS, Permission.HAND_IN)


class Uploads:
    """What is being uploaded to this process just now, by session."""

    def __init__(self) -> None:
        self._coming: Counter[str] = Counter()

    @staticmethod
    def allowed(access: Access) -> bool:
        """Only the items of a meeting, registers and monthly returns are uploaded, by whoever may
        enter, connect, hand in or file them.
        """
        return any(map(access.allowed, _UPLOADING))

    def refused(self, asked: HTTPConnection, scope: Scope, claims: Claims | None,
                access: Access | None) -> Refusal | None:
        """Status and sentence of why the request ends here; None when it may go on."""
        session = _session(scope)
        if account.sign_in_configured() and (
            access is None or not self.allowed(access) or not _own(session, claims)
        ):
            return 403, "没有上传；登录已失效、没有登记督办事项、接入数据、报送月报或台账的权限，或不是本页面的上传。"
        if scope["method"] != "PUT":
            return None
        length = _length(asked)
        if length is None:
            return 411, "没有上传；请求没有写明文件大小。"
        stored = _stored()
        if length > LARGEST or stored[session] + self._coming[session] + length > PER_SESSION:
            return 413, "没有上传；文件过大，或本页面已上传的文件过多，请刷新页面后重试。"
        if stored.total() + self._coming.total() + length > ALTOGETHER:
            return 503, "没有上传；正在上传的文件过多，请过几分钟重试。"
        return None

    @contextmanager
    def taking(self, asked: HTTPConnection, scope: Scope) -> Iterator[None]:
        """Count the request's bytes while they come in."""
        session, length = _session(scope), _length(asked) or 0
        self._coming[session] += length
        try:
            yield
        finally:
            self._coming[session] -= length
            if self._coming[session] <= 0:
                del self._coming[session]


def _session(scope: Scope) -> str:
    parts = str(scope["path"]).removeprefix("/_stcore/upload_file/").split("/")
    return parts[0]


def _length(asked: HTTPConnection) -> int | None:
    given = asked.headers.get("content-length", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 12 else None


def _own(session: str, claims: Claims | None) -> bool:
    """Whether the session is one of this sign-in's own pages."""
    client = get_instance().get_client(session) if exists() else None
    connection = getattr(getattr(client, "_websocket", None), "scope", {}).get(MARK)
    return connection is not None and identity(connection.claims) == identity(claims)


def _stored() -> Counter[str]:
    if not exists():
        return Counter()
    held = dict(getattr(get_instance().uploaded_file_mgr, "file_storage", {}))
    return Counter({session: sum(len(file.data) for file in list(files.values()))
                    for session, files in held.items()})
