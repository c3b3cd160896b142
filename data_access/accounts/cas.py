"""Asking a CAS server whom a ticket was given to (CAS protocol 3.0, `serviceValidate`)."""

from __future__ import annotations

import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.parsers import expat

from data_access.accounts.other_sign_in import Cas, usable_account
from kpi.vocabulary import InputError

SECONDS = 10
_LONGEST = 64 * 1024
_TICKET = re.compile(r"ST-[\x21-\x7e]{1,250}")
_NAMESPACE = "{http://www.yale.edu/tp/cas}"
_UNREACHED = "统一认证暂时没有答复，没有登录；请稍后再试，仍不行请联系系统管理员。"
_STRANGE = "统一认证的答复看不懂，没有登录；请联系系统管理员核对 [auth.cas] server。"
_REFUSED = "统一认证没有确认这次登录；请回到首页重新点“登录”。"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    # where another address answers, nobody has been asked
    def redirect_request(self, *_: Any) -> None:
        return None


def login_address(cas: Cas, service: str) -> str:
    """Where a browser signs in, to come back to `service` with a ticket."""
    return f"{cas.server}/login?{urlencode({'service': service})}"


def logout_address(cas: Cas) -> str:
    return f"{cas.server}/logout"


def account_of(cas: Cas, ticket: str, service: str) -> tuple[str, Mapping[str, Any]]:
    """The account a ticket was given to for exactly this service, and what the server says of it
    (groups, name, email).

    Raises InputError with a sentence for the visitor: no ticket, refused, not reached in `SECONDS`,
    or an answer that is not one.
    """
    if not _TICKET.fullmatch(ticket):
        raise InputError(_REFUSED)
    return _read(
        cas,
        _answer(
            f"{cas.server}/p3/serviceValidate?{urlencode({'service': service, 'ticket': ticket})}"
        ),
    )


def _answer(address: str) -> bytes:
    # no proxies of the environment: the ticket is for this server alone
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect(),
                                         urllib.request.HTTPSHandler(
                                             context=ssl.create_default_context()))
    try:
        with opener.open(address, timeout=SECONDS) as answer:
            content: bytes = answer.read(_LONGEST + 1)
    except (OSError, ValueError):
        raise InputError(_UNREACHED) from None
    if len(content) > _LONGEST:
        raise InputError(_STRANGE)
    return content


def _read(cas: Cas, content: bytes) -> tuple[str, Mapping[str, Any]]:
    _plain(content)
    try:
        answer = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        raise InputError(_STRANGE) from None
    if answer.tag != f"{_NAMESPACE}serviceResponse":
        raise InputError(_STRANGE)
    if answer.find(f"{_NAMESPACE}authenticationFailure") is not None:
        raise InputError(_REFUSED)
    given = answer.findall(f"{_NAMESPACE}authenticationSuccess")
    users = [one for success in given for one in success.findall(f"{_NAMESPACE}user")]
    subject = (users[0].text or "").strip() if len(given) == len(users) == 1 else ""
    if not usable_account(subject):
        raise InputError(_STRANGE)
    attributes = given[0].find(f"{_NAMESPACE}attributes")
    values: dict[str, list[str]] = {}
    for part in () if attributes is None else attributes:
        values.setdefault(part.tag.removeprefix(_NAMESPACE), []).append((part.text or "").strip())
    return subject, {"groups": [one for one in values.get(cas.groups, []) if one],
                     **{key: values[name][0]
                        for key, name in (("name", cas.name), ("email", cas.email))
                        if name in values}}


def _plain(content: bytes) -> None:
    """Refuse a document type, and with it every entity: an answer of the protocol has none."""
    reader = expat.ParserCreate()

    def refuse(*_: Any) -> None:
        raise InputError(_STRANGE)
    reader.StartDoctypeDeclHandler = refuse
    reader.EntityDeclHandler = refuse
    try:
        reader.Parse(content, True)
    except expat.ExpatError:
        raise InputError(_STRANGE) from None
