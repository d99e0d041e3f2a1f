"""What drills find already done: it lies where the steps' targets want it, in any patient."""

import dataclasses
import itertools

import numpy as np
import pytest

from game.instruments.needle import tip_mm
from game.operation import prepared
from game.operation.implant import Catheter, Implant, line_mm
from game.operation.theatre import Theatre
from game.patient import Tissue
from game.plain import decode, encode
from game.resources import shipped
from game.scenario import load_scenario
from game.session.start import new_theatre

PATIENTS = (("standard", 1), ("standard", 4), ("standard", 7), ("post-laminectomy", 1), ("cancer-pain", 1))


@pytest.fixture(params=PATIENTS, ids=lambda patient: f"{patient[0]}-{patient[1]}")
def theatre(request: pytest.FixtureRequest) -> Theatre:
    name, seed = request.param
    return new_theatre(load_scenario(shipped("scenarios") / f"{name}.yaml"), seed)


def test_the_needle_stands_in_the_sac_and_went_through_no_bone(theatre: Theatre) -> None:
    needle = prepared.needle_in_sac(theatre)
    assert -7.0 < theatre.patient.sac_distance_mm(np.array([tip_mm(needle)]))[0] < -4.0
    assert not {Tissue.CORTICAL, Tissue.TRABECULAR} & {span.tissue for span in needle.spans}
    assert [span.tissue for span in needle.spans if span.tissue in (Tissue.SKIN, Tissue.FLAVUM, Tissue.DURA)] == [
        Tissue.SKIN,
        Tissue.FLAVUM,
        Tissue.DURA,
    ]


def test_a_needle_that_is_in_already_is_left_alone(theatre: Theatre) -> None:
    first = prepared.needle_in_sac(theatre)
    assert prepared.needle_in_sac(theatre) is first


def test_the_catheter_lies_dorsally_in_fluid_up_to_the_planned_level(theatre: Theatre) -> None:
    catheter = prepared.threaded_catheter(theatre)
    way = np.array(catheter.canal_mm)
    inside = theatre.patient.tissue(way[:-1])
    assert set(inside.tolist()) <= {Tissue.CSF}
    assert abs(way[0, 2] - theatre.patient.landmarks[f"{theatre.plan.tip_level}.body"][2]) < 1.0
    sac = theatre.patient.canal.sac.read(way[:1, 2])[0]
    assert way[0, 1] > sac[1] + sac[3] / 3.0
    assert 100.0 < line_mm(catheter.canal_mm) < 300.0


def test_where_nothing_was_threaded_somebody_else_has_done_it(theatre: Theatre) -> None:
    theatre.implant.catheter = Catheter("braided", 1140.0)
    catheter = prepared.threaded_catheter(theatre)
    assert line_mm(catheter.canal_mm) > 100.0
    assert prepared.threaded_catheter(theatre) is catheter


def test_the_way_to_the_belly_is_one_line_and_no_length_is_lost(theatre: Theatre) -> None:
    catheter = prepared.tunnelled_catheter(theatre)
    parts = (catheter.canal_mm, catheter.track_mm, catheter.back_mm, catheter.tunnel_mm)
    for before, after in itertools.pairwise(parts):
        assert before[-1] == after[0]
    assert catheter.implanted_mm == pytest.approx(sum(line_mm(part) for part in parts))
    assert catheter.implanted_mm + catheter.trimmed_mm + catheter.spare_mm == pytest.approx(catheter.supplied_mm)
    assert catheter.spare_mm > 100.0


def test_the_tunnel_runs_in_the_fat_and_clear_of_rib_and_crest(theatre: Theatre) -> None:
    catheter = prepared.tunnelled_catheter(theatre)
    way = np.array(catheter.tunnel_mm[2:])
    assert set(theatre.patient.tissue(way).tolist()) == {Tissue.FAT}
    assert theatre.patient.skin_distance_mm(way).min() > -30.0
    assert theatre.patient.bone_distance_mm(way).min() > 10.0


def test_the_loop_lies_on_the_fascia_of_the_back(theatre: Theatre) -> None:
    way = np.array(prepared.anchored_catheter(theatre).back_mm)[1:]
    depth, faces = theatre.patient.layers_mm(way)
    above = faces[:, 1] - depth
    assert above.min() > -0.5
    assert above.max() < 3.0


def test_a_pocket_has_no_more_cover_than_there_is_fat(theatre: Theatre) -> None:
    pocket = prepared.pocket(theatre)
    if theatre.spec.bmi < 18.0:
        assert 3.0 < pocket.cover_mm < 10.0
    else:
        assert pocket.cover_mm == 15.0


def test_an_implant_goes_through_a_recording_unchanged(theatre: Theatre) -> None:
    prepared.tunnelled_catheter(theatre)
    prepared.pocket(theatre)
    prepared.filled_pump(theatre)
    kept = encode(theatre.implant)
    assert encode(decode(Implant, kept)) == kept
    assert all(getattr(theatre.implant, part.name) is not None for part in dataclasses.fields(Implant) if part.name != "rod")
