"""How well things went over time, and the turns that a relationship is remembered by."""

from typing import NamedTuple

from pydantic import TypeAdapter

from services.gateway.demo.specialties import read_toml


class Weather(NamedTuple):
    """Shares in [0, 1]: promises kept on time, and of rated interactions those above and below what was expected."""

    kept: float
    above: float
    below: float
    audit: tuple[str, ...] = ("minor",)
    bustle: float = 1.0


class Turn(NamedTuple):
    """Something told in its own words, `ago` days before today; the summary takes a field's words."""

    ago: int
    kind: str
    summary: str
    experience: str | None = None
    findings: str | None = None


class Fortune(NamedTuple):
    """`spells` are (from how many days ago, weather), oldest first; `late_cause` takes the blame for what was late."""

    spells: tuple[tuple[int, Weather], ...]
    turns: tuple[Turn, ...] = ()
    late_cause: str | None = None


TURNS = TypeAdapter(dict[str, tuple[Turn, ...]]).validate_python(read_toml("turns.toml"))

SUPERB = Weather(0.99, 0.85, 0.0, ("none", "none", "minor"))
STRONG = Weather(0.94, 0.45, 0.05, ("none", "minor"))
SOLID = Weather(0.81, 0.14, 0.15, ("minor", "none", "minor"))
MIXED = Weather(0.68, 0.1, 0.3, ("minor", "major"))
POOR = Weather(0.42, 0.02, 0.6, ("major", "minor"))
BLEAK = Weather(0.2, 0.0, 0.85, ("major",))
STOPPED = Weather(0.08, 0.0, 0.8, ("major",), 0.7)
SILENT = Weather(1, 0, 0, ("none",), 0.0)
_ALWAYS = 1200

FORTUNES: dict[str, Fortune] = {
    "superb": Fortune(((_ALWAYS, SUPERB),)),
    "strong": Fortune(((_ALWAYS, STRONG),)),
    "solid": Fortune(((_ALWAYS, SOLID),)),
    "poor": Fortune(((_ALWAYS, MIXED), (600, POOR), (260, MIXED), (130, POOR))),
    "erratic": Fortune(((_ALWAYS, SOLID), (830, POOR), (700, STRONG), (450, MIXED), (330, SOLID), (150, MIXED))),
    "climber": Fortune(((_ALWAYS, SOLID), (720, STRONG), (330, SUPERB._replace(above=0.6)))),
    "weathered": Fortune(((_ALWAYS, STRONG._replace(kept=0.86)),), TURNS["weathered"], "external"),
    "turnaround": Fortune(((_ALWAYS, POOR), (570, STRONG), (400, SUPERB._replace(above=0.5))), TURNS["turnaround"]),
    "shutdown": Fortune(((_ALWAYS, SUPERB), (314, STOPPED), (205, STRONG._replace(kept=1.0))), TURNS["shutdown"]),
    "bad_quarter": Fortune(((_ALWAYS, SUPERB), (160, BLEAK._replace(kept=0.4)), (120, SUPERB)), TURNS["bad_quarter"]),
    "decline": Fortune(
        ((_ALWAYS, SUPERB._replace(above=0.6)), (420, STRONG), (280, SOLID), (130, MIXED)), TURNS["decline"]
    ),
    "fallen": Fortune(((_ALWAYS, STRONG), (380, MIXED), (240, POOR), (120, BLEAK)), TURNS["decline"]),
    "dormant": Fortune(((_ALWAYS, STRONG), (515, SILENT)), TURNS["dormant"]),
    "qualifying": Fortune(((_ALWAYS, SILENT),), TURNS["qualifying"]),
    "newcomer": Fortune(((_ALWAYS, STRONG),), TURNS["newcomer"]),
}
