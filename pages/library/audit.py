"""审计: who signed in, was refused, exported, froze, refreshed or changed something; and what an
account may see.
"""

from components.library import access_check, audit_table
from components.look import theme
from components.look.panel import panel
from components.shell import frame

with frame.page("audit", filters=False) as view:
    theme.title("审计")
    with panel("audit", "审计日志", "只增不改；保留期见权限表，更早的月份压缩归档"):
        audit_table.show(view)
    with panel("access", "权限核对", "输入账号，查看它现在能看到什么"):
        access_check.show(view)
