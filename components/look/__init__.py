"""The room look."""
