"""What makes an expert, a competent hand and a novice: one program with different numbers.

All numbers are expert judgement, chosen so that the three do what teachers see in skills laboratories.
"""

from dataclasses import dataclass

import numpy as np

from game.streams import stream


@dataclass(frozen=True, slots=True)
class Skill:
    """How good a pair of hands, the eyes and the head are.

    Attributes:
        name: Its name in reports.
        aim_noise_mm: One standard deviation of putting a thing where it is meant to be.
        angle_noise_deg: The same of turning a thing to an angle.
        hand_noise: Spread of a repeated motion, as a share of it.
        reading_noise_mm: One standard deviation added to every reading of a picture.
        picture_reading: 0 to 1, the chance that a vertebra is called by its right name.
        content: Multiple of a target within which a view is thought good enough.
        care: 0 to 1, the chance that a check is made that nobody would miss.
        patience: Share of the time that waiting and repetition should take that is given to them.
        haste: How much faster than a careful hand this one moves; 1 is careful.
        reaction_s: From seeing or feeling something to the hand's answer.
    """

    name: str
    aim_noise_mm: float
    angle_noise_deg: float
    hand_noise: float
    reading_noise_mm: float
    picture_reading: float
    content: float
    care: float
    patience: float
    haste: float
    reaction_s: float


EXPERT = Skill(
    name="expert",
    aim_noise_mm=0.8,
    angle_noise_deg=0.8,
    hand_noise=0.03,
    reading_noise_mm=0.3,
    picture_reading=1.0,
    content=0.8,
    care=1.0,
    patience=1.05,
    haste=1.0,
    reaction_s=0.2,
)
COMPETENT = Skill(
    name="competent",
    aim_noise_mm=2.5,
    angle_noise_deg=2.5,
    hand_noise=0.12,
    reading_noise_mm=2.2,
    picture_reading=0.97,
    content=1.6,
    care=0.78,
    patience=0.8,
    haste=1.2,
    reaction_s=0.25,
)
NOVICE = Skill(
    name="novice",
    aim_noise_mm=6.0,
    angle_noise_deg=5.0,
    hand_noise=0.3,
    reading_noise_mm=4.5,
    picture_reading=0.75,
    content=4.0,
    care=0.35,
    patience=0.35,
    haste=1.8,
    reaction_s=0.35,
)
SKILLS = {skill.name: skill for skill in (EXPERT, COMPETENT, NOVICE)}


def own_chance(skill: Skill, seed: int, step: str) -> np.random.Generator:
    """Return a trainee's own stream for a step; no session draws from it."""
    return stream(seed, f"trainee {skill.name} {step}")
