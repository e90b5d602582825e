"""Where a relationship stands: the two companies, tier and score with the reasons, the outlook, the ladder."""

from datetime import date

from services.gateway.packs import answers
from services.gateway.packs.answers import Answer
from services.gateway.packs.data import PackData
from services.gateway.packs.labels import GATES, WAYS, counted, evidence_labels, label, listed, years
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
from services.gateway.packs.request import PackRequest

MONTHS = 25
"""Two years by months' ends, and the day itself."""
WAYS_MOST = 3


def at_a_glance(data: PackData, request: PackRequest) -> Section:
    relationship, tier = data.relationship, data.tier
    ladder = data.ladder
    governance = relationship.body["governance"]
    cadence = governance["business_review_cadence"]
    owner = data.names.get(relationship.body["owner_id"])
    who = (
        Figure(
            "Sponsor",
            relationship.body["sponsor_name"],
            relationship.source,
            _account(data, relationship.body["sponsor_id"]),
        ),
        Figure(
            "Provider",
            relationship.body["provider_name"],
            relationship.source,
            _account(data, relationship.body["provider_id"]),
        ),
        Figure("Owner", owner, relationship.source),
        Figure("Rung", f"{ladder.body['rung']} {label(ladder.body['label'])}", ladder.source, "what they do together"),
        Figure("Working together since", day(relationship.body["started_on"]), relationship.source),
        Figure("Business reviews", None if cadence is None else label(cadence), relationship.source),
    )
    return Section(
        "At a glance", (_standing(data, request), Figures(who), Sentence(_evidence_summary(data), tier.source))
    )


