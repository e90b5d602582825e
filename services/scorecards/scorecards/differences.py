"""Cards beside each other: both sides of a period, one side over time, one relationship among others. Pure."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import fsum
from typing import TypedDict

from services.scorecards.scorecard_templates.importances import QuestionJson
from services.scorecards.scorecards.ratings import RatingJson, ResultsJson, gap

FEWEST_PROVIDERS = 5
"""Of fewer others than this no figure is given: one of them could be read off it."""
FEWEST_ALIKE = 3
OUTDATED_AFTER_PERIODS = 2
LOW = 0.5
"""A rating under this is low: of two raters one says below, and the other no more than meets."""

Questions = Sequence[QuestionJson]
Ratings = Sequence[RatingJson]


class Gap(TypedDict):
    """One attribute that both sides rated: what each rates it, in [0, 1], and their difference in steps."""

    attribute: str
    group: str
    label: str
    importance: float
    ours: float
    theirs: float
    gap: float


class MeanGap(TypedDict):
    """The mean of gaps, in steps, and of how many attributes it is."""

    gap: float | None
    attributes: int


class GroupGap(MeanGap):
    group: str


class Step(TypedDict):
    """An attribute's change between two cards: its values in [0, 1], and the difference in steps."""

    attribute: str
    before: float
    after: float
    steps: float


class Trend(TypedDict):
    """Changes of scores in points, of the whole and by group, and of attributes."""

    score: float | None
    groups: dict[str, float | None]
    attributes: list[Step]


class Rank(TypedDict):
    """A score beside the `n` others' quartiles."""

    own: float | None
    n: int | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None


def values_of(ratings: Ratings | None) -> dict[str, float]:
    """The values of what was rated, by attribute; what nobody rated, or does not apply, is not in it."""
    return {each["attribute"]: value for each in ratings or () if (value := each["value"]) is not None}


def gaps(
    our_questions: Questions,
    our_ratings: Ratings,
    their_questions: Questions,
    their_ratings: Ratings,
    rating_y: Mapping[str, float],
) -> list[Gap]:
    """Per attribute that both sides rated: their rating minus ours in steps, in the order of our questions.

    An attribute's importance is the mean of what it has on the two cards, so that the other side finds the same gaps
    with the opposite sign.
    """
    ours, theirs = values_of(our_ratings), values_of(their_ratings)
    their_importance = {question["attribute"]: question["importance"] for question in their_questions}
    return [
        {
            "attribute": key,
            "group": question["group"],
            "label": question["label"],
            "importance": (question["importance"] + their_importance[key]) / 2,
            "ours": ours[key],
            "theirs": theirs[key],
            "gap": gap(ours[key], theirs[key], rating_y),
        }
        for question in our_questions
        if (key := question["attribute"]) in ours and key in theirs and key in their_importance
    ]


def group_gaps(found: Sequence[Gap]) -> list[GroupGap]:
    """Per group the importance-weighted mean of its gaps, and how many attributes it is of; in the order of `found`."""
    groups = dict.fromkeys(each["group"] for each in found)
    return [{"group": group, **mean_gap([each for each in found if each["group"] == group])} for group in groups]


def mean_gap(found: Sequence[Gap]) -> MeanGap:
    """The importance-weighted mean of gaps; None where there is none."""
    if not found:
        return {"gap": None, "attributes": 0}
    total = fsum(each["importance"] for each in found)
    return {"gap": fsum(each["importance"] * each["gap"] for each in found) / total, "attributes": len(found)}


def trend(
    results: ResultsJson,
    ratings: Ratings,
    results_before: ResultsJson,
    ratings_before: Ratings,
    rating_y: Mapping[str, float],
) -> Trend:
    """What changed since an earlier card of the same side: scores in points, attributes in steps.

    A score that one of the two has not is no change but None; an attribute that one of them has not is left out.
    """
    now, before = values_of(ratings), values_of(ratings_before)
    groups_before = results_before["groups"]
    return {
        "score": _change(results_before["score"], results["score"]),
        "groups": {
            group: _change(groups_before[group]["score"] if group in groups_before else None, part["score"])
            for group, part in results["groups"].items()
        },
        "attributes": [
            {"attribute": key, "before": before[key], "after": now[key], "steps": gap(before[key], now[key], rating_y)}
            for key in now
            if key in before
        ],
    }


def _change(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def has_same_ratings(ratings: Ratings | None, ratings_before: Ratings | None) -> bool:
    """Whether three or more ratings are exactly those of the card before: perhaps nobody looked again."""
    values = values_of(ratings)
    return len(values) >= FEWEST_ALIKE and values == values_of(ratings_before)


def has_no_new_evidence(ratings: Ratings | None, ratings_before: Ratings | None) -> bool:
    """Whether a card cites evidence, and all of it was cited by the card before."""
    cited = _cited(ratings)
    return bool(cited) and cited <= _cited(ratings_before)


def _cited(ratings: Ratings | None) -> set[tuple[str, str]]:
    return {(link["source_kind"], link["source_id"]) for each in ratings or () for link in each["evidence"]}


def is_outdated(starts_on: date, ends_on: date, today: date) -> bool:
    """Whether more than two periods as long as this one have passed since its end."""
    length_days = (ends_on - starts_on).days + 1
    return (today - ends_on).days > OUTDATED_AFTER_PERIODS * length_days


def rank_among(own: float | None, others: Iterable[tuple[str, float | None]]) -> Rank:
    """A score beside the median and quartiles of others' (`(provider_id, score)`), linear between neighbours.

    Figures only where the others who have a score belong to five providers or more; else not even their number.
    """
    scored = [(provider_id, score) for provider_id, score in others if score is not None]
    if len({provider_id for provider_id, _ in scored}) < FEWEST_PROVIDERS:
        return {"own": own, "n": None, "lower_quartile": None, "median": None, "upper_quartile": None}
    lower, median, upper = statistics.quantiles((score for _, score in scored), n=4, method="inclusive")
    return {"own": own, "n": len(scored), "lower_quartile": lower, "median": median, "upper_quartile": upper}
