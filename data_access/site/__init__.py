"""Where this installation's files and databases are: settings, cities of a province, public
holidays.
"""

from data_access.site.cities import CitySite, ProvinceSite, province_file, province_site
from data_access.site.definition_files import definition_stamps
from data_access.site.keys import keyed, site_key
from data_access.site.load import empty_urls, load_settings
from data_access.site.plan_edits import (
    InForce,
    checked,
    edited,
    edits,
    plan_text,
    save,
    text_of,
)
from data_access.site.plans import (
    PlanSite,
    PlanSites,
    check_id,
    installation,
    other_settings,
    plan_folders,
    plan_sites,
    settings_of_plan,
)
from data_access.site.settings import (
    DAY_MINUTES,
    ROOT,
    STATEMENT_SECONDS,
    Settings,
    load_plan,
    plan_digest,
    read_toml,
)
from data_access.site.versioned_file import Edit, VersionedFile, digest_of, in_words, swap
from data_access.site.versions import (
    PlanVersion,
    every_plan_era,
    plan_eras,
    plan_versions,
    recorded_versions,
    version_files,
    versions_to_be,
)

__all__ = [
    "DAY_MINUTES",
    "ROOT",
    "STATEMENT_SECONDS",
    "CitySite",
    "Edit",
    "InForce",
    "PlanSite",
    "PlanSites",
    "PlanVersion",
    "ProvinceSite",
    "Settings",
    "VersionedFile",
    "check_id",
    "checked",
    "definition_stamps",
    "digest_of",
    "edited",
    "edits",
    "empty_urls",
    "every_plan_era",
    "in_words",
    "installation",
    "keyed",
    "load_plan",
    "load_settings",
    "other_settings",
    "plan_digest",
    "plan_eras",
    "plan_folders",
    "plan_sites",
    "plan_text",
    "plan_versions",
    "province_file",
    "province_site",
    "read_toml",
    "recorded_versions",
    "save",
    "settings_of_plan",
    "site_key",
    "swap",
    "text_of",
    "version_files",
    "versions_to_be",
]
