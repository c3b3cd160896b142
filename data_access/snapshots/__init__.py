"""One reading of all sources as files: refresh, store, freeze, alert history."""

from data_access.snapshots.clock import local_now, today_of
from data_access.snapshots.embedded import ensure_sample, sample_folder, source_urls
from data_access.snapshots.freeze import Frozen, FrozenNote, list_frozen, number_of, open_frozen
from data_access.snapshots.history import figures_in_force, figures_with_history
from data_access.snapshots.holding import accept, decline
from data_access.snapshots.refresh import RefreshRunningError, configuration
from data_access.snapshots.snapshot import Held, Method, Part, Snapshot

__all__ = [
    "Frozen",
    "FrozenNote",
    "Held",
    "Method",
    "Part",
    "RefreshRunningError",
    "Snapshot",
    "accept",
    "configuration",
    "decline",
    "ensure_sample",
    "figures_in_force",
    "figures_with_history",
    "list_frozen",
    "local_now",
    "number_of",
    "open_frozen",
    "sample_folder",
    "source_urls",
    "today_of",
]
