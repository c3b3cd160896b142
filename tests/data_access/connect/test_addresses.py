"""URLs as clerks write them: each wrong one gets the sentence that helps, and none is quoted."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from data_access.connect.addresses import FORMS, make_named, parse_address
from data_access.connect.causes import explain, explain_connecting
from data_access.connect.makes.table import DRIVERS, MAKES
from data_access.connect.sources import open_engine
from data_access.ledger import engine as ledger
from kpi.vocabulary import InputError
from tests.examples import examples

SECRET = "Geheim"
ORACLE = "oracle+oracledb://reader:Geheim@10.0.0.5:1521/"


def _refusal(url: str) -> str:
    with pytest.raises(InputError) as caught:
        open_engine("suzhaohuo", url)
    sentence = str(caught.value)
    assert sentence.startswith("连接 suzhaohuo ")
    assert sentence.count("。") == 1
    assert SECRET not in sentence
    assert "10.0.0.5" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("oracle+oracledb://reader:Geheim@1@10.0.0.5:1521/?service_name=gig", "不止一个 @"),
        ("mssql+pymssql://reader:Geheim@a:b@10.0.0.5/gig", "不止一个 @"),
        ("dm+dmPython://reader:Geheim@/w@10.0.0.5/GIG", "不止一个 @"),
        ("postgresql+psycopg://reader:Geheim@x?y@10.0.0.5/gig", "不止一个 @"),
        ("mysql+pymysql://reader@office:Geheim@10.0.0.5/gig", "不止一个 @"),
        ("oracle+oracledb://reader/Geheim@10.0.0.5:1521/gig", "用户和口令之间用冒号"),
        ("postgresql+psycopg://reader：Geheim＠10.0.0.5/gig", "全角"),
        ("postgresql+psycopg://reader:Geheim＠10.0.0.5:5432/gig", "全角"),
        ("mysql+pymysql://reader:Geheim@10.0.0.5：3306/gig", "全角"),
        ("mysql：//reader:Geheim@10.0.0.5/gig", "全角"),
        ("mysql+pymysql://reader:Geheim@ 10.0.0.5/gig", "主机写法有误"),
        ("postgresql+psycopg://reader:Geheim@<10.0.0.5>/gig", "主机写法有误"),
        ("dm+dmPython://reader:Geheim@10.0.0.5:五/GIG", "端口应是数字"),
        ("dm+dmPython://reader:Geheim@10.0.0.5:52366666/GIG", "1 到 65535"),
        ("mssql+pymssql://reader:Geheim@10.0.0.5,1433/gig", "不用逗号"),
        ("mssql+pymssql://reader:Geheim@/gig", "没有写主机"),
        ("mssql+pymssql://10.0.0.5/gig", "没有写用户"),
        ("dm+dmPython://10.0.0.5:5236/GIG", "没有写用户"),
        (ORACLE, "没有写服务名"),
        (f"{ORACLE}gig?service_name=gig", "只能写一个"),
        (f"{ORACLE}?servicename=gig", "servicename 应写成 service_name"),
        ("mssql+pymssql://reader:Geheim@10.0.0.5\\SQLEXPRESS/gig", "命名实例"),
        ("postgresql+psycopg://reader:Geheim@/gig", "没有写主机"),
        ("mysql+pymysql://reader:Geheim@/gig", "没有写主机"),
        ('"mysql+pymysql://reader:Geheim@10.0.0.5/gig"', "前面多了引号"),
        ("“mysql+pymysql://reader:Geheim@10.0.0.5/gig”", "前面多了引号"),
        ('url = "mysql+pymysql://reader:Geheim@10.0.0.5/gig"', "前面多了引号"),
        ("postgresql+psycopg://只读用户:口令@主机:5432/库", "还是例子里的字"),
    ],
)
def test_what_is_wrong_is_named_with_the_form_of_the_make_that_is_meant(
    url: str, cause: str
) -> None:
    sentence = _refusal(url)
    assert cause in sentence
    if cause.startswith(("不止", "用户", "全角", "主机", "端口应", "不用", "没有写")):
        make = url.replace("：", ":").partition("+")[0].partition(":")[0]
        assert FORMS[make] in sentence


@pytest.mark.parametrize(
    ("url", "make"),
    [
        ("orcle://reader:Geheim@10.0.0.5/gig", "oracle"),
        ("sqlserver://reader:Geheim@10.0.0.5/gig", "mssql"),
        ("DM+dmPython://reader:Geheim@10.0.0.5/GIG", "dm"),
        ("dameng://reader:Geheim@10.0.0.5/GIG", "dm"),
        ("postgres://reader:Geheim@10.0.0.5/gig", "postgresql"),
        ("postgresq+psycopg://reader:Geheim@10.0.0.5/gig", "postgresql"),
        ("opengauss://reader:Geheim@10.0.0.5/gig", "postgresql"),
        ("mysq+pymysql://reader:Geheim@10.0.0.5/gig", "mysql"),
        ("oceanbase://reader:Geheim@10.0.0.5/gig", "mysql"),
        ("clickhouse://reader:Geheim@10.0.0.5/gig", "clickhousedb"),
        ("jdbc:oracle:thin:@//10.0.0.5:1521/gig", "oracle"),
        ("jdbc:sqlserver://10.0.0.5:1433;databaseName=gig", "mssql"),
        ("jdbc:dm://10.0.0.5:5236", "dm"),
        ("jdbc:oracle:thin:@10.0.0.5:1521:GIG", "oracle"),
        ("jdbc:kingbase8://10.0.0.5:54321/gig", "postgresql"),
        ("mysql+mysqlconnector://reader:Geheim@10.0.0.5/gig", "mysql"),
        ("oracle+oracledb:/reader:Geheim@10.0.0.5/gig", "oracle"),
    ],
)
def test_a_make_called_otherwise_is_shown_how_it_is_written(url: str, make: str) -> None:
    sentence = _refusal(url)
    assert FORMS[make] in sentence
    assert "没有安装驱动" not in sentence, "there is no such driver to install"


def test_every_make_has_a_form_that_means_it_and_can_be_read() -> None:
    assert set(FORMS) == set(MAKES)
    for make, form in FORMS.items():
        assert make_named(form) == make
        assert parse_address("这个 url", form.replace("主机", "db")).get_backend_name() == make
    assert make_named("nosuchmake") is None
    assert set(DRIVERS) <= set(FORMS)


@pytest.mark.parametrize(
    "url",
    [
        "oracle+oracledb://reader:Ge%40heim@10.0.0.5:1521/ORCL",
        "oracle+oracledb://reader:p@gig?config_dir=/etc/tns",
        "postgresql+psycopg:///gig?host=/run/postgresql",
        "postgresql+psycopg://reader:p@10.0.0.5,10.0.0.6/gig",
        "postgresql+psycopg://reader:p@10.0.0.5/gig?application_name=a@b",
        "postgresql+psycopg://reader:p@[::1]:5432/gig",
        "mssql+pymssql://OFFICE\\reader:p@db_1:1433/gig",
        "sqlite:////srv/数据 @ 库/gig.sqlite",
        "  mysql+pymysql://reader:p@10.0.0.5/gig  ",
    ],
)
def test_what_can_be_meant_is_taken(url: str) -> None:
    assert parse_address("这个 url", url) == make_url(url.strip())


@given(st.text("ab@:/?#%+ ：é", min_size=1), st.text("ab@:/?#%+ ：é", min_size=1))
@settings(max_examples=examples(200))
def test_whatever_stands_in_login_and_password_arrives_where_it_is_escaped(
    user: str, password: str
) -> None:
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    url = parse_address("这个 url", f"mysql+pymysql://{login}@10.0.0.5:3306/gig")
    assert (url.username, url.password, url.host) == (user, password, "10.0.0.5")


def test_the_ledgers_and_the_exchanged_databases_urls_are_read_as_strictly() -> None:
    for url in ("postgresql+psycopg://r:Geheim@1@10.0.0.5/gig", "postgresql：//r:Geheim@h/gig"):
        with pytest.raises(InputError, match=r"台账（LINGGONG_LEDGER_URL）的 url") as caught:
            ledger.exists(url)
        assert SECRET not in str(caught.value)


class RefusedError(Exception):
    """A driver's error."""


