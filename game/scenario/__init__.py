"""Scenario files and tables: YAML text to the spec dataclasses of the rooms below, with every message for authors."""

from game.scenario.load import (
    check_paths,
    check_scenario,
    load_criteria,
    load_equipment,
    load_scenario,
    load_speech,
    load_tables,
    scenario_files,
    scenario_from_plain,
    scenario_to_plain,
)
from game.scenario.overrides import with_patient
from game.scenario.schema import scenario_schema, scenario_schema_text
from game.scenario.spec import Scenario, Speech, SpeechLine, Tables
from game.scenario.template import new_scenario_text

__all__ = [
    "Scenario",
    "Speech",
    "SpeechLine",
    "Tables",
    "check_paths",
    "check_scenario",
    "load_criteria",
    "load_equipment",
    "load_scenario",
    "load_speech",
    "load_tables",
    "new_scenario_text",
    "scenario_files",
    "scenario_from_plain",
    "scenario_schema",
    "scenario_schema_text",
    "scenario_to_plain",
    "with_patient",
]
