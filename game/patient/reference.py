"""Tables of the adult body: skeleton, canal, soft tissue. Lengths mm, angles degrees.

They describe a person of 170 cm. `bone_scale` carries them to another stature and sex. Sources stand
beside each table; "expert judgement" marks a value chosen for this simulator. The sources begin at T8: the rows
T4 to T7 of every table are extrapolated from its trend there (expert judgement), but for the spinous inclination,
which Kaur 2016 gives as 57.9 degrees at T6.
"""

from typing import Literal

LEVELS = ("T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5")
SPACES = ("T4-5", "T5-6", "T6-7", "T7-8", "T8-9", "T9-10", "T10-11", "T11-12", "T12-L1", "L1-2", "L2-3", "L3-4", "L4-5", "L5-S1")
RIB_LEVELS = ("T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12")

# Endplate widths and depths, canal: Panjabi 1991 (thoracic) and 1992 (lumbar).
ENDPLATE_WIDTH_UPPER_MM = (25.0, 25.6, 26.8, 28.2, 29.5, 30.6, 31.9, 34.9, 39.0, 41.2, 42.6, 44.1, 46.6, 47.3)
ENDPLATE_WIDTH_LOWER_MM = (26.2, 27.0, 28.0, 29.2, 30.5, 33.0, 35.4, 39.1, 42.1, 43.3, 45.5, 48.0, 49.5, 49.4)
ENDPLATE_DEPTH_UPPER_MM = (23.6, 24.8, 26.0, 27.0, 27.9, 29.3, 30.5, 31.9, 32.8, 34.1, 34.6, 35.2, 35.5, 34.7)
ENDPLATE_DEPTH_LOWER_MM = (24.8, 26.2, 27.4, 28.5, 29.4, 31.0, 31.6, 31.8, 33.4, 35.3, 34.9, 34.8, 33.9, 33.2)
CANAL_WIDTH_MM = (17.0, 17.1, 17.2, 17.3, 17.4, 17.9, 18.2, 19.4, 22.2, 23.7, 23.8, 24.3, 25.4, 27.1)
CANAL_DEPTH_MM = (16.2, 16.2, 16.1, 16.0, 15.9, 15.9, 15.5, 16.1, 18.1, 19.0, 18.2, 17.5, 18.6, 19.7)
# Body heights after living CT: expert judgement, L5 checked against a CT series of the Int J Spine Surg.
BODY_HEIGHT_VENTRAL_MM = (16.6, 17.3, 18.0, 18.7, 19.5, 20.5, 21.5, 22.5, 24.0, 25.5, 26.5, 27.3, 27.8, 29.0)
BODY_HEIGHT_DORSAL_MM = (17.8, 18.6, 19.4, 20.2, 21.0, 21.8, 22.8, 24.2, 25.8, 27.0, 27.3, 27.3, 26.6, 25.0)
WAIST_WIDTH_RATIO = 0.88  # expert judgement
WAIST_DEPTH_RATIO = 0.90  # expert judgement

# Pedicles: Zindrick 1987. Laminae and processes: expert judgement guided by Xu 1999 and Panjabi.
PEDICLE_WIDTH_MM = (4.7, 4.9, 5.2, 5.5, 5.9, 6.1, 6.3, 7.8, 7.1, 8.7, 8.9, 10.3, 12.9, 18.0)
PEDICLE_HEIGHT_MM = (11.2, 11.5, 11.8, 12.1, 12.5, 13.8, 15.2, 17.4, 15.8, 15.4, 15.0, 14.9, 14.8, 14.0)
PEDICLE_MEDIAL_DEG = (10.4, 9.8, 9.2, 8.6, 8.0, 7.6, 4.6, 1.2, -4.2, 10.9, 12.0, 14.4, 17.7, 29.8)
LAMINA_HEIGHT_MM = (19.5, 21.0, 22.3, 23.1, 22.0, 22.0, 22.0, 22.0, 22.0, 22.0, 22.0, 21.0, 19.0, 16.0)
LAMINA_THICKNESS_MM = (6.1, 6.2, 6.3, 6.4, 6.5, 6.6, 6.7, 6.8, 6.8, 6.5, 6.7, 6.8, 6.8, 6.0)
SPINOUS_LENGTH_MM = (29.0, 31.0, 33.0, 34.0, 33.0, 32.0, 30.0, 28.0, 27.0, 29.0, 31.0, 32.0, 30.0, 23.0)
SPINOUS_HEIGHT_MM = (8.0, 8.0, 8.0, 8.5, 9.0, 10.0, 11.0, 14.0, 17.0, 20.0, 22.0, 22.0, 19.0, 14.0)
SPINOUS_THICKNESS_MM = (5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 6.0, 6.0, 7.0, 7.0, 7.0, 7.0)
SPINOUS_DOWN_DEG = (50.0, 56.0, 58.0, 55.0, 50.0, 42.0, 33.0, 24.0, 16.0, 10.0, 9.0, 8.0, 8.0, 10.0)
TRANSVERSE_SPAN_MM = (64.0, 63.0, 62.0, 61.0, 60.0, 59.0, 58.0, 52.0, 47.0, 71.0, 76.0, 86.0, 80.0, 93.0)
# Facet angle from sagittal: Jentzsch 2013 (L2-3 and below), expert judgement above; joint below each level.
FACET_DEG = (78.0, 78.0, 78.0, 78.0, 78.0, 78.0, 78.0, 60.0, 25.0, 27.0, 30.4, 38.7, 47.0, 47.3)
FACET_GAP_MM = 2.0  # expert judgement
FACET_HEIGHT_MM = 16.0  # expert judgement
FACET_WIDTH_MM = 15.0  # expert judgement
# Half thickness of the inferior articular processes: expert judgement, so that the windows come out as wide as their table.
FACET_THICK_MM = (4.2, 4.2, 4.2, 4.2, 4.2, 4.2, 4.2, 4.2, 4.9, 4.9, 4.4, 4.2, 4.2, 4.2)

