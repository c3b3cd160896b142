"""What the pages cost, measured against an empty page on the same machine in the same minutes."""
