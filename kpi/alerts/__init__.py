"""Who must be told: rules folded over days, their history, evidence in a sentence, acknowledgement.
"""

from kpi.alerts.acknowledge import Acknowledgement, AlertKey, Noted, Receipt, alert_key, receipt
from kpi.alerts.alert_spans import Span, flip_words, in_force, spans
from kpi.alerts.alerts import Alert, alerts_at, sort_alerts
from kpi.alerts.cards import (
    LASTING_DAYS,
    STATE_WORDS,
    Card,
    Cards,
    CardState,
    Desk,
    Shelved,
    cards_at,
    division_of,
    meeting_day,
    none_shelved,
)
from kpi.alerts.freshness import Freshness, Grade, of_connection, oldest
from kpi.alerts.history import History, RuleLevels, history_from
from kpi.alerts.meetings import with_meeting_alerts
from kpi.alerts.rules import (
    RULE_NAMES,
    SEVERITY_NAMES,
    SEVERITY_ORDER,
    SEVERITY_SHAPES,
    Flip,
    Rule,
    Severity,
    rules_in_words,
)
from kpi.alerts.today import newest_day, standing_on
from kpi.alerts.watch import history_of, own_history_of, with_history

__all__ = [
    "LASTING_DAYS",
    "RULE_NAMES",
    "SEVERITY_NAMES",
    "SEVERITY_ORDER",
    "SEVERITY_SHAPES",
    "STATE_WORDS",
    "Acknowledgement",
    "Alert",
    "AlertKey",
    "Card",
    "CardState",
    "Cards",
    "Desk",
    "Flip",
    "Freshness",
    "Grade",
    "History",
    "Noted",
    "Receipt",
    "Rule",
    "RuleLevels",
    "Severity",
    "Shelved",
    "Span",
    "alert_key",
    "alerts_at",
    "cards_at",
    "division_of",
    "flip_words",
    "history_from",
    "history_of",
    "in_force",
    "meeting_day",
    "newest_day",
    "none_shelved",
    "of_connection",
    "oldest",
    "own_history_of",
    "receipt",
    "rules_in_words",
    "sort_alerts",
    "spans",
    "standing_on",
    "with_history",
    "with_meeting_alerts",
]
