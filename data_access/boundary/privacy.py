"""Personal data is refused at the door: no column may be mapped that holds phones, ID numbers or
people's names.

The check looks at sampled values, never prints them, and errs on the side of the data: an
enterprise's 18-character credit code is no ID number (a birth date and the check digit must fit),
an 11-digit serial number that happens to look like a phone is not a phone unless most of the column
does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SAMPLE_ROWS = 200
_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
# within a cell's own words; of before 1999; what stands between the digits
_AMONG_WORDS, _OLD_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), re.compile(r"(?<!\d)\d{15}(?!\d)")
_SEPARATORS = re.compile(r"[\s\-–—_·.()（）]+")
_FEWEST_DIGITS = 11
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_FIRST_BIRTH_YEAR = 1900
# an enterprise's credit code begins with 91–93, which is no province
_PROVINCES = frozenset(map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47),
                                 *range(50, 55), *range(61, 66), 71, 81, 82, 83)))
# the surnames of about nine in ten people; two- and three-character texts starting with one look
# like a name
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤仲葛庄臧卞祁")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,3}")
_MOST = 0.6
_ENOUGH = 5


class Personal(StrEnum):
    """A kind of personal data."""

    PHONE = "手机号码"
    ID_NUMBER = "身份证号"
    NAME = "人名"


@dataclass(frozen=True)
class Finding:
    """Personal data in a column: of which kind, in how many of the sampled values."""

    kind: Personal
    values: int


def is_id_number(text: str) -> bool:
    """Whether `text` is an 18-character resident ID number: a possible birth date and the right
    check digit.
    """
    if not _ID_NUMBER.fullmatch(text) or text[:2] not in _PROVINCES:
        return False
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    check = _CHECK_DIGITS[sum(int(digit) * weight
                              for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11]
    # read without the clock: a birth year after 2100 is no birth year
    return _FIRST_BIRTH_YEAR <= born.year <= 2100 and text[17].upper() == check


def personal(values: Iterable[str], *, is_key: bool) -> Finding | None:
    """Personal data among sampled values, None when there is none.

    `is_key`: codes, keys and categories, in which people's names are refused too; free text (venue
    names) may hold any words, but no phone or ID number.
    """
    given = [value.strip() for value in values if value and value.strip()]
    ids = sum(any(is_id_number(match) for match in _ID_NUMBER.findall(value)) for value in given)
    if ids:
        return Finding(Personal.ID_NUMBER, ids)
    phones = _phones(given, is_key)
    if phones:
        return Finding(Personal.PHONE, phones)
    return _names(given) if is_key else None


def _phones(given: Sequence[str], is_key: bool) -> int:
    result = sum(bool(_PHONE.search(value)) for value in given)
    if not is_key:
        return result
    # serial numbers of eleven digits pass for phones by the dozen; a column of phones does so
    # throughout
    whole = sum(bool(_PHONE.fullmatch(value)) for value in given)
    return whole if whole > _MOST * len(given) else 0


def _names(given: Sequence[str]) -> Finding | None:
    names = [value for value in given if _NAME.fullmatch(value) and value[0] in _SURNAMES]
    # a list of trades has few different words and most start with no surname
    if len(set(names)) >= _ENOUGH and len(names) > _MOST * len(given):
        return Finding(Personal.NAME, len(names))
    return None


def number_of_a_person(text: str) -> Personal | None:
    """Whether a single cell has a phone or ID number, however it is spaced or wide; None without.
    Stricter than `personal`, which judges a column: for what is typed in and kept.
    """
    if sum(map(str.isdigit, text)) < _FEWEST_DIGITS:
        return None
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if any(is_id_number(one.upper()) for one in _AMONG_WORDS.findall(plain)) or any(
            _is_old_id(one) for one in _OLD_ID.findall(plain)):
        return Personal.ID_NUMBER
    return Personal.PHONE if _PHONE.search(plain) else None


def _is_old_id(text: str) -> bool:
    """Whether 15 digits are an ID number of before 1999: a province and a date of birth."""
    try:
        date(1900 + int(text[6:8]), int(text[8:10]), int(text[10:12]))
    except ValueError:
        return False
    return text[:2] in _PROVINCES
