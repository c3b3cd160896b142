"""Every number with its label, read out of pages and papers as a reader would.

Nothing here knows a scorecard. A number is what stands there, in the decimals it stands there with;
two of them differ when no figure could be printed as both.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"[−+\-]?\d[\d,]*(?:\.\d+)?万?")
_POINTS = r"(?:(?:高于|低于)(?:序时进度|目标)[\d.]+个百分点|与(?:序时进度|目标)持平)"
_FIGURE = r"[\d,]+(?:\.\d+)?万?"
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Label:
    """What a number is of: place, indicator (or “排名”, “预警”, “督办”) and which of its figures."""

    place: str
    topic: str
    aspect: str


@dataclass(frozen=True)
class Printed:
    """A number or word under its label, and where it stands."""

    label: Label
    text: str
    where: str

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The figures that are printed like this; None of a word."""
        match = NUMBER.search(self.text.replace("%", ""))
        if match is None:
            return None
        text = match.group().replace(",", "").replace("−", "-")
        scale = 10_000.0 if text.endswith("万") else 1.0
        digits = text.removesuffix("万")
        half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) * scale
        return float(digits) * scale - half, float(digits) * scale + half


@dataclass(frozen=True)
class Order:
    """Numbers in the order in which they stand, and the order that is stated."""

    where: str
    texts: tuple[str, ...]
    rising: bool

    @property
    def broken(self) -> bool:
        numbers = [_number(text) for text in self.texts]
        pairs = itertools.pairwise(numbers)
        return any(before > after if self.rising else before < after for before, after in pairs)


def _number(text: str) -> float:
    bounds = Printed(Label("", "", ""), text, "").bounds
    assert bounds is not None, text
    return sum(bounds) / 2


def differing(printed: Iterable[Printed]) -> list[str]:
    """Each pair under one label that no figure could be printed as, in words."""
    by_label: dict[Label, list[Printed]] = {}
    for one in printed:
        by_label.setdefault(one.label, []).append(one)
    return [f"{label.place} {label.topic} {label.aspect}: "
            f"{first.text} ({first.where}), {other.text} ({other.where})"
            for label, group in by_label.items()
            for first in (_sharpest(group),) for other in group if _unlike(first, other)]


def _sharpest(group: Sequence[Printed]) -> Printed:
    return min(group, key=lambda one: float("inf") if one.bounds is None
               else one.bounds[1] - one.bounds[0])


def _unlike(one: Printed, other: Printed) -> bool:
    if one.bounds is None or other.bounds is None:
        return one.text != other.text
    middle, (low, high) = sum(one.bounds) / 2, other.bounds
    slack = 1e-6 * max(1.0, abs(middle))
    if abs((one.bounds[1] - one.bounds[0]) - (high - low)) < 1e-12:  # in the same decimals
        return abs(middle - (low + high) / 2) > slack
    return not low - slack <= middle <= high + slack


@dataclass(frozen=True)
class Reader:
    """`places`: every way a place of the roll-up is written → its name; `topics`: every way an
    indicator is written → its name; `whole`: the name of the whole city.
    """

    places: dict[str, str]
    topics: dict[str, str]
    whole: str

    def sentences(self, text: str, where: str, day: str) -> Iterator[Printed]:
        """Of “沭阳县发布零工岗位1.43万个，完成目标1.68万个的85.4%，低于序时进度6.2个百分点” and its kin, as of
        the day; a sentence that names another day is passed over.
        """
        for dated, place, topic, figure, rest in self._pattern.findall(text):
            if dated and dated != day:
                continue
            yield self._of(place, topic, "完成值", figure, where)
            done = re.search(r"完成目标(?:（([^）]+)）|([\d.,万]+)\D*?)?的([\d.]+)%", rest)
            if done:
                yield self._of(place, topic, "完成率", done[3], where)
                if target := done[1] or done[2]:
                    yield self._of(place, topic, "目标", target, where)
            points = re.search(_POINTS, rest)
            if points:
                yield self._of(place, topic, "进度差", signed(points.group()), where)

    @property
    def _pattern(self) -> re.Pattern[str]:
        places = "|".join(sorted(map(re.escape, self.places), key=len, reverse=True))
        topics = "|".join(sorted(map(re.escape, self.topics), key=len, reverse=True))
        return re.compile(rf"(?:截至(\d+月\d+日)，)?({places})({topics})({_FIGURE})([^。；]*)")

    def _of(self, place: str, topic: str, aspect: str, text: str, where: str) -> Printed:
        return Printed(Label(self.places[place], self.topics[topic], aspect), text, where)

    def headline(self, text: str, where: str, place: str) -> Iterator[Printed | Order]:
        """Of the generated sentence: its clock, its count of lights, and the furthest behind, worst
        first.
        """
        for share in re.findall(r"序时进度\s*([\d.]+)%", text):
            yield Printed(Label("", "时间", "序时进度"), share, where)
        for left in re.findall(r"距截止日(?:还有)?\s*(\d+)\s*天", text):
            yield Printed(Label("", "时间", "剩余天数"), left, where)
        counted = re.search(r"(\d+)项核心指标中(.*?)[，。]", text)
        if counted:
            for number, word in re.findall(r"(\d+)项([^、，。]+)", counted[2]):
                yield Printed(Label(place, "核心指标", word), number, where)
        worst = re.search(r"差距最大的是(.*?)。", text)
        if worst:
            named = re.findall(r"([^，（；]+)（([^，]+)，([^）]+)）", worst[1].replace("其次是", ""))
            yield Order(f"{where}：差距最大的是", tuple(signed(points) for _, _, points in named), True)
            yield from self._named(named, where, place)

    def _named(self, named: Iterable[tuple[str, str, str]], where: str,
               place: str) -> Iterator[Printed]:
        for topic, figure, points in named:
            aspect = "完成率" if figure.startswith("完成") else "完成值"
            yield Printed(Label(place, topic, aspect), figure.removeprefix("完成"), where)
            yield Printed(Label(place, topic, "进度差"), signed(points), where)

    def row(self, place: str, topic: str, cells: dict[str, str], where: str) -> Iterator[Printed]:
        """The cells of one row by what they are; what is no number and no light is passed over."""
        for aspect, text in cells.items():
            if text in ("—", "", "未设目标"):
                continue
            yield Printed(Label(self.places.get(place, place), topic, aspect), text, where)


def signed(points: str) -> str:
    """“低于序时进度6.2个百分点” as “−6.2”, “与序时进度持平” as “0.0”."""
    number = re.search(r"[\d.]+", points)
    if number is None:
        return "+0.0"
    return ("−" if "低于" in points else "+") + number.group()


def plain(markup: str) -> str:
    """HTML as a reader sees it."""
    return html.unescape(_TAG.sub("", markup)).strip()


def cells_of(table: str) -> list[list[str]]:
    """The rows of a table of HTML, heading included."""
    return [[plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
            for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.S)]
