"""资料: what is handed out, where it comes from, what it means."""
