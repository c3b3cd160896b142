"""The two bulletins as papers: of the counties, and of the managing units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kpi.vocabulary import Division, Rollup
from reports.bulletin import bulletin_bytes, file_name
from reports.paper import Paper, PaperSource


def _of(rollup: Rollup) -> Callable[[PaperSource], bytes]:
    def made(source: PaperSource) -> bytes:
        return bulletin_bytes(source.figures, source.card, source.note, rollup)
    return made


def _named(rollup: Rollup) -> Callable[[date, Division | None], str]:
    return lambda as_of, _scope: file_name(as_of, rollup)


COUNTIES = Paper(key="bulletin_county", command="bulletin", title="县区通报（Word）",
                 about="各县区逐指标名次、本月新增、完成率", suffix=".docx", file_name=_named(Rollup.COUNTY),
                 make=_of(Rollup.COUNTY), rollup=Rollup.COUNTY, at_meetings=True)
UNITS = Paper(key="bulletin_managing", command="bulletin", title="管理单位通报（Word）", about="县区本级与功能区分组",
              suffix=".docx", file_name=_named(Rollup.MANAGING), make=_of(Rollup.MANAGING),
              rollup=Rollup.MANAGING, of_units=True)
