"""`python -m notices send [--as-of DAY] [--dry-run]` – for cron."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date, datetime
from functools import partial

from data_access.current import Current, load_or_refresh
from data_access.ledger import Ledger, NoticeLog
from data_access.ledger.returns import recorded_returns
from data_access.running import PlainParser, day, run, show_progress
from data_access.site import load_plan, load_settings
from data_access.site.return_file import load_return_form
from data_access.snapshots import local_now, today_of
from kpi.follow_ups import ledger_day, standings
from kpi.returns import Reminder, months_of, reminders
from kpi.scorecard.card_sets import cards_of
from kpi.sentences import count_words, scope_words
from kpi.vocabulary import InputError, Rollup
from kpi.vocabulary.utf8 import use_utf8
from notices.notice import notices_due
from notices.run import Clock, Delivered, Situation, preview, send_due
from notices.sending import send_by_apprise
from notices.settings import NoticeSettings, load_notice_settings


def main(arguments: list[str] | None = None) -> int:
    parser = PlainParser(prog="python -m notices", description="发送提醒")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    send = commands.add_parser("send", help="把尚未发送的提醒发给各收信方")
    send.add_argument("--as-of", type=day, help="截至日期，默认最近一个完整日")
    send.add_argument("--today", type=day, help="今天的日期，默认按方案的时区取当天")
    send.add_argument("--dry-run", action="store_true", help="只显示将要发送的内容，不发送也不记录")
    chosen = parser.parse_args(arguments)
    return run(lambda: _send(chosen))


def _send(chosen: Namespace) -> int:
    settings = load_settings()
    wanted = load_notice_settings(settings)
    if not wanted.enabled and not chosen.dry_run:
        print("提醒未启用（notices.toml 的 enabled = false），没有发送任何消息。")
        return 0
    now = local_now(load_plan(settings))
    if wanted.quiet.at(now) and not chosen.dry_run:
        print("现在是免打扰时段，到点的提醒留到下一次运行。")
        return 0
    ledger = Ledger.open(settings)
    try:
        return _send_from(ledger, chosen, wanted, now)
    finally:
        ledger.close()


def _send_from(ledger: Ledger, chosen: Namespace, wanted: NoticeSettings, now: datetime) -> int:
    current = load_or_refresh(load_settings(), show_progress)
    as_of = chosen.as_of or current.default_day
    real = chosen.today or today_of(current.settings, current.plan)
    today = ledger_day(as_of, current.default_day, real)
    card = current.scorecard(as_of, real)
    due = notices_due(card, standings(current.figures, ledger.cases(), today, as_of), today,
                      due_days=wanted.due_days, look_back_days=wanted.look_back_days,
                      returns=_returns(current, today))
    counted = count_words(cards_of(current.figures, card, Rollup.COUNTY),
                          scope_words(card.geography, Rollup.COUNTY))
    about, log = Situation(current.plan.city_name, as_of, current.snapshot.sample,
                           counted), NoticeLog(ledger.engine)
    if chosen.dry_run:
        return _show(preview(due, wanted, log, about), log)
    return _show(send_due(due, wanted, log, about, send_by_apprise,
                          Clock(partial(local_now, current.plan))), log)


def _returns(current: Current, today: date) -> tuple[Reminder, ...]:
    """Whom to remind of a monthly return; nobody where the form cannot be used, which is told."""
    units = tuple(unit.code for unit in current.figures.facts.geography.members(Rollup.MANAGING))
    try:
        form = load_return_form(current.settings, units)
        if form is None:
            return ()
        return reminders(form, months_of(current.window, today), units,
                         recorded_returns(current.settings), today)
    except InputError as error:
        print(f"没有催报月报：{error}", file=sys.stderr)
        return ()


def _show(delivered: list[Delivered], log: NoticeLog) -> int:
    for one in delivered:
        text = {True: "已送达", False: "未送达，下次运行再试", None: "将发送"}[one.sent]
        print(f"{one.receiver.title}：{one.notices} 条，{text}")
        if one.sent is None:
            print(f"{one.message.title}\n{one.message.body}\n")
    if not delivered:
        print("没有需要发送的提醒。")
    if log.interrupted():
        print(f"另有 {log.interrupted()} 条上次发送时中断，是否送达不明，不会重发；请向收信方核对。", file=sys.stderr)
    return 1 if any(one.sent is False for one in delivered) else 0


if __name__ == "__main__":
    use_utf8()
    sys.exit(main())
