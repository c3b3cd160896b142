"""A small table of texts, as the pages of registers show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def rows_table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as HTML; every text is shown as it is."""
    head = "".join(f"<th scope=col>{escape(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
                   for row in rows)
    return ('<div class="lg-table-box lg-register-table"><table class="lg-table lg-plain">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")
