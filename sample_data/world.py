"""All tables of the sample, one after another; each from random numbers of its own, so none depends
on another's order.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator

import numpy as np

from kpi.definitions import DATASETS
from sample_data.accounts import employer_accounts, worker_accounts
from sample_data.assistance import assisted_persons, craft_certificates, injury_cover, welfare_posts
from sample_data.disputes import dispute_cases
from sample_data.divisions import central_villages, township_table, unit_table, village_table
from sample_data.hires import hires
from sample_data.jobs import job_postings
from sample_data.measures import injury_claims, publicity_activities, training_subsidies
from sample_data.office import fund_entries, practice_reports
from sample_data.seekers import seeker_registrations
from sample_data.services import venue_services
from sample_data.supervision import violations
from sample_data.table import Table
from sample_data.training import training_attendances
from sample_data.venues import service_venues

SEED = 20250619

_ALONE: tuple[tuple[str, Callable[[np.random.Generator, float], Table]], ...] = (
    ("worker_account", worker_accounts),
    ("training_attendance", training_attendances),
    ("dispute_case", dispute_cases),
    ("violation", violations),
    ("craft_certificate", craft_certificates),
    ("welfare_post", welfare_posts),
    ("assisted_person", assisted_persons),
    ("injury_cover", injury_cover),
    ("fund_entry", fund_entries),
    ("practice_report", practice_reports),
    ("seeker_registration", seeker_registrations),
    ("training_subsidy", training_subsidies),
    ("injury_claim", injury_claims),
    ("publicity", publicity_activities),
)


def tables(scale: float, seed: int, only: Collection[str] = tuple(DATASETS)) -> Iterator[Table]:
    """Every dataset of `only` once, in an order that lets each be written and forgotten. Same scale
    and seed, same rows.
    """
    for table in _places(seed, scale, only):
        if table.dataset in only:
            yield table
    if not {"employer_account", "job_posting", "hire"}.isdisjoint(only):
        for table in _recruiting(scale, seed, only):
            if table.dataset in only:
                yield table
    for name, generate in _ALONE:
        if name in only:
            yield generate(_random(seed, name), scale)


def _places(seed: int, scale: float, only: Collection[str]) -> Iterator[Table]:
    listed = central_villages(_random(seed, "central_village"))
    yield unit_table()
    yield township_table()
    yield village_table(listed)
    venues = service_venues(_random(seed, "service_venue"), listed)
    yield venues
    if "venue_service" in only:
        yield venue_services(_random(seed, "venue_service"), scale, venues)


def _recruiting(scale: float, seed: int, only: Collection[str]) -> Iterator[Table]:
    """Employers, their postings, and who was hired on them: each made from the one before."""
    employers, recruiting = employer_accounts(_random(seed, "employer_account"), scale)
    yield employers
    postings = job_postings(_random(seed, "job_posting"), scale, recruiting)
    yield postings
    if "hire" in only:
        yield hires(_random(seed, "hire"), _random(seed, "hire of a post"), scale, postings)


def _random(seed: int, dataset: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(dataset.encode())])
