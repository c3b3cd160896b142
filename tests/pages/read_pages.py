"""The numbers on a page run in this process, by what they are of; see `tests.pages.printed`."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from streamlit.testing.v1 import AppTest

from kpi.definitions.indicator import Judged
from kpi.vocabulary.division import Geography, Rollup
from tests.pages.app import markup, texts, words
from tests.pages.printed import Label, Order, Printed, Reader, cells_of, plain

Found = Printed | Order
_HEAT = {"●", "▲", "■", "○", "◇"}


@dataclass(frozen=True)
class Page:
    """A page as run. `name`: where its numbers stand; `place`: what it is about, as printed."""

    name: str
    app: AppTest
    reader: Reader
    place: str
    day: str
    floors: frozenset[str]

    def found(self) -> Iterator[Found]:
        """Everything with a label, whatever the page."""
        shown, body = words(self.app), markup(self.app)
        drawn = "。".join(self._drawn())
        yield from self.reader.sentences(f"{shown}。{html.unescape(body)}。{drawn}", self.name,
                                         self.day)
        for head in re.findall(r'<div class="lg-headline">(.*?)</div>', body, re.S):
            yield from self.reader.headline(plain(head), self.name, self.place)
        yield from self.reader.headline(plain("".join(re.findall(
            r'<div class="lg-strip".*?</div>', body, re.S))), self.name, "")
        yield from self._tiles(body)
        yield from self._tables(body)
        yield from self._alerts(shown)

    def _drawn(self) -> Iterator[str]:
        for kind, field in (("plotly_chart", "spec"), ("deck_gl_json_chart", "json")):
            for element in self.app.get(kind):
                yield from texts(json.loads(getattr(element.proto, field)))

    def _tiles(self, body: str) -> Iterator[Found]:
        for tile in re.findall(
                r'<div class="lg-tile" data-indicator="\w+">(.*?)(?=<div class="lg-t(?:ile|ally)"|$)',
                body, re.S):
            topic, light = (_of(tile, f'class="{name}"') for name in
                            ("lg-tile-name", r'lg-light lg-[\w-]+'))
            bar = re.search(r'</div><span>([\d.]+%)</span></div>', tile)
            ahead = re.search(r"<b>([+−][\d.]+)</b>个百分点", tile)
            yield from self.reader.row(self.place, topic, {
                "完成值": _of(tile, 'class="lg-tile-value"'), "目标": target(
                    _of(tile, 'class="lg-tile-target"')), "亮灯": light_word(
                    light + ("样本少" if "lg-few" in tile else "")), "完成率": bar[1] if bar else "",
                "进度差": ahead[1] if ahead else ""}, f"{self.name}·指标卡")
        for tally in re.findall(r'<div class="lg-tally"><h2>核心指标.*?</ul>', body, re.S):
            for word, number in re.findall(r"lg-light[^>]*>\S+ ([^<]+)</span><b>(\d+)", tally):
                yield Printed(Label(self.place, "核心指标", word), number, f"{self.name}·合计")

    def _tables(self, body: str) -> Iterator[Found]:
        for name, table in re.findall(r'<table class="([^"]+)"[^>]*>(.*?)</table>', body, re.S):
            heads, *rows = cells_of(table)
            if "lg-compare" in name:
                yield from self._compared(rows)
            elif name == "lg-league":
                yield from self._league(heads, rows)
            elif "lg-departments" in name:
                yield from self._departments(rows)
            elif name == "lg-table" and heads[0] == "单位" and set(heads[1:]) <= set(
                    self.reader.topics):
                for row in rows:
                    for topic, cell in zip(heads[1:], row[1:], strict=True):
                        yield from self.reader.row(row[0], topic, {"完成值": _number_in(cell)},
                                                   f"{self.name}·各单位")
            elif name == "lg-table" and heads[0] == "单位":
                yield from self._divisions(heads, rows)
            elif "lg-duties" in name:
                yield from duty_rows(rows, f"{self.name}·任务清单", self.reader)

    def _compared(self, rows: list[list[str]]) -> Iterator[Found]:
        among = re.search(r"与 \d+ 个(.+?)中最好的比", words(self.app))
        group = "同组" if among is None or among[1] in ("县区", "功能区") else among[1]
        for topic, light, both, done, *rest in (row for row in rows if len(row) > 6):
            value, goal = both.split(" / ")
            yield from self.reader.row(self.place, topic, {
                "亮灯": light_word(light), "完成值": value, "目标": target(goal), "完成率": done,
                f"{group}位次": rest[0].partition("/")[0].removeprefix("第"), "每周需完成（进位）": rest[4]
                if len(rest) > 4 else "", "还差（进位）": rest[3]}, f"{self.name}·逐项对照")
            whole = rest[1]
            yield from self.reader.row(self.reader.whole, topic,
                                       {"完成值" if topic in self.floors else "完成率": whole},
                                       f"{self.name}·逐项对照的全市")

    def _league(self, heads: list[str], rows: list[list[str]]) -> Iterator[Found]:
        where = f"{self.name}·排名表"
        scores = [row[3] for row in rows if row[3] != "—"]
        yield Order(f"{where}：得分", tuple(scores), False)
        for row in rows:
            place = self.reader.places.get(row[1], row[1])
            yield from self.reader.row(place, "排名", {"得分": row[3]}, where)
            for topic, cell in zip(heads[6:], row[6:], strict=True):
                shape, _, number = cell.partition(" ")
                if shape in _HEAT and number.rstrip("样本少 ").endswith("%"):
                    aspect = "完成值" if topic in self.floors or shape == "○" else "完成率"
                    yield from self.reader.row(place, topic, {aspect: number}, where)

    def _departments(self, rows: list[list[str]]) -> Iterator[Found]:
        where = f"{self.name}·部门表"
        yield Order(f"{where}：完成率", tuple(row[4] for row in rows if row[0].isdigit()), False)
        for row in rows[:-1]:
            yield from department_row(row[1], (row[0], row[2], row[3], row[4], row[6], row[5]),
                                      where)
        yield from self.reader.row(rows[-1][1], "发布零工岗位", {
            "完成值": rows[-1][2], "目标": rows[-1][3], "完成率": rows[-1][4],
            "进度差": rows[-1][6], "亮灯": light_word(rows[-1][5])}, where)

    def _divisions(self, heads: list[str], rows: list[list[str]]) -> Iterator[Found]:
        topic, where = heads[1], f"{self.name}·各单位表"
        for row in rows:
            parts = row[3].split("/") if heads[3] == "分子/分母" else []
            yield from self.reader.row(row[0], topic, {
                "完成值": row[1], "目标": target(row[2]), "进度差": row[4], "亮灯": light_word(row[6]),
                **({"分子": parts[0], "分母": parts[1]} if len(parts) == 2 else
                   {} if parts else {"完成率": row[3]})}, where)

    def _alerts(self, shown: str) -> Iterator[Found]:
        for whose, number in re.findall(r"(全市和\d+个[^共]{2,5})共(?:有预警)?(\d+)项", shown):
            yield Printed(Label(whose, "预警", "项数"), number, self.name)

        yield from self._grades()
        if "● 当前没有滞后的指标和单位" in shown:
            yield Printed(Label(self.reader.whole, "核心指标", "滞后"), "0", self.name)
            yield Printed(Label(self.reader.whole, "核心指标", "严重滞后"), "0", self.name)
        book = re.search(r"台账截至(\d+)-(\d+)-(\d+).*?逾期(\d+)7日内.*?已销号(\d+)按期", shown)
        if book:
            on = f"{int(book[2])}月{int(book[3])}日"
            yield Printed(Label(on, "督办", "逾期"), book[4], self.name)
            yield Printed(Label(on, "督办", "已销号"), book[5], self.name)

    def _grades(self) -> Iterator[Found]:
        """The grade each card is headed by; on 大屏 that of the first of its alerts."""
        seen: set[tuple[str, str]] = set()
        for mark, title in re.findall(
                r'<span class="lg-light[^>]*>([^<]+)</span>\s*<b>([^<]+ · [^<]+)</b>',
                markup(self.app)):
            place, _, topic = plain(title).partition(" · ")
            if topic in self.reader.topics and (place, topic) not in seen:
                seen.add((place, topic))
                yield from self.reader.row(place, topic, {"预警级别": mark.split()[-1]}, self.name)

    def market(self) -> Iterator[Found]:
        """供需: the strip, its sentences, the occupations, and what is not filled by sector."""
        body = markup(self.app)
        cells = re.search(r'<div class="lg-market-cells">(.*?)</div></div>', body, re.S)
        for topic, text in [] if cells is None else re.findall(
                r"<span>(.*?)</span><b>(.*?)</b>", cells[1]):
            yield from self.reader.row(self.place, topic, {"完成值": _number_in(text)},
                                       f"{self.name}·供需")
        yield from market_words(words(self.app), self.place, self.name)
        for name, table in re.findall(r'<table class="([^"]+)"[^>]*>(.*?)</table>', body, re.S):
            _, *rows = cells_of(table)
            if "lg-demand" in name:
                yield from occupation_rows(self.place, [
                    (row[0], row[1], row[3], row[5]) for row in rows], self.name)
            elif "lg-heatmap" in name:
                yield from sector_rows(self.place, [(row[0], row[-1]) for row in rows], self.name)

    def goals(self) -> Iterator[Found]:
        """口径: the target in each card's head."""
        for topic, text in re.findall(
                r'<article class="lg-definition[^>]*><header><h2>(.*?)</h2><span>核心指标</span>'
                r"<b>(.*?)</b>", markup(self.app), re.S):
            yield from self.reader.row(self.reader.whole, plain(topic),
                                       {"目标": target(_number_in(plain(text)))},
                                       f"{self.name}·口径")

    def bars(self) -> Iterator[Found]:
        """The bars of the chosen indicator: the figure printed by each, and their order."""
        spec = next(json.loads(one.proto.spec) for one in self.app.get("plotly_chart")
                    if '"orientation":"h"' in one.proto.spec)
        notes = spec["layout"]["annotations"]
        named = [(note["y"], plain(note["text"])) for note in notes
                 if note.get("xref") == "paper" and note.get("x") == 1]
        yield Order(f"{self.name}·条形图", tuple(
            number.group() for _, text in named if (number := re.search(r"[\d.]+%", text))), False)

    def gaps(self) -> Iterator[Found]:
        """The units' parts of the gap, worst first; what belongs to none of them comes last."""
        rows = re.findall(r"<li[^>]*><span>([^<]+)</span>(?:(?!</li>).)*<em>(▼ 少|▲ 多)([\d,.]+)",
                          markup(self.app), re.S)
        yield Order(f"{self.name}·缺口构成", tuple(
            ("−" if sign == "▼ 少" else "+") + number for name, sign, number in rows
            if name in self.reader.places), True)

    def labels_on_the_map(self) -> Iterator[Found]:
        """“宿城区\\n● 112.0%”, “湖滨 ● 112.0%”: the same number as the unit's bar."""
        topic = next(text for text in re.findall(r"<h2>([^<]+) · ", markup(self.app)))
        for text in (one for spec in self.app.get("deck_gl_json_chart")
                     for one in texts(json.loads(spec.proto.json))):
            name, _, number = text.replace("\n", " ").partition(" ")
            aspect = "完成值" if topic in self.floors or "覆盖率" in topic else "完成率"
            if "%" in number and name in self.reader.places:
                yield from self.reader.row(name, topic, {aspect: number}, f"{self.name}·地图")


