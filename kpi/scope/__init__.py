"""The room scope."""
