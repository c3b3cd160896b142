"""The slides as a paper."""

from __future__ import annotations

from pathlib import Path

from reports.paper import Paper, PaperSource
from reports.slides import file_name, slides_bytes, template_in


def _template(source: PaperSource) -> Path | None:
    return None if source.config is None else template_in(source.config)


def _made(source: PaperSource) -> bytes:
    return slides_bytes(source.figures, source.card, source.note, template=_template(source),
                        follow_ups=source.follow_ups)


def _edited_at(source: PaperSource) -> str:
    template = _template(source)
    return "" if template is None else str(template.stat().st_mtime_ns)


SLIDES = Paper(key="slides", command="slides", title="汇报PPT",
               about="结论、谁落后、为什么、怎么办、议定事项；图表可编辑", suffix=".pptx",
               file_name=lambda as_of, _scope: file_name(as_of), make=_made,
               depends_on=_edited_at, at_meetings=True)
