"""The connection step by direct hands: good, hurried and wrong ones, and lengths that always add up."""

import math
from collections.abc import Iterator

import pytest

from game.base import Action
from game.instruments import aspiration, connector
from game.instruments.aspiration import Aspiration
from game.instruments.connector import Joint
from game.operation import actions as act
from game.operation import lumen
from game.operation.connection import flow, layout
from game.operation.connection.actions import LookAt, SetSyringe, TurnOver, WriteTrimmed
from game.operation.connection.events import Aspirated, CatheterCut, ConnectorOff, ConnectorShut, HolesCovered, LoopSutured
from game.operation.connection.rules import RULES
from game.operation.connection.seeing import sight
from game.operation.connection.state import Connection
from game.operation.implant import Catheter, Kink, line_mm
from game.patient.csf import flow_ml_per_min
from game.patient.physiology import csf_pressure_cmh2o
from tests.operation.hands import Hands


class Surgeon(Hands):
    """Hands on the open connection step."""

    rules = RULES
    step: Connection

    @property
    def catheter(self) -> Catheter:
        assert self.theatre.implant.catheter is not None
        return self.theatre.implant.catheter

    def lay_end(self, x_mm: float = layout.RULER_ZERO_X) -> None:
        self.do(act.TakeInstrument("forceps"))
        self.at(self.step.tail_xy)
        x, y = self.step.tail_xy
        self.drag(x_mm - x, layout.RULER_Y - y, 60)
        self.do(act.LetGo())

    def cut(self, length_mm: float, blades_deg: float = 90.0, ticks: int = 10) -> None:
        self.do(act.TakeInstrument("scissors"), act.Roll(blades_deg - self.step.blades_deg))
        self.at((self.step.tail_xy[0] - length_mm, layout.RULER_Y))
        self.drag(0.0, 12.0, ticks)
        self.do(act.LetGo())

    def push_on(self, far_mm: float = 25.0, roll: bool = True) -> None:
        self.do(act.TakeInstrument("forceps"))
        if self.step.joint.travel_mm <= 0.0:
            self.at(self.step.tail_xy)
            goal = layout.stem(self.step, 8.0)
            self.drag(goal[0] - self.step.tail_xy[0], goal[1] - self.step.tail_xy[1], 80)
            self.do(act.LetGo())
        if roll:
            self.do(act.Roll(-self.step.joint.roll_deg))
        self.at(layout.stem(self.step, 8.0))
        x, y = layout.outward(self.step)
        self.drag(-x * far_mm, -y * far_mm, 60)
        self.wait(30)
        self.do(act.LetGo())

    def tug(self, pull_mm: float) -> None:
        self.at(layout.stem(self.step, 8.0))
        x, y = layout.outward(self.step)
        self.drag(x * pull_mm, y * pull_mm, 60)
        self.wait(20)
        self.do(act.LetGo())

    def draw(self, instrument: str, pull_mm: float, seconds: float, port: str = "cap") -> None:
        self.do(act.TakeInstrument(instrument))
        self.do(SetSyringe(*(layout.cap_port(self.step) if port == "cap" else self.step.pump_xy)), act.Grip())
        x, y = layout.outward(self.step)
        self.drag(x * pull_mm, y * pull_mm, 12)
        syringe = self.step.syringe
        assert syringe is not None
        for _ in range(round(seconds * 120)):
            behind = pull_mm - (syringe.hand_mm - syringe.plunger_mm)
            if behind > 0.05:
                self.do(act.MoveHand(x * behind, y * behind))
            self.wait(1)
        self.do(act.LetGo())

    def wind(self, radius_mm: float, turns: float) -> None:
        self.do(act.TakeInstrument("forceps"))
        centre = layout.stem(self.step, 52.0)
        self.at((centre[0] + radius_mm, centre[1]))
        for k in range(1, round(turns * 40) + 1):
            a, b = (2.0 * math.pi * n / 40.0 for n in (k - 1, k))
            self.do(act.MoveHand(radius_mm * (math.cos(b) - math.cos(a)), radius_mm * (math.sin(b) - math.sin(a))))
            self.wait(1)
        self.do(act.LetGo())

    def bring(self) -> None:
        self.do(act.TakeInstrument("pump"))
        self.at(self.step.pump_xy)
        self.drag(-70.0, 0.0, 40)
        self.do(act.LetGo())

    def seat(self, turn_to_deg: float = 45.0) -> None:
        self.do(act.TakeInstrument("pump"), act.Roll((turn_to_deg - self.step.pump_deg + 180.0) % 360.0 - 180.0))
        self.at(self.step.pump_xy)
        x, y = self.step.pump_xy
        self.drag(layout.POCKET_AT[0] - x, layout.POCKET_AT[1] - y, 60)
        self.do(act.LetGo())

    def stitch(self, loop: int, bulge_mm: float) -> None:
        self.do(act.TakeInstrument("suture"))
        x, y = layout.loop_at(self.step, loop)
        self.at((x, y))
        for k in range(1, 21):
            a, b = (math.pi * n / 20.0 for n in (k - 1, k))
            self.do(act.MoveHand(8.0 / 20.0, bulge_mm * (math.sin(b) - math.sin(a))))
            self.wait(1)
        self.do(act.LetGo())

    def unstitch(self) -> None:
        self.do(act.TakeInstrument("scissors"))
        for loop in sorted(set(self.step.sewn)):
            self.at(layout.loop_at(self.step, loop))
            self.drag(0.0, 12.0, 10)
            self.do(act.LetGo())


