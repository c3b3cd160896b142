"""The sample read once for all page tests, and a real server over it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, Page, expect

from components.look.chart import Drawn
from data_access.current import Current, load_or_refresh
from data_access.site.load import load_settings
from data_access.site.settings import ROOT
from tests import plotted
from tests.once import once
from tests.ports import free_port

WAIT_SECONDS = 60
LOADED = 60_000  # milliseconds; a fresh server computes its first figures on a busy machine


@pytest.fixture(scope="session")
def data_folder(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder holding the sample and a snapshot of it; a copy of the one made once, because
    pages write into theirs.
    """
    def read(folder: Path) -> None:
        (folder / "sample").symlink_to(sample_folder)
        load_or_refresh(load_settings({"LINGGONG_DATA": str(folder)}, ROOT / "no-secrets.toml"))
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(once(tmp_path_factory, "data", read), folder, symlinks=True, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def sample(data_folder: Path) -> Current:
    return load_or_refresh(load_settings({"LINGGONG_DATA": str(data_folder)},
                                         ROOT / "no-secrets.toml"))


@pytest.fixture
def over_sample(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a page run in this process."""
    for name in [name for name in os.environ if name.startswith("LINGGONG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LINGGONG_DATA", str(data_folder))


@pytest.fixture(autouse=True)
def plotted_charts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Drawn]]:
    """The charts of the pages run in this process, each held against plotly's schema."""
    with plotted.checked(monkeypatch) as charts:
        yield charts


@dataclass(frozen=True)
class Server:
    """A running program: its address, and everything it has logged so far."""

    url: str
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def server(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real program over the sample, on a port of its own, for all tests."""
    with running(data_folder, tmp_path_factory.mktemp("server") / "log.txt") as started:
        yield started


@pytest.fixture(scope="session")
def screens(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample in which no other test has left anything: what the screens look like
    is measured there.
    """
    folder = tmp_path_factory.mktemp("screens")
    shutil.copytree(data_folder / "snapshots", folder / "snapshots")
    (folder / "sample").symlink_to(data_folder / "sample")
    with running(folder, folder / "log.txt") as started:
        yield started


@pytest.fixture
def fresh_server(data_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A server nobody has visited yet."""
    with running(data_folder, tmp_path / "log.txt") as started:
        yield started


@contextmanager
def running(data_folder: Path, log: Path, config: Path | None = None,
            **more: str) -> Iterator[Server]:
    """A server over a data folder, logging to a file, for as long as the block lasts. `config`: a
    configuration of its own. `more`: further variables.
    """
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("LINGGONG_")}
    if config is not None:
        env["LINGGONG_CONFIG"] = str(config)
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "streamlit", "run", "dashboard.py",
                                    "--server.port", str(port)], cwd=ROOT,
                                   env={**env, **more, "LINGGONG_DATA": str(data_folder)}, stdout=out,
                                   stderr=subprocess.STDOUT)
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
            yield Server(f"http://127.0.0.1:{port}", log)
        finally:
            process.terminate()
            process.wait(timeout=WAIT_SECONDS)


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    return chromium


@contextmanager
def visiting(browser: Browser, server: Server, loaded: int = LOADED) -> Iterator[Page]:
    """A laptop's page that has seen the entry page, from which a server learns what pages there
    are; afterwards the server's log must be clean. `loaded`: milliseconds anything may take.
    """
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(loaded)
    page.goto(server.url)
    expect(page.locator(".lg-tile").first).to_be_visible(timeout=loaded)
    yield page
    context.close()
    assert not re.search(r"warn|error|traceback|exception", server.log, re.IGNORECASE), server.log


@pytest.fixture
def own_config(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
               over_sample: None) -> Path:
    """A configuration and a data folder (`own`, beside it) of one test only, for pages in this
    process.
    """
    config, data = copied_config(tmp_path / "config"), tmp_path / "own"
    shutil.copytree(data_folder / "snapshots", data / "snapshots", symlinks=True)
    (data / "sample").symlink_to((data_folder / "sample").resolve())
    monkeypatch.setenv("LINGGONG_DATA", str(data))
    monkeypatch.setenv("LINGGONG_CONFIG", str(config))
    return config


def copied_config(folder: Path) -> Path:
    """The plan and the mapping that come with the program, to be written to."""
    folder.mkdir()
    for name in ("plan.toml", "sources.toml"):
        shutil.copy2(ROOT / "config" / name, folder / name)
    return folder


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = monotonic() + WAIT_SECONDS
    while monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            continue
    raise AssertionError(f"the server did not start: {log.read_text(encoding='utf-8')}")
