"""Engines on the service databases: read-only by the database's own means, every statement under a
time limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url

from data_access.connect.limits import SourceUnavailableError
from data_access.connect.makes.table import DRIVERS, MAKES, other_engine
from data_access.site import STATEMENT_SECONDS
from kpi.vocabulary import InputError


def open_engine(connection: str, url: str, statement_seconds: int = STATEMENT_SECONDS) -> Engine:
    """A read-only engine. Raises InputError on an unusable URL, SourceUnavailableError when a
    database file is missing.
    """
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise InputError(
            f"连接 {connection} 的 url 写法有误；应形如 postgresql+psycopg://用户:口令@主机/库名，请改正。") from None
    make = MAKES.get(parsed.get_backend_name(), other_engine)
    try:
        return make(connection, parsed, statement_seconds)
    except (sa.exc.NoSuchModuleError, ImportError):
        raise InputError(f"连接 {connection} 的 url 所用的数据库类型 {parsed.drivername} 没有安装驱动；"
                         f"{_how_to_install(parsed.get_backend_name())}") from None
    except (sa.exc.ArgumentError, ValueError, TypeError):
        raise InputError(f"连接 {connection} 的 url 中的参数有误；请对照《接入》第 1 节的写法改正。") from None


def _how_to_install(make: str) -> str:
    if make not in DRIVERS:
        return "请安装对应驱动或改用 sqlite、postgresql+psycopg、mysql+pymysql。"
    return f"请安装 {DRIVERS[make]}（命令见《接入》第 1 节“另装驱动”），装好后重新启动。"


@contextmanager
def reading(connection: str, engine: Engine) -> Iterator[Connection]:
    """One connection for reading, in one transaction. Raises SourceUnavailableError instead of a
    driver's error.
    """
    try:
        with _connected(connection, engine) as opened:
            yield opened
    except sa.exc.DBAPIError as error:
        raise SourceUnavailableError(explain(connection, error)) from None
    except sa.exc.SQLAlchemyError as error:
        raise SourceUnavailableError(
            f"连接 {connection} 读取失败（{type(error).__name__}）；请联系该系统的管理员。") from None


def _connected(connection: str, engine: Engine) -> Connection:
    try:
        return engine.connect()
    except (sa.exc.SQLAlchemyError, InputError):
        raise
    except OSError as error:  # of a driver that does not make it an error of its own
        sentence = _cause(connection, str(error)) or _not_opened(connection, error)
        raise SourceUnavailableError(sentence) from None
    # a driver given a parameter it does not know raises anything, and quotes the URL
    except Exception as error:
        raise SourceUnavailableError(_not_opened(connection, error)) from None


def _not_opened(connection: str, error: Exception) -> str:
    return f"连接 {connection} 打不开（{type(error).__name__}）；请检查 url 中的主机、库名和参数。"


def explain(connection: str, error: sa.exc.DBAPIError) -> str:
    """A driver's error in words a clerk can pass on; never the statement, the URL or the driver's
    own text.
    """
    return known_cause(connection, error) or (f"连接 {connection} 读取失败（{type(error.orig).__name__}）；"
                                              "请检查数据库是否正常，或联系该系统的管理员。")


def known_cause(connection: str, error: sa.exc.DBAPIError) -> str | None:
    """The sentence for a cause that is recognised, None for any other."""
    return _cause(connection, str(error.orig))


def _cause(connection: str, text: str) -> str | None:
    for signs, cause, remedy in _CAUSES:
        if any(sign in text.lower() for sign in signs):
            return f"连接 {connection} {cause}；{remedy}。"
    return None


_CAUSES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    # the first that fits: what is said of logging in stands in several of the others
    (
        (
            "authentication method",
            "sasl authentication mechanisms",
            "authentication plugin",
            "auth plugin",
            "dpy-3015",
        ),
        "的登录方式（如 openGauss 的 SHA256）驱动不支持",
        "请该系统的管理员让这个账户用 MD5 或 SCRAM-SHA-256 登录并重设口令（openGauss：password_encryption_type 设为 1；"
        "Oracle：重设口令，使它有 11G 或 12C 的校验码）",
    ),
    (
        ("dpy-3010", "ora-03134"),
        "的数据库版本太旧，驱动不支持（Oracle 要 12.1 或更新）",
        "请由对方导出文件，或升级数据库",
    ),
    (
        ("dpy-3001", "ora-12660"),
        "的数据库要求 Oracle 自有的网络加密，驱动不支持",
        "请该系统的管理员改用 TLS，或对这个账户不要求",
    ),
    (
        (
            "ora-28001",
            "ora-28002",
            "password has expired",
            "password of the account has expired",
            "must be changed",
            "(18487",
            "(18488",
            "口令已过期",
            "密码已过期",
        ),
        "的账户口令已过期",
        "请该系统的管理员重设口令，再改 secrets.toml 或环境变量中的 url",
    ),
    (
        (
            "ora-28000",
            "account is locked",
            "account is disabled",
            "(18470",
            "(18486",
            "[code:-2504]",
        ),
        "的账户已被锁定或停用",
        "请该系统的管理员解锁",
    ),
    (
        ("ora-01045", "(916,"),
        "的账户不许登录这个库",
        "请该系统的管理员授予登录权限（Oracle：CREATE SESSION）",
    ),
    (
        ("pg_hba", "is not allowed to connect", "host is blocked", "dpy-6000"),
        "的数据库不许从本机登录",
        "请该系统的管理员允许这台服务器的地址（PostgreSQL 为 pg_hba.conf）",
    ),
    (
        (
            "ssl error",
            "ssl connection",
            "ssl was required",
            "certificate verify",
            "certificate file",
            "insecure transport",
            "[ssl",
            "ssl is required",
            "ora-28759",
            "ora-28860",
            "ora-29024",
            "[code:-6515]",
            "encryption is required",
            "ssl_path",
        ),
        "的加密连接（TLS）没有建成",
        "请在 url 中写对 sslmode、sslrootcert（MySQL 为 ssl_ca），或向该系统的管理员要证书",
    ),
    (
        (
            "too many connections",
            "too many clients",
            "remaining connection slots",
            "max_user_connections",
            "ora-00018",
            "ora-00020",
            "ora-02391",
            "ora-12516",
            "ora-12519",
            "ora-12520",
            "(17809",
        ),
        "的连接数已满",
        "请稍后再刷新，或请管理员放宽该账户的连接数",
    ),
    (
        ("unsupported startup parameter",),
        "的连接池不接受只读设置",
        "请改为直接连数据库，或在连接池中放行 options 参数",
    ),
    (
        (
            "could not translate",
            "name or service not known",
            "unknown server host",
            "getaddrinfo",
            "name resolution",
            "nodename nor servname",
            "failed to resolve host",
            "no address associated",
            "unknown host machine",
        ),
        "连不上：主机名解析不了",
        "请改正 url 中的主机，或检查本机的域名解析",
    ),
    (
        ("connection refused", "ora-12541"),
        "连不上：主机在，但端口上没有数据库",
        "请检查 url 中的端口，以及数据库是否在运行",
    ),
    (
        (
            "connection timeout",
            "timeout expired",
            "no route to host",
            "network is unreachable",
            "host is unreachable",
            "ora-12170",
            "tns:connect timeout",
        ),
        "连不上：主机没有应答",
        "请检查 url 中的主机、防火墙和网络",
    ),
    (
        ("server is unavailable or does not exist", "[code:-70028]"),
        "连不上：主机名解析不了、没有应答，或端口上没有数据库",
        "请检查 url 中的主机和端口、防火墙，以及数据库是否在运行",
    ),
    (
        ("ora-12505", "ora-12514", "dpy-6001", "dpy-6003"),
        "所指的服务名不存在",
        "请改正 url 中的 service_name（SID 写成 …/SID）",
    ),
    (("cannot connect to database",), "连不上：主机没有应答", "请检查 url 中的主机、防火墙和网络"),
    (("ora-01033", "ora-01034", "ora-01109"), "的数据库没有打开", "请该系统的管理员启动它"),
    (("can't connect",), "连不上", "请检查主机、端口、网络和数据库是否在运行"),
    (
        ("(4060", "cannot open database"),
        "所指的库不存在，或账户不许打开",
        "请检查 url，或请该系统的管理员授权",
    ),
    (
        (
            "password",
            "authentication",
            "login failed",
            "(18456",
            "[code:-2501]",
            "用户名或密码错误",
        ),
        "的用户名或口令不对",
        "请改正 secrets.toml 或环境变量中的 url",
    ),
    (
        (
            "permission denied",
            "command denied",
            "access denied",
            "permission was denied",
            "ora-01031",
            "insufficient privileges",
            "[code:-5504]",
            "查询权限",
        ),
        "的账户没有读取权限",
        "请让该系统的管理员授予所映射各列的 SELECT 权限",
    ),
    (
        ("ora-01555", "snapshot too old"),
        "读取时间太长，数据库已不保留读取开始时的内容",
        "请在业务少时刷新，或请管理员加大回滚段",
    ),
    (
        (
            "timeout",
            "timedout",
            "timed out",
            "time out",
            "interrupted",
            "max_statement_time",
            "maximum statement execution",
            "ora-01013",
            "超时",
        ),
        "读取超时",
        "请稍后再刷新，或请管理员按文档建立索引",
    ),
    (
        ("not a database", "malformed", "disk image"),
        "的数据库文件已损坏或不是数据库",
        "请检查 url 指向的文件",
    ),
    (
        (
            "does not exist",
            "unknown database",
            "invalid object name",
            "[code:-2106]",
            "无效的表或视图名",
        ),
        "所指的库或表不存在",
        "请检查 url 与 sources.toml",
    ),
    (
        (
            "failed to connect",
            "connection failed",
            "is the server running",
            "server closed",
            "lost connection",
            "gone away",
            "terminating connection",
            "dpy-4011",
            "dpy-1001",
            "ora-03113",
            "ora-03114",
            "ora-03135",
            "dbprocess is dead",
            "[code:-6001]",
            "[code:-70019]",
            "[code:-6010]",
        ),
        "连不上",
        "请检查网络和数据库是否在运行",
    ),
    (("unable to open", "locked"), "的数据库文件打不开", "请检查文件权限，或稍后再试"),
)
