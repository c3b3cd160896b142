"""`python -m reports workbook|brief|slides|bulletin|freeze|compare|explain`, the feeds
`scorecard|alerts|indicators|venues|quality`, and `export`, which writes the feeds into tables of a
database. For cron and other systems.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from data_access.accounts import Action
from data_access.current import Current, load_or_refresh
from data_access.exchange import TARGET_VARIABLE, open_target
from data_access.ledger import ledger_url
from data_access.running import PlainParser, audit, day, run, show_progress
from data_access.site import Settings, load_settings, settings_of_plan
from data_access.snapshots import FrozenNote, list_frozen, open_frozen, today_of
from kpi.figures import Figures
from kpi.scorecard import Scorecard
from kpi.scorecard.compare import compare
from kpi.sentences.plan_changes import changes_between
from kpi.vocabulary import InputError
from kpi.vocabulary.utf8 import use_utf8
from reports import comparison, explained
from reports.comparison import frozen_meeting
from reports.content import ALL_PARTS, MEETING_PARTS
from reports.exchange import exchange
from reports.feeds import FEEDS, Feed, feed_source, feed_text
from reports.files import check_free, write_atomically
from reports.freezing import freeze_meeting
from reports.paper import Paper, PaperSource
from reports.papers import PAPERS, meeting_papers, note_of, paper_bytes, source
from reports.workbook import scope_of


def main(arguments: list[str] | None = None) -> int:
    parser = PlainParser(prog="python -m reports", description="生成报表")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for name, papers in _by_command().items():
        _add_paper(commands.add_parser(name, help=papers[0].title), papers)
    for feed in FEEDS:
        _add_feed_command(commands.add_parser(feed.name, help=f"{feed.title}（JSON）"), feed)
    _add_export(commands.add_parser("export", help="写入交换库的表，供其他系统读取"))
    frozen = commands.add_parser("freeze", help="定稿：把数据、方案和报表原样留存")
    frozen.set_defaults(make=_freeze)
    compared = commands.add_parser("compare", help="与定稿的会议相比（JSON）")
    compared.add_argument("--meeting", type=day, help="定稿的截至日期，默认最近一次定稿")
    _add_feed(compared)
    compared.set_defaults(make=_compare)
    explained_ = commands.add_parser("explain", help="一个指标两天之间的变化原因（JSON）")
    explained_.add_argument("--indicator", required=True, help="指标代码，例如 jobs_published")
    explained_.add_argument("--division", help="县区或管理单位的区划代码，不写则为全市")
    explained_.add_argument("--since", type=day, help="从哪天起，默认上月末；定稿过的日子单列其后的补报和更正")
    _add_feed(explained_)
    explained_.set_defaults(make=_explain)
    for command in commands.choices.values():
        command.add_argument("--as-of", type=day, help="截至日期，默认最近一个完整日")
        command.add_argument("--plan", help="哪个方案，写方案的 id；不写则为现在的方案")
        command.add_argument("--today", type=day, help="今天的日期，用来判断数据新旧；默认按方案的时区取当天")
    chosen = parser.parse_args(arguments)
    return run(lambda: _recorded(chosen.make, chosen))


def _by_command() -> dict[str, list[Paper]]:
    """The papers each command makes; of several, `--rollup` chooses and the first is the default.
    """
    grouped: dict[str, list[Paper]] = {}
    for paper in PAPERS:
        if paper.feed:
            continue  # a feed has a command of its own, with scopes
        grouped.setdefault(paper.command, []).append(paper)
    return grouped


def _add_paper(command: ArgumentParser, papers: list[Paper]) -> None:
    first = papers[0]
    if len(papers) > 1:
        command.add_argument("--rollup", choices=[paper.rollup for paper in papers],
                             default=first.rollup,
                             help="；".join(f"{paper.rollup}：{paper.about}" for paper in papers))
    if first.by_division:
        command.add_argument("--division", help="只要一个县区或管理单位的报表，写区划代码；不写则为全市")
    if first.sheets:
        command.add_argument("--meeting", action="store_true", help="只要会议用的表，不要备查的")
    command.add_argument("--out", type=Path, required=True, help=f"写入的 {first.suffix} 文件")
    command.add_argument("--force", action="store_true", help="覆盖已有文件")
    command.set_defaults(make=partial(_paper, papers))


def _add_feed_command(command: ArgumentParser, feed: Feed) -> None:
    _add_division(command)
    _add_feed(command)
    command.set_defaults(make=partial(_feed_command, feed))


def _add_export(command: ArgumentParser) -> None:
    command.add_argument("--to", metavar="URL",
                         help=f"目标库的 url；不写则取环境变量 {TARGET_VARIABLE}（口令不会出现在进程列表里）")
    _add_division(command)
    command.set_defaults(make=_export)


def _add_division(command: ArgumentParser) -> None:
    command.add_argument("--division", help="只要一个县区或管理单位可以看到的内容，写区划代码；不写则为全市")


def _add_feed(command: ArgumentParser) -> None:
    command.add_argument("--out", type=Path, help="写入的文件；不写则输出到屏幕")


def _recorded(make: Callable[[Namespace], str | None], chosen: Namespace) -> None:
    """Make a paper and note in the audit log what was handed out, to whom and where to."""
    place = make(chosen)
    out: Path | None = getattr(chosen, "out", None)
    audit(load_settings(), Action.FREEZE if chosen.command == "freeze" else Action.EXPORT,
          " ".join(filter(None, (chosen.command, str(chosen.as_of or "最近一个完整日"), chosen.plan))),
          place or ("完成" if out is None else out.name))


def _paper(papers: list[Paper], chosen: Namespace) -> None:
    rollup = getattr(chosen, "rollup", None)
    paper = papers[0] if rollup is None else next(each for each in papers if each.rollup == rollup)
    check_free(chosen.out, overwrite=chosen.force)
    current, card = _card(chosen)
    division = getattr(chosen, "division", None)
    scope = None if division is None else scope_of(card.geography, division)
    parts = MEETING_PARTS if getattr(chosen, "meeting", False) else ALL_PARTS
    write_atomically(chosen.out, paper_bytes(paper, source(current, card), scope=scope,
                                             parts=parts), overwrite=chosen.force)


def _feed_command(feed: Feed, chosen: Namespace) -> None:
    _feed(chosen.out, feed_text(feed, _feed_source(chosen)))


def _export(chosen: Namespace) -> str:
    """Into the target's tables; one line of what is there now. Where it was written to."""
    settings = _settings(chosen)
    to = chosen.to or os.environ.get(TARGET_VARIABLE, "").strip()
    target = open_target(to, (*settings.urls.values(), ledger_url(settings)))
    made_from = _feed_source(chosen)
    written = exchange(target, made_from, chosen.division)
    print(
        f"已写入 {target.place}：截至 {made_from.card.as_of}，{len(written)} 张表共 {sum(written.values()):,} 行。"
    )
    return target.place


