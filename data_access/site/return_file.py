"""`returns.toml` beside the plan: what units report every month."""

from __future__ import annotations

from collections.abc import Collection

from data_access.site.settings import Settings, load_plan, read_toml
from kpi.returns import FILE, ReturnForm, form_from
from kpi.vocabulary import InputError


def load_return_form(settings: Settings, units: Collection[str]) -> ReturnForm | None:
    """The form of the site's file; None where it has no such file: nothing is reported then.
    `units`: codes of the register's managing units.

    Raises InputError, naming the file and what is wrong, when it cannot be used.
    """
    path = settings.config / FILE
    if not path.exists():
        return None
    try:
        return form_from(read_toml(path), tuple(load_plan(settings).definitions.indicators), units)
    except InputError as error:
        raise InputError(f"{path}：{error}") from None
