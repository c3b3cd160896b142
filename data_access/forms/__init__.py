"""Forms for bureaus that hand in workbooks: what to fill in, with checks while it is filled in."""

from data_access.forms.book import form_xlsx
from data_access.forms.return_form import FilledReturn, ReturnLine, read_return, return_xlsx

__all__ = ["FilledReturn", "ReturnLine", "form_xlsx", "read_return", "return_xlsx"]
