"""Where an item came from (the alert's sentence), the notices sent, and rows nobody can change
afterwards.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_APPEND_ONLY = ("meeting", "item", "item_event")


def upgrade() -> None:
    op.add_column("item", sa.Column("origin", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "notice",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("receiver", sa.String(50), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False))
    op.create_table(
        "notice_attempt",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("receiver", sa.String(50), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("notices", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(200), nullable=False))
    _refuse_changes()


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                   "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$")
        for table in _APPEND_ONLY:
            op.execute(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                       "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()")
        return
    for table in _APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                       "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END")
