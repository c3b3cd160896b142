"""A backup taken while the program writes is whole, is checked before it is used, and comes back as
it was.
"""

from __future__ import annotations

import sqlite3
import tarfile
import threading
from pathlib import Path

import pytest

from data_access.accounts.audit import Action, audit_log
from data_access.running.ready import readiness
from data_access.site.keys import keyed, site_key
from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from deploy.backup import BackupError, main, restore, save, verify
from tests.fixtures import distinct_city


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    environment = distinct_city.write(tmp_path / "city")
    made = Settings(Path(environment["LINGGONG_CONFIG"]), Path(environment["LINGGONG_DATA"]),
                    {name.removeprefix("LINGGONG_URL_").lower(): url
                     for name, url in environment.items() if name.startswith("LINGGONG_URL_")})
    refresh(made)
    site_key(made.data)
    audit_log(made.data).append(Action.EXPORT, account="a", address="", object="报表", result="成功")
    with sqlite3.connect(made.data / "ledger.sqlite") as ledger:
        ledger.execute("PRAGMA journal_mode=WAL")
        ledger.execute("CREATE TABLE item (a INTEGER, b INTEGER)")
    ledger.close()
    return made


def test_what_was_saved_comes_back_and_works(settings: Settings, tmp_path: Path) -> None:
    archive = save(settings.data, settings.config, tmp_path / "backups")
    assert verify(archive) > 10
    assert archive.stat().st_mode & 0o077 == 0
    elsewhere = Settings(tmp_path / "new-config", tmp_path / "new-data", settings.urls)
    restore(archive, elsewhere.data, elsewhere.config, force=False)
    assert readiness(elsewhere) == readiness(settings)
    assert readiness(elsewhere).ready
    assert audit_log(elsewhere.data).verify().broken is None
    assert keyed(site_key(elsewhere.data), "x") == keyed(site_key(settings.data), "x")
    assert (elsewhere.data / "site.key").stat().st_mode & 0o077 == 0


def test_a_database_in_use_is_copied_between_its_transactions(settings: Settings,
                                                              tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with sqlite3.connect(settings.data / "ledger.sqlite", timeout=30) as ledger:
            number = 0
            while not stop.is_set():
                number += 1
                ledger.execute("INSERT INTO item VALUES (?, 0)", [number])
                ledger.execute("UPDATE item SET b = ? WHERE a = ?", [number, number])
                ledger.commit()
        ledger.close()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        archives = [save(settings.data, settings.config, tmp_path / f"b{number}")
                    for number in range(3)]
    finally:
        stop.set()
        writer.join()
    for number, archive in enumerate(archives):
        restore(archive, tmp_path / f"d{number}", tmp_path / f"c{number}", force=False)
        copy = sqlite3.connect(tmp_path / f"d{number}" / "ledger.sqlite")
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) FROM item WHERE a <> b").fetchone() == (0,)
        copy.close()


def test_a_spoilt_archive_is_refused_before_anything_is_touched(
        settings: Settings, tmp_path: Path) -> None:
    archive = save(settings.data, settings.config, tmp_path / "backups")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "open", filter="data")
    (tmp_path / "open" / "data" / "site.key").write_bytes(b"x" * 32)
    spoilt = tmp_path / "spoilt.tar.gz"
    with tarfile.open(spoilt, "w:gz") as packed:
        packed.add(tmp_path / "open", arcname=".")
    with pytest.raises(BackupError, match=r"site\.key"):
        restore(spoilt, tmp_path / "d", tmp_path / "c", force=False)
    assert not (tmp_path / "d").exists()
    half = tmp_path / "half.tar.gz"
    half.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(BackupError):
        verify(half)


def test_nothing_in_use_is_overwritten_unless_told_to_and_then_it_is_kept(
        settings: Settings, tmp_path: Path) -> None:
    archive = save(settings.data, settings.config, tmp_path / "backups")
    with pytest.raises(BackupError, match="--force"):
        restore(archive, settings.data, settings.config, force=False)
    restore(archive, settings.data, settings.config, force=True)
    assert readiness(settings).ready
    assert settings.data.with_name("var.before-restore").is_dir()


def test_only_the_newest_backups_are_kept(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"linggong-2026010{day}T000000.tar.gz").write_bytes(b"")
    made = save(settings.data, settings.config, folder, keep=3)
    assert sorted(path.name for path in folder.iterdir()) == [
        "linggong-20260103T000000.tar.gz", "linggong-20260104T000000.tar.gz", made.name]


def test_the_command_ends_with_one_sentence(tmp_path: Path,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["save", "--data", str(tmp_path / "none"), "--config", str(tmp_path), "--to",
             str(tmp_path / "b")]
    assert main(asked) == 2
    assert "不存在" in capsys.readouterr().err
