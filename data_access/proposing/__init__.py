"""What a table somebody hands in would be read as: proposed, tried, and written into sources.toml."""
