"""月报: what units report every month, its states and checks, and the figures out of it."""

from kpi.returns.checks import Amounts, Fault, faults
from kpi.returns.coverage import (
    STANDING_NAMES,
    Compared,
    Coverage,
    compared,
    coverage,
    ended_by,
    lacking,
)
from kpi.returns.dataset import DATASET, SOURCE, SOURCE_TITLE, columns, definition_text
from kpi.returns.figures import ReturnRow, figure, months_due, months_of, rows
from kpi.returns.items import (
    FILE,
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
    "DATASET",
    "FILE",
    "RETURN_STATE_NAMES",
    "SOURCE",
    "SOURCE_TITLE",
    "STANDING_NAMES",
    "STEP_NAMES",
    "Amounts",
    "Change",
    "Compared",
    "Coverage",
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
    "columns",
    "compared",
    "coverage",
    "definition_text",
    "ended_by",
    "faults",
    "figure",
    "form_from",
    "known",
    "lacking",
    "last_day",
    "may",
    "month_of",
    "months_due",
    "months_of",
    "previous",
    "reminders",
    "require",
    "rows",
]
