"""The readers of the plan file."""

from kpi.vocabulary import TomlValues

read = TomlValues("plan.toml")
