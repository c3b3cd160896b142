"""The joint meeting's ledger: events, meetings, notices, acknowledgements."""

from data_access.ledger.acknowledgements import Acknowledgements
from data_access.ledger.engine import exists, ledger_url, looking, open_ledger_engine, writing
from data_access.ledger.migrate import newest_version
from data_access.ledger.notice_log import Attempt, Delivery, NoticeLog
from data_access.ledger.sample import ensure_sample_ledger
from data_access.ledger.store import Ledger, looked_at, recorded_cases
from data_access.ledger.tables import METADATA

__all__ = [
    "METADATA",
    "Acknowledgements",
    "Attempt",
    "Delivery",
    "Ledger",
    "NoticeLog",
    "ensure_sample_ledger",
    "exists",
    "ledger_url",
    "looked_at",
    "looking",
    "newest_version",
    "open_ledger_engine",
    "recorded_cases",
    "writing",
]
