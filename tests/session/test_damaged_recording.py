"""Whatever is damaged in a recording is told in one clear line, and never breaks the program."""

import copy
import json
import random

import pytest

from game.errors import RecordingError
from game.operation.actions import StartStep
from game.session import Recorder, Session, expert_handover, read_recording, resume, verify
from game.session.handover import read_handover
from tests.session.sessions import NEEDLE, play, scenario

SHORT = NEEDLE[:12]


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """The lines of a short recording that begins from an expert's handover."""
    path = tmp_path_factory.mktemp("recordings") / "short.jsonl"
    recorder = Recorder(path)
    session = Session(scenario("needle"), 3, recorder=recorder, handover=expert_handover(scenario(), 3, "needle"))
    play(session, ((0, StartStep("needle")), *SHORT))
    session.advance(1300)
    session.close()
    return path.read_bytes().splitlines(keepends=True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "damaged.jsonl"


def one_line(text):
    return "\n" not in text and len(text) < 400 and text.endswith(".")


def with_header(lines, change):
    """Return the lines with a changed header that carries no checksum, so that what it says is looked at."""
    header = json.loads(lines[0])
    del header["checksum"]
    change(header)
    return b"".join([json.dumps(header).encode() + b"\n", *lines[1:]])


def put(*way, value):
    """Return a change that puts a value at the end of a way through the header."""

    def change(header):
        for name in way[:-1]:
            header = header[name]
        header[way[-1]] = value

    return change


def drop(*way):
    def change(header):
        for name in way[:-1]:
            header = header[name]
        del header[way[-1]]

    return change


CRITERIA = ("scenario", "tables", "criteria")
EQUIPMENT = ("scenario", "tables", "equipment")
TUMOUR = {"level": "L2", "kind": "lytic", "place": "body", "size_mm": 90.0}
PCG = '{{"bit_generator": "PCG64", "state": {{"state": {0}, "inc": 3}}, "has_uint32": 0, "uinteger": 0}}'


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (put("mode", value="easy"), "no mode 'easy'"),
        (put("scenario", "weights", "needle", value=-5.0), "needle is -5, must be 0.1 to 10"),
        (drop(*CRITERIA, "steps", "needle", "measures", "csf_flow"), "the criterion of needle 'csf_flow' is missing"),
        (drop(*CRITERIA, "steps", "needle", "measures", "paraesthesia_answer", "marks", "late"), "late"),
        (drop(*CRITERIA, "critical", "csf-over-10-ml"), "the critical error 'csf-over-10-ml' is missing"),
        (drop(*EQUIPMENT, "needles", "tuohy"), "the needle 'tuohy' is missing"),
        (drop(*EQUIPMENT, "applicators", "iodine"), "the applicator 'iodine' is missing"),
        (put("handover", "version", value=9), "its form is 9, this program reads 4"),
        (put("handover", "seed", value=-1), "seed is -1"),
        (put("handover", "spec", "hip_flexion_deg", value=900.0), "hip_flexion_deg is 900, must be 0 to 110 degrees"),
        (put("handover", "plan", "pocket_mark", "arc_mm", value=9000.0), "arc_mm is 9000, must be 150 to 520 mm"),
        (put("handover", "postures_deg", "ap", value=900.0), "hip_flexion_deg is 900"),
        (drop("handover", "postures_deg", "ap"), "views and postures"),
        (put("handover", "technique", "mode", value="high"), "unknown mode"),
        (put("handover", "technique", "asked_ngy", value=0.0), "without a dose"),
        (put("handover", "dose", "skin_mgy", "shape", value=[72, 81]), "map of the skin's dose"),
        (put("handover", "dose_mode", value="high"), "'high' is not one of"),
        (put("handover", "pulse_rate", value=7), "7 is not one of"),
        (put("handover", "carm", "blades", "iris", value=0.0), "above 0 and at most 1"),
        (put("handover", "spec", "variation", value={"laminectomy": ["L3"] * 9}), "laminectomy is 9, must be 0 to 5 levels"),
        (put("handover", "spec", "variation", value={"metastases": [TUMOUR]}), "size_mm is 90, must be 6 to 40 mm"),
        (put("handover", "waited_ticks", value=10**12), "hours behind the clock"),
        (put("handover", "waited_ticks", value=-1), "runs backwards"),
        (put("handover", "strain", "blood_lost_ml", value=-2.0), "strain.blood_lost_ml is -2, below nothing"),
        (put("handover", "steps_done", value=["positioning", "lunch"]), "no step 'lunch'"),
        (put("handover", "courses", "live", value={"C99": {"started_s": 1.0}}), "no complication 'C99'"),
        (put("handover", "courses", "told", value=["C99"]), "no complication 'C99'"),
        (put("handover", "talk", "pending", value=[{"due_tick": 1, "reply": "song"}]), "no answer 'song'"),
        (put("handover", "streams", "talk", value="junk"), "chance 'talk' is damaged"),
        (put("handover", "streams", "talk", value="[1]"), "chance 'talk' is damaged"),
        (put("handover", "streams", "talk", value=PCG.format(-1)), "chance 'talk' is damaged"),
        (put("handover", "streams", "talk", value=PCG.format('"x"')), "chance 'talk' is damaged"),
        (put("handover", "streams", "talk", value='{"bit_generator": "MT19937"}'), "chance 'talk' is damaged"),
        (put("handover", "seed", value=json.loads("[" * 400 + "]" * 400)), "does not fit this program"),
        (put("trainee", value=["x" * 5000]), "header is damaged"),
    ],
)
def test_a_field_of_the_header_that_does_not_fit_is_named(path, lines, change, told):
    path.write_bytes(with_header(lines, change))
    with pytest.raises(RecordingError, match=told) as error:
        resume(path)
    assert one_line(str(error.value))


