"""The steps of the operation that exist; scenarios accept these and no others."""

import typing
from typing import Literal

StepId = Literal["positioning", "antisepsis", "needle"]
BUILT_STEPS: tuple[StepId, ...] = typing.get_args(StepId)