def good_hand() -> Surgeon:
    surgeon = Surgeon()
    surgeon.lay_end()
    surgeon.cut(230.0)
    surgeon.do(WriteTrimmed(230.0))
    surgeon.push_on()
    surgeon.tug(2.0)
    surgeon.draw("cap_10", 3.0, 40.0)
    surgeon.bring()
    surgeon.wind(20.0, 1.5)
    surgeon.seat()
    for loop in range(1, 4):
        surgeon.stitch(loop, 4.0)
    return surgeon


@pytest.fixture(scope="module")
def good() -> Iterator[Surgeon]:
    return good_hand()


def test_a_good_hand_ends_with_a_joint_that_holds_fluid_in_the_syringe_and_a_fixed_pump(good: Surgeon) -> None:
    found = good.measured
    assert found["trim_error_mm"] == pytest.approx(0.0, abs=2.0)
    assert found["cut_end"] == "clean"
    assert found["cut_angle_deg"] == pytest.approx(0.0, abs=1.0)
    assert found["connector"] == "holds"
    assert found["aspirated_ml"] > 1.0  # type: ignore[operator]
    assert found["coil_radius_mm"] == pytest.approx(20.0, rel=0.05)
    assert found["fixing_sutures"] == 3.0
    assert found["catheter_pierced"] == 0.0
    assert good.theatre.implant.pump is not None
    assert good.theatre.implant.pump.joined
    assert good.catheter.end == "connected"
    assert RULES.unsafe(good.theatre, good.step) is None


def test_supplied_is_implanted_and_trimmed_and_spare_at_every_moment() -> None:
    surgeon = Surgeon()
    whole = surgeon.catheter.supplied_mm

    def adds_up() -> None:
        catheter = surgeon.catheter
        assert catheter.implanted_mm + catheter.trimmed_mm + catheter.spare_mm == pytest.approx(whole)
        assert catheter.spare_mm >= 0.0

    for doing in (
        surgeon.lay_end,
        lambda: surgeon.cut(120.0),
        lambda: surgeon.cut(5000.0) if surgeon.refusal(act.Grip()) is None else None,
        lambda: surgeon.lay_end(100.0),
        lambda: surgeon.cut(60.0),
        surgeon.push_on,
        lambda: surgeon.wind(18.0, 1.0),
        surgeon.seat,
    ):
        doing()
        adds_up()
    assert sum(event.length_mm for event in surgeon.told(CatheterCut)) == pytest.approx(surgeon.catheter.trimmed_mm)  # type: ignore[attr-defined]


