"""The body's state between two steps, what acts on it, and what the monitor shows of it."""

from dataclasses import dataclass, field

from game.patient.physiology.drugs import Drug


@dataclass(frozen=True, slots=True)
class Vitals:
    """The patient monitor's numbers.

    Attributes:
        hr_bpm: From the electrocardiogram.
        sbp_mmhg, dbp_mmhg, map_mmhg: The last reading of the cuff.
        bp_age_s: How old that reading is.
        spo2_percent: Pulse oximeter.
        etco2_mmhg: Capnograph; 0 when nobody breathes.
        rr_per_min: Breaths a minute; 0 when nobody breathes.
        temperature_c: Core temperature.
    """

    hr_bpm: float
    sbp_mmhg: float
    dbp_mmhg: float
    map_mmhg: float
    bp_age_s: float
    spo2_percent: float
    etco2_mmhg: float
    rr_per_min: float
    temperature_c: float


@dataclass(frozen=True, slots=True)
class Stimuli:
    """What is done to the patient now.

    Attributes:
        pain: 0 to 10, as an unsedated person would rate it.
        nerve_shock: 0 to 1: how hard a root is touched now.
        csf_lost_ml: Spinal fluid lost since the case began.
        trunk_head_up_deg: Head-up tilt of the table.
        valsalva: Whether the patient bears down (under general anaesthesia: a held positive pressure breath).
        blood_lost_ml: Blood lost since the case began.
        pleura_open: Whether air comes in round a lung; a drain ends it.
    """

    pain: float = 0.0
    nerve_shock: float = 0.0
    csf_lost_ml: float = 0.0
    trunk_head_up_deg: float = 0.0
    valsalva: bool = False
    blood_lost_ml: float = 0.0
    pleura_open: bool = False


@dataclass(slots=True)
class Rest:
    """What this body does when it is left alone, drawn once.

    Attributes:
        csf_opening_cmh2o: Lumbar pressure lying on the side.
        wave_periods_s, wave_phases_rad: The slow waves that heart rate and pressure ride on.
        sensitivity: Factor on drug concentrations; above 1 in old age.
    """

    weight_kg: float
    hr_bpm: float
    map_mmhg: float
    pulse_mmhg: float
    rr_per_min: float
    spo2_percent: float
    paco2_mmhg: float
    temperature_c: float
    csf_opening_cmh2o: float
    wave_periods_s: list[float]
    wave_phases_rad: list[float]
    sensitivity: float


@dataclass(slots=True)
class Physiology:
    """One body, moved on by `advance_physiology`; plain numbers, so that a handover can hold it.

    Attributes:
        anaesthesia: local, sedation or general.
        steps: Steps of 0.1 s since the start.
        oxygen_l_min: By mask or nose; 0 is room air.
        antagonist: Naloxone and flumazenil, in doses that halve an effect, at the effect site and still on the way.
        pressor_mmhg: Rise of arterial pressure by a vasopressor, at work and still on the way.
        effect: Joint drug effect U.
        felt_pain: What the patient feels, 0 to 10.
        shock: Nerve shock that still echoes, 0 to 1.
        touch: Nerve shock of the last step, to see it rise.
        breath_hold_s: Seconds of breath-holding still to come.
        headache: 0 to 10.
        hr_bpm, map_mmhg, rr_per_min, spo2_percent, paco2_mmhg, temperature_c: True values now.
        no_breath_s: Seconds since the last breath.
        low_breath_s: Seconds of ventilation too small to keep the oxygen store.
        collapsed: Share of one lung that has collapsed, 0 to 1.
        csf_lost_ml, csf_made_ml: Lost so far, and made again since.
        head_up_deg, strain: Of the last step; strain rises to 1 while bearing down.
        cuff_sbp_mmhg, cuff_dbp_mmhg, cuff_map_mmhg, cuff_step: Last reading and its step.
    """

    anaesthesia: str
    rest: Rest
    propofol: Drug
    fentanyl: Drug
    midazolam: Drug
    hr_bpm: float
    map_mmhg: float
    rr_per_min: float
    spo2_percent: float
    paco2_mmhg: float
    temperature_c: float
    steps: int = 0
    oxygen_l_min: float = 0.0
    naloxone: list[float] = field(default_factory=lambda: [0.0, 0.0])
    flumazenil: list[float] = field(default_factory=lambda: [0.0, 0.0])
    pressor_mmhg: list[float] = field(default_factory=lambda: [0.0, 0.0])
    effect: float = 0.0
    felt_pain: float = 0.0
    shock: float = 0.0
    touch: float = 0.0
    breath_hold_s: float = 0.0
    headache: float = 0.0
    no_breath_s: float = 0.0
    low_breath_s: float = 0.0
    collapsed: float = 0.0
    csf_lost_ml: float = 0.0
    csf_made_ml: float = 0.0
    head_up_deg: float = 0.0
    strain: float = 0.0
    cuff_sbp_mmhg: float = 0.0
    cuff_dbp_mmhg: float = 0.0
    cuff_map_mmhg: float = 0.0
    cuff_step: int = 0
