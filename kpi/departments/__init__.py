"""部门: what each department of the plan has collected, against its part of the target."""

from kpi.departments.collected import (
    UNASSIGNED,
    Collected,
    Department,
    all_names,
    collected,
    departments,
    shared_counts,
    units_named,
)

__all__ = ["UNASSIGNED", "Collected", "Department", "all_names", "collected", "departments",
    "shared_counts", "units_named"]
