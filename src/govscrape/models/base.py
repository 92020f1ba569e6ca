"""What all models share: frozen, and nothing unknown gets in."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value; unknown keys are errors. Its validator is built when it is first needed, not on import."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
