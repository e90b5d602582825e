"""From answers to a card's numbers: importances, the mean of several raters, coverage, groups, gaps. Pure and exact."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NotRequired, TypedDict

from services.scorecards.scorecard_templates.importances import QuestionJson

MICRO = 1_000_000
STEPS = {"below": -1, "meets": 0, "exceeds": 1}


class EvidenceJson(TypedDict):
    source_kind: str
    source_id: str


class AnswerJson(TypedDict):
    """One rater's answer to one question."""

    attribute: str
    rating: str
    comment: NotRequired[str | None]
    evidence: NotRequired[list[EvidenceJson]]


class RatingJson(TypedDict):
    """What the raters of a card say of one attribute; `value` in [0, 1]."""

    attribute: str
    value: float | None
    raters: int
    rating: str | None
    comments: list[str]
    evidence: list[EvidenceJson]


class GroupJson(TypedDict):
    coverage: float
    score: float | None


class ResultsJson(TypedDict):
    coverage: float
    score: float | None
    groups: dict[str, GroupJson]
    flags: list[str]


def aggregate(
    attributes: Sequence[str], sheets: Sequence[Sequence[AnswerJson]], rating_y: Mapping[str, float]
) -> list[RatingJson]:
    """Per attribute the mean of the raters' values in [0, 1], rounded half-even to 1e-6, and how many raters rated it.

    A sheet is a list of answers `{"attribute", "rating", "comment"}`. `value` is None where nobody rated, or all said
    that it does not apply; `comments` come in the order of the sheets.
    """
    answers = [{answer["attribute"]: answer for answer in sheet} for sheet in sheets]
    found: list[RatingJson] = []
    for attribute in attributes:
        given = [sheet[attribute] for sheet in answers if attribute in sheet]
        values = [Fraction(str(rating_y[answer["rating"]])) for answer in given if answer["rating"] in rating_y]
        mean = None if not values else round(sum(values, Fraction()) / len(values) * MICRO) / MICRO
        words = {answer["rating"] for answer in given}
        found.append(
            {
                "attribute": attribute,
                "value": mean,
                "raters": len(values),
                "rating": words.pop() if len(words) == 1 else None,
                "comments": [comment for answer in given if (comment := answer.get("comment"))],
                "evidence": _each_once(link for answer in given for link in answer.get("evidence", ())),
            }
        )
    return found


def _each_once(links: Iterable[EvidenceJson]) -> list[EvidenceJson]:
    named = dict.fromkeys((link["source_kind"], link["source_id"]) for link in links)
    return [{"source_kind": source_kind, "source_id": source_id} for source_kind, source_id in named]


def results(questions: Sequence[QuestionJson], ratings: Sequence[RatingJson]) -> ResultsJson:
    """Coverage (rated share of importance), score 0..100 of the whole and by group, and what is remarkable.

    A score is None where nothing of it is rated. The flag `no_variance` is for three or more ratings all alike.
    """
    value_of = {rating["attribute"]: rating["value"] for rating in ratings}
    groups = list(dict.fromkeys(question["group"] for question in questions))
    of_groups = {group: _mean([q for q in questions if q["group"] == group], value_of) for group in groups}
    coverage, score = _mean(questions, value_of)
    values = [value for value in value_of.values() if value is not None]
    flags = ["no_variance"] if len(values) >= 3 and len(set(values)) == 1 else []
    shown: dict[str, GroupJson] = {group: {"coverage": part[0], "score": part[1]} for group, part in of_groups.items()}
    return {"coverage": coverage, "score": score, "groups": shown, "flags": flags}


def _mean(questions: Iterable[QuestionJson], value_of: Mapping[str, float | None]) -> tuple[float, float | None]:
    asked = rated = weighed = Fraction()
    for question in questions:
        importance, value = Fraction(str(question["importance"])), value_of.get(question["attribute"])
        asked += importance
        if value is not None:
            rated += importance
            weighed += importance * Fraction(str(value))
    return (float(rated / asked) if asked else 0.0), (float(100 * weighed / rated) if rated else None)


def gap(ours: float, theirs: float, rating_y: Mapping[str, float]) -> float:
    """Their rating minus ours, in steps: below -1, meets 0, exceeds +1; a mean lies between (docs/design/model.md)."""
    return _steps(theirs, rating_y) - _steps(ours, rating_y)


def _steps(value: float, rating_y: Mapping[str, float]) -> float:
    """Where a value lies between the words, straight from one to the next."""
    below, meets, exceeds = (rating_y[word] for word in STEPS)
    if value <= meets:
        return (value - meets) / (meets - below)
    return (value - meets) / (exceeds - meets)
