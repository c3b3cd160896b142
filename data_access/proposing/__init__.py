"""What a table handed in would be read as: proposed, tried, and written into sources.toml."""
