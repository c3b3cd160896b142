"""A province of small sample cities."""
