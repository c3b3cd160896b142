"""The URL of a database as a clerk writes it: taken apart, and what is wrong with it in one sentence.

No sentence quotes the URL, its host or its login: what stands there may be half of a password.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from kpi.vocabulary import InputError

FORMS: Mapping[str, str] = {
    "postgresql": "postgresql+psycopg://用户:口令@主机:5432/库",
    "mysql": "mysql+pymysql://用户:口令@主机:3306/库",
    "mariadb": "mariadb+pymysql://用户:口令@主机:3306/库",
    "sqlite": "sqlite:////绝对路径/文件.sqlite",
    "oracle": "oracle+oracledb://用户:口令@主机:1521/?service_name=服务名",
    "mssql": "mssql+pymssql://用户:口令@主机:1433/库",
    "dm": "dm+dmPython://用户:口令@主机:5236/模式",
    "hive": "hive://用户@主机:10000/库",
    "trino": "trino://用户@主机:8080/目录/模式",
    "clickhousedb": "clickhousedb://用户:口令@主机:8123/库",
    "starrocks": "starrocks://用户:口令@主机:9030/库",
}
"""How the URL of a make is written, by the backend it names."""
USUAL = ("postgresql", "mysql", "sqlite", "oracle", "mssql", "dm")
_OTHER_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("postgres", "pg", "pgsql", "psycopg", "psycopg2"), "postgresql"),
    **dict.fromkeys(("opengauss", "gauss", "gaussdb", "highgo", "hgdb", "vastbase"), "postgresql"),
    **dict.fromkeys(("kingbase", "kingbasees", "kingbase8"), "postgresql"),
    **dict.fromkeys(("pymysql", "tidb", "oceanbase", "tdsql", "goldendb", "polardb"), "mysql"),
    **dict.fromkeys(("sqlserver", "sql_server", "microsoft", "pymssql", "jtds"), "mssql"),
    **dict.fromkeys(("oracledb", "ora"), "oracle"),
    **dict.fromkeys(("dameng", "dm7", "dm8", "dmpython"), "dm"),
    **dict.fromkeys(("spark", "sparksql", "hive2", "inceptor"), "hive"),
    **dict.fromkeys(("clickhouse", "ch"), "clickhousedb"),
    **dict.fromkeys(("sqlite3", "file"), "sqlite"),
    "presto": "trino",
}
_PORTS = {
    make: int(match[1])
    for make, form in FORMS.items()
    if (match := re.search(r"主机:(\d+)", form)) is not None
}
_NAMES_USER = ("oracle", "mssql", "dm")
_MAY_BE_LOCAL = ("sqlite", "postgresql", "mysql", "mariadb")
_WIDE = "：＠／？＃％，；。＆＝＋　"
_ESCAPES = "口令和用户名里的 @ 写成 %40、: 写成 %3A、/ 写成 %2F、? 写成 %3F、# 写成 %23、% 写成 %25"
_SCHEME = re.compile(r"\s*(jdbc:)?([\w.]+)(?:\+[\w.]+)?:", re.IGNORECASE)


def make_named(url: str) -> str | None:
    """The backend a text means by its first word, None where that is no name of a make."""
    match = _SCHEME.match(url)
    word = match[2].lower() if match is not None else url.strip().lower().partition("+")[0]
    if word in FORMS:
        return word
    if word in _OTHER_NAMES:
        return _OTHER_NAMES[word]
    close = difflib.get_close_matches(word, [*FORMS, *_OTHER_NAMES], n=1, cutoff=0.75)
    return _OTHER_NAMES.get(close[0], close[0]) if close else None


def form_for(url: str) -> str:
    """The form to show whoever wrote this: of the make that is meant, else of the usual ones."""
    make = make_named(url)
    return FORMS[make] if make is not None else "、".join(FORMS[usual] for usual in USUAL)


def port_of(url: URL) -> int | None:
    """The port a URL leads to, its make's usual one where none is written; None where there is
    none.
    """
    return url.port or _PORTS.get(url.get_backend_name())


def parse_address(what: str, text: str, form: str = "") -> URL:
    """The URL, taken apart. `what`: whose it is, at the head of the sentence. `form`: how it should
    be written, where not every make will do.

    Raises InputError naming what is wrong, for a URL that leads nowhere or elsewhere than meant.
    """
    text = text.strip()
    form = form or form_for(text)
    wide = f"{what} 中有全角的符号或空格；请改成半角，应形如 {form}。"
    _check_wrapping(what, text, form)
    _check_signs(what, text, form)
    try:
        url = make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        if any(sign in text for sign in _WIDE):
            raise InputError(wide) from None
        port = "，端口应是数字" if re.search(r"://[^/]*:[^/@]*[^/@\d][^/@]*(?:/|$)", text) else ""
        raise InputError(f"{what} 写法有误{port}；应形如 {form}，请改正。") from None
    if url.get_backend_name() == "sqlite":
        return url
    user = text.partition("://")[2].partition("@")[0].partition(":")[0]  # escaped ones are meant
    if any(sign in user + (url.host or "") for sign in _WIDE):
        raise InputError(wide)
    _check_login(what, form, url)
    _check_host(what, form, url)
    if url.get_backend_name() == "oracle":
        _check_service(what, url)
    return url


def _check_wrapping(what: str, text: str, form: str) -> None:
    """Raises InputError for a URL with something around it, or of another kind of program."""
    if text[:1] in "\"'“”‘’《「" or re.match(r"url\s*=", text, re.IGNORECASE):
        raise InputError(f"{what} 前面多了引号（或 url =）；请去掉，应形如 {form}。")
    if text.lower().startswith("jdbc:"):
        sid = "（只有 SID 的写 …:1521/SID）" if make_named(text) == "oracle" else ""
        raise InputError(f"{what} 是 Java 程序的写法，这里不能用；请写成 {form}{sid}。")


def _check_signs(what: str, text: str, form: str) -> None:
    """Raises InputError where more than one @ stands before the parameters."""
    scheme, _, rest = text.partition("://")
    if scheme.lower().startswith("sqlite"):
        return
    _login, at, place = rest.partition("@")
    before, _, parameters = place.partition("?")
    first = parameters.split("&")[0]
    if not at or ("@" not in before and ("@" not in first or "=" in first)):
        return
    raise InputError(
        f"{what} 中，主机前面不止一个 @；{_ESCAPES}，应形如 {form}。"
    )


def _check_login(what: str, form: str, url: URL) -> None:
    if not url.username and "@" in (url.database or ""):
        raise InputError(
            f"{what} 中，“用户:口令@主机”一段写法有误；用户和口令之间用冒号，{_ESCAPES}，"
            f"应形如 {form}。"
        )
    if url.get_backend_name() in _NAMES_USER and not url.username:
        raise InputError(f"{what} 中没有写用户；应形如 {form}，请补上。")


def _check_host(what: str, form: str, url: URL) -> None:
    make, host = url.get_backend_name(), url.host or ""
    if url.port is not None and not 0 < url.port < 65536:
        raise InputError(f"{what} 中的端口应在 1 到 65535 之间；请改正。")
    if any(word in host for word in ("主机", "地址")):
        raise InputError(f"{what} 还是例子里的字；请换成真的主机、用户和口令。")
    local = make in _MAY_BE_LOCAL and url.password is None
    if not host and make in FORMS and not local and not {"host", "unix_socket"} & set(url.query):
        raise InputError(f"{what} 中没有写主机；应形如 {form}，请补上。")
    if "," in host and make != "postgresql":  # which is given several hosts that way
        raise InputError(f"{what} 中，主机和端口之间要用冒号，不用逗号；应形如 {form}。")
    if "\\" in host:
        raise InputError(f"{what} 写的是命名实例；请向该系统的管理员要它的端口，写成 主机:端口。")
    if re.search(r"[\s@<>()]", host):
        raise InputError(f"{what} 中的主机写法有误（有空格或括号）；应形如 {form}，请改正。")


def _check_service(what: str, url: URL) -> None:
    """Raises InputError where an Oracle is not told which of its databases is meant."""
    named = "service_name" in url.query
    if named and url.database:
        raise InputError(f"{what} 中，service_name 和“/SID”只能写一个；请去掉一个。")
    # a name of tnsnames.ora says it all
    elsewhere = "config_dir" in url.query or "TNS_ADMIN" in os.environ
    if named or url.database or elsewhere:
        return
    near = difflib.get_close_matches("service_name", url.query, n=1, cutoff=0.7)
    if near:
        raise InputError(f"{what} 中的 {near[0]} 应写成 service_name；请改正。")
    raise InputError(
        f"{what} 中没有写服务名；应形如 {FORMS['oracle']}（只有 SID 的写 …:1521/SID，"
        "用 tnsnames.ora 里的名字的加 ?config_dir=文件夹），请补上。"
    )
