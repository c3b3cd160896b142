"""The workbook as a paper."""

from __future__ import annotations

from reports.paper import Paper, PaperSource, on_duties
from reports.workbook import file_name, workbook_bytes


def _made(source: PaperSource) -> bytes:
    return workbook_bytes(source.figures, source.card, source.note, scope=source.scope,
                          follow_ups=source.follow_ups, parts=source.parts,
                          duties=source.duties)


WORKBOOK = Paper(key="workbook", command="workbook", title="报表（Excel）", about="总表、各指标、排名和明细，公式可改可算",
                 suffix=".xlsx", file_name=file_name, make=_made, by_division=True, sheets=True,
                 at_meetings=True, depends_on=on_duties)
