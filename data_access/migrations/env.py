"""Runs the migrations on the connection `data_access.ledger.migrate` hands over, inside its
transaction.
"""

from alembic import context

from data_access.ledger import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA,
                  transactional_ddl=True)
context.run_migrations()
