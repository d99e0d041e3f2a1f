"""The tray of each step: what can be taken in the hand, and what is done at one press."""

from dataclasses import dataclass
from typing import Literal

from game.base import Action
from game.operation.actions import Stylet, TakeInstrument
from game.operation.anchoring.actions import Clamp, Spread
from game.operation.antisepsis.actions import (
    CoverCArm,
    FreshApplicator,
    LayIncisionFilm,
    PutOnGloves,
    RemoveHair,
    WashHands,
    WipeOff,
)
from game.operation.catheter.actions import InjectContrast, NewCatheter
from game.operation.connection.actions import LookAt
from game.operation.needle.actions import Inject, PressPlunger, TakeOut
from game.operation.tunnelling.actions import DrawRod, DrawSheath, OpenFreeEnd
from game.operation.views.actions import Present

Icon = Literal[
    "hips", "roll", "finger", "metal", "pen", "wipe", "level", "clipper", "hands", "gloves", "applicator", "gauze", "drape", "film",
    "cover", "syringe", "blade", "tuohy", "stylet", "plunger", "out", "present", "talk",
    "catheter", "contrast", "fresh", "tunneller", "tunneller_short", "rod", "sheath", "clamp",
    "forceps", "scissors", "chart", "pump", "small_syringe", "needle_holder", "wound", 
    "scalpel", "cautery", "bullet", "winged", "retractor",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a tool that asks which."""

    label: str
    action: Action


@dataclass(frozen=True, slots=True)
class Tool:
    """One place of the tray.

    Attributes:
        id: Its name on the screen.
        label: Its name for people.
        key: The key shown in its corner.
        icon: Its picture.
        held: Whether it stays in the hand; otherwise a press does something at once.
        instrument: Instrument of the theatre's tray that it is, or "" for a tool of the eyes and hands alone.
        options: Choices it opens; one alone is done without asking.
        short: Its name where the tray has no room for the whole; "" where it always has.
        asks: What stands over its choices.
    """

    id: str
    label: str
    key: str
    icon: Icon
    held: bool = False
    instrument: str = ""
    options: tuple[Option, ...] = ()
    short: str = ""
    asks: str = ""


INJECT_ML = 0.5
PLUNGERS: dict[str, Action] = {"lidocaine": Inject(INJECT_ML), "contrast": InjectContrast(INJECT_ML), "lor": PressPlunger()}
"""What the thumb does on each syringe of the needle step."""
TALK = Tool("talk", "Talk", "T", "talk")

POSITIONING = (
    Tool("hips", "Bend hips", "1", "hips", held=True),
    Tool("roll", "Roll trunk", "2", "roll", held=True),
    Tool("finger", "Palpate", "3", "finger", held=True),
    Tool("metal", "Metal rod", "4", "metal", held=True),
    Tool("level", "Name level", "5", "level", held=True, asks="Which level is it?"),
    Tool("window", "Window mark", "6", "pen", held=True, short="Window"),
    Tool("entry", "Entry mark", "7", "pen", held=True),
    Tool("incision", "Incision", "8", "pen", held=True),
    Tool("wipe", "Wipe mark", "9", "wipe", held=True),
    TALK,
)

ANTISEPSIS = (
    Tool(
        "hair", "Hair", "1", "clipper", asks="Take the hair off with what?",
        options=(Option("Clip", RemoveHair("clip")), Option("Razor", RemoveHair("razor"))),
    ),
    Tool(
        "hands", "Scrub hands", "2", "hands", asks="Scrub hands for how long?",
        options=tuple(Option(f"{minutes} min", WashHands(float(minutes))) for minutes in (1, 2, 3, 5)),
    ),
    Tool(
        "gloves", "Gloves", "3", "gloves", asks="Put on how many pairs?",
        options=(Option("One pair", PutOnGloves(1)), Option("Two pairs", PutOnGloves(2))),
    ),
    Tool(
        "applicator", "Applicator", "4", "applicator", held=True, instrument="applicator", asks="Which agent?",
        options=(Option("Chlorhexidine", FreshApplicator("chlorhexidine")), Option("Iodine", FreshApplicator("iodine"))),
    ),
    Tool("swab", "Wipe dry", "5", "gauze", options=(Option("Wipe dry", WipeOff()),)),
    Tool("drape", "Drape", "6", "drape", held=True),
    Tool("film", "Incise film", "7", "film", options=(Option("Incise film", LayIncisionFilm()),)),
    Tool("cover", "C-arm cover", "8", "cover", options=(Option("C-arm cover", CoverCArm()),)),
    TALK,
)  # fmt: skip

NEEDLE = (
    Tool("lidocaine", "Lidocaine", "1", "syringe", held=True, instrument="lidocaine"),
    Tool("plunger", "Press plunger", "I", "plunger", options=(Option("Press", Inject(INJECT_ML)),), short="Press"),
    Tool("blade", "Blade 11", "3", "blade", held=True, instrument="blade"),
    Tool("tuohy", "Tuohy 15 G", "4", "tuohy", held=True, instrument="tuohy"),
    Tool("stylet", "Stylet", "S", "stylet", options=(Option("Stylet", Stylet()),)),
    Tool("out", "Needle out", "6", "out", options=(Option("Needle out", TakeOut()),)),
    Tool("contrast", "Contrast", "7", "contrast", held=True, instrument="contrast"),
    Tool("lor", "Loss of resistance", "8", "small_syringe", held=True, instrument="lor", short="Resistance"),
    TALK,
)

CATHETER = (
    Tool("catheter", "Catheter", "1", "catheter", held=True, instrument="catheter"),
    Tool("stylet", "Stylet", "S", "stylet", options=(Option("Stylet", Stylet()),)),
    Tool("level", "Name level", "3", "level", held=True, asks="Which level is the tip at?"),
    Tool("tuohy", "Tuohy 15 G", "4", "tuohy", held=True, instrument="tuohy"),
    Tool("contrast", "Contrast", "5", "contrast", held=True, instrument="contrast"),
    Tool("plunger", "Push 0.5 mL", "I", "plunger", options=(Option("Push", InjectContrast(INJECT_ML)),)),
    Tool("out", "Both out", "7", "out", options=(Option("Both out", TakeOut()),)),
    Tool("fresh", "New catheter", "8", "fresh", options=(Option("New catheter", NewCatheter()),)),
    TALK,
)

TUNNELLING = (
    Tool("lidocaine", "Lidocaine", "1", "syringe", held=True, instrument="lidocaine"),
    Tool("blade", "Blade 10", "2", "blade", held=True, instrument="blade"),
    Tool("tunneller", "Rod 61 cm", "3", "tunneller", held=True, instrument="tunneller"),
    Tool("tunneller_short", "Rod 38 cm", "4", "tunneller_short", held=True, instrument="tunneller_short"),
    Tool("rod_out", "Rod out", "S", "rod", options=(Option("Rod out", DrawRod()),)),
    Tool("catheter", "Catheter", "6", "catheter", held=True, instrument="catheter"),
    Tool("sheath_out", "Sheath out", "7", "sheath", options=(Option("Sheath out", DrawSheath()),)),
    Tool(
        "free_end", "Free end", "8", "clamp", asks="The clamp on the catheter's end",
        options=(Option("Take it off", OpenFreeEnd(True)), Option("Put it on", OpenFreeEnd(False))),
    ),
    TALK,
)  # fmt: skip

ANCHORING = (
    Tool("blade", "Blade 10", "1", "scalpel", held=True, instrument="blade"),
    Tool("cautery", "Cautery", "2", "cautery", held=True, instrument="cautery"),
    Tool("gauze", "Gauze", "3", "gauze", held=True, instrument="gauze"),
    Tool("retractor", "Retractor", "S", "retractor", options=(Option("Retractor", Spread()),), short="Spread"),
    Tool("scissors", "Scissors", "4", "scissors", held=True, instrument="scissors"),
    Tool("suture", "Needle holder", "5", "needle_holder", held=True, instrument="suture", short="Needle"),
    Tool("hands", "Bare hands", "6", "finger", held=True, instrument="hands", short="Hands"),
    Tool("clamp", "Clamp end", "K", "clamp", options=(Option("Clamp end", Clamp()),), short="Clamp"),
    Tool("self_grip", "Anchor, grips", "7", "bullet", held=True, instrument="self_grip", short="Anchor"),
    Tool("winged", "Anchor, winged", "8", "winged", held=True, instrument="winged", short="Winged"),
    Tool("forceps", "Forceps", "9", "forceps", held=True, instrument="forceps"),
    TALK,
)  # fmt: skip

CONNECTION = (
    Tool("forceps", "Forceps", "1", "forceps", held=True, instrument="forceps"),
    Tool("scissors", "Scissors", "2", "scissors", held=True, instrument="scissors"),
    Tool("chart", "Write length", "3", "chart", held=True, short="Write"),
    Tool("pump", "Pump", "4", "pump", held=True, instrument="pump"),
    Tool("cap_10", "Syringe 10 mL", "5", "syringe", held=True, instrument="cap_10", short="10 mL"),
    Tool("cap_3", "Syringe 3 mL", "6", "small_syringe", held=True, instrument="cap_3", short="3 mL"),
    Tool("suture", "Needle holder", "7", "needle_holder", held=True, instrument="suture", short="Needle"),
    Tool(
        "site", "Other wound", "8", "wound", asks="Go to which wound?",
        options=(Option("Belly", LookAt("belly")), Option("Back", LookAt("back"))),
    ),
    TALK,
)  # fmt: skip

VIEWS = (
    Tool("present", "This is it", "1", "present", options=(Option("This is it", Present()),)),
    Tool("level", "Name level", "2", "level", held=True, asks="Which level is it?"),
    TALK,
)


def taking(tool: Tool) -> Action | None:
    """Return the action that takes a tool from the theatre's tray, or None where it is none."""
    return TakeInstrument(tool.instrument) if tool.instrument else None
