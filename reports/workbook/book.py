"""Puts the sheets together: names first, so that sheets can refer to one another, then content,
then properties.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zipfile import ZIP_STORED, ZipFile

from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

from kpi.figures import market
from reports.content import MEETING_PARTS, OF_A_CITY, PART_NAMES, Content, Part
from reports.missing_places import Missing, missing_places
from reports.workbook import (
    alerts,
    cover,
    definitions,
    duties,
    follow_ups,
    gaps,
    indicator,
    matching,
    outlook,
    quality,
    ranking,
    summary,
    units,
)
from reports.workbook.cached import with_cached_values
from reports.workbook.names import SheetNames
from reports.workbook.page import Page, plain
from reports.workbook.style import Styles


@dataclass(frozen=True)
class _Sheet:
    """An optional sheet: its column widths, what the contents list says of it, and who fills it."""

    widths: Sequence[float]
    about: str
    write: Callable[[Page, Mapping[str, summary.Source], Sequence[Missing]], None]
    printed: int | None = None


_PARTS = {
    Part.UNITS: _Sheet(units.PAGE_WIDTHS, "各单位位置、还差多少、每周需完成", units.write_units),
    Part.GAPS: _Sheet(
        gaps.PAGE_WIDTHS,
        "尚无驿站的乡镇（街道）和尚无专窗的中心村（社区）",
        lambda page, _, missing: gaps.write_gaps(page, missing),
    ),
    Part.MATCHING: _Sheet(
        matching.PAGE_WIDTHS,
        "撮合快慢、未招满岗位和分工种供需",
        lambda page, *_: matching.write_matching(page),
    ),
    Part.ALERTS: _Sheet(
        alerts.PAGE_WIDTHS,
        "各项规则的预警、依据和建议措施",
        lambda page, *_: alerts.write_alerts(page),
    ),
    Part.FOLLOW_UPS: _Sheet(
        follow_ups.PAGE_WIDTHS,
        "联席会议议定事项的进展和销号",
        lambda page, *_: follow_ups.write_follow_ups(page),
        follow_ups.PRINTED,
    ),
    Part.DUTIES: _Sheet(
        duties.PAGE_WIDTHS,
        "方案各项任务由谁牵头、进展和期限",
        lambda page, *_: duties.write_duties(page),
    ),
    Part.DEFINITIONS: _Sheet(
        definitions.PAGE_WIDTHS,
        "指标定义、出处、责任单位和通用规则",
        lambda page, *_: definitions.write_definitions(page),
    ),
    Part.QUALITY: _Sheet(
        quality.PAGE_WIDTHS,
        "读取＝计入＋排除，逐项核对",
        lambda page, *_: quality.write_quality(page),
    ),
}


class Book:
    """One workbook. `pages` are in sheet order."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.workbook = Workbook()
        self.workbook.remove(self.workbook.active)  # type: ignore[arg-type]
        self.names = SheetNames()
        self.styles: Styles | None = None
        self.pages: list[Page] = []

    def page(self, title: str, widths: Sequence[float], printed: int | None = None) -> Page:
        sheet = self.workbook.create_sheet(self.names.take(title))
        self.styles = self.styles or Styles(sheet)
        self.pages.append(Page(sheet, self.content, self.styles, widths, printed))
        return self.pages[-1]

    def to_bytes(self) -> bytes:
        self._write()
        self._describe()
        drafted = io.BytesIO()
        # not Workbook.save: that would compress what is packed again below, and note the time of
        # writing
        ExcelWriter(self.workbook, ZipFile(drafted, "w", ZIP_STORED)).save()
        by_title = {page.title: page for page in self.pages}
        return with_cached_values(drafted.getvalue(), [page.cached for page in self.pages],
                                  lambda sheet, row, column: by_title[sheet].value(row, column))

    def _write(self) -> None:
        core = self.content.plan.core
        front = self.page("封面", cover.PAGE_WIDTHS)
        table = self.page("总表", summary.PAGE_WIDTHS, outlook.PRINTED)
        own = {item.code: self.page(item.name, indicator.page_widths(), outlook.PRINTED)
               for item in core}
        league = self.page(self.content.names.adapted("县区排名"), ranking.page_widths(len(core)))
        extra = {part: self.page(self.content.names.adapted(PART_NAMES[part]), _PARTS[part].widths,
                                 _PARTS[part].printed)
                 for part in Part if self._has(part)}

        sources = {item.code: summary.Source(own[item.code].title,
                                             indicator.write_indicator(own[item.code], item))
                   for item in core}
        missing = missing_places(self.content)
        city_rows = summary.write_summary(table, sources)
        ranking.write_ranking(league, sources)
        for part, page in extra.items():
            _PARTS[part].write(page, sources, missing)
        parts = f"{self.content.names.group}{'与管理单位' if self.content.card.geography.subdivided else ''}表、分月、图表"
        contents = [(table.title, f"全部指标的完成值、目标、完成率、亮灯、位次，{self.content.names.whole}在前"),
                    *((own[item.code].title, parts) for item in core),
                    (league.title, "名次、较上月变化、得分与各分项")]
        for part, page in extra.items():
            if part in MEETING_PARTS:
                contents.append((page.title, _PARTS[part].about))
            else:
                page.put_behind()
        cover.write_cover(front, self.workbook, summary=table.title, city_rows=city_rows,
                          contents=contents,
                          behind=[(page.title, _PARTS[part].about) for part, page in extra.items()
                                  if part not in MEETING_PARTS])

    def _has(self, part: Part) -> bool:
        content = self.content
        if part == Part.FOLLOW_UPS:
            return part in content.parts and content.follow_ups is not None
        if part == Part.DUTIES and not (content.duties and content.whole_city):
            return False
        if part == Part.MATCHING and market(content.figures, content.city, content.as_of) is None:
            return False
        return part in content.parts and (
            content.card.geography.subdivided or part not in OF_A_CITY
        )

    def _describe(self) -> None:
        """Document properties, for whoever finds the file later."""
        content, about = self.content, self.workbook.properties
        note, plan = content.note, content.plan
        read_at = note.read_at.replace(tzinfo=None, microsecond=0)
        about.title = f"{plan.city_name}零工归宿工作联席会议报表（截至{content.as_of.isoformat()}）"
        about.subject, about.creator = plan.title, plan.city_name
        about.keywords = "演示数据" if note.sample else "零工归宿"
        about.description = f"快照 {note.id}；方案 {plan.document}"
        about.created = about.modified = read_at
        for name, text in {"截至日期": content.as_of.isoformat(), "数据快照": note.id,
                           "方案文件": plan.document, "方案编号": plan.id, "数据性质": "演示数据" if note.sample
                           else "业务系统数据", "范围": content.names.whole if content.scope is None
                           else content.scope.name}.items():
            self.workbook.custom_doc_props.append(  # type: ignore[attr-defined]  # not in the stubs yet
                StringProperty(name=name, value=plain(text))
            )
