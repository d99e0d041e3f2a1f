"""The catalogue of complications that the built steps can cause."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One complication, for reports and teaching.

    Attributes:
        id: Its number in the catalogue.
        name: Its name for people.
        signs: What is seen, heard or felt.
        rescue: What to do, in order.
        window_s: Time in which the rescue should begin; None without a limit.
        incidence: How often it comes in practice, with its source.
    """

    id: str
    name: str
    signs: tuple[str, ...]
    rescue: tuple[str, ...]
    window_s: float | None
    incidence: str

    def rescue_in_words(self) -> str:
        """Return what to do, in order, and how soon."""
        soon = "" if self.window_s is None else f"within {self.window_s:.0f} s: "
        return soon + "; ".join(self.rescue)


CATALOGUE: dict[str, Entry] = {
    entry.id: entry
    for entry in (
        Entry(
            id="C3",
            name="Multiple dural punctures",
            signs=("spinal fluid again after another pop",),
            rescue=("purse-string round every hole", "consider another level", "warn of headache"),
            window_s=None,
            incidence="not reported",
        ),
        Entry(
            id="C4",
            name="Paraesthesia",
            signs=("electric pain down a leg", "the leg jerks", "heart rate up 15 %, pressure up 20 %, breath held"),
            rescue=("stop", "inject nothing", "draw back 2 to 3 mm", "wait up to a minute until it fades", "redirect to the midline"),
            window_s=10.0,
            incidence="transient in 5 to 40 % (expert judgement)",
        ),
        Entry(
            id="C5",
            name="Cord contact",
            signs=("pain in both legs", "both legs jerk"),
            rescue=("draw the needle out", "stop", "examine", "imaging within six hours"),
            window_s=10.0,
            incidence="under 0.1 % (expert judgement)",
        ),
        Entry(
            id="C6",
            name="Dry tap",
            signs=("no spinal fluid although pictures and pops agree",),
            rescue=("stylet in and out", "turn the bevel 90 degrees", "Valsalva or head up", "advance 1 to 2 mm", "re-site"),
            window_s=None,
            incidence="1 to 5 % (expert judgement)",
        ),
        Entry(
            id="C7",
            name="Catheter outside the sac",
            signs=(
                "no spinal fluid at the hub or the free end",
                "harder to push",
                "on the lateral it runs along the dura",
                "contrast in patches or tram-lines",
            ),
            rescue=("stop", "both back as one", "puncture again", "contrast shows the space"),
            window_s=None,
            incidence="2 of 50 failing systems were subdural (Delhaas 2020); under 2 % at implantation (expert judgement)",
        ),
        Entry(
            id="C16",
            name="Sheared catheter",
            signs=("the catheter comes back too easily and too short", "a short free piece on the picture"),
            rescue=("stop", "a picture", "take the piece out only when it is easily reached", "tell the patient", "a new catheter"),
            window_s=None,
            incidence="under 1 % (expert judgement)",
        ),
        Entry(
            id="C8",
            name="Bloody tap",
            signs=("blood in the hub",),
            rescue=("turn the bevel", "wait one to two minutes", "re-site one level away if it does not clear"),
            window_s=120.0,
            incidence="1 to 5 % (expert judgement)",
        ),
        Entry(
            id="CSF",
            name="Loss of spinal fluid",
            signs=("drops in the tray", "the nurse counts"),
            rescue=("stylet back at once",),
            window_s=60.0,
            incidence="after every puncture; over 2 mL by choice or neglect (expert judgement)",
        ),
        Entry(
            id="CSF10",
            name="Heavy loss of spinal fluid",
            signs=("more than 10 mL in the tray", "headache"),
            rescue=("stylet back at once", "lie flat", "drink", "warn of headache"),
            window_s=None,
            incidence="not reported",
        ),
        Entry(
            id="C29",
            name="Bowel or peritoneal perforation",
            signs=("a sudden give", "the point is lost", "later belly pain, fever, bowel content"),
            rescue=("stop and leave the rod", "call a general surgeon", "laparoscopy", "antibiotics", "abandon the implant"),
            window_s=21600.0,
            incidence="under 0.1 % (expert judgement)",
        ),
        Entry(
            id="C29K",
            name="Kidney injured by the tunneller",
            signs=("a sudden give behind the flank", "blood in the urine"),
            rescue=("stop and leave the rod", "ultrasound", "call a surgeon"),
            window_s=3600.0,
            incidence="under 0.1 % (expert judgement)",
        ),
        Entry(
            id="C29P",
            name="Pleura opened by the tunneller",
            signs=(
                "a sudden give above the last rib",
                "saturation falls over minutes, to 88 % on air",
                "heart rate up 20 %, pressure down 10 to 20 %, breathing up by half",
            ),
            rescue=("stop and leave the rod", "oxygen", "call a surgeon", "chest X-ray", "a drain"),
            window_s=600.0,
            incidence="under 0.1 % (expert judgement)",
        ),
    )
}
