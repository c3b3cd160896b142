"""What an account of a province may see in one of its cities, and of the province as a whole.
Denied by default.

A role limited to cities counts in these only. A county bureau's divisions lie in the city whose
code begins with the same four digits, so that no division can belong to two cities; a code that
begins otherwise belongs to none.
"""

from __future__ import annotations

from collections.abc import Iterable

from kpi.scope import EVERYTHING, Access, Grant, Permission, Role, Scope, merged

_CITY_DIGITS = 4


def within(access: Access, city: str | None) -> Access:
    """What is left of the account's grants in one city; `city` None: in a program without a
    province.
    """
    return merged(access.account, (own_grant for grant in access.grants
                                   if (own_grant := _kept(grant, city)) is not None))


def _kept(grant: Grant, city: str | None) -> Grant | None:
    if grant.cities and city not in grant.cities:
        return None
    if grant.role != Role.COUNTY:
        return Grant(grant.role, departments=grant.departments)
    if city is None or not grant.divisions:  # without any only where nobody signs in
        return grant
    own = frozenset(code for code in grant.divisions if code[:_CITY_DIGITS] == city[:_CITY_DIGITS])
    return Grant(grant.role, own) if own else None


def open_cities(access: Access, cities: Iterable[str],
                permission: Permission = Permission.VIEW) -> tuple[str, ...]:
    """The cities in which the account has a permission, in the given order."""
    return tuple(city for city in cities if within(access, city).allowed(permission))


def province_scope(access: Access, cities: Iterable[str]) -> Scope:
    """Everything for leaders and staff of the province; else the cities the account may enter.

    Of the other cities only what the ranking publishes is shown, and of all together the sum.
    """
    if access.scope.everything:
        return EVERYTHING
    return Scope(False, tuple(sorted(open_cities(access, cities))))
