"""What is gathered for a machine without a package index: the lock's versions, read for that
machine and not for this one.
"""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from deploy import wheelhouse
from deploy.wheelhouse import Target, WheelhouseError, target_named, this_machine, wanted

ROOT = Path(__file__).resolve().parents[2]
_LOCK = """
always==1.0
    # via something
arm==2.0 ; platform_machine == 'aarch64'
intel==3.0 ; platform_machine == 'x86_64'
old==4.0 ; python_full_version < '3.12'
new==5.0 ; python_full_version >= '3.12'
windows==6.0 ; sys_platform == 'win32'
other==7.0 ; implementation_name == 'pypy'
"""


@pytest.mark.parametrize(
    ("target", "releases"),
    [
        ("x86_64-3.11", ["always==1.0", "intel==3.0", "old==4.0"]),
        ("aarch64-3.12", ["always==1.0", "arm==2.0", "new==5.0"]),
        ("aarch64-3.11", ["always==1.0", "arm==2.0", "old==4.0"]),
        ("x86_64-3.13", ["always==1.0", "intel==3.0", "new==5.0"]),
    ],
)
def test_conditions_are_read_for_the_target(target: str, releases: list[str]) -> None:
    assert wanted(_LOCK, target_named(target)) == releases


def test_every_line_of_the_real_lock_can_be_read() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    without = [line for line in lock.splitlines() if line and line[0] not in " #"
               and ";" not in line]
    for target in (this_machine(), target_named("aarch64-3.12")):
        found = wanted(lock, target)
        assert set(without) <= set(found)
        assert all("==" in one and ";" not in one for one in found)


def test_only_wheels_that_run_on_an_older_system_are_taken_for_another_machine() -> None:
    options = Target("aarch64", (3, 12)).pip_options()
    platforms = [options[place + 1] for place, name in enumerate(options) if name == "--platform"]
    abis = [options[place + 1] for place, name in enumerate(options) if name == "--abi"]
    assert "--only-binary=:all:" in options
    assert options[options.index("--python-version") + 1] == "3.12"
    assert abis == ["cp312", "abi3", "none"]
    assert all(name.endswith("_aarch64") for name in platforms)
    assert {"manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"} <= set(
        platforms)
    assert not [name for name in platforms if name.startswith("manylinux_2_")
                and int(name.split("_")[2]) > 28]


@pytest.mark.parametrize(("text", "told"),
                         [("aarch64", "形如"), ("loongarch64-3.12", "x86_64 或 aarch64"),
                          ("x86_64-3.10", "3.11 以上"), ("x86_64-4.0", "形如"), ("../x-3.12", "形如"),
                          ("", "形如")])
def test_a_target_nobody_can_gather_for_is_named(text: str, told: str) -> None:
    with pytest.raises(WheelhouseError, match=told):
        target_named(text)


