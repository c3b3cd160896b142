"""The room scorecard."""
