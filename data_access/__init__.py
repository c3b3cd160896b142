"""What is read: the service databases, through SQLAlchemy, read-only, into snapshots. No user
interface here.
"""
