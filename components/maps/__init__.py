"""The room maps."""
