"""The period's scorecards: both sides by group, gaps in a sentence, what was rated low or high, and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.packs.data import Reading, Row, Told
from services.gateway.packs.labels import FLAGS, listed, many, short, word
from services.gateway.packs.pack import Block, Cell, Column, Number, Pair, Section, Sentence, Sides, Table, Word, shown
from services.gateway.packs.sections.standing import day

SIDES = ("sponsor", "provider")
WIDE_STEPS = 0.5
"""A gap this wide is named."""
NAMED_MOST = 4
SAID_MOST = 40


def scorecards(reading: Reading) -> Section:
    source = reading.reviews.source
    if not reading.reviews.body:
        nothing = Sentence("No scorecard of a period that ends in these days is in this pack.", source)
        return Section("Scorecards of both sides", (nothing,))
    blocks = [block for review in reading.reviews.body for block in _review(reading, review)]
    if reading.reviews.is_cut:
        blocks.append(Sentence("There were more periods than these; the newest are shown.", source))
    return Section("Scorecards of both sides", tuple(blocks))


def _review(reading: Reading, review: Told) -> Sequence[Block]:
    body, gaps = review.body, _gaps(reading, review.body)
    sides = {side["side"]: side for side in body["sides"]}
    period = f"{shown(day(body['period_starts_on']))} to {shown(day(body['period_ends_on']))}"
    blocks: list[Block] = [Sentence(f"{period}: {_status(reading, sides)}", review.source)]
    results = {side: sides[side]["results"] for side in SIDES if side in sides and sides[side]["results"] is not None}
    if not results:
        return blocks
    groups = {side: {part["group"]: part for part in each["groups"]} for side, each in results.items()}
    names = list(dict.fromkeys(group for side in SIDES for group in groups.get(side, {})))
    scores = {side: {group: part["score"] for group, part in groups.get(side, {}).items()} for side in SIDES}
    pairs = tuple(Pair(word(group), *(scores[side].get(group) for side in SIDES)) for group in names)
    ends = [reading.relationship.body[f"{side}_name"] for side in SIDES]
    if any(pair.sponsor is not None or pair.provider is not None for pair in pairs):
        blocks.append(
            Sides("How each side rates the other, by group (0 to 100)", pairs, ends[0], ends[1], review.source)
        )
    blocks.append(_by_group(names, results, groups, gaps, review))
    blocks.append(_gap_sentence(reading, gaps, results, review))
    blocks += _trends(reading, results, review)
    return [*blocks, *_said(reading, results, review)]


def _status(reading: Reading, sides: Mapping[str, Row]) -> str:
    said = [f"{_name(reading, side)}'s card is {sides[side]['status']}" for side in SIDES if side in sides]
    return listed(said) + "."


def _gaps(reading: Reading, review: Row) -> Row | None:
    """The gaps of the same cycle and period, each as the provider's view minus the sponsor's, whoever reads."""
    same = ("review_cycle_id", "period_starts_on")
    found = next((each for each in reading.gaps.body["periods"] if all(each[at] == review[at] for at in same)), None)
    if found is None or reading.gaps.body["our_side"] == "sponsor":
        return found
    turned = {part: [{**each, "gap": -each["gap"]} for each in found[part]] for part in ("groups", "attributes")}
    overall = found["overall"]["gap"]
    return {**found, **turned, "overall": {"gap": None if overall is None else -overall}}


def _by_group(
    names: Sequence[str],
    results: Mapping[str, Row],
    groups: Mapping[str, Mapping[str, Row]],
    gaps: Row | None,
    review: Told,
) -> Table:
    columns = (
        Column("Group", 3), Column("Sponsor's card", 2, True), Column("Rated", 2, True),
        Column("Provider's card", 2, True), Column("Rated", 2, True), Column("Gap, steps", 2, True),
    )  # fmt: skip
    wide = {each["group"]: each["gap"] for each in gaps["groups"]} if gaps is not None else {}

    def row(title: str, parts: Mapping[str, Row], gap: float | None) -> tuple[Cell, ...]:
        cells = [cell for side in SIDES for cell in _score_cells(parts.get(side))]
        return (title, *cells, None if gap is None else Number(gap, "signed"))

    body = [
        row(word(group), {side: parts[group] for side, parts in groups.items() if group in parts}, wide.get(group))
        for group in names
    ]
    overall = gaps["overall"]["gap"] if gaps is not None else None
    whole = row("All", results, overall)
    title = "By group: result, rated share of importance, and the provider's view minus the sponsor's in steps"
    return Table(title, columns, (*body, whole), review.source, "")


def _score_cells(part: Row | None) -> tuple[Cell, Cell]:
    if part is None:
        return None, None
    score = None if part["score"] is None else Number(part["score"], "points")
    return score, Number(part["coverage"], "share")


def _gap_sentence(reading: Reading, gaps: Row | None, results: Mapping[str, Row], review: Told) -> Sentence:
    if gaps is None:
        reason = "only one side's card is here" if len(results) == 1 else "both sides have not published yet"
        return Sentence(f"There is no gap to name: {reason}.", review.source)
    wide = sorted(
        (each for each in gaps["groups"] if abs(each["gap"]) >= WIDE_STEPS), key=lambda each: -abs(each["gap"])
    )
    questions = sorted(
        (each for each in gaps["attributes"] if abs(each["gap"]) >= 1), key=lambda each: -abs(each["gap"])
    )[:NAMED_MOST]
    told = [_gap_text(reading, each["gap"], word(each["group"])) for each in wide[:NAMED_MOST]]
    if not told:
        told = ["No group is seen half a step or more apart by the two sides."]
    if questions:
        named = [f"{each['label']} ({shown(Number(each['gap'], 'signed'))})" for each in questions]
        told.append(f"Widest by question: {listed(named)}.")
    return Sentence(" ".join(told), reading.gaps.source)


def _gap_text(reading: Reading, gap: float, group: str) -> str:
    sponsor, provider = (_name(reading, side) for side in SIDES)
    higher, lower = (provider, sponsor) if gap > 0 else (sponsor, provider)
    return f"{group}: {higher} rates {lower} {abs(gap):.1f} steps higher than {lower} rates {higher}."


def _trends(reading: Reading, results: Mapping[str, Row], review: Told) -> list[Block]:
    told = []
    for side, each in results.items():
        trend = each["trend"]
        if trend is not None and trend["score"] is not None:
            before = shown(day(trend["period_ends_on"]))
            told.append(
                f"{_name(reading, side)}'s card: {shown(Number(trend['score'], 'signed'))} points since {before}."
            )
        flags = [FLAGS[flag] for flag in each["flags"]]
        if flags:
            told.append(f"{_name(reading, side)}'s card has {listed(flags)}.")
    return [Sentence(" ".join(told), review.source)] if told else []


def _said(reading: Reading, results: Mapping[str, Row], review: Told) -> list[Block]:
    """What was rated below or has a comment, worst first, and what exceeds without one."""
    columns = (Column("Question", 4), Column("Rated by", 1.6), Column("Rating", 1.8), Column("Comment", 6))
    rated = [(side, each) for side, part in results.items() for each in part["attributes"]]
    told = [(side, each) for side, each in rated if each["rating"] == "below" or each["comments"]]
    told.sort(key=lambda one: -1.0 if one[1]["value"] is None else one[1]["value"])
    rows = [
        (each["label"], word(side), _rating(each), short(" / ".join(each["comments"])) or None) for side, each in told
    ]
    more = f"; {many(len(rows) - SAID_MOST, 'more is', 'more are')} not shown" if len(rows) > SAID_MOST else ""
    title = f"Rated below, or commented on{more}"
    table = Table(title, columns, tuple(rows[:SAID_MOST]), review.source, "Nothing is rated below, or has a comment.")
    return [table, *_exceeding(reading, rated, review)]


def _exceeding(reading: Reading, rated: Sequence[tuple[str, Row]], review: Told) -> list[Block]:
    best = {side: [each["label"] for by, each in rated if by == side and each["rating"] == "exceeds"] for side in SIDES}
    told = [f"{_name(reading, side)} rates as exceeding: {listed(labels)}." for side, labels in best.items() if labels]
    return [Sentence(text, review.source) for text in told]


def _rating(rated: Mapping[str, Any]) -> Cell:
    if rated["value"] is None:
        return "Not applicable"
    if rated["rating"] is None:
        return Word(f"Mixed, {rated['value']:.2f}", "")
    return Word(word(rated["rating"]), rated["rating"])


def _name(reading: Reading, side: str) -> str:
    return str(reading.relationship.body[f"{side}_name"])