def test_what_could_not_be_had_is_named_and_nothing_is_promised(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(wheelhouse, "LOCK", tmp_path / "lock")
    (tmp_path / "lock").write_text("no-such-package-of-ours==1.0\n", encoding="utf-8")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert wheelhouse.main([str(tmp_path / "wheels")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "no-such-package-of-ours==1.0" in error
    assert not (tmp_path / "wheels" / wheelhouse.SUMS).exists()


def test_what_is_only_source_is_built_here_unless_it_is_machine_code(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package index of our own making: one wheel, one source without machine code, one with."""
    asked: list[tuple[str, list[str]]] = []

    def pip(command: str, folder: Path, needed: list[str], target: Target, *options: str) -> None:
        asked.append((command, needed))
        if command == "download":
            for one in needed:
                if one != "wheel==1.0":
                    raise WheelhouseError(f"ERROR: No matching distribution found for {one}")
            (folder / "wheel-1.0-py3-none-any.whl").touch()
        else:
            end = "cp311-cp311-linux_x86_64" if needed == ["code==3.0"] else "py3-none-any"
            (folder / f"{needed[0].replace('==', '-')}-{end}.whl").touch()

    monkeypatch.setattr(wheelhouse, "_pip", pip)
    target = target_named("aarch64-3.12")
    wheelhouse._for_another(tmp_path, ["wheel==1.0", "source==2.0"], target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source-2.0-py3-none-any.whl",
                                                                "wheel-1.0-py3-none-any.whl"]
    assert asked[-1] == ("wheel", ["source==2.0"])
    with pytest.raises(WheelhouseError, match=r"code==3\.0 没有 aarch64-3\.12 的软件包"):
        wheelhouse._for_another(tmp_path, ["wheel==1.0", "code==3.0"], target)


def test_what_an_earlier_lock_wanted_goes_and_the_rest_has_its_digest(tmp_path: Path) -> None:
    names = ["Some_Thing-1.0-py3-none-any.whl", "some_thing-0.9-py3-none-any.whl",
             "gone-2.0-py3-none-any.whl"]
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
    assert wheelhouse._finish(tmp_path, ["some.thing==1.0"]) == 1
    assert [path.name for path in tmp_path.glob("*.whl")] == [names[0]]
    digest = hashlib.sha256(names[0].encode()).hexdigest()
    assert (tmp_path / wheelhouse.SUMS).read_text(encoding="utf-8") == f"{digest}  {names[0]}\n"
    with pytest.raises(WheelhouseError, match=r"缺 other==3\.0"):
        wheelhouse._finish(tmp_path, ["some.thing==1.0", "other==3.0"])


def test_setup_from_a_folder_asks_no_index_even_with_a_space_in_its_name(tmp_path: Path) -> None:
    def steps(*given: str) -> str:
        return subprocess.run(["make", "--dry-run", "--always-make", "setup", *given], cwd=ROOT,
                              capture_output=True, text=True, check=True).stdout

    folder = tmp_path / "软件 包"
    offline = [line for line in steps(f"WHEELHOUSE={folder}").splitlines() if "pip install" in line]
    assert len(offline) == 1
    assert f'--no-index --find-links "{folder}"' in offline[0]
    assert "--no-index" not in steps()


def test_drivers_are_gathered_within_their_bounds_and_under_the_lock(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, list[str], tuple[str, ...], bool]] = []

    def pip(command: str, folder: Path, needed: list[str], _target: Target, *options: str,
            whole: bool = False) -> None:
        asked.append((command, needed, options, whole))
        (folder / "driver-1.0-py3-none-any.whl").write_bytes(b"")

    monkeypatch.setattr(wheelhouse, "_pip", pip)
    drivers = wheelhouse.drivers_named("oracledb, pyhive DMPYTHON")
    bounds = [line for path in wheelhouse.OPTIONAL
              for line in path.read_text(encoding="utf-8").splitlines()]
    assert [one.partition(">")[0].partition("<")[0].split("[")[0].lower()
            for one in drivers] == ["oracledb", "pyhive", "dmpython"]
    assert all("<" in one and ">=" in one for one in drivers)
    assert len(bounds) > len(drivers)
    target = target_named("aarch64-3.12")
    for here in (False, True):
        (tmp_path / "driver-0.9-py3-none-any.whl").touch()
        assert wheelhouse.gather_drivers(tmp_path, drivers, target, here=here) == 1, "no old ones"
        assert (tmp_path / wheelhouse.SUMS).is_file()
    (_, first, far, deep), (_, second, near, _) = asked
    assert first == second == drivers
    assert deep, "a driver brings what it needs"
    assert set(target.pip_options()) <= set(far), "wheels of the target, not of this machine"
    assert "--platform" not in near
    for options in (far, near):
        assert options[options.index("--constraint") + 1] == str(wheelhouse.LOCK)
    with pytest.raises(WheelhouseError, match="没有叫 cx_Oracle 的驱动"):
        wheelhouse.drivers_named("cx_Oracle")