def reader(geography: Geography, rollup: Rollup, names: tuple[str, ...], *,
           league: bool = False) -> Reader:
    """Who is meant by a name where members of that roll-up are shown. On 排名 the counties are with
    their zones whatever the roll-up is, and the zones stand there too."""
    whole = "全市"
    members = (*geography.members(Rollup.MANAGING), *geography.counties) if league else (
        *geography.counties, *geography.members(rollup))
    places = {geography.city.name: whole, geography.city.short_name: whole, whole: whole}
    for member in members:
        places[member.name] = places[member.short_name] = place_of(member.name, len(member.units))
    return Reader(places, {name: name for name in names}, whole)


def place_of(name: str, units: int) -> str:
    """A county with zones is another place than the managing unit of its name."""
    return f"{name}（含功能区）" if units > 1 else name


def floors_of(plan_items: tuple[tuple[str, Judged], ...]) -> frozenset[str]:
    return frozenset(name for name, judged in plan_items if judged == Judged.FLOOR)


def light_word(text: str) -> str:
    """“● 已完成 样本少” and “●已完成（样本少）” alike."""
    return re.sub(r"[●▲■◇○\s（）]", "", text)


def target(text: str) -> str:
    """“/ ≥40%” as “40%”."""
    return text.strip("/ ≥>")


