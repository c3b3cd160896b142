"""Small drawings as images: the framework takes inline SVG out of HTML, an image it keeps."""

from __future__ import annotations

from html import escape
from urllib.parse import quote


def image(width: float, height: float, body: str, alt: str, css_class: str, *,
          stretch: bool = False) -> str:
    """HTML of an image drawn by the SVG elements in `body`, in a box of `width` × `height` of its
    own units.

    `stretch`: fill whatever box the style sheet gives, each axis on its own; otherwise proportions
    are kept.
    """
    fit = ' preserveAspectRatio="none"' if stretch else ""
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"{fit}>{body}</svg>'
    return f'<img class="{css_class}" alt="{escape(alt, quote=True)}" src="data:image/svg+xml,{quote(drawn)}">'
