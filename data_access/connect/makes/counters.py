"""What PostgreSQL counts of its own accord: how many rows were ever inserted, updated and deleted
in a table.

Read before the transaction that reads the rows, so that whatever the counters include, that
transaction sees. A change that is visible but not yet in the counters (a session hands its counts
over when it is done, a minute later at the latest) shows in them at the next refresh. They are only
asked for where they mean something: an ordinary table of PostgreSQL itself, on its primary, without
children or row-level rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.boundary import DatasetMapping

TRUSTED_FROM = 100_000
"""Rows. A smaller table is looked through faster than it is worth relying on anything."""

_QUERY = sa.text("""
SELECT concat_ws(' ', c.oid, pg_relation_filenode(c.oid), pg_postmaster_start_time(), d.stats_reset, b.stats_reset,
         (SELECT md5(string_agg(concat_ws(' ', a.attnum, a.attname, a.atttypid), ',' ORDER BY a.attnum))
          FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0)),
       s.n_tup_ins, s.n_tup_upd + s.n_tup_del
FROM pg_class AS c JOIN pg_am AS m ON m.oid = c.relam JOIN pg_stat_all_tables AS s ON s.relid = c.oid
     JOIN pg_stat_database AS d ON d.datname = current_database() CROSS JOIN pg_stat_bgwriter AS b
WHERE c.oid = to_regclass(:name) AND c.relkind = 'r' AND NOT c.relhassubclass AND NOT c.relrowsecurity AND m.amname = 'heap'
  AND pg_relation_size(c.oid) > 0 AND NOT pg_is_in_recovery() AND current_setting('track_counts') = 'on'
  AND version() LIKE 'PostgreSQL %' AND NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')
""")


@dataclass(frozen=True)
class Counters:
    """`identity`: the table, its file, its columns, and the time the counts began. `changed`:
    updates and deletions.
    """

    identity: str
    inserted: int
    changed: int


def read_counters(mapping: DatasetMapping, opened: Connection) -> Counters | None:
    """The counters of a mapped table; None where there are none to rely on. Ends the transaction it
    asked in.
    """
    if opened.dialect.name != "postgresql" or mapping.table is None:
        return None
    quote = opened.dialect.identifier_preparer.quote
    name = ".".join(quote(part) for part in mapping.table.rsplit(".", 1))
    try:
        row = opened.execute(_QUERY, {"name": name}).one_or_none()
    except sa.exc.DBAPIError:
        row = None  # a make that only looks like PostgreSQL
    finally:
        opened.rollback()
    return None if row is None else Counters(str(row[0]), int(row[1]), int(row[2]))
