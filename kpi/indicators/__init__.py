"""The room indicators."""