def test_what_was_left_on_the_back_is_not_at_the_belly_to_be_drawn_cut_or_coiled() -> None:
    whole, short = Surgeon(), Surgeon()
    short.catheter.on_back_mm = whole.catheter.spare_mm - 190.0
    for surgeon in (whole, short):
        surgeon.lay_end()
    reach = [sight(surgeon.theatre, surgeon.step).loose_mm for surgeon in (whole, short)]
    assert reach[1] == pytest.approx(190.0)
    assert reach[0] > 300.0
    assert math.dist(layout.MOUTH, short.step.tail_xy) <= reach[1] + 1e-6
    short.push_on()
    assert short.measured["spare_mm"] == pytest.approx(reach[1])
    short.bring()
    short.wind(15.0, 3.0)
    assert short.step.coil.wound_mm == pytest.approx(reach[1] - math.dist(layout.MOUTH, layout.stem(short.step)), abs=3.0)


def test_a_wrong_length_is_kept_as_typed_and_handed_on(good: Surgeon) -> None:
    surgeon = Surgeon()
    surgeon.lay_end(layout.RULER_ZERO_X - 20.0)  # the end is not at the zero, and who reads the ruler there is 2 cm off
    surgeon.cut(200.0)
    read = layout.RULER_ZERO_X - (layout.RULER_ZERO_X - 20.0 - 200.0)
    surgeon.do(WriteTrimmed(read))
    assert surgeon.catheter.typed_trim_mm == read
    assert surgeon.measured["trim_error_mm"] == pytest.approx(20.0, abs=1.0)


@pytest.mark.parametrize(
    ("blades", "ticks", "end", "off"), [(90.0, 10, "clean", 0.0), (55.0, 10, "clean", 35.0), (90.0, 90, "crushed", 0.0)]
)
def test_the_end_is_as_the_blades_made_it(blades: float, ticks: int, end: str, off: float) -> None:
    surgeon = Surgeon()
    surgeon.lay_end()
    surgeon.cut(150.0, blades, ticks)
    assert surgeon.measured["cut_end"] == end
    assert surgeon.measured["cut_angle_deg"] == pytest.approx(off, abs=1.0)


def test_an_oblique_end_clicks_but_leaks_draws_air_and_slips() -> None:
    surgeon = Surgeon()
    surgeon.lay_end()
    surgeon.cut(230.0, 50.0)
    surgeon.push_on()
    assert surgeon.told(ConnectorShut)
    surgeon.wait(1200)
    assert surgeon.theatre.implant.lost_ml["connector"] > 0.0
    surgeon.draw("cap_10", 3.0, 4.0)
    assert [event.what for event in surgeon.told(Aspirated)] == ["air"]  # type: ignore[attr-defined]
    surgeon.do(act.TakeInstrument("forceps"))
    surgeon.tug(4.0)
    assert surgeon.measured["connector"] in ("loose", "half", "off")


def test_a_plug_beside_its_slot_stops_and_one_pushed_half_way_comes_off() -> None:
    surgeon = Surgeon()
    surgeon.lay_end()
    surgeon.cut(230.0)
    surgeon.push_on(roll=False)
    assert not surgeon.told(ConnectorShut)
    assert surgeon.step.joint.travel_mm == pytest.approx(connector.STOP_MM)
    surgeon.tug(6.0)
    assert surgeon.told(ConnectorOff)
    assert surgeon.measured["connector"] == "off"


def test_a_joint_that_was_pulled_off_wants_a_fresh_end() -> None:
    surgeon = good_hand_joined()
    surgeon.tug(16.0)
    assert surgeon.told(ConnectorOff)
    surgeon.push_on()
    surgeon.tug(2.0)
    assert surgeon.measured["connector"] == "old_end"


@pytest.mark.parametrize(("trimmed_mm", "connector"), [(8.0, "old_end"), (25.0, "holds")])
def test_an_end_that_the_plug_stretched_is_cut_off_before_it_goes_on_again(trimmed_mm: float, connector: str) -> None:
    surgeon = good_hand_joined()
    surgeon.tug(40.0)  # and away with it
    surgeon.lay_end(20.0)
    surgeon.cut(trimmed_mm)
    surgeon.push_on()
    surgeon.tug(2.0)
    assert surgeon.measured["connector"] == connector


