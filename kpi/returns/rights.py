"""Who may do what with a return."""

from __future__ import annotations

from kpi.follow_ups import Actor, Role
from kpi.returns.states import STEP_NAMES, Step
from kpi.vocabulary import InputError


def may(actor: Actor, unit: str, step: Step) -> bool:
    """Whether the account may take this step with a return of the unit, given by its code: a unit
    files its own, the office sends back, approves and reopens, leaders only look.
    """
    if step == Step.FILE:
        return actor.role == Role.UNIT and unit in actor.divisions
    return actor.role == Role.OFFICE


def require(actor: Actor, unit: str, step: Step) -> None:
    """Raises InputError where the account may not."""
    if not may(actor, unit, step):
        who = "本单位的账号" if step == Step.FILE else "联席会议办公室"
        raise InputError(f"只有{who}可以{STEP_NAMES[step]}；这一步没有执行。")