def test_a_needle_that_is_in_without_a_track_does_not_fit(lines):
    handover = json.loads(lines[0])["handover"]
    handover["needle"] = {"entry_mm": [0.0, 90.0, 0.0], "track_mm": []}
    with pytest.raises(RecordingError, match="without a track"):
        read_handover(handover)


def test_a_sound_handover_is_read_as_it_was_written(lines):
    kept = json.loads(lines[0])["handover"]
    handover = read_handover(copy.deepcopy(kept))
    assert (handover.seed, handover.tick, set(handover.streams)) == (3, kept["tick"], set(kept["streams"]))


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_a_number_that_is_none_is_a_damaged_line(path, lines, word):
    place = next(k for k, row in enumerate(lines) if b'"hr_bpm":' in row and k > 0)
    head, tail = lines[place].split(b'"hr_bpm":')
    path.write_bytes(b"".join([*lines[:place], head + b'"hr_bpm":' + word + b"," + tail.partition(b",")[2], *lines[place + 1 :]]))
    with pytest.raises(RecordingError, match=rf":{place + 1}: the line is damaged"):
        read_recording(path)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"numbers": 5}, "numbers"),
        ({"numbers": {"hr_bpm": "fast"}}, "numbers"),
        ({"digest": ["a"]}, "digest"),
        ({"digest": {"theatre": 5}}, "digest"),
    ],
)
def test_a_damaged_digest_is_told_with_its_line(path, lines, fields, name):
    place = next(k for k, row in enumerate(lines) if b'"digest"' in row)
    changed = json.dumps(json.loads(lines[place]) | fields).encode() + b"\n"
    path.write_bytes(b"".join([*lines[:place], changed, *lines[place + 1 :]]))
    with pytest.raises(RecordingError, match=f":{place + 1}: .*'{name}' is damaged"):
        verify(path)


def test_a_header_in_which_any_number_changed_is_found_by_its_checksum(path, lines):
    place = lines[0].index(b'"shift_mm":[') + len(b'"shift_mm":[') + 3
    digit = b"1" if lines[0][place : place + 1] != b"1" else b"2"
    path.write_bytes(b"".join([lines[0][:place], digit, lines[0][place + 1 :], *lines[1:]]))
    with pytest.raises(RecordingError, match=":1: the header is damaged: its checksum does not fit") as error:
        read_recording(path)
    assert one_line(str(error.value))


def test_five_hundred_damaged_bytes_are_told_or_do_no_harm(path, lines):
    whole, chance = b"".join(lines), random.Random(8)
    told = []
    for count in range(500):
        place = chance.randrange(0 if count % 2 else len(lines[0]), len(whole))  # every second one behind the header
        path.write_bytes(whole[:place] + bytes([chance.randrange(256)]) + whole[place + 1 :])
        try:
            read_recording(path)
            if count % 10 == 0:
                resume(path)
        except RecordingError as error:
            told.append(str(error))
    assert len(told) > 250
    assert all(map(one_line, told))
