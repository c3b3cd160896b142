"""Which reading a paper's figures rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kpi.counting import Source
from kpi.vocabulary import Remark


@dataclass(frozen=True)
class SnapshotNote:
    """Which reading the figures rest on; printed on every export. `remarks`: those about the
    division lists.
    """

    id: str
    read_at: datetime
    sample: bool
    sources: Mapping[str, Source]
    remarks: tuple[Remark, ...] = ()
