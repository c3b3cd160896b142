"""What the demonstration's office has recorded for the plan's duties."""

from __future__ import annotations

from datetime import date, datetime, time

from kpi.duties import DutyEntry

_ENTRIES = (
    ("54", "2025-06-19", "宿政办发〔2025〕19号 印发方案"),
    ("16", "2025-05-28", "“速找活”平台上线验收报告"),
    ("17", "2025-12-12", "苏心聘数据接入联调记录"),
    ("35", "2025-10-16", "零工服务协议通用条款（试行）"),
    ("15", "2025-07-08", "任务分工表"),
    ("15", "2026-02-27", "年度分工调整通知"),
    ("44", "2025-09-24", "联席会议纪要（第一次）"),
    ("44", "2026-01-15", "联席会议纪要（第二次）"),
    ("44", "2026-07-22", "联席会议纪要（第三次）"),
    ("49", "2026-04-09", "零工市场新情况专报"),
    ("50", "2026-06-30", "沭阳县花木零工做法推广通知"),
)


def sample_duty_entries() -> tuple[DutyEntry, ...]:
    """Entries as if recorded the morning after; one milestone is late and one still open."""
    return tuple(DutyEntry(duty, date.fromisoformat(on), document, "演示账户",
                           datetime.combine(date.fromisoformat(on), time(17)))
                 for duty, on, document in _ENTRIES)
