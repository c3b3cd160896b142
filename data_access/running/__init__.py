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
from data_access.running.token_commands import add_token, list_tokens, revoke_token, token_day

__all__ = [
    "Job",
    "JobState",
    "PlainParser",
    "Progress",
    "RefreshTimer",
    "Work",
    "accept_held",
    "access_lines",
    "add_token",
    "audit",
    "check_cities",
    "day",
    "list_tokens",
    "prepare_cities",
    "readiness",
    "refresh_cities",
    "revoke_token",
    "run",
    "show_access",
    "show_audit",
    "show_progress",
    "timer_for",
    "token_day",
    "weak",
]
