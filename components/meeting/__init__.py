"""The room meeting."""
