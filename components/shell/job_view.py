"""A job on the page: begun here, or by another tab of the same account; progress while it runs, its
outcome afterwards.
"""

from __future__ import annotations

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.look import notices
from components.shell.carded import carded
from components.shell.frame import View
from data_access.running import Job, JobState, Work
from data_access.running.jobs import jobs

_LOOK = 1.0
_SHORT = 0.1


def start(view: View, kind: str, title: str, work: Work) -> Job:
    """Begin, and follow it in place until it ends or the reader does something else: it goes on all
    the same.

    What has come of it is for `show`, also on the next run.
    """
    all_jobs, owner = jobs(view.current.settings.data), view.access.account.subject
    job, bar = all_jobs.start(owner, kind, title, work), st.empty()
    while job.running:
        _bar(bar, job)
        time.sleep(_SHORT)
        job = all_jobs.look(owner, kind) or job
    bar.empty()
    return job


def look(view: View, kind: str) -> Job | None:
    """The last one of that kind of the reader's account; None when there is none to tell of."""
    return jobs(view.current.settings.data).look(view.access.account.subject, kind)


def show(view: View, kind: str) -> None:
    """What became of the last one of that kind; while one is under way its progress, looked at
    every second.
    """
    job = look(view, kind)
    if job is None:
        return
    if job.running:
        _follow(view, kind)
    else:
        _outcome(view, job)


@st.fragment(run_every=_LOOK)
def _follow(view: View, kind: str) -> None:
    job = look(view, kind)
    if job is None or not job.running:
        st.rerun()
    _bar(st.empty(), job)


def _bar(place: DeltaGenerator, job: Job) -> None:
    place.progress(job.share, text=f"{job.title}：{job.text}…可以离开本页，不影响进行。")


def _outcome(view: View, job: Job) -> None:
    bad = job.state == JobState.FAILED
    with st.container(key=f"lg-job-{job.kind}"):
        notices.card("error" if bad else "empty", f"没有{job.title}" if bad else f"{job.title}完成",
                     job.result)
        st.button("知道了", key=f"job-forget-{job.kind}", type="tertiary",
                  on_click=carded(jobs(view.current.settings.data).forget),
                  args=(job.owner, job.kind))
