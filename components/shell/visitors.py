"""Where a request comes from, and what a header of it says."""

from __future__ import annotations

from starlette.requests import HTTPConnection

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def address_of(asked: HTTPConnection) -> str:
    """Where it comes from; a proxy's word is taken only when the proxy is on this machine."""
    peer = asked.client.host if asked.client else ""
    return asked.headers.get("x-real-ip", peer) if peer in LOOPBACK else peer


def stated_addresses(asked: HTTPConnection) -> frozenset[str]:
    """Every address the request is said to come from, for whom the answer opens a door: all of them
    have to be right.

    The server itself puts X-Forwarded-For of a proxy on this machine in the peer's place; a proxy
    that passes on what the visitor wrote there, but says X-Real-IP truly, is then contradicted.
    """
    peer = asked.client.host if asked.client else ""
    forwarded = {part.strip() for part in asked.headers.get("x-forwarded-for", "").split(",")}
    replaced = peer in LOOPBACK or peer in forwarded
    stated = {asked.headers["x-real-ip"]} if replaced and "x-real-ip" in asked.headers else set()
    return frozenset(stated | ({peer} if peer not in LOOPBACK or not stated else set()))


def header_values(asked: HTTPConnection, name: str) -> list[str]:
    """Every value of a header as text, in order; names of people come as UTF-8."""
    return [_text(value) for key, value in asked.scope["headers"]
            if key.decode("latin-1").lower() == name.lower()]


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
