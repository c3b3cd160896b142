"""One run: what is due, to whom, in one message each, at most once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from data_access.ledger import Attempt, Delivery, NoticeLog
from kpi.vocabulary import InputError
from notices.message import Message, digest
from notices.notice import Notice
from notices.sending import Send
from notices.settings import NoticeSettings, Receiver


@dataclass(frozen=True)
class Situation:
    """What every message of a run says about itself; `counted` how many alerts there are, to
    receivers of everything.
    """

    city: str
    as_of: date
    sample: bool
    counted: str = ""

    def message(self, receiver: Receiver, notices: Sequence[Notice]) -> Message:
        """The message for a receiver."""
        return digest(notices, self.city, self.as_of, sample=self.sample, counted=self.counted
                      if receiver.everything else "")


@dataclass(frozen=True)
class Delivered:
    """What became of one receiver's message; `notices` in it. `sent` None: a dry run."""

    receiver: Receiver
    notices: int
    message: Message
    sent: bool | None


@dataclass(frozen=True)
class Clock:
    """The two things a test must be able to hold still. `now`: the time by the city's clock; by
    itself UTC.
    """

    now: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None)
    sleep: Callable[[float], None] = time.sleep


def preview(notices: Sequence[Notice], settings: NoticeSettings, log: NoticeLog,
            about: Situation) -> list[Delivered]:
    """What a run would send now; nothing is sent or claimed."""
    return [Delivered(receiver, len(mine), about.message(receiver, mine), None)
            for receiver in settings.receivers
            if (mine := _still_open(notices, receiver,
                                    log.open_keys(receiver.name, _keys(notices, receiver))))]


def send_due(notices: Sequence[Notice], settings: NoticeSettings, log: NoticeLog, about: Situation,
             send: Send, clock: Clock) -> list[Delivered]:
    """Send what has not been sent: a message per receiver that has any. A failed one is tried again
    by the next run.
    """
    run = f"{clock.now():%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    delivered = []
    for receiver in settings.receivers:
        claimed = log.claim(receiver.name, _keys(notices, receiver), run, clock.now())
        mine = _still_open(notices, receiver, claimed)
        if mine:
            message = about.message(receiver, mine)
            sent = _try(receiver, message, len(mine), run, settings, log, send, clock)
            delivered.append(Delivered(receiver, len(mine), message, sent))
    return delivered


def _keys(notices: Sequence[Notice], receiver: Receiver) -> list[str]:
    return [notice.key for notice in notices if receiver.wants(notice)]


def _still_open(notices: Sequence[Notice], receiver: Receiver, keys: Sequence[str]) -> list[Notice]:
    return [notice for notice in notices if receiver.wants(notice) and notice.key in keys]


def _try(receiver: Receiver, message: Message, notices: int, run: str, settings: NoticeSettings,
         log: NoticeLog, send: Send, clock: Clock) -> bool:
    sent = False
    try:
        for attempt in range(settings.attempts):
            if attempt:
                clock.sleep(settings.wait_seconds * 2 ** (attempt - 1))
            sent = send(receiver, message)
            log.record(Attempt(run, receiver.name, clock.now(), notices, "已送达" if sent else "未送达"))
            if sent:
                break
    except InputError:
        # an unusable address: nothing left the house, so the next run may try again
        log.finish(receiver.name, run, Delivery.FAILED, clock.now())
        raise
    log.finish(receiver.name, run, Delivery.SENT if sent else Delivery.FAILED, clock.now())
    return sent
