"""A clean table spoilt at random never ends in another figure without a word about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_access.snapshots.snapshot import Part
from kpi.definitions.shipped_datasets import DATASETS
from tests.data_access.dirty import Dirty
from tests.drawn import filled
from tests.examples import examples

Row = dict[str, Any]
CLEAN: Mapping[str, list[Row]] = {
    "job_posting": [
        {
            "posting_id": f"J{n}",
            "employer_code": f"E{n}",
            "occupation": "保洁",
            "unit_code": "321322",
            "headcount": 10,
            "township_code": ("321322100", None)[n % 2],
            "published_on": f"2025-03-0{n}",
            "invalidated_on": (None, "2025-05-01")[n == 3],
        }
        for n in range(1, 7)
    ],
    "dispute_case": [
        {
            "case_id": f"C{n}",
            "stage": ("mediation", "arbitration")[n % 2],
            "unit_code": "321302",
            "accepted_on": f"2025-03-0{n}",
            "closed_on": "2025-04-01",
            "outcome": "success",
        }
        for n in range(1, 7)
    ],
    "assisted_person": [
        {
            "person_key": f"P{n}",
            "unit_code": "321302",
            "registered_on": f"2025-03-0{n}",
            "helped_on": "2025-04-01",
        }
        for n in range(1, 7)
    ],
}
_BLANKS = st.sampled_from(("", " ", "/", "—", "无", "NULL", "#N/A"))
_PADS = st.sampled_from((" ", "\t", "\u3000"))
_NONSENSE = st.sampled_from(("1,200", "120个", "2025.3", "2025-02-30", 45748, 1740758400,
                             "9999-12-31", "0000-00-00", 13812345678, "是", "TRUE", 321302.0,
                             "3.21302E+11", "45748", " 45748 ", "45748.0", "1740758400"))


def _read(name: str, rows: list[Row]) -> tuple[Part | None, str]:
    with TemporaryDirectory() as folder:
        dirty = Dirty("sqlite", Path(folder) / "base")
        dirty.fill(name, rows, dict.fromkeys(DATASETS[name].column_names, ""))
        taken = dirty.snapshot()
        return taken.parts.get(name), "；".join(taken.messages)


def _figures(part: Part) -> list[tuple[Any, ...]]:
    """What counts, by event, day, place and dimensions."""
    cells = part.data.cells[(part.data.cells["status"] == "counted").to_numpy()].drop(
        columns="slice", errors="ignore")
    return sorted(map(tuple, cells.astype(str).itertuples(index=False)))


def _mentioned(part: Part) -> bool:
    """Whether anything is shown about the rows: a remark, an exclusion, a listed code or value, a
    conflict.
    """
    health, quality = part.data.health, part.data.quality
    return bool(quality.remarks or health.unknown_codes or health.unknown_values or health.conflicts
                or quality.excluded or quality.division_conflict)


def _spoil(change: Callable[[Any], Any]) -> Callable[[list[Row], int, str], list[Row]]:
    return lambda rows, number, column: [{**row, column: change(row[column])} if n == number
                                         else row for n, row in enumerate(rows)]


def _retyped(value: Any) -> Any:
    """The same in other words: a date with strokes, a number as text, a text of digits as a number.
    """
    text = str(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return text
    return (
        text.replace("-0", "/").replace("-", "/")
        if text.startswith("2025-")
        else int(text)
        if text.isdigit()
        else value
    )


_MANGLINGS: st.SearchStrategy[Callable[[list[Row], int, str], list[Row]]] = st.one_of(
    _BLANKS.map(lambda blank: _spoil(lambda _: blank)),
    _PADS.map(lambda pad: _spoil(lambda value: value if value is None else f"{value}{pad}")),
    _NONSENSE.map(lambda other: _spoil(lambda _: other)), st.just(_spoil(_retyped)),
    st.just(lambda rows, number, _column: [*rows, rows[number]]))


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(sorted(CLEAN)), st.lists(_MANGLINGS, min_size=1, max_size=2))
def test_another_figure_always_comes_with_a_word(data: st.DataObject, name: str,
                                                 manglings: list[
                                                         Callable[[list[Row], int, str],
                                                                  list[Row]]]) -> None:
    clean = [filled(name, row, number) for number, row in enumerate(CLEAN[name], start=1)]
    # what only names a thing may be anything
    columns = [column.name for column in DATASETS[name].columns if column.name not in (
        "updated_at", "platform", "invalid_reason", "occupation")]
    rows = clean
    for mangle in manglings:
        rows = mangle(rows, data.draw(st.integers(0, len(clean) - 1)),
                      data.draw(st.sampled_from(columns)))
    before, _ = _read(name, clean)
    after, said = _read(name, rows)
    assert before is not None
    if after is None:
        assert DATASETS[name].title in said
        return
    assert _figures(after) == _figures(before) or _mentioned(after)


def test_the_clean_tables_are_clean() -> None:
    for name, rows in CLEAN.items():
        part, _ = _read(name, rows)
        assert part is not None
        assert not _mentioned(part)
