"""接入: a file or a table becomes a dataset: proposed, changed by drop-downs, tried, saved, undone."""

from functools import partial

from components.library import (
    connect_draft,
    connect_fields,
    connect_now,
    connect_saving,
    connect_source,
)
from components.look import theme
from components.look.panel import panel
from components.registers import opening_panel
from components.shell import frame

with frame.page("connect", filters=False) as view:
    theme.sheet("parts")
    theme.sheet("connect")
    theme.sheet("registers")
    theme.title("接入")
    connect_saving.done()
    draft = connect_draft.draft()
    recogniser = connect_source.recogniser(view)
    with panel("connect-source", "来源", "姓名、电话、证件号不读取，也不能选"):
        connect_source.choose(view, draft, recogniser)
        if draft.table is not None:
            connect_source.first_rows(draft)
    if draft.table is not None:
        with panel("connect-columns", "哪一列是什么", "● 有把握 ▲ 请核对 ○ 没有"):
            connect_fields.dataset_choice(view, draft, recogniser)
            connect_fields.columns(view, draft, recogniser)
            connect_fields.notes(draft)
            connect_fields.sheets_choice(view, draft, recogniser)
        with panel("connect-try", "试读", "还没有写入任何内容"):
            connect_saving.trying(view, draft, recogniser)
    with panel("connect-now", "各类数据现在从哪里来", "一类数据只有一种来源：连接里的一张表，或一个至几个文件"):
        connect_now.show(view, partial(connect_saving.saved, view))
    with panel("connect-registers", "单位报送", "各单位在“台账报送”页自己上传的，不经过这里"):
        opening_panel.show(view, partial(connect_saving.saved, view))
    with panel("connect-edits", "改动记录", "在这一页或命令行上保存过的，新的在前"):
        connect_saving.history(view)
