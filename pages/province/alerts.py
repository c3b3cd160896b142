"""预警 of a province: what is raised on its cities as wholes, each by its own plan."""

from components.look import theme
from components.look.panel import panel
from components.meeting import alert_cards
from components.province import frame

with frame.page("alerts") as view:
    theme.sheet("alerts")
    theme.title("预警")
    with panel("cards", "各市需要处理的预警", "每个指标和市一张卡，按各市自己的方案判定；县区的预警和督办在各市的页面"):
        alert_cards.show_of_members(view)
