"""The room ranking."""
