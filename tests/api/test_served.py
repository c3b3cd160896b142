"""The interface as the real server serves it: before the framework's own routes, without a sign-in,
behind the gate.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from data_access.accounts.tokens import tokens
from data_access.running import token_day
from data_access.site import load_settings
from data_access.snapshots.refresh import refresh
from tests.access import site
from tests.access.site import ACCESS, holds
from tests.fixtures import distinct_city
from tests.fixtures.distinct_city import JOBS
from tests.ports import free_port

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A site behind sign-in; its address and data folder."""
    folder = tmp_path_factory.mktemp("served")
    environment = distinct_city.write(folder / "city")
    Path(environment["LINGGONG_CONFIG"], "access.toml").write_text(ACCESS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        refresh(load_settings(), now=datetime.combine(distinct_city.READ_ON, time(8, 30)))
    port = free_port()
    secrets = site.write_secrets(folder, "http://127.0.0.1:9", f"http://localhost:{port}")
    server, address = site.start_server(environment, folder, secrets=secrets, port=port)
    try:
        site.answers(f"{address}/_stcore/health", server)
        yield address, Path(environment["LINGGONG_DATA"])
    finally:
        server.stop()
    assert "Traceback" not in server.said()


def _get(address: str, token: str | None = None,
         **headers: str) -> tuple[int, dict[str, str], bytes]:
    given = {**headers, **({} if token is None else {"Authorization": f"Bearer {token}"})}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=given),
                                    timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, dict(refused.headers), refused.read()


def test_a_system_with_a_token_reads_and_one_without_does_not(served: tuple[str, Path]) -> None:
    address, data = served
    today = token_day()
    whole = tokens(data).make("市平台", (), today + timedelta(days=1), today)[1]
    own = tokens(data).make("沭阳", ("321322",), today + timedelta(days=1), today)[1]
    status, headers, body = _get(f"{address}/api/v1/scorecard?as_of=2025-12-31", whole)
    headers = {name.lower(): value for name, value in headers.items()}
    assert status == 200
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert all(holds(body, 2 * jobs) for jobs in JOBS.values())
    assert _get(f"{address}/api/v1/scorecard?as_of=2025-12-31", whole,
                **{"If-None-Match": headers["etag"]})[0] == 304
    status, _, body = _get(f"{address}/api/v1/scorecard?as_of=2025-12-31", own)
    assert status == 200
    assert not holds(body, 2 * JOBS["321324"])
    for token, path, expected in ((None, "scorecard", 401), ("wrong", "scorecard", 401),
                                  (own, "scorecard?division=321302", 403), (whole, "nothing", 404),
                                  (whole, "scorecard?as_of=1", 400)):
        status, _, body = _get(f"{address}/api/v1/{path}", token)
        assert status == expected
        assert json.loads(body)["error"]["message"]
    assert _get(f"{address}/api/v1/openapi.json")[0] == 200
    assert _get(f"{address}/api/v1/scorecard", whole, Host="evil.example")[0] == 421
