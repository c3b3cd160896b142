"""The sign-in in a browser's cookies, read outside any page: its signature is checked as the
framework checks it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

Claims = Mapping[str, Any]


def signed_claims(cookies: Mapping[str, str]) -> Claims | None:
    """The claims of the ID token in the sign-in's cookie; None without one that this site has
    signed.
    """
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return (
            None
            if value is None
            else decode_signed_value(secret, name, value.encode("latin-1", "replace"))
        )

    try:
        content = get_cookie_with_chunks(one, USER_COOKIE_NAME)
        claims = None if content is None else json.loads(content)
    except (ValueError, UnicodeError):
        return None
    if (
        not isinstance(claims, dict)
        or not claims.get("is_logged_in")
        or claims.get("origin") != own_origin()
    ):
        return None
    return claims


def identity(claims: Claims | None) -> str:
    """One sign-in of one account; "" without any."""
    return (
        ""
        if claims is None
        else "|".join(str(claims.get(name, "")) for name in ("iss", "sub", "iat"))
    )


def own_origin() -> str:
    """Scheme, host and port of this site as its sign-in is set up."""
    parts = urlsplit(str(st.secrets["auth"].get("redirect_uri", "")))
    return f"{parts.scheme}://{parts.netloc}"
