"""What was taken in otherwise than as it was written, or not at all, in words for the office that wrote it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """`code`: its kind. `count`: rows it is about. `where`: dataset and column. `text`: a Chinese sentence."""

    code: str
    count: int
    where: str
    text: str
