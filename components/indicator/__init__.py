"""The room indicator."""
