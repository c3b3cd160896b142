"""The project's own nginx configuration, started on loopback before processes of the test's own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from data_access.site.settings import ROOT
from tests.access import site
from tests.access.site import Running
from tests.ports import free_port


def certificate(folder: Path) -> None:
    """`site.crt` and `site.key` for localhost, two days long."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                    str(folder / "site.key"), "-out", str(folder / "site.crt")], check=True,
                   capture_output=True)


def start_nginx(folder: Path, port: int, ports: list[int]) -> Running:
    """nginx with the project's own file; only addresses, certificate and log paths are replaced."""
    text = (ROOT / "deploy" / "nginx" / "linggong.conf").read_text(encoding="utf-8")
    for given, wanted in (("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
                          ("listen 80", f"listen 127.0.0.1:{free_port()}"),
                          ("linggong.example.gov.cn", "localhost"),
                          ("127.0.0.1:8501", f"127.0.0.1:{ports[0]}"),
                          ("127.0.0.1:8502", f"127.0.0.1:{ports[1]}"),
                          ("/etc/nginx/linggong.crt", f"{folder}/site.crt"),
                          ("/etc/nginx/linggong.key", f"{folder}/site.key"),
                          ("/var/log/nginx/", f"{folder}/")):
        assert given in text, given
        text = text.replace(given, wanted)
    (folder / "linggong.conf").write_text(text, encoding="utf-8")
    temporary = "".join(f"{name}_temp_path {folder}/{name}; "
                        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    types = "/etc/nginx/mime.types"
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 512; }}\nhttp {{ include {types}; {temporary}\ninclude {folder}/linggong.conf; }}\n"
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    checked = subprocess.run([program, "-t", "-e", f"{folder}/error.log", "-c",
                              f"{folder}/nginx.conf"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    return site.start([program, "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"],
                      folder / "nginx.log", {})
