"""月报: what every unit reports each month – filed, sent back, approved, corrected."""

from components.look import theme
from components.look.panel import panel
from components.returns import board, history, sheet, steps, workbook
from components.returns.desk import open_desk
from components.shell import frame

with frame.page("returns", filters=False) as view:
    theme.sheet("parts")
    theme.sheet("returns")
    theme.title("月报")
    desk = open_desk(view)
    if desk is None:
        board.none()
    else:
        unit = board.choose(desk)
        if len(desk.units) > 1:
            with panel("returns", f"{desk.month:%Y年%m月}各单位月报", board.note(desk)):
                board.show(desk, unit)
                board.overview(desk)
        opened = sheet.open_sheet(desk, unit)
        with panel("return", f"{unit.name} {desk.month:%Y年%m月}月报", sheet.note(opened)):
            sheet.show(opened)
            steps.show(opened)
            workbook.show(opened)
        with panel("return-steps", "办理记录", history.note(opened)):
            history.show(opened)
