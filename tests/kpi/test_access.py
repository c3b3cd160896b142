"""Roles, permissions and scopes: denied by default, added up, never more than granted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.province.province_access import within
from kpi.scope.access import (
    EVERYTHING,
    GRANTED,
    NOTHING,
    Account,
    Grant,
    Permission,
    Role,
    Scope,
    merged,
    open_access,
)

_SOMEBODY = Account("u1", "张三", "zhang@example.gov.cn")


def test_an_account_without_a_role_may_do_nothing_and_see_nothing() -> None:
    nobody = merged(_SOMEBODY, ())
    assert not any(nobody.allowed(permission) for permission in Permission)
    assert nobody.scope == NOTHING


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.LEADER, {Permission.VIEW, Permission.REPORT, Permission.NOTE}),
        (
            Role.COUNTY,
            {
                Permission.VIEW,
                Permission.EXPORT_OWN,
                Permission.REPORT,
                Permission.RETURNS,
                Permission.NOTE,
                Permission.HAND_IN,
            },
        ),
        (
            Role.STAFF,
            {
                Permission.VIEW,
                Permission.EXPORT,
                Permission.EXPORT_OWN,
                Permission.FREEZE,
                Permission.LEDGER,
                Permission.REPORT,
                Permission.NOTE,
                Permission.DATA,
                Permission.HAND_IN,
            },
        ),
        (
            Role.ADMINISTRATOR,
            {Permission.DATA, Permission.REFRESH, Permission.ADMINISTER, Permission.CONNECT},
        ),
        (Role.PLANNER, {Permission.VIEW, Permission.PLAN}),
        (Role.DEPARTMENT, {Permission.VIEW, Permission.REPORT}),
    ],
)
def test_each_role_carries_exactly_its_permissions(role: Role, may: set[Permission]) -> None:
    access = merged(_SOMEBODY, [Grant(role, frozenset({"321322"} if role == Role.COUNTY else ()))])
    assert {permission for permission in Permission if access.allowed(permission)} == may


def test_a_county_bureau_is_limited_to_its_own_division() -> None:
    assert merged(_SOMEBODY, [Grant(Role.COUNTY, frozenset({"321322"}))]).scope == Scope(
        False, ("321322",))


def test_an_administrator_without_another_role_sees_no_division() -> None:
    assert merged(_SOMEBODY, [Grant(Role.ADMINISTRATOR)]).scope .divisions == ()
    assert not merged(_SOMEBODY, [Grant(Role.ADMINISTRATOR)]).scope.everything


@pytest.mark.parametrize(("grants", "own", "other"), [
    ((), False, False),
    ((Grant(Role.COUNTY, frozenset({"321322"})),), True, False),
    # what one role allows for one unit another does not allow for all
    ((Grant(Role.COUNTY, frozenset({"321322"})), Grant(Role.LEADER)), True, False),
    ((Grant(Role.STAFF),), True, True),
    ((Grant(Role.STAFF, cities=frozenset({"320100"})),), False, False),
    ((Grant(Role.ADMINISTRATOR), Grant(Role.PLANNER)), False, False)])
def test_a_bureau_hands_in_its_own_register_and_staff_any(
        grants: tuple[Grant, ...], own: bool, other: bool) -> None:
    access = merged(_SOMEBODY, grants)
    assert (access.hands_in_for("321322"), access.hands_in_for("321302")) == (own, other)


def test_two_county_grants_add_up() -> None:
    grants = [Grant(Role.COUNTY, frozenset({"321322"})), Grant(Role.COUNTY, frozenset({"321302"}))]
    assert merged(_SOMEBODY, grants).scope == Scope(False, ("321302", "321322"))


def test_a_department_sees_the_citys_figures_and_owns_only_itself() -> None:
    access = merged(_SOMEBODY, [Grant(Role.DEPARTMENT, departments=frozenset({"市农业农村局"})),
                                Grant(Role.DEPARTMENT, departments=frozenset({"市商务局"}))])
    assert access.scope == EVERYTHING
    assert access.departments == {"市农业农村局", "市商务局"}
    assert access.only_department


@pytest.mark.parametrize(("more", "only"), [
    (Grant(Role.COUNTY, frozenset({"321322"})), True), (Grant(Role.STAFF), False),
    (Grant(Role.LEADER), False), (Grant(Role.PLANNER), False)])
def test_a_department_that_is_more_sees_what_the_other_role_does(more: Grant, only: bool) -> None:
    access = merged(_SOMEBODY, [Grant(Role.DEPARTMENT, departments=frozenset({"市商务局"})), more])
    assert access.only_department == only


def test_in_a_province_a_department_keeps_its_name_and_its_city() -> None:
    access = merged(_SOMEBODY, [Grant(Role.DEPARTMENT, cities=frozenset({"321300"}),
                                      departments=frozenset({"市商务局"}))])
    assert within(access, "321300").departments == {"市商务局"}
    assert not within(access, "320100").roles


def test_a_leader_who_is_also_at_a_bureau_sees_the_whole_city() -> None:
    grants = [Grant(Role.COUNTY, frozenset({"321322"})), Grant(Role.LEADER)]
    assert merged(_SOMEBODY, grants).scope == EVERYTHING


def test_without_sign_in_the_own_machine_may_do_everything() -> None:
    assert all(open_access().allowed(permission) for permission in Permission)
    assert open_access().scope == EVERYTHING
    assert open_access().every_unit
    assert within(open_access(), "321300").every_unit


def test_nobody_who_signs_in_acts_for_every_unit() -> None:
    bureau = Grant(Role.COUNTY, frozenset({"321322"}))
    for grants in ([bureau], [bureau, Grant(Role.LEADER)], [Grant(Role.STAFF)], [Grant(Role.COUNTY)]):
        assert not merged(_SOMEBODY, grants).every_unit


def test_two_scopes_never_share_a_cache_key() -> None:
    scopes = [EVERYTHING, NOTHING, Scope(False, messages=True), Scope(False, ("1",), messages=True),
              Scope(False, ("1",)), Scope(False, ("1", "2")), Scope(False, ("12",))]
    assert len({scope.key for scope in scopes}) == len(scopes)


def test_whoever_looks_after_the_sources_is_told_why_one_cannot_be_read() -> None:
    assert merged(_SOMEBODY, [Grant(Role.ADMINISTRATOR)]).scope.messages
    assert not merged(_SOMEBODY, [Grant(Role.COUNTY, frozenset({"321322"}))]).scope.messages


_GRANTS = st.lists(st.builds(Grant, st.sampled_from(Role),
                             st.frozensets(st.sampled_from(["a", "b", "c"]))), max_size=5)


@given(_GRANTS)
def test_rights_are_the_union_of_the_roles_and_order_does_not_matter(grants: list[Grant]) -> None:
    access = merged(_SOMEBODY, grants)
    assert access == merged(_SOMEBODY, list(reversed(grants)))
    assert access.permissions == frozenset().union(*(GRANTED[grant.role] for grant in grants))