def _feed_source(chosen: Namespace) -> PaperSource:
    current = load_or_refresh(_settings(chosen), show_progress)
    return feed_source(current, chosen.as_of or current.default_day, _today(chosen, current),
                       chosen.division)


def _compare(chosen: Namespace) -> None:
    current, card = _card(chosen)
    meeting = open_frozen(frozen_meeting(current.settings.data, chosen.meeting).folder)
    lines = compare(meeting.figures, meeting.note.as_of, current.figures, card.as_of)
    changed = changes_between(meeting.plan, meeting.note.as_of, current.figures, card.as_of)
    _feed(chosen.out, comparison.to_json(meeting, card.as_of, note_of(current), lines, changed))


def _explain(chosen: Namespace) -> None:
    current, card = _card(chosen)
    place = None if chosen.division is None else scope_of(card.geography, chosen.division)
    since = chosen.since or explained.usual_start(current.figures, card.as_of)
    notes = [note for note in list_frozen(current.settings.data) if note.as_of == since
             and note.sample == current.snapshot.sample]
    then = _then(min(notes, key=lambda note: note.frozen_at)) if notes else None
    _feed(chosen.out, explained.to_json(current.figures, note_of(current), chosen.indicator,
                                        place or card.geography.city, since, card.as_of, then))


def _then(note: FrozenNote) -> Figures | None:
    """The figures of a frozen meeting; None where they can no longer be computed, as on the page.
    """
    try:
        return open_frozen(note.folder).figures
    except InputError:
        return None


def _feed(out: Path | None, text: str) -> None:
    if out is None:
        if isinstance(sys.stdout, TextIOWrapper):
            # JSON is UTF-8, whatever the locale of the one who pipes it on
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(text)
    else:
        # a feed for other systems is rewritten on every run; a paper somebody may have edited is
        # not
        write_atomically(out, text.encode("utf-8"), overwrite=True)


def _freeze(chosen: Namespace) -> None:
    current, card = _card(chosen)
    note = freeze_meeting(current, card, note_of(current), meeting_papers(source(current, card)))
    print(f"已定稿 {note.as_of}{'（演示数据）' if note.sample else ''}：{note.folder}")


def _card(chosen: Namespace) -> tuple[Current, Scorecard]:
    current = load_or_refresh(_settings(chosen), show_progress)
    as_of = chosen.as_of or current.default_day
    return current.judged_on(as_of), current.scorecard(as_of, _today(chosen, current))


def _settings(chosen: Namespace) -> Settings:
    """Those of the plan asked for."""
    return settings_of_plan(load_settings(), chosen.plan)


def _today(chosen: Namespace, current: Current) -> date:
    return chosen.today or today_of(current.settings, current.plan)


if __name__ == "__main__":
    use_utf8()
    sys.exit(main())