def _of(markup_text: str, attribute: str) -> str:
    match = re.search(rf"<span {attribute}[^>]*>(.*?)</span>", markup_text, re.S) or re.search(
        rf'<span class="{attribute}"[^>]*>(.*?)</span>', markup_text, re.S)
    return plain(match[1]) if match else ""


def department_row(name: str, texts: tuple[str, ...], where: str) -> Iterator[Found]:
    """A department's place, figure, quota, completion, points and light, as printed; on the page
    its sectors stand under its name.
    """
    short = re.match(r"未归部门|市.*?局", name)
    assert short is not None, name
    aspects = ("名次", "完成值", "目标", "完成率", "进度差", "亮灯")
    for aspect, text in zip(aspects, texts, strict=True):
        shown = light_word(text) if aspect == "亮灯" else text
        if shown not in ("", "—", "未下达"):
            yield Printed(Label(short.group(), "部门征集", aspect), shown, where)


def _number_in(text: str) -> str:
    """The number of “25,800人”, “＞90天”; "" of a word."""
    number = re.search(r"[−]?[\d,]+(?:\.\d+)?[万%]?", text)
    return "" if number is None or "＞" in text else number.group()


def duty_rows(rows: list[list[str]], where: str, reader: Reader) -> Iterator[Found]:
    """Of each duty its state; of one with a figure the figure, its target and its light."""
    for row in rows:
        number, shows, state = row[0], row[-3], row[-1]
        yield Printed(Label(number, "任务", "状态"), light_word(state), where)
        match = re.match(r"(\D+?) ([\d,.]+[万%]?)\S*?(?:，目标(\S+))? ?[●▲■◇](\S+)$", shows)
        if match is None or match[1] not in reader.topics:
            continue
        yield from reader.row(reader.whole, match[1], {
            "完成值": match[2], "目标": target(_number_in(match[3] or "")),
            "亮灯": light_word(match[4])}, where)


