"""The JSON Schema of a scenario file, for editors: made from the same dataclasses that the loader checks with."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from game.scenario.shapes import model_of
from game.scenario.spec import Scenario


class _Schema(GenerateJsonSchema):
    """Pydantic's schema without a title for every key: the key says it."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Say no."""
        return False


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scenario file."""
    made = model_of(Scenario).model_json_schema(schema_generator=_Schema)
    return {"$schema": GenerateJsonSchema.schema_dialect, **made, "title": "Scenario of the Spinal Infusion Trainer"}


def scenario_schema_text() -> str:
    """Return the schema as the text of `scenarios/scenario.schema.json`."""
    return json.dumps(scenario_schema(), indent=2) + "\n"
