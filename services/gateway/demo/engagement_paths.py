"""From one-off projects to strategic work: which engagements a pair of companies had, one after another."""

from typing import NamedTuple


class Step(NamedTuple):
    """One engagement: contracted `began` days ago, over after `lasted` days or still running.

    `after` is the index of its predecessor in the path. `end` is closed, cancelled, on_hold or, where it never was
    contracted, lost or open.
    """

    role: str
    mode: str
    complexity: int
    began: int
    lasted: int | None = None
    after: int | None = None
    end: str = "closed"
    would_use_again: str = "yes"


class Role(NamedTuple):
    """What a role means in a family of fields; `per_year` deliveries, and the promises that mark its way."""

    type: str
    names: tuple[str, ...]
    per_year: float
    milestones: tuple[str, ...]


_TACTICAL, _PROGRAMME, _STRATEGIC = "tactical", "programme", "strategic"

PATHS: dict[str, tuple[Step, ...]] = {
    "integrated": (
        Step("trial", _TACTICAL, 2, 1070, 150),
        Step("build", _PROGRAMME, 3, 905, 270, after=0),
        Step("transfer", _PROGRAMME, 4, 700, 360, after=1),
        Step("supply", _STRATEGIC, 4, 480, after=2),
        Step("joint", _STRATEGIC, 5, 285, after=3),
    ),
    "programmes": (
        Step("trial", _TACTICAL, 1, 1060, 120),
        Step("build", _PROGRAMME, 3, 930, 250, after=0),
        Step("supply", _STRATEGIC, 4, 720, after=1),
        Step("transfer", _PROGRAMME, 4, 500, 350, after=2),
        Step("programme", _STRATEGIC, 5, 330, after=2),
    ),
    "strategic": (
        Step("trial", _TACTICAL, 2, 1045, 140),
        Step("build", _PROGRAMME, 3, 880, 260, after=0),
        Step("supply", _PROGRAMME, 3, 700, after=1),
        Step("transfer", _PROGRAMME, 4, 370, after=1),
    ),
    "lapsed": (
        Step("trial", _TACTICAL, 2, 1040, 130),
        Step("build", _PROGRAMME, 3, 900, 240, after=0),
        Step("supply", _STRATEGIC, 4, 680, after=1),
        Step("joint", _STRATEGIC, 5, 520, 430, after=2, would_use_again="unsure"),
        Step("change", _TACTICAL, 2, 150, after=2),
    ),
    "varied": (
        Step("trial", _TACTICAL, 1, 1030, 150),
        Step("supply", _TACTICAL, 2, 860, after=0),
        Step("build", _PROGRAMME, 3, 560, 280, after=0),
        Step("change", _TACTICAL, 2, 210, after=1),
    ),
    "ended": (
        Step("trial", _TACTICAL, 2, 990, 140),
        Step("supply", _PROGRAMME, 3, 820, after=0),
        Step("build", _PROGRAMME, 4, 540, 360, after=0, would_use_again="no"),
    ),
    "repeat": (
        Step("trial", _TACTICAL, 1, 900, 160),
        Step("supply", _TACTICAL, 2, 700, after=0),
        Step("prospect", _PROGRAMME, 3, 25, end="open"),
    ),
    "paused": (
        Step("trial", _TACTICAL, 1, 760, 170),
        Step("supply", _TACTICAL, 2, 560, 330, after=0),
        Step("build", _PROGRAMME, 3, 180, after=1, end="on_hold"),
    ),
    "dormant": (
        Step("trial", _TACTICAL, 1, 1020, 140),
        Step("supply", _TACTICAL, 2, 850, 330, after=0),
    ),
    "one_off": (Step("supply", _TACTICAL, 1, 300),),
    "newcomer": (Step("trial", _TACTICAL, 2, 75),),
    "qualifying": (Step("prospect", _PROGRAMME, 3, 20, end="open"),),
    "lost": (
        Step("trial", _TACTICAL, 2, 190, 40, end="lost"),
        Step("prospect", _PROGRAMME, 3, 35, end="open"),
    ),
}

