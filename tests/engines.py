"""The real program behind the same two questions the naive recomputation answers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path

from data_access.current import Current
from data_access.site.settings import Settings, load_plan
from data_access.snapshots.refresh import refresh
from kpi.counting.facts import Facts
from kpi.definitions.catalogue import CATALOGUE
from kpi.departments import collected
from kpi.judging import ScorecardLine
from kpi.plan.plan import Plan
from kpi.scorecard.scorecard import scorecard
from tests.naive import DEPARTMENTS, NO_DATA, SHARED, NaiveLine, Reconciliation

CITY = "321300"


def write_plan(folder: Path, *, start: date, deadline: date, city_code: str = CITY,
               city_name: str = "测试市", duplicate_window_days: int = 30) -> None:
    """A plan file with every indicator of the catalogue, no targets, and three departments' sectors.
    """
    folder.mkdir(parents=True, exist_ok=True)
    indicators = "\n".join(f"[indicators.{code}]" for code in CATALOGUE)
    (folder / "plan.toml").write_text(
        f'[plan]\nid = "test"\ntitle = "测试方案"\ndocument = "测试"\ncity_code = "{city_code}"\n'
        f'city_name = "{city_name}"\nstart = {start}\ndeadline = {deadline}\n'
        f"[counting]\nduplicate_window_days = {duplicate_window_days}\n{indicators}\n"
        + "".join(f'[departments.{key}]\nname = "{key}"\nsectors = {json.dumps(sectors)}\n'
                  for key, sectors in DEPARTMENTS.items()),
        encoding="utf-8")


def real_current(urls: Mapping[str, str], *, start: date, read_on: date, folder: Path) -> Current:
    """Read the databases through the program's own refresh, into a data folder of the test's.

    A URL named "ledger" is no service database but a file that becomes the program's own ledger.
    """
    services = {name: url for name, url in urls.items() if name != "ledger"}
    config = folder / "config"
    write_plan(config, start=start, deadline=date(start.year + 1, 12, 31))
    settings = Settings(config, folder / "var", services)
    taken = refresh(settings, now=datetime.combine(read_on, time(12)))
    if "ledger" in urls:
        shutil.copy(urls["ledger"].removeprefix("sqlite:///"), settings.data / "ledger.sqlite")
    return Current(settings, load_plan(settings), taken)


def real_facts(urls: Mapping[str, str], *, start: date, read_on: date,
               folder: Path) -> tuple[Facts, Plan]:
    """What the program read, and the plan it read it for."""
    known = real_current(urls, start=start, read_on=read_on, folder=folder)
    return known.snapshot.facts(known.plan), known.plan


def real_answers(urls: Mapping[str, str], *, start: date, as_of: date, read_on: date, folder: Path
                 ) -> tuple[dict[tuple[str, str, str], NaiveLine], dict[str, Reconciliation]]:
    """Lines and reconciliation of one reading."""
    known = real_current(urls, start=start, read_on=read_on, folder=folder)
    return _lines(known, as_of), _reconciliation(known.snapshot.facts(known.plan))


def real_lines(urls: Mapping[str, str], *, start: date, as_of: date, read_on: date,
               folder: Path) -> dict[tuple[str, str, str], NaiveLine]:
    """Every line of the scorecard by (indicator, roll-up, division)."""
    return _lines(real_current(urls, start=start, read_on=read_on, folder=folder), as_of)


def real_reconcile(urls: Mapping[str, str], *, start: date, read_on: date,
                   folder: Path) -> dict[str, Reconciliation]:
    """The reconciliation of every dataset that was read."""
    return _reconciliation(real_facts(urls, start=start, read_on=read_on, folder=folder)[0])


def _lines(known: Current, as_of: date) -> dict[tuple[str, str, str], NaiveLine]:
    """The lines of the scorecard, and those of every department under its own name."""
    card = scorecard(known.figures, as_of)
    result = {line.key: _naive(line) for line in card.lines}
    for _, rollup, code in [line.key for line in card.lines if line.indicator == SHARED]:
        result |= {(f"{SHARED}@{key}", rollup, code): NO_DATA for key in (*DEPARTMENTS, "")}
    for one in collected(known.figures, card, card.plan.indicator(SHARED)):
        result |= {line.key: _naive(line) for line in (one.line, *one.units)}
    return result


def _naive(line: ScorecardLine) -> NaiveLine:
    return NaiveLine(line.value, line.numerator, line.denominator)


def _reconciliation(facts: Facts) -> dict[str, Reconciliation]:
    return {name: Reconciliation(quality.read, quality.counted, dict(quality.excluded),
                                 quality.division_conflict)
            for name, quality in facts.quality.items()}
