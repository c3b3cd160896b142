"""The room counting."""
