"""Why a database could not be opened or read, in words a clerk can pass on.

Never the statement, the URL or the driver's own text.
"""

from __future__ import annotations

import re
import socket

import sqlalchemy as sa
from sqlalchemy.engine import URL

from data_access.connect.addresses import port_of
from data_access.connect.limits import CONNECT_SECONDS

Cause = tuple[str, str]
"""(what is so, what to do), to stand behind the name of a connection."""

NO_SUCH_HOST: Cause = ("连不上：主机名解析不了", "请改正 url 中的主机，或检查本机的域名解析")
NOTHING_THERE: Cause = (
    "连不上：主机在，但端口上没有数据库",
    "请检查 url 中的端口，以及数据库是否在运行",
)
NO_ANSWER: Cause = ("连不上：主机没有应答", "请检查 url 中的主机、防火墙和网络")
ANOTHER_THERE: Cause = (
    "连不上：端口有应答，但没有建成连接",
    "请检查 url 中的端口是不是这种数据库的；是的话，请该系统的管理员看它为什么不接受（如要求加密、连接数已满）",
)
NO_HTTPS: Cause = (
    "连不上：Trino 写了口令就用 HTTPS 连接，而该端口没有建成加密连接",
    "请改用它的 HTTPS 端口，或去掉口令",
)
ANOTHER_SILENT: Cause = (
    "连不上：端口有应答，但等不到这种数据库的回答",
    "请检查 url 中的端口是不是这种数据库的，以及数据库是否过忙",
)
_UNKNOWN_PARAMETER = re.compile(
    r"invalid connection option|invalid uri query parameter|unexpected keyword|invalid keyword"
)
_QUOTED = re.compile(r"['\"“]([A-Za-z_]\w*)['\"”]")


def explain(connection: str, error: sa.exc.DBAPIError) -> str:
    """A driver's error while reading, in one sentence."""
    return known_cause(connection, error) or (
        f"连接 {connection} 读取失败（{type(error.orig).__name__}）；"
        "请检查数据库是否正常，或联系该系统的管理员。"
    )


def known_cause(connection: str, error: sa.exc.DBAPIError) -> str | None:
    """The sentence for a cause that is recognised, None for any other."""
    cause = _cause(str(error.orig))
    return None if cause is None else _sentence(connection, cause[1:])


def explain_connecting(connection: str, error: Exception, url: URL) -> str:
    """The sentence for whatever was raised while connecting: where the driver does not say what is
    wrong, name and port are looked at.
    """
    origin = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    text = str(origin)
    recognised = None if isinstance(error, TypeError | UnicodeError) else _cause(text)
    if recognised is not None and recognised[0] == _TLS and url.get_backend_name() == "trino":
        seen = whereabouts(url)
        if seen is None or seen == ANOTHER_THERE:
            seen = NO_HTTPS
        return _sentence(connection, seen)
    if recognised is not None and recognised[1:] == NOTHING_THERE:
        return _sentence(connection, _nothing_at(url))
    if recognised is not None and recognised[0] not in _UNPLACED:
        return _sentence(connection, recognised[1:])
    cause = _fault_of_url(error, text, url)
    if cause is None and (recognised or type(origin).__module__ != "builtins"):
        cause = whereabouts(url)
        if recognised is not None and recognised[0] == _TIMEOUT and cause == ANOTHER_THERE:
            cause = ANOTHER_SILENT
    if cause is None and recognised is not None:
        cause = recognised[1:]
    return (
        f"连接 {connection} 打不开（{type(origin).__name__}）；请检查 url 中的主机、库名和参数。"
        if cause is None
        else _sentence(connection, cause)
    )


def no_answer_to_login(connection: str, url: URL) -> str:
    """The sentence for a driver that waits and waits: mostly of a port that takes a connection and
    then says nothing.
    """
    seen = whereabouts(url)
    if seen is None or seen == ANOTHER_THERE:
        seen = ANOTHER_SILENT
    return _sentence(connection, seen)


def _fault_of_url(error: Exception, text: str, url: URL) -> Cause | None:
    """A fault that only the driver notices, None where it names none."""
    login = f"{url.username or ''}{url.password or ''}"
    if isinstance(error, UnicodeError) and not login.isascii():
        return (
            "的用户名或口令中有汉字或全角字符，驱动不支持",
            "请改成半角的，或请该系统的管理员重设",
        )
    names = [name for name in _QUOTED.findall(text) if name in url.query]
    if names and (isinstance(error, TypeError) or _UNKNOWN_PARAMETER.search(text.lower())):
        return (
            f"的 url 中，驱动不认识参数 {'、'.join(names)}",
            "请去掉，或对照《接入》第 1 节的写法改正",
        )
    names = [name for name in url.query if f"{name} value" in text.lower()]
    return (
        (f"的 url 中，参数 {'、'.join(names)} 的值不对", "请去掉，或请该系统的管理员告知应写的值")
        if names
        else None
    )


