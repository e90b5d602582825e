"""Published cards by the routes that everybody uses, each attribute with its own word."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tests.scorecards.feeding import today
from tests.scorecards.under_review import Review
from tests.support.installation import InstallationUnderTest

QUARTER_AGO, TWO_AGO, THREE_AGO = 130, 230, 330
"""Days back that lie in different quarters, whose cards are due by now whatever the day."""


def days_ago(installation: InstallationUnderTest, days: int) -> date:
    return today(installation) - timedelta(days=days)


def submit(
    under: Review,
    card: str,
    side: str,
    words: Mapping[str, str] | str = "meets",
    evidence: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
) -> None:
    """Answer with a word for all, or a word by attribute (the others meet), and submit."""
    answers = []
    for question in under.read(card, side)["questions"]:
        key = question["attribute"]
        word = words if isinstance(words, str) else words.get(key, "meets")
        comment = {"comment": f"{key} was {word}"} if word == "below" else {}
        answers.append({"attribute": key, "rating": word, "evidence": list((evidence or {}).get(key, ()))} | comment)
    path = f"/v1/scorecards/{card}/ratings"
    version = under.caller(side).get(path).headers["etag"]
    put = under.caller(side).put(path, {"ratings": answers}, headers={"If-Match": version})
    assert put.status_code == 200, put.text
    submitted = under.caller(side).post(f"/v1/scorecards/{card}/submission")
    assert submitted.status_code == 200, submitted.text


def publish_card(
    under: Review,
    card: str,
    side: str = "sponsor",
    words: Mapping[str, str] | str = "meets",
    evidence: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
) -> str:
    submit(under, card, side, words, evidence)
    assert under.sign(card, side)["status"] == "published"
    return card


def body_of(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]


def pointers(answer: Any) -> list[str]:
    assert problem(answer) == (422, "invalid-field")
    return [error["pointer"] for error in answer.json()["errors"]]
