"""A contact without an account rates one card by a link, which ends, and can be taken back."""

import pytest

from shared.auth import Actor
from shared.ids import new_id
from tests.scorecards.feeding import contact, publish
from tests.scorecards.under_review import SIGN, Review, review
from tests.support.installation import Client, InstallationUnderTest, somebody

KEPT = {"ratings": [{"attribute": "communication", "rating": "exceeds"}]}


def a_contact(under: Review, account_id: str, **more: object) -> str:
    contact_id = new_id()
    publish(under.installation, contact(contact_id, account_id, **more))
    return contact_id


def send(under: Review, card: str, contact_id: str, by: Client | None = None, **more: object):  # type: ignore[no-untyped-def]
    return (by or under.caller()).post(f"/v1/scorecards/{card}/rating-links", {"contact_id": contact_id, **more})


def holder(under: Review, link: dict[str, str], side: str = "provider", **more: bool) -> Client:
    """Whoever opens the link, as the gateway says it."""
    actor = Actor(link["contact_id"], "Ines Roth", "viewer", side, "link", link["id"], **more)  # type: ignore[arg-type]
    return under.installation.client("scorecards", actor)


@pytest.mark.parametrize(("role", "side"), [("viewer", "sponsor"), ("reviewer", "sponsor"), ("manager", "sponsor")])
def test_those_who_are_not_responsible_send_no_links(installation: InstallationUnderTest, role: str, side: str) -> None:
    under = review(installation)
    card = under.open()["provider"]
    contact_id = a_contact(under, under.known.provider_id)

    assert send(under, card, contact_id, installation.client("scorecards", somebody(role, side))).status_code == 403
    assert under.caller().get(f"/v1/scorecards/{card}/rating-links").json()["items"] == []


def test_a_link_goes_to_a_contact_of_the_side_that_rates(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["provider"]
    others = [a_contact(under, under.known.sponsor_id), new_id()]
    others.append(a_contact(under, under.known.provider_id, archived=True))

    for contact_id in others:
        refused = send(under, card, contact_id)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/contact_id"


def test_the_contact_is_notified_and_the_secret_is_nowhere(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["provider"]
    contact_id = a_contact(under, under.known.provider_id)

    link = send(under, card, contact_id, expires_in_days=7).json()

    listed = under.caller().get(f"/v1/scorecards/{card}/rating-links").json()["items"]
    assert listed == [link]
    [notice] = [
        event["data"]
        for event in installation.announced("scorecards", "")
        if event["type"] == "scorecards.notice_due.v1" and event["data"]["rating_link_id"] == link["id"]
    ]
    assert (notice["recipient_id"], notice["recipient_kind"], notice["template"]) == (contact_id, "contact", "link")
    assert notice["link_expires_at"] == link["expires_at"]
    assert under.events(card) == ["opened"]


def test_a_link_reads_answers_and_submits_its_card_and_nothing_else(installation: InstallationUnderTest) -> None:
    under = review(installation)
    cards = under.open()
    card = cards["provider"]
    link = send(under, card, a_contact(under, under.known.provider_id)).json()
    rater = holder(under, link)
    path = f"/v1/scorecards/{card}"

    assert rater.get(path).json()["may"] == ["rate", "submit"]
    assert rater.put(path + "/ratings", KEPT, headers={"if-match": '"0"'}).status_code == 200
    assert rater.get(path + "/ratings").json()["ratings"][0]["rating"] == "exceeds"
    submitted = rater.post(path + "/submission").json()
    signed = holder(under, link, is_reauthenticated=True).post(path + "/signature", SIGN).json()

    assert (submitted["status"], signed["status"]) == ("submitted", "signed")
    # A contact's name stays with accounts; the signature alone is by name.
    assert [(each["name"], each["kind"]) for each in signed["content"]["raters"]] == [(None, "contact")]
    assert [each["name"] for each in signed["content"]["signatures"]] == ["Ines Roth"]
    history = under.caller("provider").get(path + "/history").json()["items"]
    assert [(each["status"], each["actor_id"], each["actor_name"]) for each in history[1:]] == [
        ("submitted", link["contact_id"], None), ("signed", link["contact_id"], None),
    ]  # fmt: skip
    assert under.events(card) == ["opened", "submitted", "signed"]
    assert rater.get(f"/v1/scorecards/{cards['sponsor']}").status_code == 404
    for closed in ("scorecards", "portfolio", f"relationships/{under.known.relationship_id}/tier"):
        assert rater.get("/v1/" + closed).status_code == 403
    assert rater.post(path + "/reopening", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("end", ["expired", "revoked", "of another card", "of another contact", "invented"])
def test_a_link_that_does_not_hold_is_answered_like_an_unknown_card(
    installation: InstallationUnderTest, end: str
) -> None:
    under = review(installation)
    card = under.open()["provider"]
    link = send(under, card, a_contact(under, under.known.provider_id), expires_in_days=1).json()
    if end == "revoked":
        path = f"/v1/scorecards/{card}/rating-links/{link['id']}"
        assert under.caller().delete(path, headers={"if-match": '"1"'}).status_code == 204
    if end == "of another card":
        other = review(installation)
        card = other.open()["provider"]
    if end == "of another contact":
        link |= {"contact_id": new_id()}
    if end == "invented":
        link |= {"id": new_id()}
    installation.clock.advance(days=2 if end == "expired" else 0)

    try:
        rater = holder(under, link)
        answers = [
            rater.get(f"/v1/scorecards/{card}"),
            rater.get(f"/v1/scorecards/{card}/ratings"),
            rater.put(f"/v1/scorecards/{card}/ratings", KEPT, headers={"if-match": '"0"'}),
            rater.post(f"/v1/scorecards/{card}/submission"),
            holder(under, link, is_reauthenticated=True).post(f"/v1/scorecards/{card}/signature", SIGN),
        ]
        unknown = rater.get(f"/v1/scorecards/{new_id()}")
    finally:
        installation.clock.advance(days=-2 if end == "expired" else 0)

    assert [answer.status_code for answer in answers] == [404] * 5
    assert {answer.content for answer in answers} == {unknown.content}


def test_a_link_is_taken_back_at_the_version_seen(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["provider"]
    link = send(under, card, a_contact(under, under.known.provider_id)).json()
    path = f"/v1/scorecards/{card}/rating-links/{link['id']}"

    assert under.caller().delete(path).status_code == 428
    assert under.caller().delete(path, headers={"if-match": '"7"'}).status_code == 412
    assert under.caller("provider").delete(path, headers={"if-match": '"1"'}).status_code == 403
    assert under.caller().delete(path, headers={"if-match": '"1"'}).status_code == 204

    [listed] = under.caller().get(f"/v1/scorecards/{card}/rating-links").json()["items"]
    assert listed["revoked_at"] is not None
    assert holder(under, link).get(f"/v1/scorecards/{card}").status_code == 404


@pytest.mark.parametrize("ending", [{"archived": True}, {"act": "erased"}])
def test_the_link_of_a_contact_who_is_gone_opens_nothing(
    installation: InstallationUnderTest, ending: dict[str, object]
) -> None:
    under = review(installation)
    card = under.open()["provider"]
    contact_id = a_contact(under, under.known.provider_id)
    link = send(under, card, contact_id).json()
    assert holder(under, link).get(f"/v1/scorecards/{card}").status_code == 200

    publish(under.installation, contact(contact_id, under.known.provider_id, 2, **ending))

    assert holder(under, link).get(f"/v1/scorecards/{card}").status_code == 404
