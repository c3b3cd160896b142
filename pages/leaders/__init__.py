"""Screens for the city's leaders."""