def test_a_catheter_cut_on_the_pump_falls_free_and_is_trimmed_and_joined_again() -> None:
    surgeon = good_hand_joined()
    surgeon.wind(20.0, 1.0)
    surgeon.do(act.TakeInstrument("scissors"))
    x, y = layout.stem(surgeon.step)
    surgeon.do(act.Roll(20.0 - surgeon.step.blades_deg))
    mx, my = layout.MOUTH
    surgeon.at((x + 0.1 * (mx - x), y + 0.1 * (my - y)))
    surgeon.drag(0.0, 12.0, 10)
    surgeon.do(act.LetGo())
    assert surgeon.told(ConnectorOff)
    assert (surgeon.measured["connector"], surgeon.catheter.end) == ("off", "open")
    assert surgeon.step.coil.wound_mm == 0.0
    before_ml = surgeon.theatre.implant.lost_ml.get("catheter", 0.0)
    surgeon.wait(1200)
    assert surgeon.theatre.implant.lost_ml["catheter"] > before_ml
    surgeon.lay_end(20.0)
    surgeon.cut(15.0)
    surgeon.push_on()
    surgeon.tug(2.0)
    surgeon.do(WriteTrimmed(round(surgeon.catheter.trimmed_mm)))
    found = surgeon.measured
    assert (found["connector"], found["cut_end"]) == ("holds", "clean")
    assert found["cut_angle_deg"] == pytest.approx(0.0, abs=1.0)
    assert found["trim_error_mm"] < 1.0  # type: ignore[operator]
    surgeon.draw("cap_10", 3.0, 40.0)
    assert surgeon.step.drawn_ml > 1.0


@pytest.mark.parametrize(("beside_mm", "connector"), [(1.0, "old_end"), (25.0, "holds")])
def test_a_cut_beside_the_plug_leaves_the_end_that_it_stretched(beside_mm: float, connector: str) -> None:
    surgeon = good_hand_joined()
    surgeon.do(act.TakeInstrument("scissors"))
    (x, y), (mx, my) = layout.stem(surgeon.step), layout.MOUTH
    share = beside_mm / math.dist((x, y), (mx, my))
    aside = (my - y) / math.dist((x, y), (mx, my)), (x - mx) / math.dist((x, y), (mx, my))
    surgeon.at((x + share * (mx - x), y + share * (my - y)))
    surgeon.drag(12.0 * aside[0], 12.0 * aside[1], 10)
    surgeon.do(act.LetGo())
    assert surgeon.told(CatheterCut)[-1].length_mm == pytest.approx(beside_mm, abs=0.5)  # type: ignore[attr-defined]
    surgeon.push_on()
    surgeon.tug(2.0)
    assert surgeon.step.rejoined_uncut == (connector == "old_end")
    if connector == "old_end":
        assert surgeon.measured["connector"] == connector


def stitch_through_the_catheter(surgeon: Surgeon) -> None:
    """Draw a stitch from the first loop across the stem."""
    surgeon.do(act.TakeInstrument("suture"))
    x, y = layout.loop_at(surgeon.step, 0)
    stem = layout.stem(surgeon.step, 3.0)
    surgeon.at((x, y))
    surgeon.drag(1.3 * (stem[0] - x), 1.3 * (stem[1] - y), 30)
    surgeon.do(act.LetGo())


def pierced() -> Surgeon:
    """A pump in its pocket with a stitch through its catheter."""
    surgeon = good_hand_joined()
    surgeon.bring()
    surgeon.wind(22.0, 3.0)
    surgeon.seat()
    stitch_through_the_catheter(surgeon)
    return surgeon


