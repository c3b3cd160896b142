"""Bytes for Arrow to read on threads of its own, without Python.

Arrow reads ahead on its threads. From a Python file or bytes object these take Python's lock, and
one that waits for it while the process ends takes the process down with it (signal 6).
"""

from __future__ import annotations

import pyarrow as pa


def native(data: bytes | memoryview) -> pa.BufferReader:
    """A file of these bytes, copied into memory that Arrow owns."""
    held = pa.allocate_buffer(len(data))
    memoryview(held).cast("B")[:] = data
    return pa.BufferReader(held)
