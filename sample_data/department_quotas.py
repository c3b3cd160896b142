"""The demonstration's part of the target for every department: the plan itself gives them none.

A plan file that names quotas of its own, or other departments, is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_JOBS = "jobs_published"
# of the target; the rest is of sectors no department collects
_SHARES = {"rsj": 0.2, "nyncj": 0.16, "swj": 0.156, "zjj": 0.15, "scjgj": 0.104, "yzj": 0.09}


def with_sample_quotas(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parsed plan file with quotas of jobs for its departments, where it has exactly the
    demonstration's and none of them has a quota.
    """
    departments, indicators = data.get("departments"), data.get("indicators")
    if not isinstance(departments, Mapping) or set(departments) != set(_SHARES) or any(
            not isinstance(one, Mapping) or "quotas" in one for one in departments.values()):
        return data
    jobs = indicators.get(_JOBS) if isinstance(indicators, Mapping) else None
    target = jobs.get("target") if isinstance(jobs, Mapping) else None
    if not isinstance(target, int | float) or isinstance(target, bool) or target <= 0:
        return data
    given = {key: {**one, "quotas": {_JOBS: float(int(target * _SHARES[key]))}}
             for key, one in departments.items() if int(target * _SHARES[key])}
    return {**data, "departments": {**departments, **given}}
