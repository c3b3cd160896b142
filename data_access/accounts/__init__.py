"""Who may do what, who signed in, and the log of what was done."""

from data_access.accounts.access import AccessRules, access_file, load_access, note_change
from data_access.accounts.anchors import SYSLOG, audit_log_of
from data_access.accounts.audit import ACTION_NAMES, Action, AuditLog, Record
from data_access.accounts.cookie_secret import weakness
from data_access.accounts.sign_ins import SignIn, SignIns

__all__ = [
    "ACTION_NAMES",
    "SYSLOG",
    "AccessRules",
    "Action",
    "AuditLog",
    "Record",
    "SignIn",
    "SignIns",
    "access_file",
    "audit_log_of",
    "load_access",
    "note_change",
    "weakness",
]
