"""Who is acting. One place, so that signing in changes this and no page."""

from __future__ import annotations

from kpi.follow_up_rules import Actor, Role


def acting() -> Actor:
    """The account behind this session: whoever sits at this machine, with the rights of the joint meeting's office."""
    return Actor("本机用户", Role.OFFICE)