def test_a_stitch_through_the_catheter_leaks_until_the_hole_is_trimmed_off_and_the_end_joined_again() -> None:
    surgeon = pierced()
    assert "stitch" in sight(surgeon.theatre, surgeon.step).kinks_seen
    surgeon.wait(1200)
    assert surgeon.theatre.implant.lost_ml["connector"] > 0.0
    surgeon.do(act.TakeInstrument("pump"), act.PointHand(*surgeon.step.pump_xy))
    assert surgeon.refusal(act.Grip()) == "Its stitches hold the pump: cut them with scissors at its loops first."
    surgeon.unstitch()
    assert surgeon.theatre.implant.pump is not None
    assert surgeon.theatre.implant.pump.loops == []
    assert surgeon.measured["fixing_sutures"] == 0.0
    surgeon.do(act.TakeInstrument("pump"))
    surgeon.at(surgeon.step.pump_xy)
    surgeon.drag(150.0, 0.0, 60)
    surgeon.do(act.LetGo())
    assert "stitch" in sight(surgeon.theatre, surgeon.step).kinks_seen, "out of the pocket it is still stitched"
    surgeon.do(act.TakeInstrument("forceps"))
    surgeon.tug(40.0)  # and away with it
    surgeon.lay_end(20.0)
    surgeon.cut(25.0)
    surgeon.push_on()
    surgeon.draw("cap_10", 3.0, 40.0)
    assert surgeon.step.pierced == 0
    assert surgeon.catheter.wall_cut == 0.0
    assert surgeon.step.drawn_ml > 1.0


def test_a_stitch_in_the_pocket_heals_no_hole_in_the_back_and_trimming_takes_off_only_its_own() -> None:
    surgeon = pierced()
    surgeon.catheter.cut_wall(line_mm(surgeon.catheter.canal_mm) + 30.0, 0.6)
    lost_ml = surgeon.theatre.implant.lost_ml
    before = {way: lost_ml.get(way, 0.0) for way in ("fascia", "connector")}  # type: ignore[call-overload]
    surgeon.wait(1200)
    assert all(lost_ml[way] > was for way, was in before.items())  # type: ignore[index]
    surgeon.unstitch()
    surgeon.do(act.TakeInstrument("pump"))
    surgeon.at(surgeon.step.pump_xy)
    surgeon.drag(150.0, 0.0, 60)
    surgeon.do(act.LetGo(), act.TakeInstrument("forceps"))
    surgeon.tug(40.0)  # and away with it
    surgeon.lay_end(20.0)
    surgeon.cut(25.0)
    assert [hole.open_share for hole in surgeon.catheter.holes] == [0.6]
    assert surgeon.step.pierced == 0
    assert lumen.leaks(surgeon.catheter)


def good_hand_joined() -> Surgeon:
    surgeon = Surgeon()
    surgeon.lay_end()
    surgeon.cut(200.0)
    surgeon.push_on()
    return surgeon


def test_a_slow_plunger_of_ten_ml_draws_fluid_and_a_thin_or_hasty_one_covers_the_holes() -> None:
    slow, hasty, thin = good_hand_joined(), good_hand_joined(), good_hand_joined()
    slow.draw("cap_10", 3.0, 30.0)
    hasty.draw("cap_10", 9.0, 10.0)
    thin.draw("cap_3", 3.0, 10.0)
    assert slow.step.drawn_ml > 1.0
    assert not slow.told(HolesCovered)
    assert hasty.told(HolesCovered)
    assert thin.told(HolesCovered)
    assert max(hasty.step.drawn_ml, thin.step.drawn_ml) < 0.2


def test_what_is_drawn_is_lost_to_the_patient_and_to_no_one_twice(good: Surgeon) -> None:
    implant = good.theatre.implant
    assert implant.lost_ml["syringe"] == pytest.approx(good.step.drawn_ml)
    assert sum(implant.lost_ml.values()) == pytest.approx(good.theatre.strain.csf_lost_ml)


def test_the_wrong_port_gives_drug() -> None:
    surgeon = good_hand_joined()
    pump = surgeon.theatre.implant.pump
    assert pump is not None
    full_ml = pump.volume_ml
    surgeon.draw("cap_10", 4.0, 4.0, port="septum")
    assert surgeon.measured["drug_drawn_ml"] > 0.5  # type: ignore[operator]
    assert pump.volume_ml == pytest.approx(full_ml - surgeon.step.drug_drawn_ml)
    assert [event.what for event in surgeon.told(Aspirated)] == ["drug"]  # type: ignore[attr-defined]


