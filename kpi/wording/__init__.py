"""The room wording."""
