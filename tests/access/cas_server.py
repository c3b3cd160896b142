"""A small CAS server on loopback: it signs in whoever the browser says it is, and validates each
ticket once for its service.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape

SUCCESS = (
    '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationSuccess><cas:user>{user}</cas:user>'
    "<cas:attributes>{attributes}</cas:attributes></cas:authenticationSuccess></cas:serviceResponse>"
)
FAILURE = (
    '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationFailure code="{code}">no'
    "</cas:authenticationFailure></cas:serviceResponse>"
)


@dataclass
class CasServer:
    """`people`: attributes by account. `answer`: what to say instead of validating, as (status,
    headers, bytes).
    """

    address: str
    people: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    answer: tuple[int, dict[str, str], bytes] | None = None
    tickets: dict[str, tuple[str, str]] = field(default_factory=dict)
    validated: list[str] = field(default_factory=list)

    def ticket(self, user: str, service: str) -> str:
        made = f"ST-{len(self.tickets) + 1}-{token_hex(8)}"
        self.tickets[made] = user, service
        return made

    def validate(self, ticket: str, service: str) -> str:
        self.validated.append(ticket)
        user, given_for = self.tickets.pop(ticket, ("", ""))
        if not user:
            return FAILURE.format(code="INVALID_TICKET")
        if given_for != service:
            return FAILURE.format(code="INVALID_SERVICE")
        said = "".join(f"<cas:{name}>{escape(value)}</cas:{name}>"
                       for name, values in self.people[user].items() for value in values)
        return SUCCESS.format(user=escape(user), attributes=said)


@contextmanager
def cas_server(people: dict[str, dict[str, list[str]]]) -> Iterator[CasServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            given = {name: values[0] for name, values in parse_qs(asked.query).items()}
            if asked.path == "/cas/login":
                # the page a person would fill in: here the browser says who it is
                ticket = running.ticket(self.headers["X-Person"], given["service"])
                joined = "&" if "?" in given["service"] else "?"
                self._send(
                    302,
                    {"Location": f"{given['service']}{joined}{urlencode({'ticket': ticket})}"},
                    b"",
                )
            elif asked.path == "/cas/p3/serviceValidate" and running.answer is not None:
                self._send(*running.answer)
            elif asked.path == "/cas/p3/serviceValidate":
                self._send(200, {"Content-Type": "application/xml"},
                           running.validate(given["ticket"], given["service"]).encode())
            elif asked.path == "/cas/logout":
                self._send(200, {"Content-Type": "text/html"}, b"signed out")
            else:
                self._send(404, {}, b"")

        def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing: its lines would go among the test's."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running = CasServer(f"http://127.0.0.1:{server.server_port}/cas", people)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()
