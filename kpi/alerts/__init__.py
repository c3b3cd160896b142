"""The room alerts."""
