"""Forms for bureaus that hand in workbooks: what to fill in, with checks while it is filled in."""

from data_access.forms.book import form_xlsx

__all__ = ["form_xlsx"]
