"""The room snapshots."""
