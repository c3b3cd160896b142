"""The makes of database, by the backend a URL names. A new make is one file here and one line in
`MAKES`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.makes.clickhousedb import clickhousedb_engine
from data_access.connect.makes.dm import dm_engine
from data_access.connect.makes.mssql import mssql_engine
from data_access.connect.makes.mysql import mysql_engine
from data_access.connect.makes.oracle import oracle_engine
from data_access.connect.makes.postgresql import postgresql_engine
from data_access.connect.makes.sqlite import sqlite_engine
from data_access.connect.makes.starrocks import starrocks_engine
from data_access.connect.makes.trino import trino_engine
from kpi.vocabulary import InputError

Maker = Callable[[str, URL, int], Engine]
"""A read-only engine from (name of the connection, URL, seconds a statement may take).

Raises ImportError where the driver is not installed, InputError for a URL it cannot use.
"""


def optional(name: str) -> Maker:
    """The maker of the same name in module `name` of this folder, imported with its driver on first
    use.
    """
    def make(connection: str, url: URL, seconds: int) -> Engine:
        module = importlib.import_module(f"{__package__}.{name}")
        maker: Maker = getattr(module, f"{name}_engine")
        return maker(connection, url, seconds)
    return make


def other_engine(connection: str, url: URL, _seconds: int) -> Engine:
    """No engine: a make without a file here could neither be held to reading nor to a limit.

    Raises NoSuchModuleError or ImportError where its driver is not installed, InputError otherwise.
    """
    sa.create_engine(url).dispose()
    raise InputError(f"连接 {connection} 的 url 所用的数据库类型 {url.drivername} 本程序没有办法设为只读并限时，因此不读；"
                     "兼容 PostgreSQL、MySQL 的请写 postgresql+psycopg、mysql+pymysql，其他的请由对方导出文件。")


MAKES: Mapping[str, Maker] = {
    "sqlite": sqlite_engine,
    "postgresql": postgresql_engine,
    "mysql": mysql_engine,
    "mariadb": mysql_engine,
    "hive": optional("hive"),  # the others' files can be imported without their drivers
    "oracle": oracle_engine,
    "mssql": mssql_engine,
    "dm": dm_engine,
    "trino": trino_engine,
    "clickhousedb": clickhousedb_engine,
    "starrocks": starrocks_engine,
}

DRIVERS: Mapping[str, str] = {
    "hive": "PyHive[hive-pure-sasl]", "oracle": "oracledb", "mssql": "pymssql", "dm": "dmPython",
    "trino": "trino", "clickhousedb": "clickhouse-connect", "starrocks": "starrocks",
}
"""The package to install for a make whose driver is no part of requirements.txt."""
