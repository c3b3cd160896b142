"""Fills a template that staff edit in WPS; a slip in it is named, not printed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from kpi.vocabulary import InputError
from reports.brief.fields import NEEDED

_UNDEFINED = re.compile(r"'([^']+)' is undefined|has no attribute '([^']+)'")


def rendered(template: Path, values: Mapping[str, Any]) -> bytes:
    """The filled document. Raises InputError naming the template and the field that is missing or
    misspelt.
    """
    document = _opened(template)
    _check_fields(document, template, values)
    try:
        document.render(dict(values), _environment(), autoescape=True)
    except UndefinedError as error:
        match = _UNDEFINED.search(str(error))
        name = (match.group(1) or match.group(2)) if match else str(error)
        raise InputError(_unknown(template, name)) from None
    except TemplateError as error:
        raise InputError(_broken(template, error)) from None
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _environment() -> SandboxedEnvironment:
    # the template is edited by hand: it may print fields and loop, nothing else, and an unknown
    # field is an error
    return SandboxedEnvironment(undefined=StrictUndefined)


def _opened(template: Path) -> DocxTemplate:
    try:
        document = DocxTemplate(template)
        document.init_docx()
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(f"简报模板 {template} 打不开（{type(error).__name__}）；请用 WPS 另存为 .docx 后重试，"
                         "或删去它以使用自带模板。") from None
    return document


def _check_fields(document: DocxTemplate, template: Path, values: Mapping[str, Any]) -> None:
    try:
        used = document.get_undeclared_template_variables(_environment())
    except TemplateSyntaxError as error:
        raise InputError(_broken(template, error)) from None
    unknown = sorted(used - set(values))
    if unknown:
        raise InputError(_unknown(template, unknown[0]))
    missing = [name for name in NEEDED if name not in used]
    if missing:
        raise InputError(f"简报模板 {template} 缺少字段 {{{{ {missing[0]} }}}}；请按自带模板补上。")


def _unknown(template: Path, name: str) -> str:
    return f"简报模板 {template} 中的字段 {{{{ {name} }}}} 不认识；请对照自带模板改正写法。"


def _broken(template: Path, error: TemplateError) -> str:
    return f"简报模板 {template} 中的字段标记有误（{error}）；请检查花括号和百分号是否成对。"
