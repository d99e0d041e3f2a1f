"""Measures to marks, marks to a report."""

from game.assessment.criteria import Criteria, CriticalId
from game.assessment.facts import CaseFacts, ComplicationFact, CriticalFact, Dose, Moment, MotionFacts, StepFacts, impossible_measures
from game.assessment.formats import as_text, motion_words, report_json, report_plain, with_unit
from game.assessment.marks import grade, mark
from game.assessment.report import NOTICE, CriticalReport, MeasureReport, Practise, Report, StepReport, TimelineEntry, make_report

__all__ = [
    "NOTICE",
    "CaseFacts",
    "ComplicationFact",
    "Criteria",
    "CriticalFact",
    "CriticalId",
    "CriticalReport",
    "Dose",
    "MeasureReport",
    "Moment",
    "MotionFacts",
    "Practise",
    "Report",
    "StepFacts",
    "StepReport",
    "TimelineEntry",
    "as_text",
    "grade",
    "impossible_measures",
    "make_report",
    "mark",
    "motion_words",
    "report_json",
    "report_plain",
    "with_unit",
]
