"""Everything `make setup` installs, gathered in a folder for machines that reach no package index.

    python deploy/wheelhouse.py FOLDER        for this machine's processor and this Python
    python deploy/wheelhouse.py FOLDER --target aarch64-3.12
    python deploy/wheelhouse.py FOLDER --drivers oracledb,pymssql

What to gather is requirements.lock, its conditions read for the target, not for this machine. With
a target named, be it this one, only wheels that run from glibc 2.28 on are taken (麒麟 V10, openEuler
20.03, Debian 10 and newer). A list of digests lies beside them: `sha256sum -c SHA256SUMS`. Drivers
of other makes of database, with what they need, go into the folder's own folder `drivers`.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pip._vendor.packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
OPTIONAL = (ROOT / "requirements-drivers.txt", ROOT / "requirements-engines.txt")
DRIVERS = "drivers"
SUMS = "SHA256SUMS"
OLDEST_PYTHON = (3, 11)
# what runs on glibc 2.28, newest first; pip takes the first that a package has
_PLATFORMS = (*(f"manylinux_2_{minor}" for minor in range(28, 4, -1)), "manylinux2014",
              "manylinux2010", "manylinux1", "linux")
_NO_WHEEL = re.compile(r"No matching distribution found for (\S+)")
_TARGET = re.compile(r"(x86_64|aarch64)-3\.(\d{2})")


class WheelhouseError(Exception):
    """One plain sentence about what went wrong."""


@dataclass(frozen=True)
class Target:
    """`processor` as the kernel names it; `python`: (3, minor)."""

    processor: str
    python: tuple[int, int]

    @property
    def version(self) -> str:
        return f"{self.python[0]}.{self.python[1]}"

    def environment(self) -> dict[str, str]:
        """What the conditions in the lock ask about, as the target would answer."""
        return {"implementation_name": "cpython", "implementation_version": f"{self.version}.0",
                "os_name": "posix", "platform_machine": self.processor,
                "platform_python_implementation": "CPython", "platform_release": "",
                "platform_system": "Linux", "platform_version": "",
                "python_full_version": f"{self.version}.0", "python_version": self.version,
                "sys_platform": "linux", "extra": ""}

    def pip_options(self) -> list[str]:
        """How pip is told to fetch for it; wheels only, since nothing can be built for another
        machine.
        """
        return ["--only-binary=:all:", "--implementation", "cp", "--python-version",
                self.version, *(part for name in _PLATFORMS
                                for part in ("--platform", f"{name}_{self.processor}")),
                *(part for abi in (f"cp{self.python[0]}{self.python[1]}", "abi3", "none")
                  for part in ("--abi", abi))]


def this_machine() -> Target:
    return Target(platform.machine(), (sys.version_info.major, sys.version_info.minor))


def target_named(text: str) -> Target:
    """Raises WheelhouseError on a name of another form, or a Python that is too old."""
    match = _TARGET.fullmatch(text)
    if match is None:
        raise WheelhouseError(
            f"TARGET 应形如 aarch64-3.12（处理器 x86_64 或 aarch64，加 Python 版本），现为 {text}；请改正。")
    target = Target(match[1], (3, int(match[2])))
    if target.python < OLDEST_PYTHON:
        raise WheelhouseError(f"需要 Python 3.11 以上，TARGET 写的是 {target.version}；请改正。")
    return target


def wanted(lock: str, target: Target) -> list[str]:
    """The exact versions of the lock the target needs, conditions read for it and gone."""
    lines = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    found = [Requirement(line) for line in lines]
    return [f"{one.name}{one.specifier}" for one in found
            if one.marker is None or one.marker.evaluate(target.environment())]


def gather(folder: Path, target: Target, *, here: bool) -> int:
    """Fill the folder; the number of wheels in it. `here`: for exactly this machine, its newest
    wheels and what has to be built too. Raises WheelhouseError naming what could not be had.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WheelhouseError(f"文件夹 {folder} 建不了（{error.strerror}）；请检查路径和权限。") from None
    needed = wanted(LOCK.read_text(encoding="utf-8"), target)
    if here:
        _pip("wheel", folder, needed, target)
    else:
        _for_another(folder, needed, target)
    return _finish(folder, needed)


