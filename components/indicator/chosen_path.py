"""The path of what is chosen on the page, worked out once for all that is drawn of it."""

from __future__ import annotations

from components.shell import View, cached_per_view
from kpi.scorecard import Path, path


@cached_per_view(128)
def chosen_path(view: View) -> Path:
    """Of the chosen indicator and place, up to the view's day."""
    return path(view.figures, view.item.code, view.place, view.card.as_of)
