"""From the rows of a source to cells: statements, fetching, reconciliation, what changed since."""

from data_access.reading.divisions import (
    Reference,
    geography_of,
    read_divisions,
    reading_rules,
    without_population,
)
from data_access.reading.fetch import prefer_counting
from data_access.reading.incremental import (
    Trace,
    as_json,
    definition,
    from_json,
    silent_changes,
    slices_to_read,
    source_digest,
    trace,
    trace_statement,
)
from data_access.reading.memory import Looked, look_at, secret
from data_access.reading.placing import prepared
from data_access.reading.quality import (
    NO_FINDINGS,
    CodePair,
    DayCount,
    Delay,
    Health,
    UnknownValue,
    delay_statement,
    findings_statement,
    health,
    read_findings,
    rows_per_day,
)
from data_access.reading.queries import ReadingRules, cells, judge
from data_access.reading.reading import (
    DatasetPart,
    Fetched,
    Reading,
    read_dataset,
    read_reference,
    read_rows,
    read_slices,
    to_date,
)
from data_access.reading.reference import geography_from
from data_access.reading.repeats import gathered, no_rows, once_each, read_repeats, repeat_remarks

__all__ = [
    "NO_FINDINGS",
    "CodePair",
    "DatasetPart",
    "DayCount",
    "Delay",
    "Fetched",
    "Health",
    "Looked",
    "Reading",
    "ReadingRules",
    "Reference",
    "Trace",
    "UnknownValue",
    "as_json",
    "cells",
    "definition",
    "delay_statement",
    "findings_statement",
    "from_json",
    "gathered",
    "geography_from",
    "geography_of",
    "health",
    "judge",
    "look_at",
    "no_rows",
    "once_each",
    "prefer_counting",
    "prepared",
    "read_dataset",
    "read_divisions",
    "read_findings",
    "read_reference",
    "read_repeats",
    "read_rows",
    "read_slices",
    "reading_rules",
    "repeat_remarks",
    "rows_per_day",
    "secret",
    "silent_changes",
    "slices_to_read",
    "source_digest",
    "to_date",
    "trace",
    "trace_statement",
    "without_population",
]
