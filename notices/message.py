"""One message per receiver and run, however much there is to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from notices.notice import KIND_NAMES, Kind, Notice


@dataclass(frozen=True)
class Message:
    title: str
    body: str


def digest(notices: Sequence[Notice], city: str, as_of: date, *, sample: bool,
           counted: str = "") -> Message:
    """The notices gathered by kind, in their order; synthetic data says so in the title and at the
    end.

    `counted`: the sentence on how many alerts there are, for a receiver of everything.
    """
    mark = "【演示数据】" if sample else ""
    lines = [f"{city}零工归宿监测平台，数据截至{as_of.isoformat()}。"]
    lines += [counted] if counted else []
    for kind in Kind:
        texts = list(dict.fromkeys(notice.text for notice in notices if notice.kind == kind))
        if texts:
            lines += ["", f"{KIND_NAMES[kind]}（{len(texts)}）",
                      *(f"{number}. {text}" for number, text in enumerate(texts, 1))]
    if sample:
        lines += ["", "以上为演示数据，不代表实际情况。"]
    return Message(f"{mark}零工归宿提醒：{len(notices)}条", "\n".join(lines))
