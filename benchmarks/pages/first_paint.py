"""What a first visit moves over the line behind the documented nginx, counted by a real browser."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.pages.servers import free_port
from data_access.site import ROOT

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
          "--disable-background-networking", "--disable-component-update", "--disable-sync"]
_WAIT = 60_000


@dataclass(frozen=True)
class Moved:
    """Bytes over the line up to the browser's first contentful paint, and up to the shown page;
    `frames` is the part of the latter that came over the websocket, `requests` how many files were
    asked for."""

    painted: int
    shown: int
    frames: int
    requests: int


def first_visits(folder: Path, visits: dict[str, tuple[str, str, str]]) -> dict[str, Moved]:
    """By name: a server's address, the path to open and the selector of what must be seen; each
    with an empty cache.
    """
    found = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium")
                                         or "/usr/bin/chromium", args=_FLAGS)
        for name, (site, path, wanted) in visits.items():
            with behind_nginx(folder / name, site) as address:
                found[name] = _visit(browser, f"{address}{path}", wanted)
        browser.close()
    return found


def _visit(browser: Browser, url: str, wanted: str) -> Moved:
    context = browser.new_context(viewport={"width": 1600, "height": 900}, ignore_https_errors=True)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    finished: list[tuple[float, int]] = []
    frames: list[int] = []
    line.on("Network.loadingFinished",
            lambda event: finished.append((event["timestamp"], int(event["encodedDataLength"]))))
    line.on("Network.webSocketFrameReceived",
            lambda event: frames.append(_length(event["response"])))
    skews: list[float] = []
    line.on("Network.requestWillBeSent",
            lambda event: skews.append(event["wallTime"] - event["timestamp"]))
    page.goto(url, timeout=_WAIT)
    page.wait_for_selector(wanted, timeout=_WAIT, state="attached")
    page.wait_for_timeout(2500)
    painted = page.evaluate(
        "performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime"
    )
    context.close()
    until = painted / 1000 - skews[0]
    return Moved(sum(size for at, size in finished if at <= until),
                 sum(size for _, size in finished) + sum(frames), sum(frames), len(finished))


def _length(frame: dict[str, Any]) -> int:
    """Bytes of a websocket frame's content; binary content comes in base64."""
    text = str(frame["payloadData"])
    return len(text) * 3 // 4 - text[-2:].count("=") if frame["opcode"] == 2 else len(text.encode())


@contextmanager
def behind_nginx(folder: Path, site: str) -> Iterator[str]:
    """The documented configuration before one server; only names, addresses and paths are replaced.
    Its address.
    """
    folder.mkdir(parents=True)
    port, upstream = free_port(), site.removeprefix("http://")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-keyout", str(folder / "site.key"), "-out",
                    str(folder / "site.crt")], check=True, capture_output=True)
    text = (ROOT / "deploy" / "nginx" / "linggong.conf").read_text(encoding="utf-8")
    for given, ours in (("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
                        ("listen 80", f"listen 127.0.0.1:{free_port()}"),
                        ("linggong.example.gov.cn", "localhost"), ("127.0.0.1:8501", upstream),
                        ("127.0.0.1:8502", upstream), ("/etc/nginx/linggong.crt",
                                                       f"{folder}/site.crt"),
                        ("/etc/nginx/linggong.key", f"{folder}/site.key"),
                        ("/var/log/nginx/", f"{folder}/")):
        if given not in text:
            raise RuntimeError(f"the nginx configuration no longer says {given}")
        text = text.replace(given, ours)
    (folder / "linggong.conf").write_text(text, encoding="utf-8")
    temporary = "".join(f"{name}_temp_path {folder}/{name}; "
                        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;\nevents {{ worker_connections 512; }}\n"
        f"http {{ include /etc/nginx/mime.types; {temporary}\ninclude {folder}/linggong.conf; }}\n",
        encoding="utf-8",
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([program, "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    try:
        time.sleep(1)
        if process.poll() is not None:
            raise RuntimeError((folder / "error.log").read_text(encoding="utf-8"))
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)
