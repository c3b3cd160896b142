"""What is answered instead of figures: a status, a short code for programs, one sentence for
people.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

JSON_TYPE = "application/json; charset=utf-8"
# answers are of one bearer; a cache on the way may hold them only if it asks every time
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


class ProblemError(Exception):
    """Ends a request with `status`; `code` stays the same for good, `sentence` may be reworded."""

    def __init__(self, status: int, code: str, sentence: str, headers: Mapping[str, str]
                 | None = None) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence
        self.headers = dict(headers or {})

    def response(self) -> Response:
        return as_json({"error": {"code": self.code, "message": self.sentence}}, self.status,
                       {"Cache-Control": "no-store", **self.headers})


def as_json(content: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return Response(text.encode("utf-8"), status, headers=dict(headers), media_type=JSON_TYPE)
