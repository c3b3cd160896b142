"""台账报送: a unit hands in its own register; the difference first, every version kept."""

from components.look import theme
from components.look.panel import panel
from components.registers import checking, choosing, dropping, reading, versions
from components.shell import frame
from kpi.scope import Permission

with frame.page("registers", filters=False) as view:
    theme.sheet("parts")
    theme.sheet("connect")
    theme.sheet("registers")
    theme.title("台账报送")
    reading.done()
    with panel("register-choice", "报送", "姓名、电话、证件号不读取、不保存"):
        taking = choosing.choose(view)
        draft = None if taking is None else dropping.drop(view, taking)
    if taking is not None and draft is not None:
        with panel("register-check", "核对", "还没有提交"):
            if dropping.columns(view, taking, draft):
                checking.check(view, taking, draft)
    if taking is not None:
        with panel("register-versions", f"历次报送：{taking.owner.name}{taking.dataset.title}",
                   "新的在前"):
            versions.show(view, taking)
        if view.may(Permission.DATA):
            with panel("register-units", f"各单位报送情况：{taking.dataset.title}", "还没有报送的按没有记录计"):
                versions.of_all_units(view, taking.dataset.name)
