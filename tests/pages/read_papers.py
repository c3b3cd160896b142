"""The numbers on the papers of a day, by what they are of; see `tests.pages.printed`."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date

import openpyxl
from docx import Document
from docx.document import Document as DocumentType
from pptx import Presentation

from kpi.scorecard.scorecard import Scorecard
from kpi.vocabulary.division import Rollup
from kpi.wording.wording import chinese_date
from tests.pages.printed import Label, Order, Printed, Reader
from tests.pages.read_pages import (
    department_row,
    duty_rows,
    light_word,
    market_words,
    occupation_rows,
    place_of,
    sector_rows,
    target,
)

Found = Printed | Order
Rows = list[list[object]]


def in_words(content: bytes, where: str, reader: Reader, day: str) -> Iterator[Found]:
    """The sentences of a Word file, and its count of alerts and items."""
    text = "\n".join(one.text for one in Document(io.BytesIO(content)).paragraphs)
    yield from reader.sentences(text, where, day)
    yield from reader.headline(text, where, reader.whole)
    for whose, number in re.findall(r"(全市和\d+个[^共]{2,5})共(?:有预警)?(\d+)项", text):
        yield Printed(Label(whose, "预警", "项数"), number, where)
    yield from _items(text, where)


def _items(text: str, where: str) -> Iterator[Found]:
    for on, agreed, closed, late in re.findall(
            r"截至(\S+?)，联席会议已议定事项(\d+)项，已销号(\d+)项，逾期(\d+)项", text):
        for aspect, number in (("议定", agreed), ("已销号", closed), ("逾期", late)):
            yield Printed(Label(on, "督办", aspect), number, where)


def in_the_brief(content: bytes, reader: Reader) -> Iterator[Found]:
    """The annex of the brief, and the grades of the city's alerts in its body."""
    text = "".join(one.text for one in Document(io.BytesIO(content)).paragraphs)
    for named in re.findall(r"全市层面的是([^。]+)。", text):
        for topic, grade in re.findall(r"([^、（）]+)（(.色)[^）]*）", named):
            yield from reader.row(reader.whole, topic, {"预警级别": grade}, "简报·预警")
    for rows in _tables(Document(io.BytesIO(content))):
        if rows[0][:3] == ["序号", "指标", "目标"]:
            for row in rows[1:]:
                yield from reader.row(reader.whole, row[1], {
                    "目标": target(row[2]), "完成值": row[3], "完成率": row[4], "进度差": row[5],
                    "亮灯": light_word(row[7])}, "简报·附件")
        if rows[0][:2] == ["名次", "部门"]:
            for row in rows[1:]:
                yield from department_row(row[1], (row[0], *row[2:]), "简报·附件")
        if rows[0][:2] == ["组别", "名次"]:
            for row in rows[1:]:
                yield from reader.row(row[3], "排名", {"得分": row[4], f"{row[0]}名次": row[1]},
                                      "简报·附件")


def departments_in_json(content: bytes) -> Iterator[Found]:
    """What the scorecard's JSON says of departments."""
    for one in json.loads(content)["departments"]:
        done = "" if one["completion"] is None else f"{one['completion'] * 100:.9f}%"
        texts = ("" if one["place"] is None else str(one["place"]), str(one["value"]),
                 "" if one["target"] is None else str(one["target"]), done)
        yield from department_row(one["name"], (*texts, "", ""), "JSON")


def grades_in_json(content: bytes, card: Scorecard) -> Iterator[Found]:
    """The grades of the cards that stand on top."""
    words = {"red": "红色", "yellow": "黄色", "blue": "蓝色", "grey": "灰色"}
    names = {(one.rollup.value, one.code): place_of(one.name, len(one.units))
             for one in card.geography.divisions}
    names[card.geography.city.rollup.value, card.geography.city.code] = "全市"
    for one in json.loads(content)["alert_cards"]:
        if one["counted"] and one["indicator"]:
            yield Printed(Label(names[one["rollup"], one["division"]],
                                card.plan.indicator(one["indicator"]).name, "预警级别"),
                          words[one["grade"]], "JSON")


def duties_in_json(content: bytes) -> Iterator[Found]:
    """The states of the duties in the scorecard's JSON, in the words of the page."""
    read = json.loads(content)
    lights = {line["indicator"]: line["light"] for line in read["lines"]
              if line["rollup"] == "city"}
    for one in read["duties"]:
        red = one["state"] == "behind" and lights.get(one["indicator"]) == "red"
        state = "严重滞后" if red else _DUTY_STATES[one["state"]]
        yield Printed(Label(one["id"], "任务", "状态"), state, "JSON")


