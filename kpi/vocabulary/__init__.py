"""The room vocabulary."""
