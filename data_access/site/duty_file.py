"""`duties.toml` beside the plan: the plan's duties."""

from __future__ import annotations

from data_access.site.settings import Settings, load_plan, read_toml
from kpi.duties import Duty, duties_from
from kpi.vocabulary import InputError


def load_duties(settings: Settings) -> tuple[Duty, ...]:
    """The duties of the site's file, in its order; none where it has no such file. Raises
    InputError, naming what is wrong, when it cannot be used.
    """
    path = settings.duties_file
    if not path.exists():
        return ()
    try:
        return duties_from(read_toml(path), tuple(load_plan(settings).definitions.indicators))
    except InputError as error:
        raise InputError(f"{path}：{error}") from None