def test_each_of_the_causes_of_a_dry_port_is_cured_where_it_lies() -> None:
    for cause in ("loop", "anchor", "tie", "tunnel", "coil", "seat"):
        surgeon = Surgeon()
        surgeon.catheter.kinks.append(Kink(300.0, 0.01, cause))  # type: ignore[arg-type]
        assert lumen.passes(surgeon.theatre, surgeon.catheter) < flow.DRY_SHARE
        cure(surgeon, cause)
        assert lumen.passes(surgeon.theatre, surgeon.catheter) == pytest.approx(1.0), cause


def cure(surgeon: Surgeon, cause: str) -> None:
    if cause in ("loop", "anchor", "tie"):
        surgeon.do(LookAt("back"), act.TakeInstrument("scissors" if cause == "tie" else "forceps"))
        places = surgeon.catheter.back_mm
        shown = surgeon.theatre.camera.to_field(surgeon.theatre.patient_pose.apply(places[0 if cause == "tie" else 20]))
        surgeon.at((float(shown[0]), float(shown[1])))
        surgeon.drag(12.0, 0.0, 12)
        surgeon.do(act.LetGo(), LookAt("belly"))
    elif cause == "tunnel":
        surgeon.do(act.TakeInstrument("forceps"))
        x, y = layout.MOUTH
        ahead_x, ahead_y = layout.tail_line(surgeon.theatre, surgeon.step)[1]
        share = 10.0 / layout.gap(layout.MOUTH, (ahead_x, ahead_y))
        surgeon.at((x + share * (ahead_x - x), y + share * (ahead_y - y)))
        surgeon.drag(2.0 * share * (ahead_x - x), 2.0 * share * (ahead_y - y), 20)
        surgeon.do(act.LetGo())
    else:
        surgeon.lay_end()
        surgeon.cut(150.0)
        surgeon.push_on()
        surgeon.bring()
        if cause == "coil":
            surgeon.wind(20.0, 1.0)
        else:
            surgeon.wind(25.0, 3.0)
            surgeon.seat()


def test_a_kink_in_the_tunnel_stays_while_the_end_is_only_laid_out() -> None:
    surgeon = Surgeon()
    surgeon.catheter.kinks.append(Kink(300.0, 0.01, "tunnel"))
    surgeon.lay_end()
    surgeon.lay_end(60.0)
    assert [kink.cause for kink in surgeon.catheter.kinks] == ["tunnel"]


def test_a_catheter_that_was_cut_in_the_back_gives_air_in_front_of_a_sealed_joint() -> None:
    whole, cut = good_hand_joined(), good_hand_joined()
    cut.catheter.cut_wall(line_mm(cut.catheter.canal_mm) + 30.0, 1.0)
    for surgeon in (whole, cut):
        surgeon.draw("cap_10", 3.0, 4.0)
    assert (whole.step.syringe.air_ml, cut.step.syringe.drawn_ml) == (0.0, 0.0)  # type: ignore[union-attr]
    assert cut.step.syringe.air_ml > 1.0  # type: ignore[union-attr]
    assert cut.theatre.implant.lost_ml["fascia"] > 0.0
    assert whole.theatre.implant.lost_ml.get("fascia", 0.0) == 0.0


def test_forceps_on_a_clamped_catheter_do_not_open_it() -> None:
    surgeon = Surgeon()
    surgeon.do(act.TakeInstrument("forceps"))
    surgeon.at(surgeon.step.tail_xy)
    goal = layout.stem(surgeon.step, 8.0)
    surgeon.drag(goal[0] - surgeon.step.tail_xy[0], goal[1] - surgeon.step.tail_xy[1], 80)
    surgeon.do(act.LetGo())
    surgeon.at(layout.stem(surgeon.step, 8.0))
    surgeon.wait(30)
    assert surgeon.step.holding == "plug"
    assert surgeon.catheter.end == "clamped"
    assert surgeon.step.drops_per_min == 0.0


