"""What the plan file says: targets, quotas, curves, thresholds, working days."""

from kpi.plan.curve import CURVE_NAMES, LINEAR, Curve, CurveKind
from kpi.plan.departments import DepartmentPlan, sector_names, shared_by_sector
from kpi.plan.editable import (
    CITY_FIELDS,
    CURVES,
    Field,
    FieldKind,
    indicator_fields,
    may_have_curve,
    may_have_quotas,
)
from kpi.plan.plan import Comparator, FollowUpRules, IndicatorPlan, MapPlan, Plan, plan_from
from kpi.plan.plausibility import PlausibilitySettings
from kpi.plan.scoring import CAPPED, METHOD_NAMES, ScoreMethod, ScoreRules
from kpi.plan.targets import DivisionKey, DivisionTarget, TargetOrigin, division_targets
from kpi.plan.thresholds import AlertSettings
from kpi.plan.versions import (
    Era,
    PlanFile,
    check_days,
    eras,
    every_era,
    plan_on,
    stripped,
    taken_into_use,
)
from kpi.plan.workdays import WorkCalendar

__all__ = [
    "CAPPED",
    "CITY_FIELDS",
    "CURVES",
    "CURVE_NAMES",
    "LINEAR",
    "METHOD_NAMES",
    "AlertSettings",
    "Comparator",
    "Curve",
    "CurveKind",
    "DepartmentPlan",
    "DivisionKey",
    "DivisionTarget",
    "Era",
    "Field",
    "FieldKind",
    "FollowUpRules",
    "IndicatorPlan",
    "MapPlan",
    "Plan",
    "PlanFile",
    "PlausibilitySettings",
    "ScoreMethod",
    "ScoreRules",
    "TargetOrigin",
    "WorkCalendar",
    "check_days",
    "division_targets",
    "eras",
    "every_era",
    "indicator_fields",
    "may_have_curve",
    "may_have_quotas",
    "plan_from",
    "plan_on",
    "sector_names",
    "shared_by_sector",
    "stripped",
    "taken_into_use",
]