# Windows: Barrow Neurological Institute (L1-2, L4-5 flexed, L5-S1), Ebraheim 1997 (widths L4-5, L5-S1), else expert judgement.
WINDOW_NEUTRAL_MM = (4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 5.0, 6.0, 9.0, 14.9, 14.3, 13.8, 13.0, 12.2)
WINDOW_FLEXED_MM = (4.3, 4.3, 4.3, 4.3, 5.0, 5.0, 6.5, 8.0, 13.0, 18.0, 18.2, 18.4, 18.5, 17.2)
WINDOW_WIDTH_MM = (10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 11.0, 12.0, 14.0, 16.0, 18.0, 20.0, 24.0, 31.0)
WINDOW_AGE_LOSS_PER_Y = 0.005  # above 50 years; expert judgement

# Segmental lordosis, n = 324: Sci Rep 2022 (s41598-022-21840-x); kyphosis above T12 expert judgement. Space below each level.
LORDOSIS_DEG = (-3.5, -4.0, -4.0, -3.5, -3.0, -3.0, -3.0, -2.0, 0.0, 1.2, 5.9, 9.1, 12.7, 21.6)
LORDOSIS_TOTAL_DEG = 50.5
DISC_HEIGHT_MM = (3.8, 4.2, 4.6, 4.9, 5.2, 5.4, 5.8, 6.2, 7.0, 8.2, 9.5, 10.5, 11.5, 11.0)  # expert judgement

# First sacral vertebra: expert judgement.
S1_WIDTH_MM = 50.0
S1_DEPTH_MM = 33.0
S1_CANAL_DEPTH_MM = 16.0

# Ribs 4 to 12: expert judgement.
RIB_LENGTH_MM = (260.0, 275.0, 285.0, 280.0, 270.0, 250.0, 220.0, 180.0, 115.0)
RIB_HEIGHT_MM = (13.0, 13.0, 14.0, 14.0, 14.0, 13.0, 13.0, 12.0, 10.0)
RIB_THICKNESS_MM = (6.0, 7.0, 7.0, 7.0, 7.0, 7.0, 6.0, 6.0, 5.0)
RIB_SLOPE_DEG = (24.0, 25.0, 27.0, 28.0, 30.0, 32.0, 35.0, 38.0, 42.0)
RIB12_SD_MM, RIB12_LEAST_MM, RIB12_MOST_MM, RIB12_ABSENT = 25.0, 30.0, 160.0, 0.05

# Dural sac and cord by level: expert judgement, shape after Hogan 1996. Sac end: Anat Res Int 2014 (middle of S2).
SAC_AP_MM = (12.5, 12.5, 12.5, 12.5, 12.6, 12.8, 13.0, 14.0, 15.0, 16.0, 15.5, 14.5, 13.5, 12.5)
SAC_WIDTH_MM = (14.0, 14.0, 14.0, 14.0, 14.0, 14.5, 15.0, 16.5, 18.5, 20.0, 19.0, 18.0, 17.0, 15.0)
SAC_AP_SACRAL_MM, SAC_WIDTH_SACRAL_MM = (10.5, 7.5, 5.0), (12.5, 10.0, 7.0)  # at S1, S2 and S3
CORD_AP_MM = (6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 8.0, 8.0, 7.0, 7.0, 7.0, 7.0, 7.0)
CORD_WIDTH_MM = (8.5, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5, 10.5, 10.5, 9.0, 9.0, 9.0, 9.0, 9.0)
CORD_TIP_MM = 3.0
CORD_TAPER_MM = 28.0
DURA_MM = 0.35
# Conus: Saifuddin 1998, lower third of L1 with 2.2 thirds of a vertebra; a disc counts as one third.
CONUS_THIRD_OF_L1 = 2.0
CONUS_SD_THIRDS = 2.2
ROOT_DIAMETER_MM = (3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.2, 3.5, 3.9, 4.2, 4.5, 4.9, 5.2)  # Khasawneh 2023 gives 3.9 at L1 and 5.5 at S1

