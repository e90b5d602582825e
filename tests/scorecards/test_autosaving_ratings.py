"""What an autosaved rating costs: it comes after every answer of every rater."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from tests.scorecards.under_review import Review, review
from tests.support.installation import InstallationUnderTest


@contextmanager
def statements_of(installation: InstallationUnderTest) -> Iterator[list[str]]:
    """The statements that the database of scorecards executes meanwhile."""
    engine, executed = installation.product.databases["scorecards"].engine, []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        # The worker of scorecards asks its system tables meanwhile, on threads of its own.
        if threading.current_thread().name.partition("-")[0] != "scorecards":
            executed.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield executed
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def autosave(here: Review, card: str, version: int) -> Any:
    question = here.read(card)["questions"][0]["attribute"]
    body = {"ratings": [{"attribute": question, "rating": "meets"}]}
    with statements_of(here.installation) as executed:
        saved = here.caller().put(f"/v1/scorecards/{card}/ratings", body, headers={"If-Match": f'"{version}"'})
    assert saved.status_code == 200, saved.text
    assert saved.json() == here.caller().get(f"/v1/scorecards/{card}/ratings").json()
    return executed


def test_an_autosaved_rating_reads_its_card_once(installation: InstallationUnderTest) -> None:
    here = review(installation)
    card = here.open()["sponsor"]

    first, again = autosave(here, card, 0), autosave(here, card, 1)

    for executed in (first, again):
        of_card = [statement for statement in executed if "scorecard.scorecard_id = " in statement]
        assert len(of_card) == 1
    # The card, its questions, the sheet, its write, the ratings published before; whatever else a transaction costs.
    own = [statement for statement in again if statement.split()[0] in ("SELECT", "INSERT", "UPDATE")]
    assert len(own) <= 5, own
