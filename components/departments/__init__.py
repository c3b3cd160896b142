"""部门: what each department of the city has collected, and what else it is in charge of."""

from components.departments import collected_table, department_choice, own_list, unit_shares

__all__ = ["collected_table", "department_choice", "own_list", "unit_shares"]
