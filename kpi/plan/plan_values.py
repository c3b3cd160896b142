"""The readers of the plan file."""

from kpi.toml_values import TomlValues

read = TomlValues("plan.toml")
