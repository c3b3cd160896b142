"""Screens for the county bureaus."""
