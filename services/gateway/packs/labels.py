"""English labels for the names of the API, and phrases with numbers."""

TEXT_MOST = 300
_NOT_AS_SPELT = {
    "rfp": "RFP",
    "email": "E-mail",
    "mid": "Mid-size",
    "asia_pacific": "Asia-Pacific",
    "north_america": "North America",
    "kickoff": "Kick-off",
    "one_off": "One-off",
    "simple_one_off": "Simple one-off",
    "tactical": "One-off",
    "co_development": "Co-development",
    "sponsor_conduct": "Sponsor's conduct",
    "half_yearly": "Half-yearly",
    "tech_transfer_scale_up": "Tech transfer and scale-up",
    "packaging_logistics": "Packaging and logistics",
    "lifecycle_change": "Life-cycle change",
    "multi_product_programme": "Multi-product programme",
}


def label(name: str) -> str:
    return _NOT_AS_SPELT.get(name) or name.replace("_", " ").capitalize()


def counted(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


def listed(texts: list[str], last: str = "and") -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {last} {texts[-1]}"


def short(text: str) -> str:
    """As much of a text as a table's cell has room for, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= TEXT_MOST else line[: TEXT_MOST - 1].rstrip() + "…"


def evidence_labels(kind: str, *, is_good: bool, start: float) -> tuple[str, str]:
    """Singular and plural of evidence of a kind above or below the score without evidence, in points."""
    one, more = (_GOOD if is_good else _BAD)[kind]
    return one.format(start=start), more.format(start=start)


def years(days: int) -> str:
    """A number of days as years in words: 180 is "half", 365 "one", 730 "two"; others in figures."""
    count = round(days / 365, 1)
    return {0.5: "half", 1: "one", 2: "two"}.get(count, f"{count:g}")


_GOOD = {
    "delivery": ("delivery kept the first promise", "deliveries kept the first promise"),
    "interaction": ("interaction met or exceeded", "interactions met or exceeded"),
    "milestone": ("milestone on time", "milestones on time"),
    "scorecard": ("scorecard above {start:.0f}", "scorecards above {start:.0f}"),
    "audit": ("audit with good findings", "audits with good findings"),
}
_BAD = {
    "delivery": ("delivery late or refused", "deliveries late or refused"),
    "interaction": ("interaction below", "interactions below"),
    "milestone": ("milestone late or below", "milestones late or below"),
    "scorecard": ("scorecard below {start:.0f}", "scorecards below {start:.0f}"),
    "audit": ("audit with bad findings", "audits with bad findings"),
}
WAYS = {
    "delivery": ("delivery kept", "deliveries kept"),
    "interaction": ("interaction that exceeds", "interactions that exceed"),
    "milestone": ("milestone on time", "milestones on time"),
    "scorecard": ("full scorecard", "full scorecards"),
    "audit": ("audit without findings", "audits without findings"),
}
GATES = {"lower": "Lower edge of the range", "p": "Score", "depth": "Depth of record", "tenure_days": "Days known"}
"""What each gate of a tier measures."""
FLAGS = {
    "no_variance": "all ratings alike",
    "stale_ratings": "the same ratings as the period before",
    "stale_evidence": "no evidence newer than the period before",
    "outdated": "more than two periods old",
}
