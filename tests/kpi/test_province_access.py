"""What accounts of a province may do in each city: denied unless granted."""

from __future__ import annotations

import pytest

from kpi.province.province_access import open_cities, province_scope, within
from kpi.scope.access import EVERYTHING, Access, Account, Grant, Permission, Role, Scope, merged

CITIES = ("320100", "321300")
SOMEBODY = Account("somebody", "某人")


def holding(*grants: Grant) -> Access:
    return merged(SOMEBODY, grants)


def test_a_leader_of_the_province_sees_every_city_and_all_of_them_together() -> None:
    access = holding(Grant(Role.LEADER))
    assert open_cities(access, CITIES) == CITIES
    assert province_scope(access, CITIES) == EVERYTHING
    assert within(access, "320100").scope == EVERYTHING


def test_staff_of_one_city_have_all_of_it_and_of_the_province_their_own_city() -> None:
    access = holding(Grant(Role.STAFF, cities=frozenset({"321300"})))
    assert within(access, "321300").scope == EVERYTHING
    assert within(access, "321300").allowed(Permission.EXPORT)
    assert not within(access, "320100").permissions
    assert open_cities(access, CITIES) == ("321300",)
    assert province_scope(access, CITIES) == Scope(False, ("321300",))


def test_a_bureaus_divisions_count_in_the_city_their_codes_belong_to() -> None:
    access = holding(Grant(Role.COUNTY, frozenset({"321322", "320102"})))
    assert within(access, "321300").scope == Scope(False, ("321322",))
    assert within(access, "320100").scope == Scope(False, ("320102",))
    assert province_scope(access, CITIES) == Scope(False, CITIES)


def test_a_code_that_belongs_to_no_city_opens_nothing() -> None:
    access = holding(Grant(Role.COUNTY, frozenset({"999999"})))
    assert open_cities(access, CITIES) == ()
    assert province_scope(access, CITIES) == Scope(False, ())


@pytest.mark.parametrize("role", [Role.LEADER, Role.STAFF, Role.ADMINISTRATOR])
def test_a_role_limited_to_cities_is_nothing_in_a_program_of_one_city(role: Role) -> None:
    access = holding(Grant(role, cities=frozenset({"321300"})))
    assert not access.scope.everything
    assert access.scope.divisions == ()
    assert not within(access, None).permissions


def test_what_has_no_limit_stays_as_it_is_in_a_program_of_one_city() -> None:
    access = holding(Grant(Role.STAFF), Grant(Role.COUNTY, frozenset({"321322"})))
    assert within(access, None) == access


def test_the_same_role_with_and_without_a_limit_has_none() -> None:
    access = holding(Grant(Role.LEADER, cities=frozenset({"321300"})), Grant(Role.LEADER))
    assert access.scope == EVERYTHING
    both = holding(Grant(Role.LEADER, cities=frozenset({"321300"})),
                   Grant(Role.LEADER, cities=frozenset({"320100"})))
    assert open_cities(both, CITIES) == CITIES
    assert province_scope(both, CITIES) == Scope(False, CITIES)


def test_nobody_enters_a_city_without_a_role() -> None:
    assert open_cities(holding(), CITIES) == ()
