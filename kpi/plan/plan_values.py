"""The readers of the plan file."""

from kpi.vocabulary.toml_values import TomlValues

read = TomlValues("plan.toml")
