"""The room checking."""
