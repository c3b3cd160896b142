"""The real nginx configuration before two processes on loopback: TLS, headers, compression,
stickiness, recovery, limits.
"""

from __future__ import annotations

import gzip
import http.client
import re
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from data_access.site.settings import ROOT
from tests.access import site
from tests.access.site import ACCESS, PEOPLE, Running
from tests.deploy.proxy import certificate, start_nginx
from tests.fixtures import distinct_city
from tests.ports import free_port
from tests.programs import need

pytestmark = [pytest.mark.server, pytest.mark.browser]


@dataclass
class Proxied:
    """A site behind nginx with two processes; `ports` are theirs."""

    address: str
    port: int
    ports: list[int]
    processes: list[Running]
    environment: dict[str, str]
    secrets: Path
    folder: Path


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    need("nginx", "openssl", "chromium")
    folder = tmp_path_factory.mktemp("nginx")
    environment = distinct_city.write(folder / "city")
    Path(environment["LINGGONG_CONFIG"], "access.toml").write_text(ACCESS, encoding="utf-8")
    port, ports = free_port(), [free_port(), free_port()]
    certificate(folder)
    with site.identity_provider(folder, PEOPLE) as provider:
        secrets = site.write_secrets(folder, provider, f"https://localhost:{port}")
        processes = [site.start_server(environment, folder, secrets=secrets, port=one)[0]
                     for one in ports]
        nginx = start_nginx(folder, port, ports)
        try:
            for one, process in zip(ports, processes, strict=True):
                site.answers(f"http://localhost:{one}/_stcore/health", process)
            yield Proxied(f"https://localhost:{port}", port, ports, processes, environment, secrets,
                          folder)
        finally:
            for running in (nginx, *processes):
                running.stop()


