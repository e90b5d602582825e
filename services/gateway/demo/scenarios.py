"""How well a relationship went over time, and its turning points."""

from typing import NamedTuple

from pydantic import TypeAdapter

from services.gateway.demo.specialties import read_toml


class Conditions(NamedTuple):
    """Shares in [0, 1]: promises met on time, and of rated interactions those above and below what was expected."""

    on_time: float
    above: float
    below: float
    audit: tuple[str, ...] = ("minor",)
    activity: float = 1.0


class TurningPoint(NamedTuple):
    """An interaction with its own summary, `ago` days before today; the words of the specialty fill the summary."""

    ago: int
    kind: str
    summary: str
    experience: str | None = None
    findings: str | None = None


class Scenario(NamedTuple):
    """`phases` are (from how many days ago, conditions), oldest first; `late_cause` is of most late promises."""

    phases: tuple[tuple[int, Conditions], ...]
    turning_points: tuple[TurningPoint, ...] = ()
    late_cause: str | None = None


TURNING_POINTS = TypeAdapter(dict[str, tuple[TurningPoint, ...]]).validate_python(read_toml("turning_points.toml"))

SUPERB = Conditions(0.99, 0.85, 0.0, ("none", "none", "minor"))
STRONG = Conditions(0.94, 0.45, 0.05, ("none", "minor"))
SOLID = Conditions(0.81, 0.14, 0.15, ("minor", "none", "minor"))
MIXED = Conditions(0.68, 0.1, 0.3, ("minor", "major"))
POOR = Conditions(0.42, 0.02, 0.6, ("major", "minor"))
BLEAK = Conditions(0.2, 0.0, 0.85, ("major",))
STOPPED = Conditions(0.08, 0.0, 0.8, ("major",), 0.7)
SILENT = Conditions(1, 0, 0, ("none",), 0.0)
_ALWAYS = 1200

SCENARIOS: dict[str, Scenario] = {
    "superb": Scenario(((_ALWAYS, SUPERB),)),
    "strong": Scenario(((_ALWAYS, STRONG),)),
    "solid": Scenario(((_ALWAYS, SOLID),)),
    "poor": Scenario(((_ALWAYS, MIXED), (600, POOR), (260, MIXED), (130, POOR))),
    "erratic": Scenario(((_ALWAYS, SOLID), (830, POOR), (700, STRONG), (450, MIXED), (330, SOLID), (150, MIXED))),
    "climber": Scenario(((_ALWAYS, SOLID), (720, STRONG), (330, SUPERB._replace(above=0.6)))),
    "weathered": Scenario(((_ALWAYS, STRONG._replace(on_time=0.86)),), TURNING_POINTS["weathered"], "external"),
    "turnaround": Scenario(
        ((_ALWAYS, POOR), (570, STRONG), (400, SUPERB._replace(above=0.5))), TURNING_POINTS["turnaround"]
    ),
    "shutdown": Scenario(
        ((_ALWAYS, SUPERB), (314, STOPPED), (205, STRONG._replace(on_time=1.0))), TURNING_POINTS["shutdown"]
    ),
    "bad_quarter": Scenario(
        ((_ALWAYS, SUPERB), (160, BLEAK._replace(on_time=0.4)), (120, SUPERB)), TURNING_POINTS["bad_quarter"]
    ),
    "decline": Scenario(
        ((_ALWAYS, SUPERB._replace(above=0.6)), (420, STRONG), (280, SOLID), (130, MIXED)), TURNING_POINTS["decline"]
    ),
    "fallen": Scenario(((_ALWAYS, STRONG), (380, MIXED), (240, POOR), (120, BLEAK)), TURNING_POINTS["decline"]),
    "dormant": Scenario(((_ALWAYS, STRONG), (515, SILENT)), TURNING_POINTS["dormant"]),
    "qualifying": Scenario(((_ALWAYS, SILENT),), TURNING_POINTS["qualifying"]),
    "newcomer": Scenario(((_ALWAYS, STRONG),), TURNING_POINTS["newcomer"]),
}
