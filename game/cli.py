"""The command line: it joins the rooms and holds no logic of its own."""

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from game import __version__
from game.errors import GameError, ScenarioError

if TYPE_CHECKING:
    from game.imaging import Tube
    from game.patient import Patient
    from game.scenario import Scenario
    from game.view.handout import Cell

TRAINEES = ("expert", "competent", "novice")
MODES = ("guided", "practice", "exam")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return 0 when all is fine, 1 when what was checked is wrong, 2 for wrong usage."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 1
    except GameError as error:
        print(f"spinal-infusion-trainer: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py", description="Practise implanting a spinal infusion system. For training only, not a medical device."
    )
    parser.add_argument("--version", action="version", version=f"Spinal Infusion Trainer {__version__}")
    parser.add_argument("--data-dir", type=Path, help="where settings and attempts are kept")
    parser.add_argument("--seed", type=_whole, metavar="N", help="draws patient and chance of every case that is opened")
    _window_options(parser)
    parser.set_defaults(run=_title, scenario=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_play(commands)
    _add_authors(commands)
    _add_simulate(commands)
    _add_recordings(commands)
    _add_pictures(commands)
    bench = _command(commands, "bench", _bench, "measure the performance table now")
    bench.add_argument("--json", action="store_true", help="print it as JSON")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Callable[[argparse.Namespace], int], says: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    command.set_defaults(run=run)
    return command


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size such as 1920x1080") from None
    if not (640 <= width <= 7680 and 480 <= height <= 4320):
        raise argparse.ArgumentTypeError(f"{text} must be between 640x480 and 7680x4320")
    return width, height


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"'{text}' must be a whole number from 0 to 999999999")
    return int(text)


