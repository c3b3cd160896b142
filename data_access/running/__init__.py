"""The room running."""
