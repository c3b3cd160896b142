"""How many random examples a test draws: its own full number, or a few in the quick run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FEW, FULL = "few", "full"


def register() -> None:
    """Make the profile of the quick run, `--hypothesis-profile=few`, available; how long an example
    takes is no verdict.
    """
    slow = [HealthCheck.too_slow]
    # a newcomer's run and one that judges a change try the same each time; all others look for what
    # is not found yet
    settings.register_profile(FEW, max_examples=10, deadline=None, suppress_health_check=slow,
                              derandomize=True)
    settings.register_profile(FULL, deadline=None, suppress_health_check=slow,
                              derandomize="CI" in os.environ)
    settings.load_profile(FULL)


def examples(full: int, few: int = 5) -> int:
    """`full`, or at most `few` in the quick run. Every test that sets a number of its own asks
    here.
    """
    return min(full, few) if settings.get_current_profile_name() == FEW else full
