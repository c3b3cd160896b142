"""`python -m reports scorecard|workbook|brief|bulletin|freeze|compare` – the papers from the command line, for cron."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path

from data_access.accounts.audit import Action
from data_access.current import Current, load_or_refresh
from data_access.running.administration import audit
from data_access.running.command import PlainParser, day, run, show_progress
from data_access.site.settings import load_settings
from data_access.snapshots.freeze import open_frozen
from kpi.scorecard.compare import compare
from kpi.scorecard.scorecard import Scorecard, scorecard
from kpi.vocabulary.division import Rollup
from reports import comparison
from reports.comparison import frozen_meeting
from reports.files import check_free, write_atomically
from reports.freezing import freeze_meeting
from reports.papers import Paper, meeting_papers, note_of, paper_bytes, source
from reports.scorecard import to_json
from reports.workbook import scope_of


def main(arguments: list[str] | None = None) -> int:
    parser = PlainParser(prog="python -m reports", description="生成报表")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    card = commands.add_parser("scorecard", help="指标得分表（JSON）")
    book = commands.add_parser("workbook", help="Excel 报表")
    book.add_argument("--division", help="只要一个县区或管理单位的报表，写区划代码；不写则为全市")
    brief = commands.add_parser("brief", help="联席会议情况通报（Word）")
    bulletin = commands.add_parser("bulletin", help="县区通报（Word）")
    bulletin.add_argument("--rollup", choices=["county", "managing"], default="county",
                          help="county：五县区；managing：县区本级与功能区分组")
    frozen = commands.add_parser("freeze", help="定稿：把数据、方案和报表原样留存")
    compared = commands.add_parser("compare", help="与定稿的会议相比（JSON）")
    compared.add_argument("--meeting", type=day, help="定稿的截至日期，默认最近一次定稿")
    for feed in (card, compared):
        feed.add_argument("--out", type=Path, help="写入的文件；不写则输出到屏幕")
    for paper, kind in ((book, ".xlsx"), (brief, ".docx"), (bulletin, ".docx")):
        paper.add_argument("--out", type=Path, required=True, help=f"写入的 {kind} 文件")
        paper.add_argument("--force", action="store_true", help="覆盖已有文件")
    for command in (card, book, brief, bulletin, frozen, compared):
        command.add_argument("--as-of", type=day, help="截至日期，默认最近一个完整日")
    chosen = parser.parse_args(arguments)
    actions = {"scorecard": _scorecard, "workbook": _workbook, "brief": _brief, "bulletin": _bulletin, "freeze": _freeze,
               "compare": _compare}
    return run(lambda: _recorded(actions[chosen.command], chosen))


def _recorded(make: Callable[[Namespace], None], chosen: Namespace) -> None:
    """Make a paper and note in the audit log what was handed out, to whom and where to."""
    make(chosen)
    out: Path | None = getattr(chosen, "out", None)
    audit(load_settings(), Action.FREEZE if chosen.command == "freeze" else Action.EXPORT,
          f"{chosen.command} {chosen.as_of or '最近一个完整日'}", "完成" if out is None else out.name)


def _scorecard(chosen: Namespace) -> None:
    known, card = _card(chosen.as_of)
    _feed(chosen.out, to_json(card, note_of(known)))


def _compare(chosen: Namespace) -> None:
    known, card = _card(chosen.as_of)
    meeting = open_frozen(frozen_meeting(known.settings.data, chosen.meeting).folder)
    lines = compare(meeting.figures, meeting.note.as_of, known.figures, card.as_of)
    _feed(chosen.out, comparison.to_json(meeting, card.as_of, note_of(known), lines))


def _feed(out: Path | None, text: str) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        # a feed for other systems is rewritten on every run; a paper somebody may have edited is not
        write_atomically(out, text.encode("utf-8"), overwrite=True)


def _workbook(chosen: Namespace) -> None:
    _write(chosen, Paper.WORKBOOK, chosen.division)


def _brief(chosen: Namespace) -> None:
    _write(chosen, Paper.BRIEF)


def _bulletin(chosen: Namespace) -> None:
    _write(chosen, Paper.COUNTIES if chosen.rollup == Rollup.COUNTY else Paper.UNITS)


def _write(chosen: Namespace, paper: Paper, division: str | None = None) -> None:
    check_free(chosen.out, overwrite=chosen.force)
    known, card = _card(chosen.as_of)
    scope = None if division is None else scope_of(card.geography, division)
    write_atomically(chosen.out, paper_bytes(paper, source(known, card), scope=scope), overwrite=chosen.force)


def _freeze(chosen: Namespace) -> None:
    known, card = _card(chosen.as_of)
    kept = freeze_meeting(known, card, note_of(known), meeting_papers(source(known, card)))
    print(f"已定稿 {kept.as_of}{'（演示数据）' if kept.sample else ''}：{kept.folder}")


def _card(as_of: date | None) -> tuple[Current, Scorecard]:
    known = load_or_refresh(load_settings(), show_progress)
    return known, scorecard(known.figures, as_of or known.default_day)


if __name__ == "__main__":
    sys.exit(main())
