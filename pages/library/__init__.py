"""Screens to look things up, hand them out, and keep the data in order."""
