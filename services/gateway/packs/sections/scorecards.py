"""The period's scorecards: both sides by group, gaps in a sentence, what was rated low or high, and why."""

from collections.abc import Mapping, Sequence

from services.gateway.packs import answers
from services.gateway.packs.answers import Answer, Side
from services.gateway.packs.data import PackData
from services.gateway.packs.labels import FLAGS, counted, label, listed, short
from services.gateway.packs.pack import Block, Cell, Column, Number, Pair, Section, Sentence, Sides, Table, Word, shown
from services.gateway.packs.sections.standing import day

Results = Mapping[Side, answers.Results]

SIDES: tuple[Side, ...] = ("sponsor", "provider")
WIDE_STEPS = 0.5
"""A gap this wide is named."""
NAMED_MOST = 4
ROWS_SHOWN_MOST = 40


def scorecards(data: PackData) -> Section:
    source = data.reviews.source
    if not data.reviews.body:
        nothing = Sentence("No scorecard of a period that ends in these days is in this pack.", source)
        return Section("Scorecards of both sides", (nothing,))
    blocks = [block for review in data.reviews.body for block in _review(data, review)]
    if data.reviews.is_cut:
        blocks.append(Sentence("There were more periods than these; the newest are shown.", source))
    return Section("Scorecards of both sides", tuple(blocks))


def _review(data: PackData, review: Answer[answers.Review]) -> Sequence[Block]:
    body, gaps = review.body, _gaps(data, review.body)
    sides = {side["side"]: side for side in body["sides"]}
    period = f"{shown(day(body['period_starts_on']))} to {shown(day(body['period_ends_on']))}"
    blocks: list[Block] = [Sentence(f"{period}: {_status(data, sides)}", review.source)]
    results = {side: found for side in SIDES if side in sides and (found := sides[side]["results"]) is not None}
    if not results:
        return blocks
    groups = {side: {part["group"]: part for part in each["groups"]} for side, each in results.items()}
    names = list(dict.fromkeys(group for side in SIDES for group in groups.get(side, {})))
    scores = {side: {group: part["score"] for group, part in groups.get(side, {}).items()} for side in SIDES}
    pairs = tuple(Pair(label(group), *(scores[side].get(group) for side in SIDES)) for group in names)
    ends = [_name(data, side) for side in SIDES]
    if any(pair.sponsor is not None or pair.provider is not None for pair in pairs):
        blocks.append(
            Sides("How each side rates the other, by group (0 to 100)", pairs, ends[0], ends[1], review.source)
        )
    blocks.append(_by_group(names, results, groups, gaps, review))
    blocks.append(_gap_sentence(data, gaps, results, review))
    blocks += _trends(data, results, review)
    return [*blocks, *_commented(data, results, review)]


def _status(data: PackData, sides: Mapping[Side, answers.ReviewSide]) -> str:
    texts = [f"{_name(data, side)}'s card is {sides[side]['status']}" for side in SIDES if side in sides]
    return listed(texts) + "."


def _gaps(data: PackData, review: answers.Review) -> answers.PeriodGaps | None:
    """The gaps of the same cycle and period, each as the provider's view minus the sponsor's, whoever reads."""
    wanted = (review["review_cycle_id"], review["period_starts_on"])
    periods = data.gaps.body["periods"]
    found = next((each for each in periods if (each["review_cycle_id"], each["period_starts_on"]) == wanted), None)
    if found is None or data.gaps.body["our_side"] == "sponsor":
        return found
    overall = found["overall"]["gap"]
    return {
        **found,
        "groups": [{**each, "gap": -each["gap"]} for each in found["groups"]],
        "attributes": [{**each, "gap": -each["gap"]} for each in found["attributes"]],
        "overall": {"gap": None if overall is None else -overall},
    }


def _by_group(
    names: Sequence[str],
    results: Mapping[Side, answers.Results],
    groups: Mapping[Side, Mapping[str, answers.GroupResult]],
    gaps: answers.PeriodGaps | None,
    review: Answer[answers.Review],
) -> Table:
    columns = (
        Column("Group", 3), Column("Sponsor's card", 2, True), Column("Rated", 2, True),
        Column("Provider's card", 2, True), Column("Rated", 2, True), Column("Gap, steps", 2, True),
    )  # fmt: skip
    wide = {each["group"]: each["gap"] for each in gaps["groups"]} if gaps is not None else {}

    def row(title: str, parts: Mapping[Side, answers.Result], gap: float | None) -> tuple[Cell, ...]:
        cells = [cell for side in SIDES for cell in _score_cells(parts.get(side))]
        return (title, *cells, None if gap is None else Number(gap, "signed"))

    body = [
        row(label(group), {side: parts[group] for side, parts in groups.items() if group in parts}, wide.get(group))
        for group in names
    ]
    overall = gaps["overall"]["gap"] if gaps is not None else None
    whole = row("All", results, overall)
    title = "By group: result, rated share of importance, and the provider's view minus the sponsor's in steps"
    return Table(title, columns, (*body, whole), review.source, "")