GATES = (
    "Charter signed by both site heads",
    "Knowledge package handed over",
    "Gap and risk assessment closed",
    "Equipment fit and methods transferred",
    "Engineering batch released",
    "Qualification batches complete",
    "Filing data package delivered",
    "Transfer closed, lessons shared",
)
"""The gates of a technology transfer, G0 to G7."""

ROLES: dict[str, dict[str, Role]] = {
    "maker": {
        "trial": Role(
            "simple_one_off",
            ("{product} reference batch", "{product} feasibility batch"),
            9,
            ("First batch released",),
        ),
        "build": Role(
            "process_development",
            ("{product} process development", "{product} scale-up studies"),
            7,
            ("Process locked", "Pilot batch at target yield", "Development report signed"),
        ),
        "transfer": Role(
            "tech_transfer_scale_up", ("{product} process transfer", "{product} transfer to commercial scale"), 6, GATES
        ),
        "supply": Role(
            "commercial_supply",
            ("{product} commercial supply", "{product} launch and market supply"),
            15,
            ("Annual product review agreed", "Safety stock in place", "Yearly volume commitment signed"),
        ),
        "joint": Role(
            "co_development",
            ("{product} next-generation process", "{product} joint platform"),
            6,
            ("Joint charter signed", "First joint data package", "Design freeze"),
        ),
        "programme": Role(
            "multi_product_programme",
            ("Multi-product network programme", "{product} and follow-on products"),
            6,
            ("Second product admitted", "Shared capacity plan agreed", "Third product admitted"),
        ),
        "change": Role(
            "lifecycle_change",
            ("{product} site and supplier changes", "{product} second presentation"),
            6,
            ("Change assessed by both quality units", "Supplement filed"),
        ),
        "prospect": Role("clinical_supply", ("{product} clinical supply",), 0, ()),
    },
    "lab": {
        "trial": Role(
            "simple_one_off", ("{product} stress study", "{product} method feasibility"), 10, ("First report issued",)
        ),
        "build": Role(
            "analytical",
            ("{product} method development and validation",),
            10,
            ("Validation protocol signed", "Methods validated", "Validation report signed"),
        ),
        "supply": Role(
            "capacity_only",
            ("{product} release and stability testing",),
            17,
            ("Reserved capacity agreed", "Second analyst team trained"),
        ),
        "change": Role("lifecycle_change", ("{product} method lifecycle changes",), 6, ("Bridging study complete",)),
        "prospect": Role("analytical", ("{product} bioassay validation",), 0, ()),
    },
    "clinic": {
        "trial": Role(
            "simple_one_off",
            ("{product} site feasibility", "{product} protocol review"),
            9,
            ("Feasibility report issued",),
        ),
        "build": Role(
            "early_development",
            ("{product} phase 1b study",),
            9,
            ("First patient in", "Last patient in", "Interim data cut"),
        ),
        "supply": Role(
            "clinical_supply", ("{product} phase 2 operations",), 14, ("Half of the sites active", "Enrolment complete")
        ),
        "change": Role("lifecycle_change", ("{product} protocol amendment",), 6, ("Amendment approved at all sites",)),
        "prospect": Role("early_development", ("{product} phase 3 study",), 0, ()),
    },
    "pack": {
        "trial": Role(
            "simple_one_off", ("{product} comparator kits", "{product} shipping study"), 9, ("First kits released",)
        ),
        "build": Role(
            "process_validation",
            ("{product} serialisation and line validation",),
            7,
            ("Line qualified", "Serialisation live"),
        ),
        "supply": Role(
            "packaging_logistics",
            ("{product} clinical packaging", "{product} regional distribution"),
            17,
            ("Depot network agreed", "Service levels reviewed"),
        ),
        "change": Role("lifecycle_change", ("{product} label languages",), 6, ("New label set approved",)),
        "prospect": Role("packaging_logistics", ("{product} launch packaging",), 0, ()),
    },
}
