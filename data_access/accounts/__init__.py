"""Who may do what, who signed in, and the log of what was done."""

from data_access.accounts.access import AccessRules, access_file, load_access, note_change
from data_access.accounts.anchors import SYSLOG, audit_log_of
from data_access.accounts.audit import ACTION_NAMES, Action, AuditLog, Record
from data_access.accounts.cookie_secret import weakness
from data_access.accounts.sign_ins import SignIn, SignIns
from data_access.accounts.tokens import (
    LONGEST_DAYS,
    STATE_NAMES,
    USUAL_DAYS,
    Token,
    Tokens,
    TokenState,
)

__all__ = [
    "ACTION_NAMES",
    "LONGEST_DAYS",
    "STATE_NAMES",
    "SYSLOG",
    "USUAL_DAYS",
    "AccessRules",
    "Action",
    "AuditLog",
    "Record",
    "SignIn",
    "SignIns",
    "Token",
    "TokenState",
    "Tokens",
    "access_file",
    "audit_log_of",
    "load_access",
    "note_change",
    "weakness",
]