# Flavum: Khasawneh 2023 (L2-3 and below), expert judgement above. Gap in the midline and dorsal fat: expert judgement.
FLAVUM_MM = (2.4, 2.4, 2.5, 2.5, 2.6, 2.7, 2.8, 2.9, 3.0, 3.1, 3.2, 3.4, 3.7, 3.6)
FLAVUM_GAP_CHANCE = (0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.10, 0.20, 0.15, 0.10, 0.08, 0.05)
EPIDURAL_MM = (2.4, 2.4, 2.4, 2.4, 2.5, 2.8, 3.0, 3.5, 4.0, 4.5, 5.5, 5.5, 5.0, 4.0)
EPIDURAL_UNDER_LAMINA_MM = 0.9
INTERSPINOUS_MM = 5.0
SUPRASPINOUS_MM = 5.0

# Skin to epidural space at L3-4: Ravi 2011, 5 mm added for a European build (expert judgement); offsets expert judgement.
DEPTH_AT_L34_MM = 22.8
DEPTH_PER_BMI_MM = 0.978
DEPTH_SD_MM = 5.0
DEPTH_OFFSET_MM = (-11.0, -11.0, -11.0, -11.0, -11.0, -11.0, -10.0, -9.0, -8.0, -6.0, -2.0, 0.0, 0.0, -5.0)
SKIN_BACK_MM = 3.0  # expert judgement
SKIN_BELLY_MM = 2.0  # expert judgement
FASCIA_MM = 0.6  # expert judgement

# Crest line at the L4-5 disc, standard deviation 0.45 levels: fitted to Chakraverty 2007 and the Int J Spine Surg 2024.
CREST_SD_LEVELS = 0.45


def bone_scale(height_cm: float, sex: Literal["female", "male"]) -> float:
    """Return how bones compare with the tables: power of stature and factor of sex, expert judgement."""
    return float((height_cm / 170.0) ** 0.9 * (1.04 if sex == "male" else 0.95))


def depth_to_epidural_mm(bmi: float, space: str, deviation_mm: float = 0.0) -> float:
    """Return the depth from the skin to the ventral face of the flavum in the midline (Ravi 2011, offsets by level)."""
    return DEPTH_AT_L34_MM + DEPTH_PER_BMI_MM * bmi + DEPTH_OFFSET_MM[SPACES.index(space)] + deviation_mm


def window_height_mm(space: str, flexion: float, age_y: float) -> float:
    """Return the height of an interlaminar window; `flexion` runs from 0 (neutral) to 1 (hips at 90 degrees)."""
    i = SPACES.index(space)
    share = min(max(flexion, 0.0), 1.0)
    height_mm = WINDOW_NEUTRAL_MM[i] + share * (WINDOW_FLEXED_MM[i] - WINDOW_NEUTRAL_MM[i])
    return height_mm * (1.0 - WINDOW_AGE_LOSS_PER_Y * max(age_y - 50.0, 0.0))


def back_fat_mm(bmi: float, sex: Literal["female", "male"]) -> float:
    """Return the fat under the skin of the lumbar back beside the midline (expert judgement)."""
    return max(4.0, 1.10 * (bmi - 22.0) + 9.0) * (1.25 if sex == "female" else 1.0)


def belly_fat_mm(bmi: float, sex: Literal["female", "male"]) -> float:
    """Return the fat under the skin of the lower abdomen (expert judgement, checked against Abbas 2021 and Kim 2012)."""
    return max(5.0, 24.0 + 1.9 * (bmi - 25.0) if sex == "female" else 17.0 + 1.6 * (bmi - 25.0))


def trunk_depth_mm(bmi: float) -> float:
    """Return the trunk's thickness from belly to back at L3 (expert judgement)."""
    return 220.0 + 7.2 * (bmi - 25.0)


def trunk_width_mm(bmi: float) -> float:
    """Return the trunk's width at L3 (expert judgement)."""
    return 320.0 + 9.5 * (bmi - 25.0)
