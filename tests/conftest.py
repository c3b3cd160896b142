"""What tests of several packages share: one built sample, so that it is built once per session."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.datasets import CONNECTIONS
from sample_data.build import build
from tests import naive


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample databases at scale 1 with the seed of the program. Read only: other tests see the same files."""
    folder = tmp_path_factory.mktemp("built") / "sample"
    build(folder)
    return folder


@pytest.fixture(scope="session")
def sample_urls(sample_folder: Path) -> dict[str, str]:
    """URL of each sample database by connection."""
    return {name: f"sqlite:///{sample_folder / f'{name}.sqlite'}" for name in CONNECTIONS}


@pytest.fixture(scope="session")
def sample_tables(sample_urls: dict[str, str]) -> naive.Tables:
    """Every row of the sample, as the naive recomputation reads it. Read only."""
    return naive.read_tables(sample_urls)
