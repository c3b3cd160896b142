"""The room makes."""
