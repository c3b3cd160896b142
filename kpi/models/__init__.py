"""典型做法: practices marked as models, who adopted them, and the figure before and after."""

from kpi.models.effect import Effect, Pair, effect, measurable
from kpi.models.model import (
    Adoption,
    EntryKind,
    Model,
    ModelEntry,
    check_model_entry,
    models_on,
)
from kpi.models.standing import AdoptionStanding, ModelStanding, stand_models

__all__ = [
    "Adoption",
    "AdoptionStanding",
    "Effect",
    "EntryKind",
    "Model",
    "ModelEntry",
    "ModelStanding",
    "Pair",
    "check_model_entry",
    "effect",
    "measurable",
    "models_on",
    "stand_models",
]
