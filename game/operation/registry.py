"""The steps that are built, in the usual order of the operation and then the drills, and every action by name."""

from game.base import Action
from game.operation import actions
from game.operation.anchoring.rules import RULES as ANCHORING
from game.operation.antisepsis.rules import RULES as ANTISEPSIS
from game.operation.catheter.rules import RULES as CATHETER
from game.operation.connection.rules import RULES as CONNECTION
from game.operation.needle.rules import RULES as NEEDLE
from game.operation.positioning.rules import RULES as POSITIONING
from game.operation.steps import StepRules
from game.operation.tunnelling.rules import RULES as TUNNELLING
from game.operation.views.rules import RULES as VIEWS

STEPS: dict[str, StepRules] = {
    rules.id: rules for rules in (POSITIONING, ANTISEPSIS, NEEDLE, CATHETER, ANCHORING, TUNNELLING, CONNECTION, VIEWS)
}

THEATRE_ACTIONS: tuple[type[Action], ...] = (
    actions.StartStep,
    actions.FinishStep,
    actions.ReopenStep,
    actions.TakeInstrument,
    actions.PointHand,
    actions.Grip,
    actions.LetGo,
    actions.MoveHand,
    actions.OtherHand,
    actions.LeanIn,
    actions.Pedal,
    actions.MoveCArm,
    actions.MoveTable,
    actions.SetDoseMode,
    actions.SetPulseRate,
    actions.SetField,
    actions.MoveBlades,
    actions.ResetBlades,
    actions.Spot,
    actions.SilenceBuzzer,
    actions.StoreView,
    actions.AskView,
    actions.Say,
    actions.Wait,
    actions.SetBookmark,
    actions.GoBack,
)

ACTIONS: dict[str, type[Action]] = {
    kind.__name__: kind for kind in (*THEATRE_ACTIONS, *(a for rules in STEPS.values() for a in rules.actions))
}