UNPLACED = (
    "[CODE:-70028]Create SOCKET connection failure",
    "(20009, b'Unable to connect: TDS server is unavailable or does not exist (h)')",
    "(20002, b'DB-Lib error message 20002: Adaptive Server connection failed (h)')",
    "(2003, \"Can't connect to MySQL server on 'h' (timed out)\")",
    "DPY-6005: cannot connect to database (CONNECTION_ID=x).",
)


@pytest.mark.parametrize("text", UNPLACED)
@pytest.mark.parametrize(
    ("lookup", "port", "cause"),
    [
        (socket.gaierror(-2, "unknown"), None, "主机名解析不了"),
        (UnicodeError("label too long"), None, "主机名解析不了"),
        (None, ConnectionRefusedError(111, "refused"), "端口上没有数据库"),
        (None, TimeoutError("timed out"), "主机没有应答"),
        (None, OSError(113, "No route to host"), "主机没有应答"),
        (None, None, "端口有应答，但没有建成连接"),
    ],
)
def test_name_network_and_port_are_told_apart_where_the_driver_does_not(
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    lookup: Exception | None,
    port: Exception | None,
    cause: str,
) -> None:
    asked: list[Any] = []
    _pretend(monkeypatch, asked, lookup, port)
    url = make_url("dm+dmPython://reader:Geheim@db.office/GIG")
    error = sa.exc.OperationalError(None, None, RefusedError(text))
    sentence = explain_connecting("suzhaohuo", error, url)
    assert cause in sentence
    assert [others for others in ("解析不了", "没有应答", "没有数据库") if others in sentence] == [
        words for words in ("解析不了", "没有应答", "没有数据库") if words in cause
    ]
    assert asked[0] == ("db.office", 5236), "the make's own port where none is written"


