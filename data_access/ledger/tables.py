"""The ledger's tables as the newest migration leaves them. Nothing in the first three is ever
updated or deleted.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

MEETING = sa.Table(
    "meeting", METADATA,
    sa.Column("held_on", sa.Date, primary_key=True),
    sa.Column("chair_post", sa.String(50), nullable=False),
    sa.Column("units", sa.Text, nullable=False),  # JSON list of names
    sa.Column("snapshot", sa.String(100)),
    sa.Column("recorded_at", sa.DateTime, nullable=False),
    sa.Column("account", sa.String(50), nullable=False))

ITEM = sa.Table(
    "item", METADATA,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("title", sa.String(100), nullable=False),
    sa.Column("rollup", sa.String(10), nullable=False),
    sa.Column("division", sa.String(12), nullable=False),
    sa.Column("lead_unit", sa.String(50), nullable=False),
    sa.Column("responsible_units", sa.Text, nullable=False),  # JSON list of names
    sa.Column("post", sa.String(50), nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("indicator", sa.String(50)),
    sa.Column("expected", sa.Float),
    sa.Column("meeting", sa.Date, sa.ForeignKey("meeting.held_on")),
    sa.Column("origin", sa.Text, nullable=False))

EVENT = sa.Table(
    "item_event", METADATA,
    sa.Column("number", sa.String(20), sa.ForeignKey("item.number"), primary_key=True),
    # of two people who saw the same version, only one can write the next
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("account", sa.String(50), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("due", sa.Date),
    sa.Column("approver", sa.String(50)))

NOTICE = sa.Table(
    "notice", METADATA,
    # one notice to one receiver is claimed once, whatever happens to the process that claimed it
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("receiver", sa.String(50), primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("run", sa.String(40), nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False))

NOTICE_ATTEMPT = sa.Table(
    "notice_attempt", METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.String(40), nullable=False),
    sa.Column("receiver", sa.String(50), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("notices", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String(200), nullable=False))