def _get(proxied: Proxied, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    context = ssl.create_default_context(cafile=str(proxied.folder / "site.crt"))
    connection = http.client.HTTPSConnection("localhost", proxied.port, context=context, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_the_page_works_in_a_browser_through_tls_and_sign_in(chromium: Browser,
                                                             proxied: Proxied) -> None:
    said: list[str] = []
    with site.visitor(chromium, proxied.address, ignore_https_errors=True) as leader:
        leader.page.on("console", lambda message: said.append(message.text))
        leader.open("/overview?as_of=2025-07-31")
        text = leader.sign_in("leader")
        assert "沭阳" in text
        assert "as_of=2025-07-31" in leader.page.url
        # the map is drawn under the content security policy
        assert leader.page.locator("canvas").count() >= 1
        assert leader.page.locator(".js-plotly-plot").count() >= 1
        assert leader.page.evaluate("document.documentElement.lang") == "zh-CN"
        cookies = {cookie["name"]: cookie for cookie in leader.page.context.cookies()}
        assert cookies["_streamlit_user"]["secure"]
        assert cookies["_streamlit_user"]["httpOnly"]
        assert cookies["linggong_route"]["secure"]
        assert leader.outside == []
    refused = [line for line in said if "Content Security Policy" in line or "Refused to" in line]
    assert refused == []


def test_every_answer_carries_the_security_headers(proxied: Proxied) -> None:
    for path in ("/", "/overview", "/_stcore/health", "/nothing-here.js"):
        answer, _ = _get(proxied, path)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", path
        assert answer.headers["X-Frame-Options"] == "DENY", path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "same-origin", path
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
        assert len(answer.headers.get_all("Content-Security-Policy")) == 1
        assert "nginx/" not in answer.headers["Server"]


def test_scripts_and_styles_are_compressed_to_less_than_half(proxied: Proxied) -> None:
    _, index = _get(proxied, "/")
    assets = re.findall(r'(?:src|href)="(?:\./|/)?(static/[^"]+\.(?:js|css))"', index.decode())
    assert assets
    plain = packed = 0
    for asset in assets:
        answer, whole = _get(proxied, f"/{asset}")
        assert answer.headers["Content-Encoding"] is None
        answer, small = _get(proxied, f"/{asset}", **{"Accept-Encoding": "gzip"})
        if answer.headers["Content-Encoding"] == "gzip":
            assert gzip.decompress(small) == whole
        else:
            assert len(whole) < 1024, asset
        plain, packed = plain + len(whole), packed + len(small)
    print(f"{len(assets)} files of the first page: {plain:,} bytes, compressed {packed:,}")
    assert packed < plain / 2


def test_a_first_visit_moves_less_than_half_of_what_it_shows(chromium: Browser,
                                                             proxied: Proxied) -> None:
    with site.visitor(chromium, proxied.address, ignore_https_errors=True) as leader:
        leader.open("/overview")
        leader.sign_in("leader")
        moved, shown = (
            leader.page.evaluate("""() => performance.getEntriesByType('resource').reduce(
            ([moved, shown], one) => [moved + one.encodedBodySize, shown + one.decodedBodySize], [0, 0])""")
        )
        print(f"first visit after sign-in: {shown:,} bytes shown, {moved:,} moved")
        assert moved < shown / 2


def _served(proxied: Proxied) -> list[str]:
    """Which process answered each question for its health, in the order of the log."""
    log = (proxied.folder / "linggong.log").read_text(encoding="utf-8")
    return re.findall(r'"path":"/_stcore/health".*?"process":"([^"]+)"', log)


def test_one_browser_stays_with_one_process(proxied: Proxied) -> None:
    answer, _ = _get(proxied, "/")
    route = re.search(r"linggong_route=(\w+)", answer.headers["Set-Cookie"])
    assert route is not None
    before = len(_served(proxied))
    for _ in range(12):
        _get(proxied, "/_stcore/health", Cookie=f"linggong_route={route[1]}")
    for _ in range(100):  # a line is written after its answer is sent
        if len(_served(proxied)) >= before + 12:
            break
        time.sleep(0.1)
    served = _served(proxied)
    assert len(served) >= before + 12
    assert len(set(served[-12:])) == 1


def test_a_restarted_process_loses_nobody(chromium: Browser, proxied: Proxied) -> None:
    with site.visitor(chromium, proxied.address, ignore_https_errors=True) as leader:
        leader.open("/overview?as_of=2025-07-31&indicator=jobs_published")
        leader.sign_in("leader")
        streams = re.findall(r'"path":"/_stcore/health".*?"process":"127.0.0.1:(\d+)"',
                             (proxied.folder / "linggong.log").read_text())
        mine = proxied.ports.index(int(streams[-1]))
        proxied.processes[mine].stop()
        proxied.processes[mine], _ = site.start_server(proxied.environment, proxied.folder,
                                                       secrets=proxied.secrets,
                                                       port=proxied.ports[mine])
        leader.page.wait_for_timeout(12_000)
        text = leader.settled()
        assert "截至2025年7月31日" in text
        assert "请使用本单位统一认证账号登录" not in text
        leader.page.get_by_role("button", name="查看第三方归集率").click()
        leader.page.wait_for_timeout(4000)
        assert "第三方归集率 · 县区地图" in leader.settled()
        site.answers(f"http://localhost:{proxied.ports[mine]}/_stcore/health",
                     proxied.processes[mine])


def test_the_access_log_holds_no_code_of_the_sign_in(chromium: Browser, proxied: Proxied) -> None:
    with site.visitor(chromium, proxied.address, ignore_https_errors=True) as leader:
        leader.open("/overview")
        leader.sign_in("leader")
    log = (proxied.folder / "linggong.log").read_text()
    assert '"path":"/oauth2callback"' in log
    assert "code=" not in log
    assert "state=" not in log


def test_readiness_is_answered_here_and_only_here(proxied: Proxied) -> None:
    answer, content = _get(proxied, "/ready")
    assert (answer.status, content) in ((200, b'{"ready":true}'), (503, b'{"ready":false}'))
    assert "deny all" in (ROOT / "deploy" / "nginx" / "linggong.conf").read_text(encoding="utf-8")


def test_an_oversize_upload_is_refused(proxied: Proxied) -> None:
    context = ssl.create_default_context(cafile=str(proxied.folder / "site.crt"))
    connection = http.client.HTTPSConnection("localhost", proxied.port, context=context, timeout=30)
    connection.putrequest("PUT", "/_stcore/upload_file/x/y")
    connection.putheader("Content-Length", str(8 * 1024 * 1024))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_flood_of_sessions_from_one_address_is_bounded(proxied: Proxied) -> None:
    handshake = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                 "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    statuses = [_status(proxied, handshake) for _ in range(90)]
    assert statuses.count(429) >= 15
    assert statuses.count(101) <= 75


def _status(proxied: Proxied, headers: dict[str, str]) -> int:
    context = ssl.create_default_context(cafile=str(proxied.folder / "site.crt"))
    connection = http.client.HTTPSConnection("localhost", proxied.port, context=context, timeout=30)
    connection.request("GET", "/_stcore/stream", headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_units_are_well_formed(tmp_path: Path) -> None:
    need("systemd-analyze")
    for unit in sorted((ROOT / "deploy" / "systemd").iterdir()):
        text = unit.read_text(encoding="utf-8")
        # the program's own folders are not on this machine
        text = re.sub(r"/opt/linggong/\.venv/bin/\w+", "/bin/true", text)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    shown = subprocess.run(["systemd-analyze", "verify",
                            "--man=no", *[u.replace("@.", "@8501.") for u in units]],
                           capture_output=True, text=True, check=False)
    complaints = [line for line in shown.stderr.splitlines() if str(tmp_path) in line
                  or "linggong" in line]
    assert complaints == []