def test_a_refused_login_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    _pretend(monkeypatch, asked, None, None)
    text = (
        "(18456, b\"Login failed for user 'r'.DB-Lib error message 20018\\n"
        'Adaptive Server connection failed (h)")'
    )
    error = sa.exc.OperationalError(None, None, RefusedError(text))
    url = make_url("mssql+pymssql://r:p@h/gig")
    assert "用户名或口令不对" in explain_connecting("suzhaohuo", error, url)
    assert "用户名或口令不对" in explain("suzhaohuo", error)
    assert not asked


def test_an_error_of_the_transport_is_looked_into_and_a_parameter_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class TTransportError(Exception):
        pass

    _pretend(monkeypatch, [], None, ConnectionRefusedError(111, "refused"))
    url = make_url("hive://reader@10.0.0.5/gig?accept=1&tcp=2")
    assert "端口上没有数据库" in explain_connecting("suzhaohuo", TTransportError("x"), url)
    named = explain_connecting("suzhaohuo", TypeError("got an unexpected argument 'accept'"), url)
    assert "不认识参数 accept；" in named
    assert "打不开（TypeError）" in explain_connecting("suzhaohuo", TypeError("unhashable 'list'"), url)


def _pretend(
    monkeypatch: pytest.MonkeyPatch,
    asked: list[Any],
    lookup: Exception | None,
    port: Exception | None,
) -> None:
    class Line:
        def close(self) -> None:
            pass

    def find(host: str, number: int, **_: Any) -> list[Any]:
        asked.append((host, number))
        if lookup is not None:
            raise lookup
        return []

    def connect(_address: Any, _seconds: float) -> Line:
        if port is not None:
            raise port
        return Line()

    monkeypatch.setattr(socket, "getaddrinfo", find)
    monkeypatch.setattr(socket, "create_connection", connect)
