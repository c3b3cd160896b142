"""A table of a connection, looked at: its columns by name and comment; personal ones are never read.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.engine import Connection

from data_access.connect.listing import look_at_table
from data_access.proposing.shape import Shape, shape_of
from data_access.proposing.words import Words


def shape_of_table(opened: Connection, name: str, words: Words) -> Shape:
    """The shape of a table or view. Raises InputError when there is none of that name."""
    look = look_at_table(opened, name,
                         lambda column, comment: not (words.is_personal(column)
                                                      or words.is_personal(comment)))
    names = [(column, (column, *((comment,) if comment else ())))
             for column, comment in look.columns.items()]
    return replace(shape_of((name,), names, look.rows, words), rows=look.total)
