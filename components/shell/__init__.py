"""The room shell."""
