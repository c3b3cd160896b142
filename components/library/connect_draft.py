"""What a clerk is connecting on 接入 and has not saved yet: it stays for the session."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from data_access.proposing.connecting import FileTable, Table, Wish, is_form
from data_access.proposing.entry import Choice, chosen
from data_access.proposing.proposal import Proposal, Recogniser
from data_access.proposing.trying import Tried
from kpi.definitions import Dataset, Definitions

_STATE = "connect-draft"


@dataclass
class Draft:
    """`dropped`: name → content of dropped files, None for one that lies where it is read.
    `proposal` and `choice`: of `table` as `dataset`. `round`: counts up whenever the widgets must
    begin anew. `tried`: the trial of the text with this digest, or the sentence why there is none.
    """

    table: Table | None = None
    source: str = ""
    dropped: Mapping[str, bytes] | None = None
    dataset: str = ""
    likely: tuple[tuple[str, float], ...] = ()
    proposal: Proposal | None = None
    choice: Choice | None = None
    wish: Wish = field(default_factory=Wish)
    round: int = 0
    tried: tuple[str, Tried | str] | None = None

    def take(self, source: str, table: Table, dropped: Mapping[str, bytes] | None,
             recogniser: Recogniser, definitions: Definitions, dataset: str | None = None) -> None:
        """Begin with another table; the same one again changes nothing. `source` names it.
        `dataset`: what it is, where that is not asked.
        """
        if self.source == source:
            return
        self.source, self.table, self.dropped = source, table, dropped
        self.likely = recogniser.datasets(table.shape, definitions)
        form = dataset or (table.given.form if isinstance(table, FileTable) else None)
        if form is None or form not in definitions.datasets:
            form = self.likely[0][0]
        self.propose(form, recogniser, definitions)

    def is_form(self, definitions: Definitions) -> bool:
        """Whether the table is the program's own form, so that there is nothing to choose."""
        return self.table is not None and is_form(self.table, definitions.datasets[self.dataset])

    def propose(self, dataset: str, recogniser: Recogniser, definitions: Definitions) -> None:
        """Begin anew with the proposal for this dataset."""
        assert self.table is not None
        self.dataset = dataset
        self.proposal = recogniser.propose(self.table.shape, definitions.datasets[dataset])
        self.choice = chosen(self.proposal)
        if not isinstance(self.table, FileTable):
            # a database gives what its rows say, and nothing of every row
            self.choice = replace(self.choice, constants={}, covers=None)
        self.wish = Wish()
        self.tried = None
        self.round += 1

    def change(self, columns: Mapping[str, str], constants: Mapping[str, Any],
               values: Mapping[str, Mapping[str, str | bool]],
               complete: tuple[str, ...] | None = None) -> None:
        """What the widgets say now. `complete`: the kinds the register is complete for, where its
        rows say their kind; None for all.
        """
        assert self.choice is not None
        covers = complete if "kind" not in constants else (
            (str(constants["kind"]),) if self.choice.covers else None)
        self.choice = replace(self.choice, columns=columns, constants=constants, values=values,
                              covers=covers)

    def forget(self) -> None:
        self.table = self.dropped = self.proposal = self.choice = self.tried = None
        self.source = self.dataset = ""
        self.round += 1


def draft() -> Draft:
    """The session's draft."""
    made: Draft | None = st.session_state.get(_STATE)
    if made is None:
        made = st.session_state[_STATE] = Draft()
    return made


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def needed(column_name: str, dataset: Dataset) -> bool:
    column = dataset.column(column_name)
    return not column.nullable and column_name != "updated_at"
