"""The steps that exist; scenarios accept these and no others."""

import typing
from typing import Literal

StepId = Literal["positioning", "antisepsis", "needle", "catheter", "anchoring", "tunnelling", "connection", "views"]
ALL_STEPS: tuple[StepId, ...] = typing.get_args(StepId)
DRILL_STEPS: tuple[StepId, ...] = ("views",)
"""Steps that are no part of the operation: a drill case has one of them and nothing else."""
BUILT_STEPS: tuple[StepId, ...] = tuple(step for step in ALL_STEPS if step not in DRILL_STEPS)
"""The steps of the operation that are built, in its usual order."""
