"""How a duty stands on a day: by the scorecard's own line, or by what has been recorded for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kpi.duties.duty import By, Duty, DutyEntry
from kpi.judging import Light
from kpi.scorecard import Scorecard
from kpi.sentences.standing import standing
from kpi.vocabulary import InputError
from kpi.wording import LIGHT_SHAPES, wording

SOON = 30  # days before a duty's last day
_DOCUMENT_LIMIT = 120


class DutyState(StrEnum):
    """`BEHIND`: not due yet, but its figure is off pace. `WATCHED`: its figure has no target, so
    there is nothing it could be late for. `ABSENT`: the figure has no source, or nothing was
    recorded yet.
    """

    OVERDUE = "overdue"
    BEHIND = "behind"
    SOON = "soon"
    ON_TIME = "on_time"
    DONE = "done"
    WATCHED = "watched"
    ABSENT = "absent"


STATE_NAMES = {DutyState.OVERDUE: "逾期", DutyState.BEHIND: "滞后", DutyState.SOON: "将到期",
               DutyState.ON_TIME: "按期", DutyState.DONE: "已完成", DutyState.WATCHED: "监测",
               DutyState.ABSENT: "未接入"}
STATE_SHAPES = {DutyState.OVERDUE: "■", DutyState.BEHIND: "▲", DutyState.SOON: "▲",
                DutyState.ON_TIME: "●", DutyState.DONE: "✓", DutyState.WATCHED: "◇",
                DutyState.ABSENT: "○"}
_OFF_PACE = (Light.YELLOW, Light.RED)


@dataclass(frozen=True)
class DutyStanding:
    """A duty on a day. `due`: its last day, the plan's deadline where it has none of its own.
    `shows`: what it stands on, in words. `light`: of its figure, None without one. `final`: the
    plan has ended. `few`: its figure is of few cases.
    """

    duty: Duty
    state: DutyState
    due: date
    shows: str
    light: Light | None = None
    final: bool = False
    few: bool = False

    @property
    def state_words(self) -> tuple[str, str]:
        """Shape and name of the state. Behind with a red figure is called what the figure is, so
        that no row says both 严重滞后 and 滞后.
        """
        if self.state == DutyState.BEHIND and self.light == Light.RED:
            return LIGHT_SHAPES[Light.RED], wording.light_word(Light.RED, final=self.final)
        return STATE_SHAPES[self.state], STATE_NAMES[self.state]

    @property
    def lit(self) -> str:
        """“▲滞后”, of the final result “■未完成”; "" without a figure."""
        few = f"（{wording.FEW_WORDS}）" if self.few else ""
        return "" if self.light is None else (
            f"{LIGHT_SHAPES[self.light]}{wording.light_word(self.light, final=self.final)}{few}")


def stand(duties: Sequence[Duty], card: Scorecard,
          entries: Iterable[DutyEntry]) -> tuple[DutyStanding, ...]:
    """Every duty as of the scorecard's day, in order. What was recorded for later days is not seen.
    """
    there = in_force(entries, card.as_of)
    return tuple(_by_figure(duty, card) if duty.by == By.INDICATOR
                 else _by_entries(duty, card, [one for one in there if one.duty == duty.id])
                 for duty in duties)


def in_force(entries: Iterable[DutyEntry], day: date) -> tuple[DutyEntry, ...]:
    """What is recorded of days up to `day` and not taken back, oldest first."""
    latest: dict[tuple[str, date, str], DutyEntry] = {}
    for one in entries:
        latest[one.duty, one.on, one.document] = one
    return tuple(sorted((one for one in latest.values() if not one.withdrawn and one.on <= day),
                        key=lambda one: (one.on, one.at)))


def check_entry(entry: DutyEntry, duties: Sequence[Duty], today: date) -> DutyEntry:
    """The entry, if it can be recorded. Raises InputError otherwise."""
    duty = next((one for one in duties if one.id == entry.duty), None)
    if duty is None or duty.by == By.INDICATOR:
        raise InputError("这项任务看指标，不用登记材料；请选别的任务。")
    if not entry.document.strip():
        raise InputError("文号或材料名称没有填；请写上，例如 宿人社发〔2025〕12号。")
    if len(entry.document) > _DOCUMENT_LIMIT:
        raise InputError(f"文号或材料名称超过 {_DOCUMENT_LIMIT} 个字；请写短一些。")
    if entry.on > today:
        raise InputError(f"日期 {entry.on} 在今天之后；材料出来以后再登记。")
    return entry


def _by_figure(duty: Duty, card: Scorecard) -> DutyStanding:
    deadline = card.plan.window.deadline
    line = card.by_key.get((duty.indicator, "city", card.geography.city_code))
    if line is None:
        return DutyStanding(duty, DutyState.ABSENT, deadline, "方案没有列出这个指标")
    item = card.plan.indicator(duty.indicator)
    if line.value is None:
        return DutyStanding(duty, DutyState.ABSENT, deadline,
                            f"{item.name}{standing(line, item)}", line.light, card.final)
    value = wording.figure(line.value, item.indicator.unit, line.target, line.comparator)
    goal = "" if line.target is None else (
        f"，目标{wording.target_words(line.target, item.indicator.unit, line.comparator)}")
    state = _until(deadline, card.as_of)
    if line.light == Light.MET:
        state = DutyState.DONE
    elif line.target is None:
        state = DutyState.WATCHED
    elif card.final:
        state = DutyState.OVERDUE
    elif line.light in _OFF_PACE:
        state = DutyState.BEHIND
    return DutyStanding(duty, state, deadline, f"{item.name} {value}{goal}", line.light, card.final,
                        line.few)


def _by_entries(duty: Duty, card: Scorecard, own: Sequence[DutyEntry]) -> DutyStanding:
    due = duty.due or card.plan.window.deadline
    if not own:
        state = DutyState.ABSENT if duty.by != By.MILESTONE else (
            DutyState.OVERDUE if card.final else _until(due, card.as_of))
        return DutyStanding(duty, state, due, "还没有登记")
    newest = own[-1]
    more = f"，共 {len(own)} 件" if len(own) > 1 else ""
    # evidence keeps coming until the plan ends
    state = DutyState.DONE if duty.by == By.MILESTONE or card.final else DutyState.ON_TIME
    return DutyStanding(duty, state, due, f"{newest.on} {newest.document}{more}")


def _until(due: date, day: date) -> DutyState:
    left = (due - day).days
    return (DutyState.OVERDUE if left < 0 else DutyState.SOON if left <= SOON
            else DutyState.ON_TIME)
