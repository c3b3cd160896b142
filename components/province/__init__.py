"""What is shown of a province as a whole; a city of it is shown by the components of a single city."""
