"""What is wrong with the file of connections is named; it is never passed over in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_access.__main__ import main
from data_access.site import empty_urls, load_settings
from kpi.vocabulary import InputError

URL = "mysql+pymysql://reader:Geheim-1@10.0.0.5/gig"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'[connection.suxinpin]\nurl = "{URL}"', r"\[connections.连接名\]"),
        (f'[Connections.suxinpin]\nurl = "{URL}"', r"\[connections.连接名\]"),
        (f'[suxinpin]\nurl = "{URL}"', r"应写成 \[connections.suxinpin\]"),
        (f'[connections.suxinpin]\nulr = "{URL}"', "写的是 ulr，应为 url"),
        (f'[connections.suxinpin]\nURL = "{URL}"', "写的是 URL，应为 url"),
        ("[connections.suxinpin]\nurl = 5", "应是加引号的文字"),
        ("[connections.suxinpin]\nhost = 5", "缺少 url"),
        (f'【connections.suxinpin】\nurl = "{URL}"', "第 1 行第 1 列：【 要用半角的"),
        (f"[connections.suxinpin]\nurl = “{URL}”", "第 2 行第 7 列：“ 要用半角的"),
        ('[connections.suxinpin]\nurl = "打“引号”', "引号没有成对"),
    ],
)
def test_a_connection_written_otherwise_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "secrets.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        load_settings({}, path)
    assert "Geheim" not in str(caught.value)


def test_the_other_tables_of_the_file_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets.toml"
    path.write_text(
        f'[auth]\nx = 1\n[notices.a]\nb = 1\n[connections.suxinpin]\nurl = "{URL}"', "utf-8"
    )
    assert load_settings({}, path).urls == {"suxinpin": URL}


def test_a_check_without_any_connection_says_that_it_is_of_the_sample(
    monkeypatch: pytest.MonkeyPatch, sample_folder: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "sample").symlink_to(sample_folder)
    monkeypatch.setenv("LINGGONG_DATA", str(tmp_path))
    monkeypatch.setenv("LINGGONG_URL_SUXINPIN", "  ")
    assert empty_urls() == ("LINGGONG_URL_SUXINPIN",)
    assert main(["check"]) == 0
    assert capsys.readouterr().out.startswith(
        "没有写任何数据库连接；环境变量 LINGGONG_URL_SUXINPIN 是空的；以下检查的是演示数据。\n"
    )
