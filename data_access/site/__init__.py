"""Where this installation's files and databases are: settings, cities of a province, public
holidays.
"""

from data_access.site.cities import CitySite, ProvinceSite, province_file, province_site
from data_access.site.definition_files import definition_stamps
from data_access.site.keys import keyed, site_key
from data_access.site.load import empty_urls, load_settings
from data_access.site.plan_edits import (
    Edit,
    InForce,
    checked,
    digest_of,
    edited,
    edits,
    plan_text,
    save,
    text_of,
)
from data_access.site.settings import (
    ROOT,
    STATEMENT_SECONDS,
    Settings,
    load_plan,
    plan_digest,
    read_toml,
)

__all__ = [
    "ROOT",
    "STATEMENT_SECONDS",
    "CitySite",
    "Edit",
    "InForce",
    "ProvinceSite",
    "Settings",
    "checked",
    "definition_stamps",
    "digest_of",
    "edited",
    "edits",
    "empty_urls",
    "keyed",
    "load_plan",
    "load_settings",
    "plan_digest",
    "plan_text",
    "province_file",
    "province_site",
    "read_toml",
    "save",
    "site_key",
    "text_of",
]
