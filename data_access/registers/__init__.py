"""Registers the units hand in: their normal form, their versions, and what one changes of another.
"""

from data_access.registers.difference import Change, Difference, difference, merged
from data_access.registers.normal_form import (
    Key,
    Register,
    as_csv,
    bare_text,
    form_columns,
    from_csv,
    key_columns,
)
from data_access.registers.versions import (
    Current,
    NewVersion,
    Version,
    Versions,
    checked_content,
    current_registers,
    units_with_registers,
)

__all__ = [
    "Change",
    "Current",
    "Difference",
    "Key",
    "NewVersion",
    "Register",
    "Version",
    "Versions",
    "as_csv",
    "bare_text",
    "checked_content",
    "current_registers",
    "difference",
    "form_columns",
    "from_csv",
    "key_columns",
    "merged",
    "units_with_registers",
]
