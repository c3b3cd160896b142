"""月报: what units report every month, its states and checks, and the figures out of it."""

from kpi.returns.checks import Amounts, Fault, faults
from kpi.returns.figures import ReturnRow, figure, months_due, rows
from kpi.returns.items import (
    ItemKind,
    ReturnForm,
    ReturnItem,
    form_from,
    last_day,
    month_of,
    previous,
)
from kpi.returns.known import known
from kpi.returns.rights import may, require
from kpi.returns.states import (
    RETURN_STATE_NAMES,
    STEP_NAMES,
    TEXT_LIMIT,
    Change,
    MonthlyReturn,
    Reminder,
    ReturnEvent,
    ReturnState,
    Step,
    changes,
    check_step,
    reminders,
)

__all__ = [
    "RETURN_STATE_NAMES",
    "STEP_NAMES",
    "TEXT_LIMIT",
    "Amounts",
    "Change",
    "Fault",
    "ItemKind",
    "MonthlyReturn",
    "Reminder",
    "ReturnEvent",
    "ReturnForm",
    "ReturnItem",
    "ReturnRow",
    "ReturnState",
    "Step",
    "changes",
    "check_step",
    "faults",
    "figure",
    "form_from",
    "known",
    "last_day",
    "may",
    "month_of",
    "months_due",
    "previous",
    "reminders",
    "require",
    "rows",
]