def whereabouts(url: URL) -> Cause | None:
    """What can be seen from here of the host and port a URL names; None where it names none."""
    port = port_of(url)
    if not url.host or port is None:
        return None
    try:
        socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return NO_SUCH_HOST
    try:
        socket.create_connection((url.host, port), CONNECT_SECONDS).close()
    except ConnectionRefusedError:
        return _nothing_at(url)
    except OSError:
        return NO_ANSWER
    return ANOTHER_THERE


def _nothing_at(url: URL) -> Cause:
    """With the port, which may be the usual one and not be written."""
    return NOTHING_THERE[0], f"请检查 url 中的端口（现为 {port_of(url)}），以及数据库是否在运行"


def _cause(text: str) -> tuple[tuple[str, ...], str, str] | None:
    low = text.lower()
    for one in _CAUSES:
        if any(sign in low for sign in one[0]):
            return one
    return None


def _sentence(connection: str, cause: Cause) -> str:
    return f"连接 {connection} {cause[0]}；{cause[1]}。"


# of these the driver does not say whether the name, the network or the port is wrong
_NO_SERVER = ("server is unavailable or does not exist", "[code:-70028]")
_NO_CONNECTION = ("can't connect",)
_NO_ORACLE = ("cannot connect to database",)
_NO_SESSION = ("adaptive server connection failed",)
_SILENT = ("connection timeout", "timeout expired", "ora-12170", "tns:connect timeout")
_TIMEOUT = (
    "timeout",
    "timedout",
    "timed out",
    "time out",
    "interrupted",
    "max_statement_time",
    "maximum statement execution",
    "ora-01013",
    "超时",
)
_TLS = (
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
)
_LOST = (
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
)
_PARAMETER = ("invalid connection option", "invalid uri query parameter")
_UNPLACED = (_PARAMETER, _NO_SERVER, _NO_CONNECTION, _NO_ORACLE, _NO_SESSION, _SILENT, _LOST, _TIMEOUT)

_CAUSES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    # the first that fits: what is said of logging in stands in several of the others
    (
        (
            "expected authentication request",
            "invalid response to ssl negotiation",
            "packet sequence number wrong",
            "unsupported protocol version",
        ),
        *ANOTHER_THERE,
    ),
    (("not a server of this kind",), *ANOTHER_THERE),
    (
        ("dpy-4000", "dpy-4026", "dpy-4027"),
        "所写的名字在 tnsnames.ora 中找不到",
        "请检查 url 中的主机和 config_dir 所指的文件夹",
    ),
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
        _TLS,
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
        *NO_SUCH_HOST,
    ),
    (
        ("connection refused", "ora-12541"),
        *NOTHING_THERE,
    ),
    (("no route to host", "network is unreachable", "host is unreachable"), *NO_ANSWER),
    (
        _SILENT,
        *NO_ANSWER,
    ),
    (
        _NO_SERVER,
        "连不上：主机名解析不了、没有应答，或端口上没有数据库",
        "请检查 url 中的主机和端口、防火墙，以及数据库是否在运行",
    ),
    (
        ("ora-12505", "ora-12514", "dpy-6001", "dpy-6003"),
        "所指的服务名不存在",
        "请改正 url 中的 service_name（SID 写成 …/SID）",
    ),
    (_NO_ORACLE, *NO_ANSWER),
    (("ora-01033", "ora-01034", "ora-01109"), "的数据库没有打开", "请该系统的管理员启动它"),
    (_NO_CONNECTION, "连不上", "请检查主机、端口、网络和数据库是否在运行"),
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
        _TIMEOUT,
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
    # after the refused logins, whose text ends with the same words
    (_NO_SESSION, "连不上", "请检查主机、端口、网络和数据库是否在运行"),
    (
        _LOST,
        "连不上",
        "请检查网络和数据库是否在运行",
    ),
    (
        _PARAMETER,
        "的 url 中，有驱动不认识的参数",
        "请去掉 ? 后面的那一项，或对照《接入》第 1 节的写法改正",
    ),
    (("unable to open", "locked"), "的数据库文件打不开", "请检查文件权限，或稍后再试"),
)
