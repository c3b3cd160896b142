"""部门: what each department of the plan has collected, against its part of the target."""

from kpi.departments.collected import (
    UNASSIGNED,
    Collected,
    Department,
    collected,
    departments,
    unit_of,
)

__all__ = ["UNASSIGNED", "Collected", "Department", "collected", "departments", "unit_of"]
