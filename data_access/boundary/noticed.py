"""What was noticed while a file was read: cells that cannot be read, all of them, and remarks about
the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from data_access.boundary.cells import Flawed, Note, as_text
from data_access.boundary.privacy import personal
from kpi.definitions import Dataset
from kpi.vocabulary import InputError, Remark

LISTED = 50
MERGED = "merged_cells"
_LIKE_ID_NUMBER = re.compile(
    r"(?<!\d)[1-8]\d{5}(?:19|20)\d{2}[01]\d{4}\d{2}[\dXx]?|(?<![\d.])[1-8]\.\d{4,}E\+?17(?!\d)",
    re.IGNORECASE)
_SAMPLES = 3
_TEXTS: dict[str, str] = {
    Note.EMPTY_MARK: "有 {count} 格写的是{samples}，按空值处理；如另有含义，请在 sources.toml 的 values 中映射",
    Note.ERROR_VALUE: "有 {count} 格是公式错误（{samples}），按空值处理；请在文件中改正公式",
    Note.PLACEHOLDER_DATE: "有 {count} 格是不可能的日期（{samples}），按没有日期处理；请在文件中改正或清空",
    Note.EPOCH_DATE: "有 {count} 格是时间戳（{samples}），已换算成北京时间的日期",
    Note.OFFSET_DATE: "有 {count} 格的时间带有时区（{samples}），已换算成北京时间",
    Note.BAD_AMOUNT: "有 {count} 格不是有效的数量（{samples}），这些行不计入（数量无效）；请在文件中改正",
    Note.CLEANED_CODE: "有 {count} 格的编码带有多余的字符（{samples}），已去掉后读取",
    Note.BAD_FLAG: "有 {count} 格的取值没有映射（{samples}），这些行不计入（分类值无效）；请在 sources.toml 的 values 中映射",
    MERGED: "有 {count} 处合并单元格（{samples}），每一行都按合并的值读取；请核对每一行是否都是这个值",
    Note.TICK_BLANK: "只打勾不打叉，{count} 个空格按“否”读取；如不是这个意思，请在文件中写明是或否",
}


class CellsError(InputError):
    """Cells that cannot be read. `lines`: the first `LISTED`, each with its place; `count`: how many
    there are. `advice`: what can be done, in one sentence.
    """

    def __init__(self, message: str, lines: tuple[str, ...], count: int, advice: str) -> None:
        super().__init__(message)
        self.lines, self.count, self.advice = lines, count, advice


@dataclass
class _Tally:
    first: int
    count: int = 0
    samples: list[str] = field(default_factory=list)


class Noticed:
    """Collects over all files and sheets of one dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._bad: list[str] = []
        self._bad_count = 0
        self._advice: dict[str, None] = {}
        self._tallies: dict[tuple[str, str, str], _Tally] = {}
        self._remarks: list[Remark] = []

    def bad(self, where: str, text: str, advice: str = "") -> None:
        """Something that makes the dataset refused, once everything was looked at; `advice` is
        given once, at the end.
        """
        self._bad_count += 1
        if advice:
            self._advice[advice] = None
        if self._bad_count <= LISTED:
            self._bad.append(f"{where} {text}")

    def note(self, note: str, where: str, heading: str, row: int, cell: Any,
             hidden: bool = False) -> None:
        """One cell that was read all the same; `hidden`: what it holds is not to be shown."""
        tally = self._tallies.setdefault((note, where, heading), _Tally(row))
        tally.count += 1
        text = "（不显示）" if hidden else shown(cell)
        if len(tally.samples) < _SAMPLES and text not in tally.samples:
            tally.samples.append(text)

    def remark(self, code: str, count: int, where: str, text: str) -> None:
        self._remarks.append(Remark(code, count, where, text, self._dataset.name))

    def refuse_bad(self) -> None:
        """Raises CellsError listing the first `LISTED` cells that cannot be read, and how many
        there are.
        """
        if not self._bad:
            return
        named = f"数据集 {self._dataset.name}（{self._dataset.title}）"
        advice = "；".join((*self._advice, "请在文件中改正后重新刷新"))
        lines = listed_cells(self._bad)
        rest = "" if self._bad_count <= LISTED else f"（只列出前 {LISTED} 处）"
        several = f"{named}有 {self._bad_count} 处读不出来{rest}：{'；'.join(lines)}；{advice}。"
        raise CellsError(f"{named}：{lines[0]}；{advice}。" if self._bad_count == 1 else several,
                         lines, self._bad_count, f"{advice}。")

    def remarks(self) -> tuple[Remark, ...]:
        """All remarks, cells by column and sheet, in a fixed order."""
        cells = [Remark(str(note), tally.count, f"{where}“{heading}”，第 {tally.first} 行起",
                        _TEXTS[note].format(count=tally.count,
                                            samples="、".join(f"“{sample}”"
                                                             for sample in tally.samples)),
                        self._dataset.name)
                 for (note, where, heading), tally in self._tallies.items()]
        return tuple(sorted((*cells, *self._remarks),
                            key=lambda one: (one.code, one.where, one.text)))


def listed_cells(lines: Sequence[str]) -> tuple[str, ...]:
    """The first `LISTED` lines, each naming its file and sheet only where it is another than before.
    """
    short, last = [], ""
    for line in lines[:LISTED]:
        where, mark, rest = line.partition(" 第 ")
        short.append(f"第 {rest}" if mark and where == last else line)
        last = where
    return tuple(short)


def shown(cell: Any) -> str:
    """A cell as it may be quoted: short, and never a phone or ID number, be it mistyped or one that
    lost its last digits.
    """
    text = (cell.text or "") if isinstance(cell, Flawed) else as_text(cell)
    hidden = personal([text], is_key=False) is not None or _LIKE_ID_NUMBER.search(text) is not None
    return "（个人信息，不显示）" if hidden else text[:30]
