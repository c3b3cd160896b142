"""任务清单: every duty of the plan with its state."""

from __future__ import annotations

from kpi.duties import BY_NAMES, DutyStanding
from reports.workbook import style
from reports.workbook.page import Page

PAGE_WIDTHS = (5, 32, 16, 16, 24, 6, 34, 10.5, 10)
_HEADS = ("序号", "任务", "出处", "牵头单位", "配合单位", "看什么", "情况", "期限", "状态")


def write_duties(page: Page) -> None:
    duties = page.content.duties
    top = page.open("任务清单", f"共 {len(duties)} 项")
    page.head(top, _HEADS)
    for row, one in enumerate(duties, start=top + 1):
        words = dict(enumerate(duty_words(one), start=1))
        for column, text in words.items():
            page.put(row, column, text, (style.CENTRED if column in (1, 6, 8, 9) else style.TEXT)
                     .but(wrap=True))
        page.fit_row(row, words)
    page.filter(top, top + len(duties))
    page.freeze(top + 1, 3)
    page.print_on_a4((top, top))


def duty_words(one: DutyStanding) -> tuple[str, ...]:
    """A duty as the cells of a row, in the order of the heads."""
    duty = one.duty
    lit = f" {one.lit}" if one.lit else ""
    return (duty.id, duty.text, duty.clause, duty.lead, "、".join(duty.co) or "—",
            BY_NAMES[duty.by], f"{one.shows}{lit}", one.due.isoformat(),
            "".join(one.state_words))


