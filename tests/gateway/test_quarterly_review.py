"""A quarter reviewed through the public door: cycle, run, answers, submission, signature with the password, tier."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.ids import new_id
from tests.gateway.conftest import PASSWORD, Related, person
from tests.support.installation import HttpClient, InstallationUnderTest

V1 = "/api/v1"
SIGN = {"password": PASSWORD, "meaning": "I agree with these ratings"}
Submitted = Callable[[HttpClient], tuple[str, str]]


@pytest.fixture
def submitted(installation: InstallationUnderTest, related: Related) -> Submitted:
    """Opens a sponsor's card of a quarter that is over, rates and submits it; relationship and card."""

    def make(caller: HttpClient) -> tuple[str, str]:
        relationship_id = related(caller)  # type: ignore[arg-type]
        installation.wait_until_applied()
        template = caller.get(f"{V1}/scorecard-templates").json()["items"][1]
        cycle = caller.post(
            f"{V1}/review-cycles",
            {
                "name": "Quarterly", "cadence": "quarterly", "fiscal_year_start_month": 1, "time_zone": "UTC",
                "template_id": template["id"], "sides": ["sponsor"],
                "audience": {"relationship_ids": [relationship_id]},
            },
        ).json()  # fmt: skip
        as_of = installation.clock().date() - timedelta(days=150)
        run = caller.post(f"{V1}/review-cycles/{cycle['id']}/runs", {"as_of": str(as_of)})
        assert (run.json()["created"], run.json()["failed"]) == (1, 0), run.text
        [row] = caller.get(f"{V1}/scorecards", params={"review_cycle_id": cycle["id"]}).json()["items"]
        card = caller.get(f"{V1}/scorecards/{row['id']}").json()
        answers = [{"attribute": question["attribute"], "rating": "exceeds"} for question in card["questions"]]
        put = caller.put(f"{V1}/scorecards/{row['id']}/ratings", {"ratings": answers}, headers={"If-Match": '"0"'})
        assert put.status_code == 200, put.text
        assert caller.post(f"{V1}/scorecards/{row['id']}/submission").json()["status"] == "submitted"
        return relationship_id, row["id"]

    return make


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]


def test_a_token_never_signs(installation: InstallationUnderTest, submitted: Submitted) -> None:
    api = installation.api("admin")
    _, card = submitted(api)

    assert problem(api.post(f"{V1}/scorecards/{card}/signature", SIGN)) == (403, "forbidden")
    assert api.get(f"{V1}/scorecards/{card}").json()["status"] == "submitted"


def test_a_wrong_password_signs_nothing_and_is_counted(
    installation: InstallationUnderTest, submitted: Submitted
) -> None:
    session = person(installation).sign_in()
    _, card = submitted(session)
    wrong = SIGN | {"password": "not my password"}

    answers = [problem(session.post(f"{V1}/scorecards/{card}/signature", wrong)) for _ in range(11)]

    assert answers[0] == (403, "wrong-password")
    assert answers[-1] == (429, "too-many-requests")
    assert session.get(f"{V1}/scorecards/{card}").json()["status"] == "submitted"


def test_a_signed_card_is_evidence_at_once(installation: InstallationUnderTest, submitted: Submitted) -> None:
    session = person(installation).sign_in()
    relationship_id, card = submitted(session)
    keyed_write = {"Idempotency-Key": card}

    signed = session.post(f"{V1}/scorecards/{card}/signature", SIGN, headers=keyed_write)
    again = session.post(f"{V1}/scorecards/{card}/signature", SIGN, headers=keyed_write)

    assert (signed.status_code, signed.json()["status"]) == (200, "published"), signed.text
    assert again.json() == signed.json()
    assert PASSWORD not in signed.text
    tier = session.get(f"{V1}/relationships/{relationship_id}/tier").json()
    assert [(item["source_kind"], item["source_id"], item["y"]) for item in tier["contributions"]["items"]] == [
        ("scorecard", card, 1.0)
    ]
    installation.wait_until_applied()


def test_the_password_is_in_no_database(installation: InstallationUnderTest, submitted: Submitted) -> None:
    session = person(installation).sign_in()
    _, card = submitted(session)
    session.post(f"{V1}/scorecards/{card}/signature", SIGN, headers={"Idempotency-Key": card})

    for service in ("gateway", "scorecards"):
        database = installation.product.databases[service]
        with database.read() as tx:
            for name in ("idempotency_key", "outbox", "outbox_archive"):
                assert PASSWORD not in str(tx.run(tx.table(name).select()).all())


def test_whoever_signs_card_after_card_is_not_guessing(installation: InstallationUnderTest) -> None:
    session = person(installation).sign_in()
    unknown = f"{V1}/scorecards/{new_id()}/signature"

    answers = [problem(session.post(unknown, SIGN)) for _ in range(12)]

    assert answers == [(404, "scorecard-not-found")] * 12
    guesses = [problem(session.post(unknown, SIGN | {"password": f"guess {n}"})) for n in range(11)]
    assert guesses[-1] == (429, "too-many-requests")
