"""What a reader of a figure must know about the rows behind it, though they were counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Remark:
    """One thing noticed while reading a dataset, and how often.

    `code`: a stable name for programs, one per kind ("empty_mark", "duplicate_key" …). `count`:
    rows or cells it is about, at least 1. `where`: file, sheet, column, first row, or table and
    column. `text`: one Chinese sentence that says what it does to the figures and what to do.
    `dataset`: the canonical dataset.
    """

    code: str
    count: int
    where: str
    text: str
    dataset: str = ""

    def line(self) -> str:
        """One line a clerk reads."""
        return f"{self.where}：{self.text}" if self.where else self.text

    def sentence(self, title: str) -> str:
        """The line as a sentence that begins with the dataset's title, given once."""
        line = self.line().rstrip("。")
        return f"{line}。" if line.startswith(title) else f"{title}：{line}。"
