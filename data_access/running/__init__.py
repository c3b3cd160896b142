"""What runs beside the pages: the refresh timer, commands, readiness."""

from data_access.running.administration import (
    accept_held,
    access_lines,
    audit,
    show_access,
    show_audit,
)
from data_access.running.command import PlainParser, day, run, show_progress
from data_access.running.jobs import Job, JobState, Progress, Work
from data_access.running.province_commands import (
    check_cities,
    prepare_cities,
    refresh_cities,
    timer_for,
)
from data_access.running.ready import readiness
from data_access.running.self_check import weak
from data_access.running.timer import RefreshTimer

__all__ = [
    "Job",
    "JobState",
    "PlainParser",
    "Progress",
    "RefreshTimer",
    "Work",
    "accept_held",
    "access_lines",
    "audit",
    "check_cities",
    "day",
    "prepare_cities",
    "readiness",
    "refresh_cities",
    "run",
    "show_access",
    "show_audit",
    "show_progress",
    "timer_for",
    "weak",
]