_DUTY_STATES = {"overdue": "逾期", "behind": "滞后", "soon": "将到期", "on_time": "按期",
                "done": "✓已完成", "watched": "监测", "absent": "未接入"}


def on_the_slides(content: bytes, reader: Reader, day: str) -> Iterator[Found]:
    """Titles, sentences and tables, and the order of the bars."""
    shapes = [shape for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes]
    text = "\n".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)
    yield from reader.sentences(text, "PPT", day)
    yield from reader.headline(text, "PPT", reader.whole)
    for whose, number in re.findall(r"(全市和\d+个[^共]{2,5})共(?:有预警)?(\d+)项", text):
        yield Printed(Label(whose, "预警", "项数"), number, "PPT")
    for shape in shapes:
        if shape.has_table:
            yield from _on_a_slide([[cell.text for cell in row.cells]
                                    for row in shape.table.rows], reader)
        elif shape.has_chart and shape.chart.plots[0].series[0].name in ("完成率", "得分"):
            numbers = [_exact(value) for value in shape.chart.plots[0].series[0].values]
            yield Order("PPT·图", tuple(numbers), False)


def _on_a_slide(rows: list[list[str]], reader: Reader) -> Iterator[Found]:
    heads = rows[0]
    if heads[:3] == ["单位", "指标", "级别"]:
        for row in rows[1:]:
            yield from reader.row(row[0], row[1], {"预警级别": row[2].split()[-1]}, "PPT·措施")
    if heads[:2] == ["指标", "目标"]:
        for row in rows[1:]:
            yield from reader.row(reader.whole, row[0], {
                "目标": target(row[1]), "完成值": row[2], "完成率": row[3], "进度差": row[4],
                "亮灯": light_word(row[6])}, "PPT·指标")
    if heads[:2] == ["编号", "事项"]:
        for row in rows[1:]:
            yield _item(row[0], "办结期限", row[4], "PPT·事项")
            yield Printed(Label(row[0], "督办", "状态"), row[5], "PPT·事项")
    if heads[:2] == ["单位", "名次"]:
        for row in rows[1:]:
            yield from reader.row(row[0], "排名", {"得分": row[3], "县区名次": row[1]}, "PPT·得分")


def in_a_bulletin(content: bytes, reader: Reader, where: str) -> Iterator[Found]:
    """Its league tables and one table for each indicator, in the order of its captions."""
    document = Document(io.BytesIO(content))
    topics = [match[1] for one in document.paragraphs
              if (match := re.match(r"[一二三四五六七八九十]+、(.+?)（", one.text))]
    for rows in _tables(document):
        if rows[0][3] == "得分":
            yield Order(f"{where}·得分", tuple(row[3] for row in rows[1:] if row[3] != "—"), False)
            for row in rows[1:]:
                yield from reader.row(row[2], "排名", {"得分": row[3]}, where)
            continue
        topic = topics.pop(0)
        yield Order(f"{where}·{topic}", tuple(row[4] for row in rows[1:] if row[4] != "—"), False)
        for row in rows[1:]:
            yield from reader.row(row[1], topic, {
                "完成值": row[2], "完成率": row[4], "进度差": row[5], "亮灯": light_word(row[6])}, where)


def _tables(document: DocumentType) -> Iterator[list[list[str]]]:
    for table in document.tables:
        yield [[cell.text for cell in row.cells] for row in table.rows]


def in_the_minutes(content: bytes) -> Iterator[Found]:
    """Of every item when it is due, and of earlier ones how they stand."""
    text = "\n".join(one.text for one in Document(io.BytesIO(content)).paragraphs)
    for number, due, now in re.findall(
            r"（(\d{4}-\d{3})，.*?办结期限：(\d+年\d+月\d+日)。(?:目前([^。]*)。)?", text):
        yield _item(number, "办结期限", due, "纪要")
        if "销号" in now:
            yield _item(number, "销号", now, "纪要")
        elif now:
            yield Printed(Label(number, "督办", "状态"), now, "纪要")


