"""Which columns a city need not have, and does not fill, although a figure rests on them."""

from __future__ import annotations

from kpi.counting.facts import Facts
from kpi.definitions import Column, Indicator, Sum


def unrecorded(indicator: Indicator, facts: Facts) -> tuple[Column, ...]:
    """The optional columns the indicator rests on that no counted row ever has; none where all are
    in use.

    A count of them would be a zero that nobody has counted: the figure is 未接入. Where the
    definition says itself how complete the rows must be (`enough`), that decides.
    """
    if indicator.enough is not None or indicator.by_rule:
        return ()
    sums = [total for total in (indicator.part, indicator.whole) if total is not None]
    return facts.once(("unrecorded", indicator.code), lambda: tuple(dict.fromkeys(
        column for total in sums if facts.has(total.dataset)
        for column in (*_undated(total, facts), *_unnamed(total, facts)))))


def _undated(total: Sum, facts: Facts) -> tuple[Column, ...]:
    """Optional columns of an event no row has."""
    dataset = facts.definitions.datasets.get(total.dataset)
    if dataset is None:
        return ()
    event = dataset.event(total.event)
    needed = [dataset.column(name) for name in (event.on, *event.requires) if name]
    optional = tuple(column for column in needed if column.optional)
    return optional if optional and facts.counted_cells(total.dataset, event.name).empty else ()


def _unnamed(total: Sum, facts: Facts) -> tuple[Column, ...]:
    """Optional columns the sum is of certain values of, and which have none in any row."""
    if not total.where:
        return ()
    dataset, cells = facts.definitions.datasets[total.dataset], None
    lacking = []
    for name, wanted in total.where.items():
        column = dataset.column(name)
        if column.optional and "" not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            cells = facts.counted_cells(total.dataset, total.event) if cells is None else cells
            if not cells[name].isin(column.categories).any():
                lacking.append(column)
    return tuple(lacking)
