"""The demonstration's models, and which units have adopted them."""

from __future__ import annotations

from datetime import date, datetime, time

from kpi.models import EntryKind, ModelEntry

# title, unit, day, document, the indicator it is to move, adoptions as (unit, day, document)
_MODELS = (
    ("花木零工“早市”撮合", "321322", "2026-02-27", "做法专报〔2026〕3号", "jobs_published",
     (("321323", "2026-04-20", "泗阳县推广方案"), ("321311", "2026-05-18", "宿豫区推广方案"),
      ("321392", "2026-06-15", "洋河新区实施方案"))),
    ("“送培进厂”夜间班", "321302", "2025-11-18", "做法专报〔2025〕11号", "training_attendances",
     (("321324", "2026-03-16", "泗洪县推广方案"), ("321371", "2026-10-12", "经开区实施方案"))),
    ("网格员代办零工注册", "321324", "2026-05-20", "做法专报〔2026〕7号", "registered_users",
     (("321322", "2026-07-06", "沭阳县推广方案"),)),
)


def sample_model_entries() -> tuple[ModelEntry, ...]:
    """Entries as if recorded the same afternoon."""
    entries = []
    for title, unit, on, document, indicator, adoptions in _MODELS:
        entries.append(_entry(EntryKind.MODEL, title, unit, on, document, indicator))
        entries += [_entry(EntryKind.ADOPTED, title, *adoption) for adoption in adoptions]
    return tuple(entries)


def _entry(kind: EntryKind, title: str, unit: str, on: str, document: str,
           indicator: str = "") -> ModelEntry:
    day = date.fromisoformat(on)
    return ModelEntry(kind, title, unit, day, document, indicator, "演示账户",
                      datetime.combine(day, time(17)))
