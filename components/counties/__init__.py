"""The room counties."""