def _standing(data: PackData, request: PackRequest) -> Figures:
    tier, before, facts = data.tier, data.tier_before, data.facts
    deliveries, milestones = facts.body["deliveries"], facts.body["milestones"]
    review = facts.body["last_business_review"]
    change = tier.body["score"] - before.body["score"]
    since = f"since {shown(day(before.body['as_of']))}, then {shown(scored(before.body))}"
    today = Figure("Score today", scored(data.tier_today.body), data.tier_today.source, _tier_name(data.tier_today))
    return Figures(
        (
            Figure("Tier", tier_word(tier.body["tier"]), tier.source, _since(tier)),
            Figure("Score", scored(tier.body), tier.source, counted(tier.body["evidence_count"], *_EVIDENCE)),
            Figure("Change of the score", Number(change, "signed"), tier.source, since),
            *([] if data.as_of == data.today else [today]),
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
        ticks=tuple(points for _, points in tier_lines(data.policy)),
    )


_EVIDENCE = ("piece of evidence", "pieces of evidence")


def explanation(data: PackData) -> Section:
    tier = data.tier
    parts, start = tier.body["contributions"], start_of(data.policy)
    good = [(part["kind"], part["good"]) for part in parts["by_kind"]]
    bad = [(part["kind"], part["bad"]) for part in parts["by_kind"]]
    bars = [
        Bar(_evidence(parts, kind, is_good=is_good, start=start), 100 * points)
        for is_good, by_kind in ((True, good), (False, bad))
        for kind, points in sorted(by_kind, key=lambda each: -abs(each[1]))
        if points
    ]
    if not bars:
        return Section("Why", (Sentence(_no_evidence(data.policy), tier.source),))
    title = f"From {start:.1f}, where everybody starts, to {shown(scored(tier.body))}"
    return Section("Why", (Waterfall(title, start, tuple(bars), scored(tier.body), tier.source),))


def _evidence(parts: answers.Contributions, kind: str, *, is_good: bool, start: float) -> str:
    """How many there were of a kind and sign; in words alone where not every item was answered."""
    one, more = evidence_labels(kind, is_good=is_good, start=start)
    if parts["next"] is not None:
        return more[0].upper() + more[1:]
    items = [item for item in parts["items"] if item["kind"] == kind and (item["contribution"] > 0) == is_good]
    return counted(len([item for item in items if item["contribution"]]), one, more)


def outlook(data: PackData) -> Section:
    tier = data.tier
    blocks: list[Block] = [Sentence(_forecast(tier.body), tier.source)]
    points = [Point(_required(point["on"]), scored(point)) for point in data.history.body["points"]][-MONTHS:]
    if len(points) > 1 and tier.body["evidence_count"]:
        lines = tuple(Line(f"{label(name)} {points:.0f}", points, name) for name, points in tier_lines(data.policy))
        title = "Score and range; a tier is earned when the lower edge clears its line"
        blocks.append(History(title, tuple(points), lines, tier.body["tier"], data.history.source))
    return Section("Where it is heading", (*blocks, *_next(data)))


def _forecast(tier: answers.Tier) -> str:
    forecast = tier["forecast"]
    if forecast is not None:
        return f"If nothing more happens, {label(forecast['tier'])} on {shown(day(forecast['on']))}."
    if tier["tier"] == "transactional":
        return "It stands at the base, below which nothing falls."
    return "If nothing more happens, it stays for two years."


def _next(data: PackData) -> tuple[Block, ...]:
    tier, following = data.tier, data.tier.body["next_tier"]
    if following is None:
        half_lives = data.policy["half_life_days"].values()
        fading = f"evidence fades by half in {years(min(half_lives))} to {years(max(half_lives))} years"
        return (Sentence(f"The highest tier. It is kept while the score stays near it: {fading}.", tier.source),)
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
    title = f"What {label(following['tier'])} would take"
    return (Table(title, columns, tuple(rows), tier.source, ""), Sentence(_way(tier.body, following), tier.source))


def _gate(gate: str, value: float) -> Number:
    if gate == "tenure_days":
        return Number(value, "whole")
    return Number(value if gate == "depth" else 100 * value, "points")


def _way(tier: answers.Tier, following: answers.NextTier) -> str:
    if following["earliest_on"] > tier["as_of"]:
        earliest = shown(day(following["earliest_on"]))
        if all(gate["met"] for gate in following["gates"] if gate["gate"] != "tenure_days"):
            return f"Only time is missing: from {earliest} on, with the next good item."
        return f"Not before {earliest}, and with more evidence than there is."
    if not following["ways"]:
        return "No number of good items of one kind would do it now."
    nearest = sorted(following["ways"], key=lambda way: way["items"])[:WAYS_MOST]
    return f"Nearest way: {listed([counted(way['items'], *WAYS[way['kind']]) for way in nearest], 'or')}."


def common_ground(data: PackData) -> Section:
    """The ladder: each rung reached, and what proves it."""
    ladder = data.ladder
    rows = tuple(
        (f"{proof['rung']} {label(proof['label'])}", ", ".join(each["name"] for each in proof["engagements"]))
        for proof in reversed(ladder.body["proofs"])
    )
    columns = (Column("Rung", 2), Column("Proven by", 6))
    return Section(
        "What the two do together",
        (Table("Rungs reached, highest first", columns, rows, ladder.source, "Nothing is contracted yet."),
         *_next_rung(ladder)),
    )  # fmt: skip


def _next_rung(ladder: Answer[answers.Ladder]) -> tuple[Block, ...]:
    following = ladder.body["next"]
    if following is None:
        return ()
    missing = [need["text"][:1].lower() + need["text"][1:] for need in following["needs"] if not need["met"]]
    if not missing:
        return ()
    name = f"{following['rung']} {label(following['label'])}"
    return (Sentence(f"{name} still needs: {'; '.join(missing)}.", ladder.source),)


def scored(scores: answers.Scores) -> Scored:
    return Scored(scores["score"], 100 * scores["lower"], 100 * scores["upper"])


def start_of(policy: answers.Policy) -> float:
    """The score without evidence, in points."""
    return 100 * policy["mu"]


def tier_lines(policy: answers.Policy) -> tuple[tuple[str, float], ...]:
    """Each tier above the base, lowest first, with the points that the lower end of the range must reach."""
    return tuple((tier, 100 * policy["gates"][tier]["lower"]) for tier in TIERS if tier in policy["gates"])


def tier_word(tier: str) -> Word:
    assert tier in TIERS
    return Word(label(tier), tier)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _required(text: str) -> date:
    return date.fromisoformat(text)


def _tier_name(tier: Answer[answers.Tier]) -> str:
    return label(tier.body["tier"])


def _since(tier: Answer[answers.Tier]) -> str:
    since = day(tier.body["tier_since"])
    return "from the start" if since is None else f"since {shown(since)}"


def _account(data: PackData, account_id: str) -> str:
    account = next((row for row in data.accounts.body if row["id"] == account_id), None)
    if account is None:
        return ""
    texts = [label(name) for name in (account["size"], account["region"]) if name]
    return ", ".join([*texts, *([account["country"]] if account["country"] else [])])


def _share(share: float | None) -> Number | None:
    return None if share is None else Number(share, "share")


def _of(promises: answers.Promises, done: str) -> str:
    decided = promises["met"] + promises["missed"]
    return f"{promises['met']} of {decided} {done} their first promise" if decided else "none was due"


def _no_evidence(policy: answers.Policy) -> str:
    return f"No evidence yet: everybody starts at {start_of(policy):.0f}."


def _evidence_summary(data: PackData) -> str:
    body = data.tier.body
    if not body["evidence_count"]:
        return _no_evidence(data.policy)
    if body["unproven"]:
        return "Too little evidence yet, which is not the same as bad."
    return f"{label(body['tier'])} on {counted(body['evidence_count'], *_EVIDENCE)} over {body['tenure_days']:,} days."
