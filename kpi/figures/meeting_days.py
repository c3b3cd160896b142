"""When the joint meeting was held, as far as the ledger knew on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class MeetingDays:
    """`kept_since`: the first day anything was recorded in the ledger. `held`: the day each meeting
    was held and the day it was recorded.
    """

    kept_since: date
    held: tuple[tuple[date, date], ...] = ()

    def last(self, day: date) -> date | None:
        """The day of the newest meeting held and recorded by the end of `day`; None without any."""
        return max((held for held, recorded in self.held if max(held, recorded) <= day),
                   default=None)
