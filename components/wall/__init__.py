"""The room wall."""
