"""数据质量: read = counted + excluded, per dataset, with a check that calculates."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.counting import DatasetQuality, Source, SourceState
from kpi.definitions import Dataset
from kpi.vocabulary import REASON_NAMES, Reason
from reports.workbook import style
from reports.workbook.names import cell_name
from reports.workbook.page import Page

_STATES = {SourceState.OK: "正常", SourceState.STALE: "陈旧（沿用上次数据）", SourceState.DOWN: "读取失败",
           SourceState.ABSENT: "未接入", SourceState.HELD: "待核实（沿用上次数据）"}
_READ, _COUNTED, _FIRST = 5, 6, 7
_LAST = _FIRST + len(Reason) - 1
_SUM, _CHECK, _CONFLICT = _LAST + 1, _LAST + 2, _LAST + 3
PAGE_WIDTHS = (14, 13, 10.5, 10.5, 8.5, 8.5, *(63 / len(Reason) for _ in Reason), 8.5, 6, 10)
_BEFORE, _AFTER = ("数据集", "来源系统", "状态", "最新业务日期", "读取", "计入"), ("排除合计", "核对", "区划矛盾（已计入）")
_GOOD, _BAD = "平", "不平"


def write_quality(page: Page) -> None:
    head = page.open("数据质量", "单位：行", scope=False)
    page.head(head, (*_BEFORE, *REASON_NAMES.values(), *_AFTER))
    note = page.content.note
    named = page.content.plan.definitions
    rows = range(head + 1, head + 1 + len(named.counted))
    for row, name in zip(rows, named.counted, strict=True):
        dataset = named.datasets[name]
        _write_row(page, row, dataset, note.sources.get(dataset.connection),
                   page.content.card.quality.get(name))
    _write_total(page, rows[-1] + 1, rows, list(page.content.card.quality.values()))
    page.across(rows[-1] + 3, "核对：读取＝计入＋各原因排除之和。区划矛盾指乡镇与管理单位代码不一致，按乡镇归属计入。", style.NOTE_WRAPPED)
    _write_messages(page, rows[-1] + 4)
    page.freeze(head + 1, 2)
    page.print_on_a4((1, head))


def _write_row(page: Page, row: int, dataset: Dataset, source: Source | None,
               quality: DatasetQuality | None) -> None:
    words = {1: dataset.title, 2: page.content.plan.definitions.connection_title(dataset.connection),
             3: _STATES[source.state if source else SourceState.ABSENT]}
    for column, text in words.items():
        page.put(row, column, text, style.WRAPPED.but(align="center" if column == 3 else "left"))
    page.fit_row(row, words)
    page.put(row, 4, source.latest if source else None, style.DATE)
    if quality is None:
        for column in range(_READ, _CONFLICT + 1):
            page.put(row, column, None)
        return
    page.put(row, _READ, quality.read, style.NUMBER)
    page.put(row, _COUNTED, quality.counted, style.NUMBER)
    for column, reason in enumerate(Reason, start=_FIRST):
        page.put(row, column, quality.excluded.get(reason.value, 0), style.NUMBER)
    page.put(row, _CONFLICT, quality.division_conflict, style.NUMBER)
    _write_check(page, row, sum(quality.excluded.values()), quality.balanced)


def _write_check(page: Page, row: int, excluded: int, balanced: bool) -> None:
    first, last = cell_name(row, _FIRST), cell_name(row, _LAST)
    page.formula(row, _SUM, f"SUM({first}:{last})", excluded)
    read, counted, left_out = (cell_name(row, column) for column in (_READ, _COUNTED, _SUM))
    page.formula(row, _CHECK, f'IF({read}={counted}+{left_out},"{_GOOD}","{_BAD}")', _GOOD
                 if balanced else _BAD, style.CENTRED)


def _write_total(page: Page, row: int, rows: range, qualities: Sequence[DatasetQuality]) -> None:
    page.across(row, "合计", style.TEXT.but(bold=True, fill=style.BAND_FILL), last=4)
    totals = {_READ: sum(q.read for q in qualities), _COUNTED: sum(q.counted for q in qualities),
              _CONFLICT: sum(q.division_conflict for q in qualities)}
    for column, reason in enumerate(Reason, start=_FIRST):
        totals[column] = sum(q.excluded.get(reason.value, 0) for q in qualities)
    for column, total in totals.items():
        page.formula(row, column,
                     f"SUM({cell_name(rows[0], column)}:{cell_name(rows[-1], column)})", total,
                     style.NUMBER.but(bold=True, fill=style.BAND_FILL))
    _write_check(page, row, sum(sum(q.excluded.values()) for q in qualities),
                 all(q.balanced for q in qualities))


def _write_messages(page: Page, row: int) -> None:
    parts = [source.message for source in page.content.note.sources.values() if source.message]
    definitions = page.content.plan.definitions
    remarks = (*(remark for name in definitions.counted if name in page.content.card.quality
                 for remark in page.content.card.quality[name].remarks), *page.content.note.remarks)
    noticed = [remark.sentence(definitions.title(remark.dataset)) for remark in remarks]
    for number, message in enumerate((*parts, *(["读取提醒"] if noticed else []), *noticed)):
        page.across(row + number, message, style.NOTE_WRAPPED)
