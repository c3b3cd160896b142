"""What a register handed in changes of the one before: hand it two, get the rows that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data_access.registers.normal_form import Key, Register


@dataclass(frozen=True)
class Change:
    """A row that is there before and after. `columns`: (name, before, after) of those that differ.
    """

    key: Key
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Difference:
    """`added` and `removed`: keys, in the order of their register. `unchanged`: how many rows stay
    as they are.
    """

    added: tuple[Key, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[Key, ...] = ()
    unchanged: int = 0

    @property
    def nothing(self) -> bool:
        """Whether both registers hold the same rows."""
        return not (self.added or self.changed or self.removed)


def merged(before: Register, given: Register, key: Sequence[str]) -> Register:
    """The register before with the rows given: of the same key in the place of the old one, others
    at the end.
    """
    rows = {**before.keyed(key), **given.keyed(key)}
    return Register(before.columns, tuple(rows.values()))


def difference(before: Register, after: Register, key: Sequence[str]) -> Difference:
    """The difference between two registers of the same columns, row by row by `key`."""
    old, new = before.keyed(key), after.keyed(key)
    changes = tuple(
        Change(one, tuple((name, was, now) for name, was, now
                          in zip(after.columns, old[one], row, strict=True) if was != now))
        for one, row in new.items() if one in old and old[one] != row)
    return Difference(tuple(one for one in new if one not in old), changes,
                      tuple(one for one in old if one not in new),
                      len(old.keys() & new.keys()) - len(changes))
