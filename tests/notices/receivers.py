"""A mail server and a webhook on loopback that keep what they are sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.ports import free_port


@dataclass
class Mailbox:
    """Mails as (to, subject, text), in the order they came. `url`: where apprise sends to it."""

    url: str
    mails: list[tuple[str, str, str]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 – aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=policy.default)
        text = mail.get_body(("plain",))
        assert text is not None
        self.mails.append((envelope.rcpt_tos[0], str(mail["subject"]),
                           text.get_content().replace("\r\n", "\n").strip()))
        return "250 OK"


@dataclass
class Webhook:
    """Bodies posted, with the path they were posted to. `refuse`: how many more to answer with an
    error.
    """

    address: str
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuse: int = 0


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    port = free_port()
    box = Mailbox(
        f"mailto://127.0.0.1:{port}?from=linggong@example.org&to=office@example.org&mode=insecure")
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield box
    finally:
        server.stop()


@contextmanager
def webhook() -> Iterator[Webhook]:
    port = free_port()
    hook = Webhook(f"127.0.0.1:{port}")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            refused, hook.refuse = hook.refuse > 0, max(hook.refuse - 1, 0)
            if not refused:
                hook.posts.append((self.path, body))
            self.send_response(500 if refused else 200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
