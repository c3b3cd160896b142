"""Screens: layout only, in folders by who opens them."""
