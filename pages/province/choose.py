"""Which city? – for the pages that show one, when none is chosen."""

from components.look import notices, theme
from components.look.panel import panel
from components.province import choosing, frame
from components.shell import level, navigation

with frame.page(level.page()) as view:
    theme.sheet("county")
    codes = level.enterable_codes()
    title = f"{navigation.title(level.page())}：请选择市"
    with panel("units", title, "这一页按市查看；也可以在上方“范围”中选择，选中后网址可以收藏、转发"):
        if codes:
            choosing.show(view, codes)
        else:
            notices.empty("没有可以查看的市", "您的账号没有任何一个市的这项权限；如工作需要，请联系系统管理员。")
