"""Ports for servers of the tests: no two workers, and no two checkouts on one machine, ever get the
same.
"""

from __future__ import annotations

import fcntl
import os
import random
import socket
from pathlib import Path
from tempfile import gettempdir

# Below the range the system itself hands out: no connection going out can take one between choosing
# and listening.
_RANGE = range(20_000, 32_000)
_CLAIMS = Path(gettempdir(), f"linggong-ports-{os.getuid()}")
_draw = random.SystemRandom()


def free_port() -> int:
    """A port of the loopback address nobody listens on, claimed for as long as this process runs.
    """
    _CLAIMS.mkdir(exist_ok=True)
    while True:
        port = _draw.choice(_RANGE)
        claim = os.open(_CLAIMS / str(port), os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            os.close(claim)
            continue
        return port  # the claim stays open: it ends with the process
