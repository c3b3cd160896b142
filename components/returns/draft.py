"""What somebody has typed into a return and not sent yet: kept over runs of the page, whatever
happens to the return meanwhile.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from components.returns.desk import Desk, filed_remarks
from kpi.returns import MonthlyReturn, Step

AMOUNT, REMARK, REASON = "本月数", "说明", "退回原因"
_DRAFTS, _ROUND = "returns.drafts", "returns.round"


@dataclass(frozen=True)
class Values:
    """What the cells hold, by item code; no entry for a blank."""

    amounts: Mapping[str, float] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Draft:
    """`seen`: the return as the account was last shown it, which its next step is taken on.
    `origin`: what the return itself says. `start`: what the table of this `key` began with; its
    edits come on top. `beside`: what stands in the cells that are only read. `asking`: the step
    that waits to be confirmed, `listed`: with what it was listed last. `read`: the file that was read last.
    """

    seen: MonthlyReturn
    codes: tuple[str, ...]
    origin: Values = field(default_factory=Values)
    start: Values = field(default_factory=Values)
    key: str = ""
    beside: object = None
    asking: Step | None = None
    listed: object = None
    read: tuple[str, Any] | None = None

    @property
    def values(self) -> Values:
        """What has been typed so far."""
        amounts, remarks = dict(self.start.amounts), dict(self.start.remarks)
        reasons = dict(self.start.reasons)
        for number, cells in edits(self.key).items():
            code = self.codes[int(number)]
            if AMOUNT in cells:
                _put(amounts, code, _number(cells[AMOUNT]))
            for column, texts in ((REMARK, remarks), (REASON, reasons)):
                if column in cells:
                    _put(texts, code, str(cells[column] or "").strip() or None)
        return Values(amounts, remarks, reasons)

    @property
    def changed(self) -> bool:
        """Whether anything typed is not in the return."""
        return self.values != self.origin

    def put(self, values: Values) -> None:
        """Begin the table anew with these."""
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        self.start, self.asking = values, None
        self.key = f"returns-sheet-{st.session_state[_ROUND]}"

    def follow(self, one: MonthlyReturn, beside: object) -> None:
        """Take up what happened to the return and what stands beside it; what was typed stays."""
        values, kept = self.values, self.changed
        moved = not self.key or filed_values(one, self.codes) != self.origin
        if moved:
            self.origin = filed_values(one, self.codes)
        if moved or beside != self.beside:
            self.beside = beside
            self.put(values if kept else self.origin)


def edits(key: str) -> Mapping[int, Mapping[str, Any]]:
    """The cells changed in the table of that key, by row."""
    state: Any = st.session_state.get(key) if key else None
    changed: Mapping[int, Mapping[str, Any]] = state["edited_rows"] if state else {}
    return changed


def open_draft(desk: Desk, unit: str) -> Draft:
    """The account's draft of a unit's return of the desk's month, begun where there is none."""
    drafts: dict[tuple[str, ...], Draft] = st.session_state.setdefault(_DRAFTS, {})
    one, codes = desk.one(unit), tuple(item.code for item in desk.form.of(unit))
    key = _name(desk, unit)
    if key not in drafts or drafts[key].codes != codes:
        drafts[key] = Draft(one, codes)
    return drafts[key]


def drop_draft(desk: Desk, unit: str) -> None:
    """Forget what was typed."""
    st.session_state.get(_DRAFTS, {}).pop(_name(desk, unit), None)


def _name(desk: Desk, unit: str) -> tuple[str, ...]:
    # in a province every city, and every plan, has a folder of its own
    return str(desk.view.current.settings.data), desk.month.isoformat(), unit


def filed_values(one: MonthlyReturn, codes: Sequence[str]) -> Values:
    """What was filed last, of the items asked for now: others could neither be seen nor mended."""
    return Values({code: amount for code, amount in one.filed.items()
                   if amount is not None and code in codes},
                  {code: text for code, text in filed_remarks(one).items() if code in codes})


def filled(values: Values, amounts: Mapping[str, float | None], codes: Sequence[str]) -> Values:
    """With the amounts of blank cells put in, where there are any."""
    more = {code: amount for code in codes if code not in values.amounts
            and (amount := amounts.get(code)) is not None}
    return replace(values, amounts={**values.amounts, **more})


def _number(cell: Any) -> float | None:
    number = None if cell is None or cell == "" else float(cell)
    return None if number is None or math.isnan(number) else number


def _put(values: dict[str, Any], code: str, value: Any) -> None:
    if value is None:
        values.pop(code, None)
    else:
        values[code] = value
