"""Every page as each role: exactly the allowed ones open; a county bureau is sent no other county's
number.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from components.shell.navigation import SCREENS
from data_access.accounts.audit import audit_log
from kpi.scope.access import GRANTED, Permission, Role
from tests.access.conftest import Site
from tests.access.site import PEOPLE, Visitor, holds
from tests.fixtures.distinct_city import JOBS, all_numbers, numbers

pytestmark = pytest.mark.browser

_ROLES: dict[str, frozenset[Permission]] = {
    "leader": GRANTED[Role.LEADER],
    "county": GRANTED[Role.COUNTY],
    "zone": GRANTED[Role.COUNTY],
    "department": GRANTED[Role.DEPARTMENT],
    "staff": GRANTED[Role.STAFF],
    "administrator": GRANTED[Role.ADMINISTRATOR],
    "stranger": frozenset(),
}
_OWN = {"county": "321302", "zone": "321371"}
"""The unit of each bureau."""
_REFUSED = "没有查看权限"
_ALLOWED_DOWNLOADS = {who for who, permissions in _ROLES.items()
                      if {Permission.EXPORT, Permission.EXPORT_OWN} & permissions}


def test_everybody_of_the_test_has_a_role_in_it() -> None:
    assert set(_ROLES) == set(PEOPLE)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.address)
@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_opens_for_exactly_those_who_may(people: dict[str, Visitor], who: str,
                                                screen: object) -> None:
    visiting = people[who]
    before = len(visiting.frames)
    text = visiting.open(f"/{screen.address}")  # type: ignore[attr-defined]
    allowed = screen.permission in _ROLES[who]  # type: ignore[attr-defined]
    assert (_REFUSED not in text) == allowed, text[:400]
    assert "页面出错了" not in text, text[:400]
    assert "数据暂时无法显示" not in text, text[:400]
    assert "has encountered an error" not in text, text[:400]
    assert "Page not found" not in text
    if not allowed:
        # the card, the way out, and nothing else on the page
        assert len(text) < 200, text
    downloads = visiting.page.locator("[data-testid=stDownloadButton]").count()
    assert downloads == 0 or who in _ALLOWED_DOWNLOADS
    assert visiting.outside == []
    if who in _OWN:
        assert _others_numbers(b"".join(visiting.frames[before:]), _OWN[who]) == set()


def _others_numbers(received: bytes, own: str) -> set[float]:
    """Numbers of other units that are in what was sent."""
    return {number for number in all_numbers(code for code in JOBS if code != own)
            if holds(received, number)}


@pytest.mark.parametrize("who", PEOPLE)
def test_the_menu_lists_what_somebody_may_open_and_nothing_else(people: dict[str, Visitor],
                                                                who: str) -> None:
    visiting = people[who]
    visiting.open("/")
    received = visiting.received().decode("utf-8", "ignore")
    for screen in SCREENS:
        if screen.permission not in _ROLES[who]:
            assert f"{screen.file}" not in received


def test_what_is_searched_for_in_the_bytes_is_found_in_a_leaders(
        people: dict[str, Visitor]) -> None:
    leader = people["leader"]
    leader.frames.clear()
    leader.open("/overview")
    received = leader.received()
    for county in ("321322", "321324"):
        assert holds(received, 2 * JOBS[county]), county


@pytest.mark.parametrize(("who", "own"), list(_OWN.items()))
def test_no_byte_sent_to_a_bureau_tells_another_units_number(people: dict[str, Visitor], who: str,
                                                             own: str) -> None:
    """By addresses that ask for another unit; each page's own address is opened above."""
    visiting = people[who]
    for screen in SCREENS:
        visiting.open(
            f"/{screen.address}?division=321322&rollup=managing&indicator=jobs_published&as_of=2025-06-30"
        )
    received = visiting.received()
    assert _others_numbers(received, own) == set()
    if who == "county":
        assert holds(received, 2 * JOBS[own]) or any(
            holds(received, number) for number in numbers(own)
        )


def test_a_strangers_name_is_shown_as_text(people: dict[str, Visitor]) -> None:
    stranger = people["stranger"]
    text = stranger.open("/overview")
    assert "账号 stranger 没有查看这一页的权限" in text
    assert stranger.page.locator(".lg-notice b").count() == 0


def test_signing_in_and_being_refused_are_in_the_audit_log(people: dict[str, Visitor],
                                                           signed_site: Site) -> None:
    people["stranger"].open("/overview")
    log = audit_log(Path(signed_site.environment["LINGGONG_DATA"]))
    records = [(record.action, record.account) for record in log.records()]
    assert [record for record in records if record[0] == "sign_in"].count(
        ("sign_in", "leader")) == 1
    assert ("sign_in", "it@example.gov.cn") in records
    assert ("refused", "stranger") in records
    assert log.verify().broken is None
