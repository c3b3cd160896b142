"""How many random examples a test draws: its own full number, or a few in the quick run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FEW, FULL = "few", "full"


def register() -> None:
    """Make the profile of the quick run, `--hypothesis-profile=few`, available; how long an example takes is no verdict."""
    slow = [HealthCheck.too_slow]
    # where a change is judged the examples are the same each time; elsewhere every run tries others
    same = "CI" in os.environ
    settings.register_profile(FEW, max_examples=10, deadline=None, suppress_health_check=slow, derandomize=same)
    settings.register_profile(FULL, deadline=None, suppress_health_check=slow, derandomize=same)
    settings.load_profile(FULL)


def examples(full: int, few: int = 5) -> int:
    """`full`, or at most `few` in the quick run. Every test that sets a number of its own asks here."""
    return min(full, few) if settings.get_current_profile_name() == FEW else full
