"""The room connect."""