def drivers_named(text: str) -> list[str]:
    """The lines of the optional requirements for drivers named by their packages, split by commas
    or blanks. Raises WheelhouseError for one there is no line for.
    """
    lines = [
        Requirement(line.partition("#")[0])
        for path in OPTIONAL
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.partition("#")[0].strip()
    ]
    by_name = {_release(f"{one.name}-0")[0]: one for one in lines}
    drivers = []
    for name in re.split(r"[,\s]+", text.strip()):
        line = by_name.get(_release(f"{name.partition('[')[0]}-0")[0])
        if line is None:
            raise WheelhouseError(f"没有叫 {name} 的驱动；包名见《接入》第 1 节“另装驱动”，请改正。")
        drivers.append(str(line))
    return drivers


def gather_drivers(folder: Path, drivers: list[str], target: Target, *, here: bool) -> int:
    """Fill the folder with the drivers and all they need; the number of wheels in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.whl"):
        old.unlink()
    options = ["--constraint", str(LOCK)]
    if here:
        _pip("wheel", folder, drivers, target, *options, whole=True)
    else:
        _pip("download", folder, drivers, target, *options, *target.pip_options(), whole=True)
    return _sums(folder)


def _for_another(folder: Path, needed: list[str], target: Target) -> None:
    """Wheels of the target; what is only given as source is built here, which will do where it
    holds no machine code.
    """
    built: list[str] = []
    while True:
        try:
            _pip("download", folder, [one for one in needed if one not in built],
                 target, *target.pip_options())
            break
        except WheelhouseError as error:
            match = _NO_WHEEL.search(str(error))
            if match is None or match[1] not in needed or match[1] in built:
                raise
            built.append(match[1])
    for one in built:
        with TemporaryDirectory() as draft:
            _pip("wheel", Path(draft), [one], target)
            made = next(Path(draft).glob("*.whl"))
            if not made.name.endswith("-none-any.whl"):
                raise WheelhouseError(f"{one} 没有 {target.processor}-{target.version} 的软件包，又含机器代码；"
                                      "请到同样的机器上运行 make wheelhouse。")
            shutil.copy2(made, folder / made.name)


def _pip(command: str, folder: Path, needed: list[str], target: Target, *options: str,
         whole: bool = False) -> None:
    """`whole`: with all that is needed by these. Raises WheelhouseError with what pip says last."""
    with TemporaryDirectory() as draft:
        listed = Path(draft) / "wanted.txt"
        listed.write_text("\n".join(needed) + "\n", encoding="utf-8")
        place = "--wheel-dir" if command == "wheel" else "--dest"
        done = subprocess.run([sys.executable, "-m", "pip", command, *options, place, str(folder),
                               *(() if whole else ("--no-deps",)), "--quiet", "--disable-pip-version-check",
                               "--requirement", str(listed)], stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [
            done.stderr.strip()
        ]
        raise WheelhouseError(f"没有收齐 {target.processor}-{target.version} 的软件包：{reasons[-1]}")


def _finish(folder: Path, needed: list[str]) -> int:
    """Drop what an earlier lock wanted, and write the digests. Raises WheelhouseError when one is
    missing.
    """
    wheels = {_release(path.name): path for path in sorted(folder.glob("*.whl"))}
    missing = [one for one in needed if _release(one.replace("==", "-")) not in wheels]
    if missing:
        raise WheelhouseError(f"没有收齐：缺 {'、'.join(missing)}；请重新运行。")
    current = {_release(one.replace("==", "-")) for one in needed}
    for release in set(wheels) - current:
        wheels.pop(release).unlink()
    return _sums(folder)


def _sums(folder: Path) -> int:
    """Write the digests of the folder's wheels; their number."""
    wheels = sorted(folder.glob("*.whl"))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in wheels]
    (folder / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(wheels)


def _release(name: str) -> tuple[str, str]:
    """(name, version) of a wheel's file name or of name-version, spelled alike."""
    project, _, rest = name.partition("-") if name.endswith(".whl") else name.rpartition("-")
    return re.sub(r"[-_.]+", "-", project).lower(), rest.split("-")[0]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="deploy/wheelhouse.py", description="收集离线安装用的软件包")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--target", help="为另一种机器收集，例如 aarch64-3.12；不写则为本机")
    parser.add_argument("--drivers", help="一并收集的数据库驱动的包名，例如 oracledb,pymssql")
    chosen = parser.parse_args(arguments)
    try:
        target = target_named(chosen.target) if chosen.target else this_machine()
        drivers = drivers_named(chosen.drivers) if chosen.drivers else []
        number = gather(chosen.folder, target, here=not chosen.target)
        if drivers:
            number += gather_drivers(chosen.folder / DRIVERS, drivers, target,
                                     here=not chosen.target)
    except WheelhouseError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"已收齐 {number} 个软件包（{target.processor}，Python {target.version}）：{chosen.folder.resolve()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
