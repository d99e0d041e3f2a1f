"""The patient monitor's alarms: which sign is out of its limits, and when that is to be heard."""

from collections.abc import Callable
from dataclasses import dataclass, field

from game.patient.physiology import Vitals

LATENCY_S = 5.0
"""A sign must be out of its limits for this long: shorter is a cough or a moved arm (expert judgement)."""
REPEAT_S = 15.0
"""What lasts is heard again after this; IEC 60601-1-8 repeats high priorities after 2.5 to 15 s, medium ones after 2.5 to 30 s."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of one sign.

    Attributes:
        sound: Key of the sound table, which names the priority.
        broken: Whether a monitor's numbers are beyond it.
    """

    sound: str
    broken: Callable[[Vitals], bool]


LIMITS = (
    Limit("alarm_high", lambda now: now.spo2_percent < 90.0),
    Limit("alarm_high", lambda now: now.map_mmhg < 50.0),
    Limit("alarm_high", lambda now: now.rr_per_min < 8.0),
    Limit("alarm_medium", lambda now: now.spo2_percent < 94.0),
    Limit("alarm_medium", lambda now: now.map_mmhg < 60.0),
    Limit("alarm_medium", lambda now: not 45.0 <= now.hr_bpm <= 120.0),
    Limit("alarm_low", lambda now: now.temperature_c < 36.0),
)
"""The worst first, as anaesthetists usually set them for an adult (expert judgement)."""
ONCE = "alarm_low"
"""A low priority is heard once and not again while it lasts."""


@dataclass
class Alarms:
    """What the monitor remembers of limits.

    Attributes:
        since_s: When each broken limit was first broken, by its place in `LIMITS`.
        heard: Limits that were told and are still broken.
        heard_s: When an alarm was heard last.
    """

    since_s: dict[int, float] = field(default_factory=dict)
    heard: set[int] = field(default_factory=set)
    heard_s: float = float("-inf")

    def sound_due(self, seconds: float, now: Vitals) -> str:
        """Return the alarm to be heard at a second of the session, or ""; where limits are broken together the worst is heard."""
        broken = [place for place, limit in enumerate(LIMITS) if limit.broken(now)]
        self.since_s = {place: self.since_s.get(place, seconds) for place in broken}
        self.heard &= set(broken)
        lasting = [place for place in broken if seconds - self.since_s[place] >= LATENCY_S]
        if not lasting:
            return ""
        worst = LIMITS[lasting[0]].sound
        if lasting[0] in self.heard and (worst == ONCE or seconds - self.heard_s < REPEAT_S):
            return ""
        self.heard, self.heard_s = set(lasting), seconds
        return worst
