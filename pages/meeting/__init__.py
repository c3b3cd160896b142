"""Screens of the joint meeting."""
