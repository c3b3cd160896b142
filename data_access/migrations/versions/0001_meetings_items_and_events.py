"""Meetings, items and what happens to them.

Spelled out rather than taken from `data_access.ledger.tables`: a migration must not change when the
tables do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("held_on", sa.Date, primary_key=True),
        sa.Column("chair_post", sa.String(50), nullable=False),
        sa.Column("units", sa.Text, nullable=False),
        sa.Column("snapshot", sa.String(100)),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("account", sa.String(50), nullable=False))
    op.create_table(
        "item",
        sa.Column("number", sa.String(20), primary_key=True),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("rollup", sa.String(10), nullable=False),
        sa.Column("division", sa.String(12), nullable=False),
        sa.Column("lead_unit", sa.String(50), nullable=False),
        sa.Column("responsible_units", sa.Text, nullable=False),
        sa.Column("post", sa.String(50), nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("indicator", sa.String(50)),
        sa.Column("expected", sa.Float),
        sa.Column("meeting", sa.Date, sa.ForeignKey("meeting.held_on")))
    op.create_table(
        "item_event",
        sa.Column("number", sa.String(20), sa.ForeignKey("item.number"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("account", sa.String(50), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("approver", sa.String(50)))
