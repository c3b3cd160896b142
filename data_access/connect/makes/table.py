"""The makes of database, by the backend a URL names. A new make is one file here and one line in `MAKES`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.makes.mysql import mysql_engine
from data_access.connect.makes.postgresql import postgresql_engine
from data_access.connect.makes.sqlite import sqlite_engine

Maker = Callable[[str, URL, int], Engine]
"""A read-only engine from (name of the connection, URL, seconds a statement may take).

Raises ImportError where the driver is not installed, InputError for a URL it cannot use.
"""


def optional(name: str) -> Maker:
    """The maker of the same name in module `name` of this folder, imported with its driver on first use."""
    def make(connection: str, url: URL, seconds: int) -> Engine:
        module = importlib.import_module(f"{__package__}.{name}")
        maker: Maker = getattr(module, f"{name}_engine")
        return maker(connection, url, seconds)
    return make


def other_engine(_connection: str, url: URL, _seconds: int) -> Engine:
    """An engine on a make without a file here: nothing is set, so its own account and limits must do."""
    return sa.create_engine(url, pool_pre_ping=True)


MAKES: Mapping[str, Maker] = {
    "sqlite": sqlite_engine,
    "postgresql": postgresql_engine,
    "mysql": mysql_engine,
    "mariadb": mysql_engine,
    "hive": optional("hive"),  # its driver comes with requirements-engines.txt
}
