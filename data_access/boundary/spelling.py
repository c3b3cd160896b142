"""What a cell's text is before anybody looks it up: cleaned, and its digits if it is a code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

_NOT_WRITTEN = re.compile(r"[\s\u200b-\u200f\u2028-\u202f\u2060\ufeff'\"`´‘’“”《》*#]+")
_SEPARATORS = re.compile(r"[-‐-―−_/\\|>·•,，、;；:：.。+&~→]+")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})")
_WITH_ZEROS = re.compile(r"(\d+)\.0+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_LOOKS_LIKE_A_CODE = re.compile(r"[\dOoIl]{6,}")
_BRACKETS = re.compile(r"[()\[\]{}【】〔〕<>〈〉]")

ALIKE = {"沐": "沭", "陽": "阳", "縣": "县", "鎮": "镇", "鄉": "乡", "區": "区", "馬": "马", "龍": "龙", "廟": "庙",
         "莊": "庄", "來": "来", "關": "关", "興": "兴", "豐": "丰", "雙": "双", "劉": "刘", "陳": "陈", "錢": "钱",
         "韓": "韩", "灣": "湾", "樓": "楼", "崗": "岗", "蘇": "苏", "遷": "迁", "濱": "滨", "圖": "图", "橋": "桥"}
"""Characters written for another by mistake or by the old script, and what is meant. Only what looks the same."""


@dataclass(frozen=True)
class Digits:
    """A code's digits. `lost`: the spreadsheet rounded them away, so that nobody can tell which
    code it was.
    """

    text: str
    lost: bool = False


def as_text(value: Any) -> str:
    """A cell as text, "" for none; a whole number without the ".0" a spreadsheet adds."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def cleaned(value: Any) -> str:
    """Half-width, without blanks, quotation marks and apostrophes; "" when nothing remains."""
    return _NOT_WRITTEN.sub("", unicodedata.normalize("NFKC", as_text(value)))


def name_of(clean: str) -> str:
    """A cleaned text without brackets and separators: what is inside brackets follows what is
    before.
    """
    return _SEPARATORS.sub("", _BRACKETS.sub("", clean))


def digits_of(clean: str) -> Digits | None:
    """The digits of a cleaned text that is nothing but a number, None for any other text."""
    bare = clean.strip("()[]【】")
    if bare.isascii() and bare.isdigit():
        return Digits(bare)
    zeros = _WITH_ZEROS.fullmatch(bare)
    if zeros:
        return Digits(zeros[1])
    if _GROUPED.fullmatch(bare):
        return Digits(bare.replace(",", ""))
    power = _SCIENTIFIC.fullmatch(bare)
    if power is None:
        return None
    behind, exponent = power[2] or "", int(power[3])
    if len(behind.rstrip("0")) > exponent:
        return None  # a fraction, no code
    whole = power[1] + behind[:exponent].ljust(exponent, "0")
    return Digits(whole, lost=len(behind) < exponent)


def looks_like_a_code(clean: str) -> bool:
    """Whether a text without meaning was probably meant as digits: a letter O for a zero, an l for
    a one.
    """
    return _LOOKS_LIKE_A_CODE.fullmatch(clean) is not None


def as_meant(text: str) -> str:
    """The text with look-alike characters put right."""
    return "".join(ALIKE.get(character, character) for character in text)
