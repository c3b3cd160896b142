"""What is wrong with a settings file's notation, in words a clerk understands, with line and
column.
"""

from __future__ import annotations

import re
import tomllib

_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_WORDS = (
    ("Expected '=' after a key", "名称后面应有等号 ="),
    ("Invalid value", "等号后面没有写值，或文字没有加引号"),
    ("Cannot overwrite a value", "同一个名称写了两次"),
    ("Duplicate inline table key", "同一个名称写了两次"),
    ("Cannot declare", "同一个 [表] 写了两次，或与前面的名称重复"),
    ("Cannot mutate", "同一个名称写了两次"),
    ("Expected ']' at the end", "[ 没有成对的 ]"),
    ("Expected ']]'", "[[ 没有成对的 ]]"),
    ("Unclosed array", "[ 没有成对的 ]"),
    ("Unclosed inline table", "{ 没有成对的 }"),
    ("Unterminated string", "引号没有成对"),
    ("Expected \"'\"", "引号没有成对"),
    ("Unescaped", "\\ 应写成 \\\\"),
    ("Illegal character", "引号没有成对，或含有不能用的字符"),
    ("Invalid initial character for a key", "名称只能用英文字母、数字、_ 和 -，中文名称要加引号"),
    ("Expected newline or end of document", "值后面还有多余的内容"),
    ("Invalid date or datetime", "日期写法不对"),
    ("Invalid hex value", "\\u 后面应是十六进制数字"),
)
_WIDE = "【】［］“”＂＝，｛｝"


def explained(error: tomllib.TOMLDecodeError, text: str) -> str:
    """“第 3 行第 5 列：名称后面应有等号 =”. `text`: the file's."""
    message = str(error)
    match = _PLACE.search(message)
    lines = text.rstrip("\n").split("\n")
    if match is not None and match[1]:
        line, column = int(match[1]), int(match[2])
    else:
        line, column = len(lines), len(lines[-1]) + 1
    words = next((words for sign, words in _WORDS if sign in message), "写法有误")
    at = lines[min(line, len(lines)) - 1][column - 1:column]
    if at and at in _WIDE:
        words = f"{at} 要用半角的"
    return f"第 {line} 行第 {column} 列：{words}"
