"""Snapshots written by earlier versions of the program, brought to the format of today as they are
loaded.

The files themselves stay as they are: a frozen one is read-only, and another version of the program
may be reading it.

1. cells alone, no checksums
2. how each part was read, its health, notes and checksums
3. events split by dimensions kept a second time by township, and the days as slices; later also
   what was remarked,
   remembered and held, each of which may be missing
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kpi.definitions import COUNTED, SHIPPED, ColumnType, Dataset, Event

FORMAT = 3
_NO_HEALTH = {"unknown_codes": (), "conflicts": (), "unknown_values": (), "delay": None}


class NewerFormatError(ValueError):
    """The snapshot was written by a later version of the program."""


def manifest_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with every key the program of today reads; `format` stays that of the files.

    A part of an earlier format has no trace, so that the next refresh reads it whole. Raises
    NewerFormatError, and ValueError, KeyError or TypeError on what is no manifest.
    """
    written = manifest["format"]
    if not isinstance(written, int) or written < 1:
        raise ValueError("no format")
    if written > FORMAT:
        raise NewerFormatError(f"format {written}")
    if written == FORMAT:
        return manifest
    parts = {name: {"method": "full", "health": _NO_HEALTH, **part, "trace": None}
             for name, part in manifest["parts"].items()}
    return {"notes": [], "files": {}, "configuration": "", **manifest, "parts": parts}


def cells_of(cells: pd.DataFrame, name: str, written: int) -> pd.DataFrame:
    """The cells of a dataset that a snapshot of format `written` holds, at the grain of today.

    What its events were not split by then is not known of them: "", as where nobody filled it in.
    """
    if name in SHIPPED.datasets:
        cells = _split_by_all(cells, SHIPPED.datasets[name])
    if written == FORMAT:
        return cells
    dataset = SHIPPED.datasets[name]
    cells = cells.drop(columns="month", errors="ignore")
    if dataset.sliced:
        cells = cells.assign(slice=cells["day"])
    split = [event for event in dataset.events if dataset.township_event(event) != event.name]
    return pd.concat([cells, *(_by_township(cells, dataset, event) for event in split)],
                     ignore_index=True)


def _split_by_all(cells: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    lacking = [name for name in dataset.dimensions if name not in cells]
    blank: dict[str, Any] = {
        name: np.full(len(cells), -1, dtype=np.int8)
        if dataset.column(name).type == ColumnType.BOOL
        else pd.Categorical.from_codes(np.zeros(len(cells), dtype=np.int8), categories=pd.Index([""]))
        for name in lacking}
    return cells.assign(**blank) if blank else cells


def _by_township(cells: pd.DataFrame, dataset: Dataset, event: Event) -> pd.DataFrame:
    """The counted cells of an event by township alone; a row in conflict is one only once."""
    counted = (cells["event"] == event.name) & (cells["status"] == COUNTED)
    blank = {name: -1 if pd.api.types.is_integer_dtype(cells[name]) else ""
             for name in dataset.dimensions}
    return cells[counted].assign(**blank, event=dataset.township_event(event), conflicts=0)
