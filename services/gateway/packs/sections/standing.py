"""Where a relationship stands: who it is, which tier, why, where it is heading, what it is made of."""

from collections.abc import Sequence
from datetime import date

from services.gateway.packs.data import Reading, Row, Told
from services.gateway.packs.labels import BAD, GATES, GOOD, WAYS, listed, many, word
from services.gateway.packs.pack import (
    Bar,
    Block,
    Column,
    Figure,
    Figures,
    History,
    Line,
    Number,
    Point,
    Scored,
    Section,
    Sentence,
    Table,
    Waterfall,
    Word,
    shown,
)
from services.gateway.packs.palette import TIERS
from services.gateway.packs.request import Asked

START = 70.0
LINES = (("preferred", 60.0), ("strategic", 75.0), ("partnership", 85.0))
MONTHS = 25
"""Two years by months' ends, and the day itself."""
WAYS_MOST = 3


def at_a_glance(reading: Reading, asked: Asked) -> Section:
    relationship, tier = reading.relationship, reading.tier
    ladder = reading.ladder
    governance = relationship.body["governance"]
    cadence = governance["business_review_cadence"]
    owner = reading.names.get(relationship.body["owner_id"])
    who = (
        Figure("Sponsor", relationship.body["sponsor_name"], relationship.source, _account(reading, "sponsor_id")),
        Figure("Provider", relationship.body["provider_name"], relationship.source, _account(reading, "provider_id")),
        Figure("Owner", owner, relationship.source),
        Figure("Rung", f"{ladder.body['rung']} {word(ladder.body['label'])}", ladder.source, "what they do together"),
        Figure("Working together since", day(relationship.body["started_on"]), relationship.source),
        Figure("Business reviews", None if cadence is None else word(cadence), relationship.source),
    )
    return Section("At a glance", (_standing(reading, asked), Figures(who), Sentence(_told(tier), tier.source)))


def _standing(reading: Reading, asked: Asked) -> Figures:
    tier, before, facts = reading.tier, reading.tier_before, reading.facts
    deliveries, milestones = facts.body["deliveries"], facts.body["milestones"]
    review = facts.body["last_business_review"]
    change = tier.body["score"] - before.body["score"]
    since = f"since {shown(day(before.body['as_of']))}, then {shown(scored(before.body))}"
    today = Figure(
        "Score today", scored(reading.tier_today.body), reading.tier_today.source, _tier_name(reading.tier_today)
    )
    return Figures(
        (
            Figure("Tier", tier_word(tier.body["tier"]), tier.source, _since(tier)),
            Figure("Score", scored(tier.body), tier.source, many(tier.body["evidence_count"], *_EVIDENCE)),
            Figure("Change of the score", Number(change, "signed"), tier.source, since),
            *([] if reading.as_of == reading.today else [today]),
            Figure("Deliveries on time", _share(deliveries["share"]), facts.source, _of(deliveries, "kept")),
            Figure("Milestones met", _share(milestones["share"]), facts.source, _of(milestones, "met")),
            Figure("Interactions", Number(facts.body["interactions"]["count"], "whole"), facts.source, "in the period"),
            Figure(
                "Days since a business review",
                None if review["days"] is None else Number(review["days"], "whole"),
                facts.source,
                "none so far" if review["on"] is None else f"held {shown(day(review['on']))}",
            ),
        ),
        are_large=True,
    )


_EVIDENCE = ("piece of evidence", "pieces of evidence")


def why(reading: Reading) -> Section:
    tier = reading.tier
    parts = tier.body["contributions"]
    bars = [
        Bar(_counted(parts, kind["kind"], is_good), 100 * kind[sign])
        for sign, is_good in (("good", True), ("bad", False))
        for kind in sorted(parts["by_kind"], key=lambda kind: -abs(kind[sign]))
        if kind[sign]
    ]
    if not bars:
        return Section("Why", (Sentence("No evidence yet: everybody starts at 70.", tier.source),))
    title = f"From 70.0, where everybody starts, to {shown(scored(tier.body))}"
    return Section("Why", (Waterfall(title, START, tuple(bars), scored(tier.body), tier.source),))


def _counted(parts: Row, kind: str, is_good: bool) -> str:
    """How many there were of a kind and sign; in words alone where not every item was answered."""
    one, more = (GOOD if is_good else BAD)[kind]
    if parts["next"] is not None:
        return more[0].upper() + more[1:]
    items = [item for item in parts["items"] if item["kind"] == kind and (item["contribution"] > 0) == is_good]
    return many(len([item for item in items if item["contribution"]]), one, more)


