"""The room definitions."""