def _score_cells(part: answers.Result | None) -> tuple[Cell, Cell]:
    if part is None:
        return None, None
    score = None if part["score"] is None else Number(part["score"], "points")
    return score, Number(part["coverage"], "share")


def _gap_sentence(
    data: PackData, gaps: answers.PeriodGaps | None, results: Results, review: Answer[answers.Review]
) -> Sentence:
    if gaps is None:
        reason = "only one side's card is here" if len(results) == 1 else "both sides have not published yet"
        return Sentence(f"There is no gap to name: {reason}.", review.source)
    wide = sorted(
        (each for each in gaps["groups"] if abs(each["gap"]) >= WIDE_STEPS), key=lambda each: -abs(each["gap"])
    )
    questions = sorted(
        (each for each in gaps["attributes"] if abs(each["gap"]) >= 1), key=lambda each: -abs(each["gap"])
    )[:NAMED_MOST]
    texts = [_gap_text(data, each["gap"], label(each["group"])) for each in wide[:NAMED_MOST]]
    if not texts:
        texts = ["No group is seen half a step or more apart by the two sides."]
    if questions:
        named = [f"{each['label']} ({shown(Number(each['gap'], 'signed'))})" for each in questions]
        texts.append(f"Widest by question: {listed(named)}.")
    return Sentence(" ".join(texts), data.gaps.source)


def _gap_text(data: PackData, gap: float, group: str) -> str:
    sponsor, provider = (_name(data, side) for side in SIDES)
    higher, lower = (provider, sponsor) if gap > 0 else (sponsor, provider)
    return f"{group}: {higher} rates {lower} {abs(gap):.1f} steps higher than {lower} rates {higher}."


def _trends(data: PackData, results: Results, review: Answer[answers.Review]) -> list[Block]:
    texts = []
    for side, each in results.items():
        trend = each["trend"]
        if trend is not None and trend["score"] is not None:
            before = shown(day(trend["period_ends_on"]))
            texts.append(
                f"{_name(data, side)}'s card: {shown(Number(trend['score'], 'signed'))} points since {before}."
            )
        flags = [FLAGS[flag] for flag in each["flags"]]
        if flags:
            texts.append(f"{_name(data, side)}'s card has {listed(flags)}.")
    return [Sentence(" ".join(texts), review.source)] if texts else []


def _commented(data: PackData, results: Results, review: Answer[answers.Review]) -> list[Block]:
    """What was rated below or has a comment, worst first, and what exceeds without one."""
    columns = (Column("Question", 4), Column("Rated by", 1.6), Column("Rating", 1.8), Column("Comment", 6))
    rated = [(side, each) for side, part in results.items() for each in part["attributes"]]
    commented = [(side, each) for side, each in rated if each["rating"] == "below" or each["comments"]]
    commented.sort(key=lambda one: -1.0 if one[1]["value"] is None else one[1]["value"])
    rows = [
        (each["label"], label(side), _rating(each), short(" / ".join(each["comments"])) or None)
        for side, each in commented
    ]
    more = (
        f"; {counted(len(rows) - ROWS_SHOWN_MOST, 'more is', 'more are')} not shown"
        if len(rows) > ROWS_SHOWN_MOST
        else ""
    )
    title = f"Rated below, or commented on{more}"
    table = Table(
        title, columns, tuple(rows[:ROWS_SHOWN_MOST]), review.source, "Nothing is rated below, or has a comment."
    )
    return [table, *_exceeding(data, rated, review)]


def _exceeding(
    data: PackData, rated: Sequence[tuple[Side, answers.AttributeResult]], review: Answer[answers.Review]
) -> list[Block]:
    best = {side: [each["label"] for by, each in rated if by == side and each["rating"] == "exceeds"] for side in SIDES}
    texts = [f"{_name(data, side)} rates as exceeding: {listed(labels)}." for side, labels in best.items() if labels]
    return [Sentence(text, review.source) for text in texts]


def _rating(rated: answers.AttributeResult) -> Cell:
    if rated["value"] is None:
        return "Not applicable"
    if rated["rating"] is None:
        return Word(f"Mixed, {rated['value']:.2f}", "")
    return Word(label(rated["rating"]), rated["rating"])


def _name(data: PackData, side: Side) -> str:
    relationship = data.relationship.body
    return relationship["sponsor_name"] if side == "sponsor" else relationship["provider_name"]
