"""When a sign-in is over: expiry of the token, the idle limit on both sides of its instant, signing
out.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from data_access.accounts.sign_ins import SignIn, SignIns, sign_ins

_NOW = 1_800_000_000.0


def _claims(**given: object) -> dict[str, object]:
    return {"iss": "https://sso", "sub": "u1", "iat": _NOW, "exp": _NOW + 3600, **given}


@pytest.fixture
def register(tmp_path: Path) -> SignIns:
    return sign_ins(tmp_path, 30)


def test_a_fresh_token_is_new_and_after_use_open(register: SignIns) -> None:
    assert register.state(_claims(), _NOW + 5) == SignIn.NEW
    register.touch(_claims(), _NOW + 5)
    assert register.state(_claims(), _NOW + 6) == SignIn.OPEN


def test_a_token_ends_at_its_expiry_to_the_second(register: SignIns) -> None:
    register.touch(_claims(), _NOW + 3500)
    assert register.state(_claims(), _NOW + 3599.9) == SignIn.OPEN
    assert register.state(_claims(), _NOW + 3600) == SignIn.EXPIRED


@pytest.mark.parametrize("expiry", [None, "soon", True])
def test_a_token_without_a_readable_expiry_is_not_accepted(register: SignIns,
                                                           expiry: object) -> None:
    assert register.state(_claims(exp=expiry), _NOW) == SignIn.EXPIRED


def test_half_an_hour_without_activity_ends_it_and_not_a_second_less(register: SignIns) -> None:
    register.touch(_claims(), _NOW)
    assert register.state(_claims(), _NOW + 1800) == SignIn.OPEN
    assert register.state(_claims(), _NOW + 1801) == SignIn.IDLE


def test_activity_prolongs_it(register: SignIns) -> None:
    register.touch(_claims(), _NOW)
    register.touch(_claims(), _NOW + 1700)
    assert register.state(_claims(), _NOW + 3400) == SignIn.OPEN


def test_a_cookie_kept_since_long_ago_does_not_open_the_door(register: SignIns) -> None:
    assert register.state(_claims(iat=_NOW - 1801), _NOW) == SignIn.IDLE
    assert register.state(_claims(iat=None), _NOW) == SignIn.IDLE


def test_after_signing_out_a_copy_of_the_cookie_is_worthless(register: SignIns) -> None:
    register.touch(_claims(), _NOW)
    register.end(_claims())
    assert register.state(_claims(), _NOW + 1) == SignIn.ENDED
    assert register.state(_claims(iat=_NOW + 10), _NOW + 11) == SignIn.NEW


def test_every_process_of_the_site_sees_the_same(register: SignIns, tmp_path: Path) -> None:
    register.touch(_claims(), _NOW)
    assert sign_ins(tmp_path, 30).state(_claims(), _NOW + 60) == SignIn.OPEN


def test_what_is_long_over_is_forgotten(register: SignIns) -> None:
    register.touch(_claims(), _NOW)
    register.touch(_claims(sub="u2"), _NOW + 40 * 86400)
    assert len(list(register.folder.iterdir())) == 1
