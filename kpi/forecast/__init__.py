"""The room forecast."""
