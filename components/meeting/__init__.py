"""The joint meeting's screens: alerts, follow-ups, rules."""

from components.meeting.ledger import open_book

__all__ = [
    "open_book",
]