def test_cutting_the_tie_lets_it_ooze_and_drawing_it_anew_too_hard_shuts_the_catheter() -> None:
    surgeon = Surgeon()
    tie = surgeon.theatre.implant.purse_string
    assert tie is not None
    cure(surgeon, "tie")
    assert (tie.tension_n, tie.ooze_share) == (None, 1.0)
    surgeon.do(LookAt("back"), act.TakeInstrument("suture"))
    shown = surgeon.theatre.camera.to_field(surgeon.theatre.patient_pose.apply(surgeon.catheter.back_mm[0]))
    surgeon.at((float(shown[0]), float(shown[1])))
    surgeon.drag(81.0, 0.0, 81)
    surgeon.do(act.LetGo())
    assert tie.tension_n == pytest.approx(9.0)
    assert lumen.passes(surgeon.theatre, surgeon.catheter) == 0.0


def test_how_it_is_left_is_judged_once_it_is_on_the_pump() -> None:
    surgeon = good_hand_joined()
    assert surgeon.measured["flow_left_ratio"] == 1.0
    assert surgeon.measured["ooze_drops"] < 1.0  # type: ignore[operator]
    cure(surgeon, "tie")
    assert surgeon.measured["ooze_drops"] > 12.0  # type: ignore[operator]
    surgeon.catheter.kinks.append(Kink(300.0, 0.05, "tie"))
    assert surgeon.measured["flow_left_ratio"] == pytest.approx(0.05)
    before = surgeon.measured["ooze_drops"]
    surgeon.catheter.cut_wall(line_mm(surgeon.catheter.canal_mm) + 30.0, 1.0)
    assert surgeon.measured["ooze_drops"] > before + 12.0  # type: ignore[operator]
    surgeon.do(act.TakeInstrument("forceps"))
    surgeon.tug(40.0)  # and away with it
    assert (surgeon.measured["flow_left_ratio"], surgeon.measured["ooze_drops"]) == (None, None)
    assert RULES.missing(surgeon.step)["ooze_drops"] == "the catheter is not on the pump"


def test_a_coil_tighter_than_the_tube_allows_kinks_and_unwound_it_is_free() -> None:
    surgeon = good_hand_joined()
    surgeon.bring()
    surgeon.wind(4.0, 3.0)
    assert lumen.passes(surgeon.theatre, surgeon.catheter) < 0.3
    surgeon.tug(16.0)
    assert lumen.passes(surgeon.theatre, surgeon.catheter) == 1.0


def test_forceps_at_the_mouth_of_the_tunnel_pull_a_coil_open_and_then_straighten_what_is_kinked_in_it() -> None:
    surgeon = good_hand_joined()
    surgeon.bring()
    surgeon.wind(4.0, 3.0)
    surgeon.catheter.kinks.append(Kink(300.0, 0.5, "tunnel"))
    for left in ({"tunnel"}, set()):
        surgeon.do(act.TakeInstrument("forceps"))
        (x, y), (sx, sy) = layout.MOUTH, layout.stem(surgeon.step)
        away = math.dist((x, y), (sx, sy))
        out = ((sx - x) / away, (sy - y) / away)
        surgeon.at((x + 10.0 * out[0], y + 10.0 * out[1]))
        surgeon.drag(16.0 * out[0], 16.0 * out[1], 16)
        surgeon.do(act.LetGo())
        assert (surgeon.step.coil.wound_mm, surgeon.step.coil.radius_mm) == (0.0, 0.0)
        assert {kink.cause for kink in surgeon.catheter.kinks} == left
    assert surgeon.step.joint.shut
    surgeon.wind(20.0, 1.0)
    assert surgeon.measured["coil_radius_mm"] == pytest.approx(20.0, rel=0.05)


def test_a_bite_beside_the_stem_goes_through_the_catheter_and_a_flat_one_holds_only_fat() -> None:
    surgeon = good_hand_joined()
    surgeon.bring()
    surgeon.wind(22.0, 3.0)
    surgeon.seat()
    surgeon.stitch(2, 1.0)
    assert surgeon.told(LoopSutured)[-1].holds == "fat"  # type: ignore[attr-defined]
    assert surgeon.measured["fixing_sutures"] == 0.0
    stitch_through_the_catheter(surgeon)
    assert surgeon.measured["catheter_pierced"] == 1.0


