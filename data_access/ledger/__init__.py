"""The follow-up ledger's own database: the only one the program writes to, and only by appending."""
