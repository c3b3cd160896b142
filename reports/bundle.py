"""Several papers in one file to take away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

# papers do not depend on when they are made, and neither does their bundle
_WHEN = (1980, 1, 1, 0, 0, 0)


def bundled(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of the files by name, in their order. Equal files, equal bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
