"""What tests of several packages share: one built sample and one server of each make, made once on
first use.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from kpi.definitions.shipped_datasets import CONNECTIONS
from sample_data.build import build
from tests import examples, naive, servers, shards
from tests import spark as sparks
from tests.access import site
from tests.once import once
from tests.servers import Server
from tests.shards import Shards
from tests.sharing_out import Shares, in_order
from tests.spark import Spark

# a busy machine draws a chart in more than the five seconds the library grants
expect.set_options(timeout=60_000)
examples.register()


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample databases at scale 1 with the seed of the program. Read only: other tests see the
    same files.
    """
    return once(tmp_path_factory, "sample", lambda folder: build(folder / "sample")) / "sample"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares:
    return Shares(config, log)


def pytest_itemcollected(item: pytest.Item) -> None:
    """A test that names a make of server among its parameters needs one, however it asks for it."""
    call = getattr(item, "callspec", None)
    asked = {*getattr(item, "fixturenames", ()), *(str(value)
                                                   for value in (
                                                       call.params.values() if call else ()))}
    if asked & {"postgresql", "mariadb"}:
        item.add_marker(pytest.mark.server)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = in_order(items)


@pytest.fixture(scope="session")
def sample_urls(sample_folder: Path) -> dict[str, str]:
    """URL of each sample database by connection."""
    return {name: f"sqlite:///{sample_folder / f'{name}.sqlite'}" for name in CONNECTIONS}


@pytest.fixture(scope="session")
def sample_tables(sample_urls: dict[str, str]) -> naive.Tables:
    """Every row of the sample, as the naive recomputation reads it. Read only."""
    return naive.read_tables(sample_urls)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with servers.postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    with servers.mariadb() as server:
        yield server


@pytest.fixture(scope="session")
def sharded() -> Iterator[Shards]:
    with shards.sharded() as head:
        yield head


@pytest.fixture(scope="session")
def spark() -> Iterator[Spark]:
    with sparks.spark() as cluster:
        yield cluster


@pytest.fixture(params=[pytest.param("postgresql", marks=pytest.mark.server),
                        pytest.param("mariadb", marks=pytest.mark.server)])
def server(request: pytest.FixtureRequest) -> Server:
    """Each make of server in turn, empty."""
    found: Server = request.getfixturevalue(request.param)
    found.forget()
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of a run: its driver keeps an event loop of its own and allows no second one
    beside it.
    """
    with site.browser() as opened:
        yield opened
