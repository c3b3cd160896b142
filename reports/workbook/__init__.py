"""The Excel workbook of one day: the scorecard's own numbers, with live formulas between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from kpi.duties import DutyStanding
from kpi.figures import Figures
from kpi.scorecard import Scorecard
from kpi.vocabulary import Division, Geography, InputError
from reports.content import ALL_PARTS, PART_NAMES, Content, Part
from reports.follow_up_rows import FollowUpRow
from reports.snapshot_note import SnapshotNote
from reports.workbook.book import Book

__all__ = ["ALL_PARTS", "PART_NAMES", "FollowUpRow", "Part", "file_name", "scope_of",
           "workbook_bytes"]


def workbook_bytes(figures: Figures, card: Scorecard, note: SnapshotNote, *,
                   scope: Division | None = None, follow_ups: Sequence[FollowUpRow] | None = None,
                   parts: Collection[Part] = ALL_PARTS,
                   duties: Sequence[DutyStanding] = ()) -> bytes:
    """The workbook as an .xlsx file. `scope`: a county or managing unit whose sheets alone it
    holds; None: the city.

    `follow_ups`: the ledger's rows as of the day, which make the sheet 督办; `parts`: the optional
    sheets wanted; `duties`: the plan's, which make the sheet 任务清单.

    Equal figures, card, note and scope give equal bytes. Opens in Excel, WPS and LibreOffice;
    calculates without macros.
    """
    rows = None if follow_ups is None else tuple(follow_ups)
    shown = None if scope is None or scope == card.geography.city else scope
    return Book(Content(figures, card, note, shown, rows, frozenset(parts),
                        tuple(duties))).to_bytes()


def file_name(as_of: date, scope: Division | None = None) -> str:
    """“零工归宿_联席会议_20261031.xlsx”, with the division's name when it is about one."""
    named = "" if scope is None else f"_{_safe(scope.name)}"
    return f"零工归宿_联席会议{named}_{as_of:%Y%m%d}.xlsx"


def _safe(name: str) -> str:
    return "".join(character for character in name if character.isprintable()
                   and character not in '\\/:*?"<>|').strip(". ")


def scope_of(geography: Geography, code: str) -> Division | None:
    """What a division code given on the command line means: a county with its zones, else a
    managing unit.

    The city's own code means everything (None). Raises InputError when no division has the code.
    """
    if code == geography.city_code:
        return None
    for division in (*geography.counties, *geography.managing):
        if division.code == code:
            return division
    listed = "、".join(f"{division.code} {division.name}" for division in geography.managing)
    raise InputError(f"没有代码为 {code} 的县区或管理单位；可用的有：{listed}。")
