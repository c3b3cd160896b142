"""A machine whose locale cannot write Chinese: the program starts itself again in UTF-8, before it
reads or prints anything.
"""

from __future__ import annotations

import io
import os
import sys

_AGAIN = "LINGGONG_STARTED_AGAIN"
_MOST_OPEN = 4096
_SOME_CHINESE = "零工归宿"


def use_utf8() -> None:
    """Return where names and words can be written in Chinese; else start the same command again in
    Python's UTF-8 mode.

    A locale with an alphabet of Chinese (GB18030, GBK) stays: the names of its files are spelled in
    it. There a sign the alphabet lacks is printed as a question mark.
    """
    if not _can_write(sys.getfilesystemencoding()) and os.environ.get(_AGAIN) != "1":
        # UTF-8 mode alone cannot be switched on in a running interpreter
        environment = {**os.environ, _AGAIN: "1", "PYTHONUTF8": "1"}
        environment.pop("PYTHONIOENCODING", None)
        os.closerange(3, _MOST_OPEN)  # a server may hold its port already, and would find it taken
        os.execve(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]], environment)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            _printable(stream)


def _can_write(encoding: str) -> bool:
    try:
        _SOME_CHINESE.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _printable(stream: io.TextIOWrapper) -> None:
    """Names of files that are no text in the encoding are printed as they are; what cannot be
    written becomes “?”.
    """
    if not _can_write(stream.encoding):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    elif stream.encoding.lower().replace("-", "") == "utf8":
        stream.reconfigure(errors="surrogateescape")
    else:
        stream.reconfigure(errors="replace")
