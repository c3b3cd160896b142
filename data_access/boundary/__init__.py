"""The room boundary."""