def test_a_pump_may_be_seated_upside_down_and_turned_wrong_but_not_left_on_the_towel() -> None:
    surgeon = good_hand_joined()
    assert RULES.unsafe(surgeon.theatre, surgeon.step) == "The pump does not lie in its pocket."
    surgeon.do(act.TakeInstrument("pump"), TurnOver())
    surgeon.seat(-135.0)
    assert surgeon.measured["septum"] == "inwards"
    assert surgeon.measured["port_off_deg"] == pytest.approx(180.0)
    surgeon.do(act.TakeInstrument("cap_10"))
    assert surgeon.refusal(SetSyringe(*surgeon.step.pump_xy)) == "The ports look away: turn the pump over."


def test_a_pump_that_is_turned_in_its_pocket_is_handed_on_as_it_lies() -> None:
    surgeon = good_hand_joined()
    surgeon.seat()
    surgeon.do(act.Roll(90.0))
    assert surgeon.measured["port_off_deg"] == pytest.approx(90.0)
    assert surgeon.theatre.implant.pump is not None
    assert surgeon.theatre.implant.pump.turned_deg == surgeon.step.pump_deg == pytest.approx(135.0)


def test_an_empty_chamber_gives_no_drug() -> None:
    surgeon = good_hand_joined()
    assert surgeon.theatre.implant.pump is not None
    surgeon.theatre.implant.pump.volume_ml = 0.3
    surgeon.draw("cap_10", 4.0, 4.0, port="septum")
    assert surgeon.theatre.implant.pump.volume_ml == 0.0
    assert surgeon.step.drug_drawn_ml == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (WriteTrimmed(-1.0), "A trimmed length lies between 0 and 200 cm."),
        (SetSyringe(0.0, 0.0), "Take a syringe first."),
        (LookAt("belly"), "You stand at the belly already."),
        (TurnOver(), "Take the pump to turn it over."),
        (act.Roll(10.0), "There is nothing in the hand to turn."),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(action: Action, sentence: str) -> None:
    assert Surgeon().refusal(action) == sentence


def test_the_free_end_drips_as_poiseuille_says() -> None:
    surgeon = Surgeon()
    surgeon.lay_end()
    surgeon.cut(100.0)
    before, length = surgeon.theatre.strain.csf_lost_ml, surgeon.catheter.length_mm
    surgeon.wait(120 * 60)
    lost = surgeon.theatre.strain.csf_lost_ml - before
    assert lost == pytest.approx(flow_ml_per_min(csf_pressure_cmh2o(surgeon.theatre.physiology), 0.53, length), rel=0.1)


def test_a_joint_needs_its_ridge_and_a_closed_one_holds_seven_newtons() -> None:
    joint = Joint(gripped=True)
    connector.push(joint, 4.0)
    assert not any(connector.advance(joint, 1.0 / 120.0) for _ in range(240))
    assert joint.travel_mm < connector.SHUT_MM
    connector.push(joint, 12.0)
    assert any(connector.advance(joint, 1.0 / 120.0) for _ in range(240))
    joint.hand_mm = joint.travel_mm - 6.5
    connector.advance(joint, 0.5)
    assert joint.shut
    joint.hand_mm = joint.travel_mm - 8.0
    connector.advance(joint, 0.5)
    assert not joint.shut


def test_the_same_pull_sucks_harder_through_a_thin_barrel() -> None:
    thick, thin = Aspiration(14.5, gripped=True), Aspiration(8.7, gripped=True)
    for syringe in (thick, thin):
        aspiration.pull(syringe, 3.0)
    assert thin.suction_cmh2o / thick.suction_cmh2o == pytest.approx((14.5 / 8.7) ** 2)
    assert thick.suction_cmh2o == pytest.approx(2.0 / (math.pi * 14.5**2 / 4.0) * 1e3 * 10.197, rel=1e-6)
