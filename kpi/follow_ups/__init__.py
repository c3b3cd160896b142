"""The room follow_ups."""
