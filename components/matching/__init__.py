"""Showing supply and demand: its figures, unfilled posts, occupations, how long posts take."""