def _number(low: float, high: float) -> Callable[[str], float]:
    """Return a reader of numbers from low to high."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"'{text}' must be {low:g} to {high:g}")
        return number

    return read


def _window_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--window", type=_size, metavar="WxH", help="size of the window")
    parser.add_argument("--projector", action="store_true", help="larger type and lines for a room of people")
    parser.add_argument(
        "--time-scale", type=_number(0.1, 64.0), default=1.0, metavar="X", help="speed of the view's clock (for tests and demonstrations)"
    )


def _seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=_whole, default=1, metavar="N", help="draws the patient and all chance (default 1)")


def _add_play(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    play = _command(commands, "play", _play, "open straight into a case")
    play.add_argument("scenario", nargs="?", type=Path, help="a scenario file (default: the plain case)")
    play.add_argument("--step", help="start at this step, from an expert's hands")
    play.add_argument("--mode", choices=MODES, default="practice")
    play.add_argument("--data-dir", type=Path, help="where settings and attempts are kept")
    _seed(play)
    _window_options(play)


def _add_authors(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = _command(commands, "check", _check, "list all problems of scenario files or folders")
    check.add_argument("paths", nargs="+", type=Path)
    _command(commands, "schema", _schema, "print the JSON Schema of scenario files")
    new = _command(commands, "new", _new, "write a commented, valid scenario to start from")
    new.add_argument("path", type=Path)


def _add_simulate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    simulate = _command(commands, "simulate", _simulate, "let a scripted trainee play, without a window")
    simulate.add_argument("scenario", type=Path)
    simulate.add_argument("--trainee", choices=TRAINEES, required=True)
    simulate.add_argument("--mode", choices=MODES, default="exam")
    simulate.add_argument("--report", type=Path, metavar="R.json")
    simulate.add_argument("--recording", type=Path, metavar="R.jsonl")
    _seed(simulate)


def _add_recordings(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    replay = _command(commands, "replay", _replay, "watch a recording, or run it again and compare")
    replay.add_argument("recording", type=Path)
    replay.add_argument("--verify", action="store_true", help="compare without a window; exit 1 on a difference")
    _window_options(replay)
    report = _command(commands, "report", _report, "write the debrief of a recording")
    report.add_argument("recording", type=Path)
    report.add_argument("--json", type=Path, metavar="F")


def _add_pictures(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _add_xray(commands)
    shot = _command(commands, "shot", _shot, "draw the real screen of a step, with the expert's hands there")
    shot.add_argument("scenario", type=Path)
    shot.add_argument("--step", required=True)
    shot.add_argument("--at", choices=("start", "middle", "end"), default="middle")
    shot.add_argument("--size", type=_size, default=(1920, 1080), metavar="WxH")
    shot.add_argument("--projector", action="store_true")
    shot.add_argument("--mode", choices=MODES, default="practice")
    shot.add_argument("--out", type=Path, required=True, metavar="F.png")
    _seed(shot)


def _add_xray(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    xray = _command(commands, "xray", _xray, "make one X-ray picture, or a sheet of them")
    xray.add_argument("scenarios", nargs="+", type=Path, metavar="SCENARIO", help="several make a sheet with a row for each")
    xray.add_argument("--view", choices=("ap", "lateral", "oblique"), help="of a single picture (default ap)")
    xray.add_argument("--level", default="L3", help="vertebra in the middle (default L3)")
    xray.add_argument("--size", type=int, default=512, help="side of a picture in pixels, 64 to 2048")
    xray.add_argument("--sheet", action="store_true", help="AP, lateral and oblique beside each other")
    xray.add_argument("--labels", action="store_true", help="name vertebrae, sides and tips, and write captions")
    xray.add_argument("--out", type=Path, required=True, metavar="F.png")
    _seed(xray)
    _add_pose(xray)
    _add_instruments(xray)
    body = xray.add_argument_group("patient")
    body.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", help="as under patient in a scenario, such as weight_kg=110")
    body.add_argument(
        "--vary", nargs="+", action="append", default=[], metavar="KEY=VALUE", help="one more row of a sheet, changed so; may be repeated"
    )


def _add_pose(xray: argparse.ArgumentParser) -> None:
    arm = xray.add_argument_group("C-arm, from where it stands for the view")
    arm.add_argument("--orbit", type=float, metavar="DEG", help="0 is AP, 90 has the receptor at the patient's left")
    arm.add_argument("--tilt", type=float, metavar="DEG", help="of the receptor, positive to the head")
    arm.add_argument("--along", type=float, default=0.0, metavar="MM", help="to the head")
    arm.add_argument("--across", type=float, default=0.0, metavar="MM", help="to the back")
    arm.add_argument("--lift", type=float, default=0.0, metavar="MM", help="away from the floor")
    arm.add_argument("--field", choices=("wide", "mag 1", "mag 2"), default="wide")
    share = _number(0.1, 1.0)
    arm.add_argument("--blades", type=share, nargs=2, default=(1.0, 1.0), metavar=("ACROSS", "ALONG"), help="open shares, 0.1 to 1")
    arm.add_argument("--iris", type=share, default=1.0, metavar="SHARE", help="open share, 0.1 to 1")
    arm.add_argument("--mode", choices=("low", "normal", "boost", "spot"), default="normal", help="dose of a pulse, or a spot picture")


def _add_instruments(xray: argparse.ArgumentParser) -> None:
    inside = xray.add_argument_group("instruments")
    inside.add_argument("--needle", metavar="WINDOW", help="a Tuohy needle at 40 degrees to a window such as L3-4")
    inside.add_argument("--depth", type=float, metavar="MM", help="of its tip from the skin (default: in the sac)")
    inside.add_argument("--side", choices=("left", "right"), help="of the midline that it comes from (default: the pump's)")
    inside.add_argument("--no-stylet", action="store_true", help="without its stylet")
    inside.add_argument("--catheter", metavar="LEVEL", help="a barium-loaded catheter up to a vertebra, through --needle's window")
    inside.add_argument("--wire", action="store_true", help="with its guide-wire")


def _title(arguments: argparse.Namespace) -> int:
    from game.view.start import open_title

    return open_title(arguments.data_dir, arguments.window, arguments.projector, arguments.time_scale, arguments.seed)


def _play(arguments: argparse.Namespace) -> int:
    from game.view.start import open_case

    path = arguments.scenario or _standard()
    return open_case(
        path,
        _load(path),
        seed=arguments.seed,
        mode=arguments.mode,
        step=arguments.step or "",
        data_dir=arguments.data_dir,
        window=arguments.window,
        projector=arguments.projector,
        time_scale=arguments.time_scale,
    )


def _standard() -> Path:
    from game.resources import shipped

    return shipped("scenarios") / "standard.yaml"


def _load(path: Path) -> "Scenario":
    from game.scenario import load_scenario

    return load_scenario(_find(path))


def _find(path: Path) -> Path:
    """Return a scenario file by path, or by its bare name among the shipped ones."""
    if path.suffix == "" and not path.exists():
        from game.resources import shipped

        named = next(iter(sorted(shipped("scenarios").rglob(f"{path.name}.yaml"))), None)
        if named is not None:
            return named
    return path


def _check(arguments: argparse.Namespace) -> int:
    from game.scenario import check_paths

    problems = check_paths(tuple(arguments.paths))
    for problem in problems:
        print(problem)
    if not problems:
        print("No problems found.")
    return 1 if problems else 0


def _schema(arguments: argparse.Namespace) -> int:
    from game.scenario import scenario_schema_text

    print(scenario_schema_text(), end="")
    return 0


def _new(arguments: argparse.Namespace) -> int:
    from game.scenario import new_scenario_text

    try:
        with arguments.path.open("x", encoding="utf-8") as file:
            file.write(new_scenario_text())
    except FileExistsError:
        raise GameError(f"{arguments.path} exists already; nothing was written.") from None
    except OSError as error:
        raise GameError(f"{arguments.path}: {error.strerror}.") from error
    print(f"{arguments.path} is a case now: edit it, then run 'main.py check {arguments.path}'.")
    return 0


def _simulate(arguments: argparse.Namespace) -> int:
    from game.assessment import as_text, report_json
    from game.session import Recorder, Session, make_trainee, run

    recorder = Recorder(arguments.recording) if arguments.recording else None
    session = Session(_load(arguments.scenario), arguments.seed, arguments.mode, recorder, trainee=arguments.trainee)
    run(session, make_trainee(arguments.trainee, arguments.seed))
    session.close()
    _complain(recorder)
    report = session.report()
    if arguments.report:
        _write(arguments.report, report_json(report))
    print(as_text(report))
    return 0


def _complain(recorder: object) -> None:
    problem = getattr(recorder, "problem", "")
    if problem:
        print(problem, file=sys.stderr)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise GameError(f"{path}: {error.strerror}.") from error


def _note(recording: Path) -> None:
    """Say what should be known of a recording before its results are read."""
    from game.session import read_recording

    note = read_recording(recording).note
    if note:
        print(f"{recording}: {note}", file=sys.stderr)


def _replay(arguments: argparse.Namespace) -> int:
    from game.session import verify

    if arguments.verify:
        _note(arguments.recording)
        difference = verify(arguments.recording)
        print(f"{arguments.recording}: {difference}" if difference else f"{arguments.recording}: the same.")
        return 1 if difference else 0
    from game.view.start import open_recording

    return open_recording(arguments.recording, arguments.window, arguments.projector, arguments.time_scale)


def _report(arguments: argparse.Namespace) -> int:
    from game.assessment import as_text, report_json
    from game.session import resume

    _note(arguments.recording)
    report = resume(arguments.recording).report()
    if arguments.json:
        _write(arguments.json, report_json(report))
    print(as_text(report))
    return 0


def _xray(arguments: argparse.Namespace) -> int:
    from game.scenario import with_patient
    from game.view.handout import write_sheet

    _check_xray(arguments)
    plain = [with_patient(_load(path), arguments.set) for path in arguments.scenarios]
    rows = [(scenario, "") for scenario in plain]
    rows += [(with_patient(scenario, pairs), f", {' '.join(pairs)}") for scenario in plain for pairs in arguments.vary]
    cells = [_stills(arguments, scenario) for scenario, _ in rows]
    titles = [f"{scenario.title}{more}" for scenario, more in rows]
    write_sheet(cells, titles, arguments.labels, arguments.out)
    return 0


def _check_xray(arguments: argparse.Namespace) -> None:
    """Refuse what does not go together."""
    if not 64 <= arguments.size <= 2048:
        raise GameError(f"--size is {arguments.size}, must be 64 to 2048 pixels.")
    if arguments.sheet and (arguments.view is not None or arguments.orbit is not None or arguments.tilt is not None):
        raise GameError("--sheet shows the three standard views; leave out --view, --orbit and --tilt.")
    if (len(arguments.scenarios) > 1 or arguments.vary) and not arguments.sheet:
        raise GameError("Several patients need --sheet.")
    if not arguments.needle and (arguments.depth is not None or arguments.no_stylet):
        raise GameError("--depth and --no-stylet belong to --needle.")
    if arguments.side and not arguments.needle and not arguments.catheter:
        raise GameError("--side belongs to --needle and --catheter.")
    if arguments.wire and not arguments.catheter:
        raise GameError("--wire belongs to --catheter.")
    for name, value, limit in (("orbit", arguments.orbit, 180.0), ("tilt", arguments.tilt, 60.0)):
        if value is not None and not abs(value) <= limit:
            raise GameError(f"--{name} is {value:g}, must be {-limit:g} to {limit:g} degrees.")
    for name in ("along", "across", "lift"):
        if not abs(getattr(arguments, name)) <= 450.0:
            raise GameError(f"--{name} is {getattr(arguments, name):g}, must be -450 to 450 mm.")


def _stills(arguments: argparse.Namespace, scenario: "Scenario") -> "list[Cell]":
    """Return the pictures of one patient."""
    from game.patient import build_patient

    patient = build_patient(scenario.patient, arguments.seed)
    views = ("ap", "lateral", "oblique") if arguments.sheet else (arguments.view or "ap",)
    return [_still(arguments, scenario, patient, view) for view in views]


def _still(arguments: argparse.Namespace, scenario: "Scenario", patient: "Patient", view: str) -> "Cell":
    """Return one picture of a handout."""
    from game.imaging import FIELD_SIZES_MM, Blades
    from game.imaging.handout import Setting, exposure_of, still
    from game.view.handout import Cell

    across, along = arguments.blades
    setting = Setting(
        view=view,
        level=arguments.level,
        side_up=scenario.plan.side,
        orbit_deg=arguments.orbit,
        tilt_deg=arguments.tilt,
        along_mm=arguments.along,
        across_mm=arguments.across,
        lift_mm=arguments.lift,
        field_mm=FIELD_SIZES_MM[arguments.field],
        blades=Blades(across, across, along, along, arguments.iris),
        mode=arguments.mode,
    )
    try:
        exposure = exposure_of(setting, patient, _instruments(arguments, scenario, patient))
    except ValueError as error:
        raise GameError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    carm, name = exposure.carm, {"ap": "AP", "lateral": "Lateral", "oblique": "Oblique"}[view]
    sentence = carm.problem(scenario.plan.side, patient)
    if sentence:
        print(f"The picture is made all the same: {sentence}", file=sys.stderr)
    orbit_deg, tilt_deg = (round(angle) for angle in (carm.orbit_deg, carm.tilt_deg))
    what = f"{name} of {arguments.level}" if arguments.orbit is None else arguments.level
    caption = f"{what}: orbit {orbit_deg}°, tilt {tilt_deg}°, {exposure.technique.kvp:.0f} kV"
    return Cell(still(exposure, patient, arguments.size), exposure, patient, caption)


def _instruments(arguments: argparse.Namespace, scenario: "Scenario", patient: "Patient") -> "tuple[Tube, ...]":
    """Return needle and catheter as tubes; the long needle where the short one does not reach."""
    from game.imaging.handout import IN_SAC_MM, catheter_tubes, needle_tubes, needle_way

    if not arguments.needle and not arguments.catheter:
        return ()
    window = arguments.needle or scenario.plan.window
    way = needle_way(patient, window, arguments.side or scenario.plan.side)
    tubes: tuple[Tube, ...] = ()
    if arguments.needle:
        depth_mm = way.reach_mm + IN_SAC_MM if arguments.depth is None else arguments.depth
        needles = scenario.tables.equipment.needles
        spec = needles["tuohy"] if depth_mm <= needles["tuohy"].length_mm - 10.0 else needles["tuohy_long"]
        stylet = not arguments.no_stylet and not arguments.catheter
        tubes += needle_tubes(way, depth_mm, spec.length_mm, spec.outer_mm, spec.bore_mm, stylet)
    if arguments.catheter:
        tubes += catheter_tubes(patient, way, window, arguments.catheter, arguments.wire)
    return tubes


def _shot(arguments: argparse.Namespace) -> int:
    from game.view.shot import shoot

    shoot(
        _load(arguments.scenario),
        step=arguments.step,
        at=arguments.at,
        size=arguments.size,
        projector=arguments.projector,
        seed=arguments.seed,
        mode=arguments.mode,
        out=arguments.out,
    )
    return 0


def _bench(arguments: argparse.Namespace) -> int:
    from game.view.bench import measure

    rows = measure((lambda line: None) if arguments.json else print)
    if arguments.json:
        print(json.dumps(rows, indent=1))
    missed = [row["what"] for row in rows if not row["holds"]]
    print(f"{len(rows) - len(missed)} of {len(rows)} rows hold." if not missed else f"Missed: {'; '.join(missed)}.", file=sys.stderr)
    return 0
