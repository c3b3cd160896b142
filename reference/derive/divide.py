"""Whole numbers divided so that the parts add up exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def split(total: int, weights: Sequence[float] | Floats) -> Ints:
    """`total` by largest remainder: parts in proportion to the weights, adding up to it."""
    if total == 0:
        return np.zeros(len(weights), dtype=np.int64)
    shares = np.asarray(weights, dtype=float) / np.sum(weights) * total
    parts = np.floor(shares + 1e-9).astype(np.int64)
    order = np.argsort(-(shares - parts), kind="stable")
    parts[order[:total - int(parts.sum())]] += 1
    return parts


def split_cells(rng: np.random.Generator, rows: Ints, columns: Floats, noise: float) -> Ints:
    """A table of whole numbers: row i adds up to `rows[i]`, columns roughly follow `columns`; shape
    (rows, columns).
    """
    weights = columns * np.exp(rng.normal(0, noise, (len(rows), len(columns))))
    shares = columns / columns.sum()
    for _ in range(8):  # units vary from month to month, the city's months do not
        weights *= (rows / np.maximum(weights.sum(axis=1), 1e-9))[:, None]
        weights *= shares * rows.sum() / np.maximum(weights.sum(axis=0), 1e-9)
    return np.array([split(int(total), row) for total, row in zip(rows, weights, strict=True)])


def spread(totals: Ints, cell: Ints, weights: Floats) -> Ints:
    """Each cell's total over its rows by weight; `cell` (ascending) says which cell a row is in;
    cells add up exactly.
    """
    sums = np.bincount(cell, weights, minlength=len(totals))
    reached = np.floor(np.cumsum(weights / sums[cell] * totals[cell]) + 0.5)
    return np.diff(reached, prepend=0.0).astype(np.int64)


def choose(rng: np.random.Generator, likelihood: Floats, count: int) -> NDArray[np.bool_]:
    """Exactly `count` of the rows, those with a higher likelihood more often."""
    score = rng.random(len(likelihood)) - likelihood
    chosen = np.zeros(len(likelihood), dtype=bool)
    chosen[np.argsort(score, kind="stable")[:count]] = True
    return chosen
