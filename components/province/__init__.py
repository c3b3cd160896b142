"""The province's own parts of a screen."""
