"""How often a token may ask, and an address with a wrong one. Per process; used by its event loop
alone.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from components.shell.strangers import Allowance, entry_of

TOKEN_BURST, TOKEN_PER_SECOND = 60.0, 1.0
WRONG_BURST, WRONG_PER_SECOND = 20.0, 0.2
NOTED_SECONDS = 60.0
_MOST = 4096


@dataclass(eq=False)
class Limits:
    """`asks`: one more request of a token. `fails`: one more refused request of an address."""

    _tokens: OrderedDict[str, Allowance] = field(default_factory=OrderedDict)
    _addresses: OrderedDict[str, Allowance] = field(default_factory=OrderedDict)
    _noted: OrderedDict[tuple[str, str], float] = field(default_factory=OrderedDict)

    def asks(self, identity: str) -> bool:
        """Whether the token may have an answer now."""
        return _of(self._tokens, identity, TOKEN_BURST, TOKEN_PER_SECOND).take()

    def fails(self, address: str) -> bool:
        """Whether the address may still be told what is wrong; a right token is let in however
        often others failed.
        """
        return _of(self._addresses, address, WRONG_BURST, WRONG_PER_SECOND).take()

    def to_be_noted(self, address: str, code: str, now: float | None = None) -> bool:
        """Whether a refusal goes into the audit log: the first of its kind from there in a minute,
        lest it be flooded.
        """
        moment = time.monotonic() if now is None else now
        before = self._noted.get((address, code))
        if before is not None and moment - before < NOTED_SECONDS:
            return False
        self._noted[address, code] = moment
        self._noted.move_to_end((address, code))
        while len(self._noted) > _MOST:
            self._noted.popitem(last=False)
        return True


def _of(allowances: OrderedDict[str, Allowance], name: str, burst: float,
        per_second: float) -> Allowance:
    return entry_of(allowances, name, lambda: Allowance(burst, per_second), _MOST)
