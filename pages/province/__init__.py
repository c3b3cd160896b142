"""Screens of a province as a whole; a city of it has the screens of a single city."""
