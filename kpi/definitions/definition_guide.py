"""What a definition file may say, as the tables of docs/定义.md: printed from the grammar the files
are checked by.
"""

from __future__ import annotations

from collections.abc import Iterable

from kpi.definitions import dataset_grammar, indicator_grammar
from kpi.definitions.grammar import Key, Section


def guide() -> str:
    """Markdown: a heading and a table for every part of a dataset file, then of an indicator file.
    """
    return (f"## 数据集文件 datasets/代码.toml\n\n{_sections(dataset_grammar.SECTIONS)}\n"
            f"## 指标文件 indicators/代码.toml\n\n{_sections(indicator_grammar.SECTIONS)}")


def _sections(sections: Iterable[Section]) -> str:
    return "\n".join(_section(section) for section in sections)


def _section(section: Section) -> str:
    rows = "".join(_row(key) for key in section.keys)
    return f"### {section.head}\n\n{section.meaning}。\n\n| 键 | 写什么 | 必写 | 含义 |\n|---|---|---|---|\n{rows}"


def _row(key: Key) -> str:
    written = "、".join(f"`{value}`" for value in key.allowed) or key.form.value
    return f"| `{key.name}` | {written} | {'是' if key.required else ''} | {key.meaning} |\n"
