"""A command under the limits of one of the project's systemd units, where systemd itself does not
run.

    python -m tests.deploy.confined deploy/systemd/linggong@.service -- command …

The system calls a unit refuses are refused as systemd does it, by the same library and systemd's
own lists of calls. What a unit hides of the file system is left out: that takes a mount of its own.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NOT_EQUAL, _EQUAL, _MASKED = 1, 4, 7
_PROT_WRITE, _PROT_EXEC, _SHM_EXEC = 2, 4, 0o100000
_SET_NO_NEW_PRIVS, _CAPBSET_DROP, _LAST_CAPABILITY = 38, 24, 40
# CLONE_NEWNS … CLONE_NEWNET
_NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
_FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
_NETLINK, _MOST_FAMILIES = 16, 46
_SET_UID_OR_GID = 0o6000


class _Comparison(ctypes.Structure):
    _fields_ = (("argument", ctypes.c_uint), ("kind", ctypes.c_int), ("first", ctypes.c_uint64),
                ("second", ctypes.c_uint64))


Condition = tuple[int, int, int, int]


def library() -> ctypes.CDLL | None:
    """What puts filters on system calls in place; None where it is not installed."""
    name = ctypes.util.find_library("seccomp")
    if name is None:
        return None
    found = ctypes.CDLL(name)
    found.seccomp_init.restype = ctypes.c_void_p
    return found


class _Filter:
    """One filter: what is not ruled on gets `otherwise`."""

    def __init__(self, otherwise: int) -> None:
        found = library()
        assert found is not None
        self._library = found
        self._made = ctypes.c_void_p(found.seccomp_init(ctypes.c_uint32(otherwise)))

    def rule(self, action: int, call: str, *conditions: Condition) -> None:
        number = self._library.seccomp_syscall_resolve_name(call.encode())
        if number == -1:
            return  # of a newer kernel or another processor
        given = (_Comparison * len(conditions))(*(_Comparison(*one) for one in conditions))
        self._library.seccomp_rule_add_array(self._made, ctypes.c_uint32(action), number,
                                             len(conditions), given)

    def load(self) -> None:
        assert self._library.seccomp_load(self._made) == 0


def directives(unit: Path) -> dict[str, str]:
    """The [Service] part of a unit file."""
    lines = unit.read_text(encoding="utf-8").partition("[Service]")[2].partition("\n[")[
        0].splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines
                                               if line and not line.startswith("#"))}


def confine(limits: Mapping[str, str]) -> None:
    """Put this process, and all it will start, under a unit's limits."""
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    allowed = _calls(limits["SystemCallFilter"].split()) if "SystemCallFilter" in limits else None
    if (
        "CapabilityBoundingSet" in limits
        and not limits["CapabilityBoundingSet"]
        and os.geteuid() == 0
    ):
        for number in range(_LAST_CAPABILITY + 1):
            assert libc.prctl(_CAPBSET_DROP, number, 0, 0, 0) == 0
    if limits.get("UMask"):
        os.umask(int(limits["UMask"], 8))
    refused = _Filter(_ALLOW)
    for name, rules in (("MemoryDenyWriteExecute", _no_new_code),
                        ("RestrictNamespaces", _no_namespaces),
                        ("LockPersonality", _one_personality), ("RestrictRealtime", _no_real_time),
                        ("RestrictSUIDSGID", _no_set_id)):
        if limits.get(name) == "yes":
            rules(refused)
    if "RestrictAddressFamilies" in limits:
        _families(refused, limits["RestrictAddressFamilies"].split())
    refused.load()
    if allowed is not None:
        listed = _Filter(_ERRNO | errno.EPERM)
        for call in allowed:
            listed.rule(_ALLOW, call)
        listed.load()


def _no_new_code(refused: _Filter) -> None:
    both = _PROT_WRITE | _PROT_EXEC
    refused.rule(_ERRNO | errno.EPERM, "mmap", (2, _MASKED, both, both))
    for call in ("mprotect", "pkey_mprotect"):
        refused.rule(_ERRNO | errno.EPERM, call, (2, _MASKED, _PROT_EXEC, _PROT_EXEC))
    refused.rule(_ERRNO | errno.EPERM, "shmat", (2, _MASKED, _SHM_EXEC, _SHM_EXEC))


def _no_namespaces(refused: _Filter) -> None:
    for flag in _NAMESPACES:
        refused.rule(_ERRNO | errno.EPERM, "clone", (0, _MASKED, flag, flag))
        refused.rule(_ERRNO | errno.EPERM, "unshare", (0, _MASKED, flag, flag))
    refused.rule(_ERRNO | errno.EPERM, "setns")
    refused.rule(_ERRNO | errno.ENOSYS, "clone3")  # its flags cannot be looked at


def _one_personality(refused: _Filter) -> None:
    refused.rule(_ERRNO | errno.EPERM, "personality", (0, _NOT_EQUAL, 0, 0))


def _no_real_time(refused: _Filter) -> None:
    for policy in (1, 2, 6):  # FIFO, RR, DEADLINE
        refused.rule(_ERRNO | errno.EPERM, "sched_setscheduler", (1, _EQUAL, policy, 0))


def _no_set_id(refused: _Filter) -> None:
    for call, at in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1)):
        for bit in (0o4000, 0o2000):
            refused.rule(_ERRNO | errno.EPERM, call, (at, _MASKED, bit, bit))


def _families(refused: _Filter, named: Iterable[str]) -> None:
    allowed = {_FAMILIES[name] for name in named}
    for family in range(_MOST_FAMILIES):
        if family not in allowed:
            refused.rule(_ERRNO | errno.EAFNOSUPPORT, "socket", (0, _EQUAL, family, 0))


def _calls(named: Iterable[str]) -> set[str]:
    """The calls of systemd's own lists, followed to their ends."""
    shown = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], capture_output=True,
                           text=True, check=True).stdout
    groups: dict[str, list[str]] = {}
    for line in shown.splitlines():
        if line.startswith("@"):
            within = groups.setdefault(line.strip(), [])
        elif line.startswith("    ") and not line.strip().startswith("#"):
            within.append(line.strip())
    found: set[str] = set()
    wanted = list(named)
    while wanted:
        name = wanted.pop()
        if name.startswith("@"):
            wanted += groups[name]
        else:
            found.add(name)
    return found


def main() -> None:
    unit, dashes, *command = sys.argv[1:]
    assert dashes == "--"
    confine(directives(Path(unit)))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
