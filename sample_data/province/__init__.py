"""The room province."""
