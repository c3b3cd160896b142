"""The least a page can be, to measure the dashboard against."""
