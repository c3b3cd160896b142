"""The brief as a paper."""

from __future__ import annotations

from pathlib import Path

from reports.brief import BUNDLED, brief_bytes, file_name, template_in
from reports.paper import Paper, PaperSource, on_duties


def _template(source: PaperSource) -> Path:
    return BUNDLED if source.config is None else template_in(source.config)


def _made(source: PaperSource) -> bytes:
    return brief_bytes(source.figures, source.card, source.note, template=_template(source),
                       follow_ups=source.follow_ups, duties=source.duties)


def _also(source: PaperSource) -> str:
    """The template as edited, and the duties."""
    return f"{_template(source).stat().st_mtime_ns}|{on_duties(source)}"


BRIEF = Paper(key="brief", command="brief", title="情况通报（Word）", about="两页正文加附件，按公文格式",
              suffix=".docx", file_name=lambda as_of, _scope: file_name(as_of), make=_made,
              depends_on=_also, at_meetings=True)