def market_words(text: str, place: str, where: str) -> Iterator[Found]:
    """The sentences of supply and demand."""
    worst = re.search(r"缺口最大的是([^：]+)：岗位([\d,]+)、求职([\d,]+)(?:、年内培训([\d,]+))?", text)
    if worst:
        yield from occupation_rows(place, [(worst[1], worst[2], worst[3], worst[4] or "")], where,
                                   whole=False)
    for days in re.findall(r"半数在([\d.]+)天内招到人", text):
        yield Printed(Label(place, "中位撮合天数", "完成值"), days, where)
    unfilled = re.search(r"有([\d,]+)个发布30天内没有招满(?:，最多的是([^（]+)（([\d,]+)个）)?", text)
    if unfilled:
        yield Printed(Label(place, "三十天未招满岗位", "完成值"), unfilled[1], where)
        if unfilled[2]:
            yield Printed(Label(place, f"未招满 {unfilled[2]}", "合计"), unfilled[3], where)
    both = re.search(r"近90天发布岗位([\d,]+)个、求职登记([\d,]+)人", text)
    if both:
        yield Printed(Label(place, "各工种", "岗位"), both[1], where)
        yield Printed(Label(place, "各工种", "求职"), both[2], where)


def occupation_rows(place: str, rows: list[tuple[str, str, str, str]], where: str, *,
                    whole: bool = True) -> Iterator[Found]:
    """Posts, seekers and trained of each occupation, and if `whole` what they come to."""
    for name, *numbers in rows:
        for aspect, text in zip(("岗位", "求职", "年内培训"), numbers, strict=True):
            if re.fullmatch(r"[\d,]+(?:\.0+)?", text):
                yield Printed(Label(place, f"工种 {name}", aspect), text, f"{where}·工种")
    for column, aspect in ((1, "岗位"), (2, "求职")):
        texts = [row[column].replace(",", "") for row in rows]
        if whole and texts and all(re.fullmatch(r"\d+(?:\.0+)?", text) for text in texts):
            yield Printed(Label(place, "各工种", aspect), f"{sum(map(float, texts)):.0f}",
                          f"{where}·工种之和")


def sector_rows(place: str, rows: list[tuple[str, str]], where: str) -> Iterator[Found]:
    """What is not filled, by sector with the whole last, the most first."""
    *sectors, (_, everything) = rows
    yield Order(f"{where}·未招满", tuple(text for _, text in sectors), False)
    for name, text in sectors:
        yield Printed(Label(place, f"未招满 {name}", "合计"), text, f"{where}·未招满")
    yield Printed(Label(place, "三十天未招满岗位", "完成值"), everything, f"{where}·未招满")