def _item(number: str, aspect: str, day: str, where: str) -> Printed:
    """A day as one number, so that two of them can be held against each other."""
    year, month, of_month = (int(part) for part in re.findall(r"\d+", day)[:3])
    return Printed(Label(number, "督办", aspect), str(date(year, month, of_month).toordinal()), where)


def _items_of(rows: Rows) -> Iterator[Found]:
    heads: list[object] = next((row for row in rows if row[0] == "编号"), [])
    for row in rows:
        if re.fullmatch(r"\d{4}-\d{3}", str(row[0])):
            cells = dict(zip(heads, row, strict=True))
            number, late = str(cells["编号"]), cells["逾期天数"]
            yield _item(number, "办结期限", str(cells["办结期限"]), "报表·督办")
            if cells["销号"] != "—":
                yield _item(number, "销号", str(cells["销号"]), "报表·督办")
            else:
                state = f"{cells['状态']}{f'{late}天' if late else ''}"
                yield Printed(Label(number, "督办", "状态"), state, "报表·督办")


def in_the_workbook(content: bytes, reader: Reader) -> Iterator[Found]:
    """总表, 县区排名, 县区明细 and 督办, as they are counted up in the file."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, read_only=True)
    sheets: dict[str, Rows] = {sheet.title: [list(row) for row in sheet.iter_rows(
        values_only=True)] for sheet in book.worksheets}
    yield from _summary(sheets["总表"])
    yield from _league(sheets["县区排名"])
    yield from _units(sheets["县区明细"])
    for row in sheets["预警"]:
        for whose, number in re.findall(r"(全市和\d+个[^共]{2,5})共有预警(\d+)项", str(row[0])):
            yield Printed(Label(whose, "预警", "项数"), number, "报表·预警")
    yield from _items_of(sheets["督办"])
    if "供需" in sheets:
        yield from _market(sheets["供需"], reader)
    if "任务清单" in sheets:
        yield from duty_rows([[str(cell) for cell in row] for row in sheets["任务清单"]
                              if re.fullmatch(r"\d+", str(row[0]))], "报表·任务清单", reader)
    for row in sheets["督办"]:
        match = re.match(r"台账截至(\S+)：共(\d+)项，已销号(\d+)项，逾期(\d+)项", str(row[0]))
        if match:
            on = chinese_date(date.fromisoformat(match[1]))
            for aspect, number in zip(("议定", "已销号", "逾期"), match.groups()[1:], strict=True):
                yield Printed(Label(on, "督办", aspect), number, "报表·督办")


def _market(rows: Rows, reader: Reader) -> Iterator[Found]:
    """供需: the sentences, the units, the occupations and the sectors."""
    heads: list[str] = []
    part: dict[str, list[list[object]]] = {}
    for row in rows:
        first = str(row[0])
        if first in ("单位", "工种", "行业"):
            heads = [str(cell) for cell in row if cell is not None]
        elif heads and row[1] is not None:
            part.setdefault(heads[0], []).append(list(row[:len(heads)]))
            if heads[0] == "单位":
                for topic, value in zip(heads[2:], row[2:], strict=False):
                    share = 100.0 if topic in _SHARES else 1.0
                    yield from _cells(_place(first, str(row[1])), topic,
                                      {"完成值": _times(value, share)}, "报表·供需")
        elif "近90天" in first or "半数在" in first or "没有招满" in first:
            yield from market_words(first, reader.whole, "报表·供需")
    yield from occupation_rows(reader.whole, [
        (str(row[0]), *(_whole(cell) for cell in (row[1], row[2], row[4])))
        for row in part.get("工种", [])], "报表·供需")
    if sectors := part.get("行业"):
        total = sum(float(str(row[1])) for row in sectors)
        yield from sector_rows(reader.whole, [
            *((str(row[0]), _whole(row[1])) for row in sectors), ("合计", f"{total:.0f}")],
            "报表·供需")


_SHARES = ("岗位撮合率",)


def _whole(cell: object) -> str:
    return f"{cell:.0f}" if isinstance(cell, int | float) else str(cell or "")


def _summary(rows: Rows) -> Iterator[Found]:
    heads = next(row for row in rows if row[0] == "区划")
    for row in rows[rows.index(heads) + 1:]:
        cells = dict(zip(heads, row, strict=True))
        place = _place(str(cells["区划"]), str(cells["口径"]))
        share = 100.0 if cells["单位"] == "%" else 1.0
        yield from _cells(place, str(cells["指标"]), {
            "完成值": _times(cells["完成值"], share), "目标": _times(cells["目标"], share),
            "完成率": _times(cells["完成率"], 100), "进度差": cells["进度差（百分点）"],
            "同组位次": cells["组内位次"]}, "报表·总表")
        yield Printed(Label(place, str(cells["指标"]), "亮灯"), light_word(str(cells["亮灯"]).replace(
            "未接入", "待数据")), "报表·总表")


def _league(rows: Rows) -> Iterator[Found]:
    title, scores = "", []
    for row in rows:
        title = str(row[0]) if str(row[0]).endswith(("功能区）", "功能区组")) else title
        if isinstance(row[0], int) and isinstance(row[2], int | float):
            place = _place(str(row[1]), "县区（含功能区）" if "含" in title else "功能区",
                           zoned=("宿城区", "宿豫区"))
            group = "县区" if "含" in title else "功能区"
            scores.append((title, f"{row[2]:.1f}"))
            yield from _cells(place, "排名", {"得分": row[2], f"{group}名次": row[0]}, "报表·排名")
    for group in {one for one, _ in scores}:
        yield Order(f"报表·排名·{group}", tuple(score for one, score in scores if one == group), False)


def _units(rows: Rows) -> Iterator[Found]:
    place, heads = "", []
    for row in rows:
        first = str(row[0])
        if "　" in first and "区" in first.partition("　")[2]:
            name, rollup, *_ = first.split("　")
            place = _place(name, rollup)
        elif first == "指标":
            heads = [str(head) for head in row]
        elif len(heads) == len(row) and isinstance(row[3], int | float):
            cells = dict(zip(heads, row, strict=True))
            yield from _cells(place, first, {
                "完成率": _times(cells["完成率"], 100), "进度差": cells["进度差（百分点）"],
                "同组位次": cells["组内位次"], "每周需完成（进位）": _up(cells["每周需完成"]),
                # what a share lacks is in points here, in places on the screen
                "还差（进位）": _up(cells["还差"]) if cells["还差"] and cells["目标"] > 1 else None},
                "报表·县区明细")
            yield from _cells("全市", first, {"完成率": _times(cells["全市完成率"], 100)}, "报表·县区明细")


def _place(name: str, rollup: str, zoned: Sequence[str] = ()) -> str:
    with_zones = rollup == "县区（含功能区）" and (not zoned or name in zoned)
    return "全市" if rollup == "全市" else place_of(name, 2 if with_zones else 1)


def _cells(place: str, topic: str, cells: dict[str, object], where: str) -> Iterator[Found]:
    for aspect, value in cells.items():
        if isinstance(value, int | float):
            yield Printed(Label(place, topic, aspect), _exact(float(value)), where)


def _up(value: object) -> object:
    """As the screen prints what is missing: a part of a post is still one."""
    return math.ceil(round(value, 6)) if isinstance(value, int | float) else None


def _times(value: object, factor: float) -> object:
    return value * factor if isinstance(value, int | float) else None


def _exact(value: float) -> str:
    return f"{value:.9f}".replace("-", "−")


def in_json(content: bytes, card: Scorecard) -> Iterator[Found]:
    """The lines and scores of the scorecard's object; `card` only names its codes."""
    read = json.loads(content)
    names = {(one.rollup.value, one.code): place_of(one.name, len(one.units))
             for one in card.geography.divisions}
    names[card.geography.city.rollup.value, card.geography.city.code] = "全市"
    for line in read["lines"]:
        item = card.plan.indicator(line["indicator"])
        share = 100.0 if item.indicator.is_share else 1.0
        place = names[line["rollup"], line["division"]]
        yield from _cells(place, item.name, {
            "完成值": _times(line["value"], share), "目标": _times(line["target"], share), "完成率": _times(
                line["completion"], 100), "分子": line["numerator"] if item.indicator.is_share
            else None, "分母": line["denominator"] if item.indicator.is_share else None}, "JSON")
    for row in read["ranking"]:
        rollup = Rollup.COUNTY if row["group"] == "county" else Rollup.MANAGING
        place, group = names[rollup.value, row["division"]], (
            "县区" if row["group"] == "county" else "功能区")
        score = None if row["score"] is None else round(row["score"] + 1e-9, 1)
        yield from _cells(place, "排名", {"得分": score, f"{group}名次": row["place"]}, "JSON")
