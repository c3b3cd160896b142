"""任务清单: what the plan asks of whom, and how each of it stands."""

from components.look import notices, theme
from components.look.panel import panel
from components.meeting import duty_list, model_library
from components.shell import frame

with frame.page("duties") as view:
    theme.sheet("parts")
    theme.sheet("duties")
    theme.title("任务清单")
    all_duties = duty_list.standings(view)
    if not all_duties:
        notices.empty("没有任务清单", "在配置文件夹放上 duties.toml，写明每项任务由谁牵头、凭什么算完成；写法见自带的文件。")
    else:
        with panel("duties", "任务清单", f"方案的 {len(all_duties)} 项任务，截至 {view.card.as_of}"):
            duty_list.show(view, all_duties)
    models = model_library.standings(view)
    with panel("models", "典型做法", f"{len(models)} 个典型，采用前后与同期同类单位对照"):
        model_library.show(view, models)
