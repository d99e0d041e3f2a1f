"""From the title to a drop of spinal fluid and the report, in the real window, with real mouse and key events."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from game.base import Event
from game.instruments.needle import Entered, Punctured
from game.operation.events import Complication, Exposed, Relieved, Sounded, Spoken, StepFinished, StepStarted, Waited
from game.operation.needle.events import Dripped, DuralPuncture, HubChanged, NerveTouched
from game.patient import Tissue
from game.session import Session, make_trainee, read_recording, run
from game.session.replay import session_of
from game.view.screens.title import TitleScreen
from tests.window.desktop import SIZE_PX, Desktop
from tests.window.players import KeyPlayer, MousePlayer, Player
from tests.window.program import Mirror, Program, program, settled_in, wait_for

pytestmark = pytest.mark.window

SEED = "5"
"""A patient in whom slow and quick hands, and hands a tenth of a degree aside, meet the same layers and no bone."""
LONGEST_S = 150.0
BESIDE_THE_WAY = (Tissue.FAT, Tissue.MUSCLE, Tissue.SUPRASPINOUS, Tissue.INTERSPINOUS)
"""A hand half a millimetre aside passes on the other side of their edges: whether they are met is no difference between hands."""
BY_THE_CLOCK = (Sounded, Spoken, Dripped, Relieved, HubChanged)
"""How often these come depends on how long somebody looks on; the hub is looked at ten times a second, and compared by itself."""


def told(events: Sequence[Event]) -> list[str]:
    """Return what happened, in order and without forces, depths and times: what two pairs of hands must have in common."""
    said, holes = [], []
    for event in events:
        match event:
            case Punctured(tissue=tissue) | Entered(tissue=tissue):
                if tissue in BESIDE_THE_WAY:
                    continue
                said.append(f"{type(event).__name__} {tissue.name}")
            case DuralPuncture(hole=hole, outwards=outwards):
                holes.append(f"hole {hole}{' outwards' if outwards else ''}")  # fluid is entered in the puncture's tick, or in the next
            case StepStarted(step=step) | StepFinished(step=step):
                said.append(f"{type(event).__name__} {step}")
            case Complication(id=name):
                said.append(f"complication {name}")
            case NerveTouched(side=side):
                said.append(f"nerve {side}")
            case Waited(reason="waiting" | "injecting slowly"):
                continue  # the window's syringe and clock book the same time in smaller parts
            case Waited(reason=reason):
                said.append(reason)
            case _ if not isinstance(event, BY_THE_CLOCK):
                said.append(type(event).__name__)
    return said + holes


def hub(events: Sequence[Event]) -> list[tuple[str, str]]:
    """Return what showed at the hub, in order, with the cause where it was dry."""
    return [(event.kind, event.cause) for event in events if isinstance(event, HubChanged)]


def headless(recording: Path) -> Session:
    """Return the case of a recording, from the same handover, played by the expert without a window."""
    session = session_of(read_recording(recording))
    run(session, make_trainee("expert", session.seed))
    return session


def finish(screen: Desktop, running: Program, mirror: Mirror, began: float) -> None:
    """Compare what was done with the headless expert, and go on to the report."""
    events = mirror.session.events
    expert = headless(running.recording()).events
    assert told(events) == told(expert)
    assert hub(events) == hub(expert)
    assert [event.hole for event in events if isinstance(event, DuralPuncture)] == [1]
    assert [kind for kind, _ in hub(events)] in (["closed", "drops", "closed"], ["closed", "stream", "closed"])
    assert any(isinstance(event, Dripped) for event in events)
    assert sum(isinstance(event, Exposed) for event in events) >= 4
    wait_for(lambda: _report_is_open(screen, running, mirror), "the report")
    best = json.loads((running.data / "best.json").read_text(encoding="utf-8"))
    assert best["step needle"] >= 85.0
    assert running.close() == 0
    assert running.complaints.read_text() == ""
    assert time.monotonic() - began < LONGEST_S


def _report_is_open(screen: Desktop, running: Program, mirror: Mirror) -> bool:
    """Go on past the feedback on the step, until the report has kept the mark."""
    mirror.catch_up()
    if mirror.ended:
        return (running.data / "best.json").exists()
    screen.tap("Return")
    time.sleep(0.3)
    return False


def button(name: str, running: Program) -> tuple[float, float]:
    """Return where a button of the title is."""
    import pygame

    from game.view.desk import Desk
    from game.view.settings import load_settings
    from game.view.sound import Sounds

    pygame.font.init()
    title = TitleScreen(Desk(load_settings(running.data), running.data, False, Sounds(ready=False)), lambda launch: title)
    title.on_draw(pygame.Surface(SIZE_PX))
    title.on_leave()
    return next(widget.box.centre for widget in title._widgets if widget.id == name)


def mode_of(data: Path) -> str:
    return str(json.loads((data / "settings.json").read_text(encoding="utf-8"))["mode"])


def test_the_mouse_goes_from_the_title_to_spinal_fluid_and_the_report_as_the_expert_does(screen: Desktop, data: Path) -> None:
    began = time.monotonic()
    with program(settled_in(data), screen.display, "--seed", SEED) as running:
        at = {name: button(name, running) for name in ("mode practice", "needle")}

        def chosen() -> bool:
            screen.click(at["mode practice"])
            time.sleep(0.5)
            return mode_of(data) == "practice"

        wait_for(chosen, "the title to answer the mouse")
        screen.click(at["needle"])
        mirror = Mirror(running.recording())
        play(MousePlayer(screen, mirror), screen, data)
        finish(screen, running, mirror, began)


def test_the_keyboard_alone_goes_from_the_title_to_spinal_fluid_and_the_report_as_the_expert_does(screen: Desktop, data: Path) -> None:
    began = time.monotonic()
    with program(settled_in(data), screen.display, "--seed", SEED) as running:

        def muted() -> bool:
            screen.tap("F8")
            time.sleep(0.5)
            return bool(json.loads((data / "settings.json").read_text(encoding="utf-8"))["mute"])

        wait_for(muted, "the title to answer keys")
        screen.tap("Return")
        mirror = Mirror(running.recording())
        play(KeyPlayer(screen, mirror), screen, data)
        finish(screen, running, mirror, began)


def play(player: Player, screen: Desktop, data: Path) -> None:
    """Play the step; where that fails, leave a picture of the window beside the data folder."""
    try:
        player.play()
    except BaseException:
        screen.save(data.parent / "window.png")
        raise