def heading(reading: Reading) -> Section:
    tier = reading.tier
    blocks: list[Block] = [Sentence(_forecast(tier.body), tier.source)]
    points = [Point(_required(point["on"]), scored(point)) for point in reading.history.body["points"]][-MONTHS:]
    if len(points) > 1 and tier.body["evidence_count"]:
        lines = tuple(Line(f"{word(name)} {points:.0f}", points, name) for name, points in LINES)
        title = "Score and range; a tier is earned when the lower edge clears its line"
        blocks.append(History(title, tuple(points), lines, tier.body["tier"], reading.history.source))
    return Section("Where it is heading", (*blocks, *_next(tier)))


def _forecast(tier: Row) -> str:
    forecast = tier["forecast"]
    if forecast is not None:
        return f"If nothing more happens, {word(forecast['tier'])} on {shown(day(forecast['on']))}."
    if tier["tier"] == "transactional":
        return "It stands at the base, below which nothing falls."
    return "If nothing more happens, it stays for two years."


def _next(tier: Told) -> tuple[Block, ...]:
    following = tier.body["next_tier"]
    if following is None:
        text = (
            "The highest tier. It is kept while the score stays near it: evidence fades by half in half to two years."
        )
        return (Sentence(text, tier.source),)
    columns = (Column("Gate", 4), Column("Needs", 2, True), Column("Has", 2, True), Column("", 2))
    rows = [
        (
            GATES[gate["gate"]],
            _gate(gate["gate"], gate["needs"]),
            _gate(gate["gate"], gate["has"]),
            Word("met", "met") if gate["met"] else Word("missing", "missing"),
        )
        for gate in following["gates"]
    ]
    title = f"What {word(following['tier'])} would take"
    return (Table(title, columns, tuple(rows), tier.source, ""), Sentence(_way(tier.body, following), tier.source))


def _gate(gate: str, value: float) -> Number:
    if gate == "tenure_days":
        return Number(value, "whole")
    return Number(value if gate == "depth" else 100 * value, "points")


def _way(tier: Row, following: Row) -> str:
    if following["earliest_on"] > tier["as_of"]:
        earliest = shown(day(following["earliest_on"]))
        if all(gate["met"] for gate in following["gates"] if gate["gate"] != "tenure_days"):
            return f"Only time is missing: from {earliest} on, with the next good item."
        return f"Not before {earliest}, and with more evidence than there is."
    if not following["ways"]:
        return "No number of good items of one kind would do it now."
    nearest = sorted(following["ways"], key=lambda way: way["items"])[:WAYS_MOST]
    return f"Nearest way: {listed([many(way['items'], *WAYS[way['kind']]) for way in nearest], 'or')}."


def together(reading: Reading) -> Section:
    """The ladder: each rung reached, and what proves it."""
    ladder = reading.ladder
    rows = tuple(
        (f"{proof['rung']} {word(proof['label'])}", ", ".join(each["name"] for each in proof["engagements"]))
        for proof in reversed(ladder.body["proofs"])
    )
    columns = (Column("Rung", 2), Column("Proven by", 6))
    return Section(
        "What the two do together",
        (Table("Rungs reached, highest first", columns, rows, ladder.source, "Nothing is contracted yet."),
         *_next_rung(ladder)),
    )  # fmt: skip


def _next_rung(ladder: Told) -> tuple[Block, ...]:
    following = ladder.body["next"]
    missing = (
        [need["text"][:1].lower() + need["text"][1:] for need in following["needs"] if not need["met"]]
        if following is not None
        else []
    )
    if not missing:
        return ()
    name = f"{following['rung']} {word(following['label'])}"
    return (Sentence(f"{name} still needs: {'; '.join(missing)}.", ladder.source),)


def scored(reading: Row) -> Scored:
    return Scored(reading["score"], 100 * reading["lower"], 100 * reading["upper"])


def tier_word(tier: str) -> Word:
    assert tier in TIERS
    return Word(word(tier), tier)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _required(text: str) -> date:
    return date.fromisoformat(text)


def _tier_name(tier: Told) -> str:
    return word(tier.body["tier"])


def _since(tier: Told) -> str:
    since = day(tier.body["tier_since"])
    return "from the start" if since is None else f"since {shown(since)}"


def _account(reading: Reading, end: str) -> str:
    account = next((row for row in reading.accounts.body if row["id"] == reading.relationship.body[end]), None)
    if account is None:
        return ""
    said: Sequence[str] = [word(account[name]) for name in ("size", "region") if account[name]]
    return ", ".join([*said, *([account["country"]] if account["country"] else [])])


def _share(share: float | None) -> Number | None:
    return None if share is None else Number(share, "share")


def _of(promises: Row, done: str) -> str:
    decided = promises["met"] + promises["missed"]
    return f"{promises['met']} of {decided} {done} their first promise" if decided else "none was due"


def _told(tier: Told) -> str:
    body = tier.body
    if not body["evidence_count"]:
        return "No evidence yet: everybody starts at 70."
    if body["unproven"]:
        return "Too little evidence yet, which is not the same as bad."
    return f"{word(body['tier'])} on {many(body['evidence_count'], *_EVIDENCE)} over {body['tenure_days']:,} days."
