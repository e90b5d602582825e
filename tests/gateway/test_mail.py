"""Mail of due scorecards: once, to whom it still concerns, whatever the server does, and never with a rating."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from services.gateway.identity.links import RatingLink, RatingLinks
from services.gateway.mail.queue import CLAIMED_FOR
from services.gateway.mail.runner import NO_SERVER, MailWorker
from services.gateway.mail.tables import Mail, SigningCode
from services.gateway.upstream import SYSTEM
from shared.ids import is_id
from shared.messaging.bus import Record
from tests.conftest import urls
from tests.gateway.conftest import person
from tests.gateway.mailing import ADDRESS, V1, Review, plain, review, slowly, token_in
from tests.support.installation import InstallationUnderTest
from tests.support.mail import MailServer, mail_server


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def mailing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[InstallationUnderTest, MailServer]]:
    folder = tmp_path_factory.mktemp(f"mailing_{request.param}")
    more = {"public_url": ADDRESS, "mail_from": "Entente <entente@example.org>"}
    with mail_server() as server:
        more["smtp_url"] = f"smtp://127.0.0.1:{server.port}"
        with InstallationUnderTest(*urls(request.param, folder, request), folder, **more) as installation:
            yield installation, server


@pytest.fixture(scope="module")
def sponsors(mailing: tuple[InstallationUnderTest, MailServer]) -> Review:
    """A card of the sponsor's side; tests leave it a draft."""
    return review(*mailing, side="sponsor")


@pytest.fixture
def providers(mailing: tuple[InstallationUnderTest, MailServer]) -> Review:
    return review(*mailing, side="provider")


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]


# To whom


def test_only_admins_read_and_retry_mail(sponsors: Review) -> None:
    manager = sponsors.installation.api("manager")

    assert problem(manager.get(f"{V1}/mails")) == (403, "forbidden")
    assert problem(manager.post(f"{V1}/mails/{sponsors.card}/retry")) == (403, "forbidden")
    assert problem(sponsors.admin.post(f"{V1}/mails/{sponsors.card}/retry")) == (404, "mail-not-found")


@pytest.mark.parametrize("who", ["stranger", "other side", "viewer", "disabled", "token"])
def test_a_recipient_who_may_not_read_the_card_gets_no_mail(sponsors: Review, who: str) -> None:
    somebody = person(
        sponsors.installation, *{"viewer": ["viewer"], "other side": ["reviewer", "provider"]}.get(who, [])
    )
    if who == "disabled":
        somebody, _ = (
            person(sponsors.installation, "admin"),
            person(sponsors.installation, "admin"),
        )  # the last admin stays
        gone = sponsors.admin.delete(f"{V1}/users/{somebody.id}", headers={"If-Match": '"1"'})
        assert gone.status_code == 204
    recipient_id = sponsors.admin.actor_id if who == "token" else somebody.id

    skipped = sponsors.until(sponsors.announce(recipient_id), "skipped", "sent")

    assert skipped["status"] == "skipped"
    assert skipped["last_error"]
    assert sponsors.server.to(somebody.email) == []


def test_a_submitted_card_is_not_mailed_as_due(mailing: tuple[InstallationUnderTest, MailServer]) -> None:
    own = review(*mailing, side="sponsor")
    session = own.owner.sign_in()
    own.installation.eventually(lambda: session.get(f"{V1}/scorecards/{own.card}").status_code == 200)
    rate_all(session, own.card)
    assert session.post(f"{V1}/scorecards/{own.card}/submission").status_code == 200

    assert own.until(own.announce(own.owner.id, "reminder"), "skipped", "sent")["status"] == "skipped"


def rate_all(client: Any, card: str) -> None:
    questions = slowly(lambda: client.get(f"{V1}/scorecards/{card}")).json()["questions"]
    answers = [{"attribute": question["attribute"], "rating": "exceeds"} for question in questions]
    put = slowly(
        lambda: client.put(f"{V1}/scorecards/{card}/ratings", {"ratings": answers}, headers={"If-Match": '"0"'})
    )
    assert put.status_code == 200, put.text


# What


def test_a_redelivered_notice_is_one_mail(sponsors: Review) -> None:
    notice_id = sponsors.announce(sponsors.owner.id)
    sponsors.until(notice_id, "sent")
    with sponsors.installation.product.databases["gateway"].write() as tx:
        tx.run(tx.table("inbox").delete())
    bus = sponsors.installation.product.bus
    with sponsors.installation.product.databases["scorecards"].read() as tx:
        archive = tx.table("outbox_archive")
        [row] = tx.run(archive.select().where(archive.c.aggregate == f"notice:{notice_id}"))
    assert bus.publish([Record(row.topic, row.key.encode(), row.payload.encode())]) == [None]
    other = person(sponsors.installation, "admin")
    sponsors.until(sponsors.announce(other.id), "sent")  # announced later, so applied later

    [mail] = [mail for mail in sponsors.server.to(sponsors.owner.email) if notice_id in mail["Message-ID"]]
    assert mail["Message-ID"] == f"<{notice_id}@example.org>"
    assert mail["From"] == "Entente <entente@example.org>"
    assert f"{ADDRESS}/scorecards/{sponsors.card}" in plain(mail)
    assert "rate#" not in plain(mail)
    assert "2026" in plain(mail)


def test_the_mail_is_readable_in_every_program(sponsors: Review) -> None:
    colleague = person(sponsors.installation, "admin")
    sponsors.until(sponsors.announce(colleague.id, "reminder"), "sent")

    [mail] = sponsors.server.to(colleague.email)
    html = mail.get_body(("html",)).get_content()
    assert "Söhne" in plain(mail)
    assert "&amp; Söhne" in html
    assert mail["Auto-Submitted"] == "auto-generated"
    [entry] = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    [due] = Calendar.from_ical(entry.get_content()).walk("VEVENT")
    card = sponsors.admin.get(f"{V1}/scorecards/{sponsors.card}").json()
    assert str(due.start) == card["due_on"]
    assert len(due.walk("VALARM")) == 1
    # RFC 5546: what is published has an organizer.
    assert "METHOD:PUBLISH" in entry.get_content()
    assert str(due["ORGANIZER"]) == "mailto:entente@example.org"


def test_due_days_are_a_calendar(sponsors: Review) -> None:
    session = sponsors.owner.sign_in()

    one = session.get(f"{V1}/scorecards/{sponsors.card}/calendar")
    mine = session.get(f"{V1}/me/reviews.ics")

    for answer in (one, mine):
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        calendar = Calendar.from_ical(answer.text)
        [entry] = calendar.walk("VEVENT")
        assert (str(entry.uid), str(entry["STATUS"])) == (f"{sponsors.card}@entente", "CONFIRMED")
        assert {"UID", "METHOD"}.isdisjoint(calendar)
    again = session.get(f"{V1}/scorecards/{sponsors.card}/calendar")
    assert _undated(again.text) == _undated(one.text)
    assert problem(sponsors.installation.visitor().get(f"{V1}/me/reviews.ics")) == (401, "not-signed-in")


def _undated(calendar: str) -> list[str]:
    return [line for line in calendar.splitlines() if not line.startswith("DTSTAMP")]


# Whatever the server does


def test_a_refused_recipient_stops_no_other_mail_and_leaves_no_address(sponsors: Review) -> None:
    poison, fine = person(sponsors.installation, "admin"), person(sponsors.installation, "admin")
    sponsors.server.moods[poison.email] = "refuse"

    refused, sent = sponsors.announce(poison.id), sponsors.announce(fine.id)

    assert sponsors.until(sent, "sent")["attempts"] == 1
    failed = sponsors.until(refused, "failed")
    assert "550" in failed["last_error"]
    with sponsors.installation.product.databases["gateway"].read() as tx:
        assert poison.email not in str(tx.run(Mail.__table__.select()).all())
    sponsors.server.moods.clear()
    assert sponsors.admin.post(f"{V1}/mails/{refused}/retry").json()["status"] == "waiting"
    sponsors.until(refused, "sent")
    assert problem(sponsors.admin.post(f"{V1}/mails/{refused}/retry")) == (409, "mail-not-retriable")


def test_a_broken_connection_is_tried_again_later(sponsors: Review) -> None:
    somebody = person(sponsors.installation, "admin")
    sponsors.server.moods[somebody.email] = "hang up"

    mail_id = sponsors.announce(somebody.id)

    def has_tried() -> bool:
        return sponsors.mail(mail_id).get("attempts", 0) == 1

    sponsors.installation.eventually(has_tried, 30)
    waiting = sponsors.mail(mail_id)
    assert (waiting["status"], waiting["sent_at"]) == ("waiting", None)
    assert waiting["next_try_at"] > waiting["created_at"]
    sponsors.server.moods.clear()
    sponsors.admin.post(f"{V1}/mails/{mail_id}/retry")
    sponsors.until(mail_id, "sent")


def test_mail_without_a_server_waits_with_a_reason(installation: InstallationUnderTest) -> None:
    serverless = review(installation, MailServer(), side="sponsor")

    mail_id = serverless.announce(serverless.owner.id)

    installation.eventually(lambda: serverless.mail(mail_id).get("last_error") == NO_SERVER, 30)
    waiting = serverless.mail(mail_id)
    assert (waiting["status"], waiting["attempts"], waiting["sent_at"]) == ("waiting", 0, None)


def test_mail_of_a_dead_worker_is_sent_again_under_its_id_when_its_claim_expires(sponsors: Review) -> None:
    colleague, other = person(sponsors.installation, "admin"), person(sponsors.installation, "admin")
    mail_id = sponsors.announce(colleague.id, "reminder")
    sponsors.until(mail_id, "sent")
    now = sponsors.installation.clock()
    # As it stands when a worker has handed it over and dies before it notes so.
    in_hand = {"status": "sending", "holder": "dead", "attempts": 0, "sent_at": None, "next_try_at": now + CLAIMED_FOR}
    with sponsors.installation.product.databases["gateway"].write() as tx:
        tx.run(Mail.__table__.update().where(Mail.__table__.c.mail_id == mail_id).values(**in_hand))
    sponsors.until(sponsors.announce(other.id, "reminder"), "sent")
    assert sponsors.mail(mail_id)["status"] == "sending"

    with sponsors.installation.product.databases["gateway"].write() as tx:
        tx.run(Mail.__table__.update().where(Mail.__table__.c.mail_id == mail_id).values(next_try_at=now))

    assert sponsors.until(mail_id, "sent")["attempts"] == 1
    assert [mail["Message-ID"] for mail in sponsors.server.to(colleague.email)] == [f"<{mail_id}@example.org>"] * 2


def test_two_workers_send_each_mail_once(sponsors: Review) -> None:
    installation = sponsors.installation.product
    room = MailWorker(
        installation.databases["gateway"], installation.upstreams(), installation.settings, sponsors.installation.clock
    )
    stopping = threading.Event()
    second = threading.Thread(target=room.run, args=(stopping, lambda: None))
    second.start()
    colleague = person(sponsors.installation, "admin")

    sent = [sponsors.announce(colleague.id, "reminder") for _ in range(40)]
    for mail_id in sent:
        sponsors.until(mail_id, "sent")

    stopping.set()
    second.join(15)
    ids = [mail["Message-ID"] for mail in sponsors.server.to(colleague.email)]
    assert sorted(ids) == sorted(f"<{mail_id}@example.org>" for mail_id in sent)


# Links


def test_a_link_opens_one_card_and_nothing_else(providers: Review, sponsors: Review) -> None:
    contact = providers.contact()
    assert providers.send_link(contact).status_code == 201
    [mail] = providers.received(contact["email"])
    client = providers.by_link(token_in(mail))

    assert slowly(lambda: client.get(f"{V1}/scorecards/{providers.card}")).status_code == 200
    assert slowly(lambda: client.get(f"{V1}/rating-link")).json()["scorecard_id"] == providers.card
    assert problem(slowly(lambda: client.get(f"{V1}/scorecards/{sponsors.card}"))) == (404, "scorecard-not-found")
    for path in ("me", "accounts", "portfolio", "scorecards", "mails", "events", "me/reviews.ics"):
        assert problem(slowly(lambda path=path: client.get(f"{V1}/{path}"))) == (403, "forbidden"), path  # type: ignore[misc]
    assert "exceeds" not in plain(mail)


def test_a_tampered_expired_or_revoked_link_opens_nothing(providers: Review) -> None:
    contact = providers.contact()
    link = providers.send_link(contact).json()
    [mail] = providers.received(contact["email"])
    token = token_in(mail)
    head, body, signature = token.split(".")
    upstreams = providers.installation.product.upstreams()
    actors = upstreams.signer.token(SYSTEM, "scorecards")

    for forged in (f"{head}.{body}.{signature[::-1]}", f"{head}.{body[:-4]}AAAA.{signature}", actors):
        answer = slowly(lambda forged=forged: providers.by_link(forged).get(f"{V1}/scorecards/{providers.card}"))  # type: ignore[misc]
        assert problem(answer) == (401, "not-signed-in")

    revoked = providers.admin.delete(
        f"{V1}/scorecards/{providers.card}/rating-links/{link['id']}", headers={"If-Match": '"1"'}
    )
    assert revoked.status_code == 204
    answer = slowly(lambda: providers.by_link(token).get(f"{V1}/scorecards/{providers.card}"))
    assert problem(answer) == (404, "scorecard-not-found")

    expired = expired_twin(providers, link)
    answer = slowly(lambda: providers.by_link(expired).get(f"{V1}/scorecards/{providers.card}"))
    assert problem(answer) == (401, "rating-link-expired")


def expired_twin(own: Review, link: dict[str, Any]) -> str:
    gone = own.installation.clock() - timedelta(seconds=1)
    made = RatingLink(link["id"], link["scorecard_id"], link["contact_id"], "provider", gone)
    return RatingLinks(own.installation.product.upstreams()).token(made)


def test_the_link_of_an_erased_contact_opens_nothing(providers: Review) -> None:
    contact = providers.contact()
    providers.send_link(contact)
    [mail] = providers.received(contact["email"])
    providers.admin.post(f"{V1}/contacts/{contact['id']}/erasure")
    providers.installation.clock.advance(seconds=5)

    answer = providers.by_link(token_in(mail)).get(f"{V1}/scorecards/{providers.card}")

    assert problem(answer) == (401, "not-signed-in")
    assert problem(providers.send_link(contact))[0] in (409, 422)


def test_a_link_is_limited_to_ten_calls_a_second(providers: Review) -> None:
    contact = providers.contact()
    providers.send_link(contact)
    [mail] = providers.received(contact["email"])
    client = providers.by_link(token_in(mail))

    assert client.get(f"{V1}/rating-link").headers["ratelimit"].startswith('"link";r=')
    with ThreadPoolExecutor(15) as at_once:
        answers = list(at_once.map(lambda _: client.get(f"{V1}/rating-link"), range(60)))

    refused = [answer for answer in answers if answer.status_code != 200]
    assert {problem(answer) for answer in refused} == {(429, "too-many-requests")}
    assert len(refused) < len(answers)


def test_a_contact_rates_and_signs_with_the_mailed_code_alone(providers: Review) -> None:
    contact = providers.contact()
    providers.send_link(contact)
    [mail] = providers.received(contact["email"])
    client, card = providers.by_link(token_in(mail)), f"{V1}/scorecards/{providers.card}"
    sign = {"meaning": "This is how it was"}

    assert problem(slowly(lambda: client.post(f"{card}/signing-code"))) == (409, "nothing-to-sign")
    rate_all(client, providers.card)
    submitted = slowly(lambda: client.post(f"{card}/submission"))
    assert submitted.json()["status"] == "submitted", submitted.text
    assert problem(slowly(lambda: client.post(f"{card}/signature", sign))) == (422, "invalid-field")
    assert problem(slowly(lambda: client.post(f"{card}/signature", sign | {"code": "000000"}))) == (403, "wrong-code")

    asked = slowly(lambda: client.post(f"{card}/signing-code"))
    assert asked.status_code == 202, asked.text
    assert problem(slowly(lambda: client.post(f"{card}/signing-code"))) == (429, "too-many-requests")
    code = re.findall(r"\b[0-9]{6}\b", plain(providers.received(contact["email"], 2)[1]))[0]
    assert code not in str(kept_texts(providers.installation))
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert problem(slowly(lambda: client.post(f"{card}/signature", sign | {"code": wrong}))) == (403, "wrong-code")

    keyed_write = {"Idempotency-Key": "once"}
    signed = slowly(lambda: client.post(f"{card}/signature", sign | {"code": code}, headers=keyed_write))
    again = slowly(lambda: client.post(f"{card}/signature", sign | {"code": code}, headers=keyed_write))
    reused = slowly(lambda: client.post(f"{card}/signature", sign | {"code": code}))

    assert signed.status_code == 200, signed.text
    assert again.json() == signed.json()
    assert problem(reused) == (403, "wrong-code")
    assert signed.json()["content"]["signatures"][0]["name"] == "Ruth Keller"


def kept_texts(installation: InstallationUnderTest) -> list[str]:
    """What is kept of mails and codes, without ids and instants, in which any digits may stand."""
    with installation.product.databases["gateway"].read() as tx:
        rows = [row for table in (Mail, SigningCode) for row in tx.run(table.__table__.select())]
    return [value for row in rows for value in row if isinstance(value, str) and not is_id(value)]


def test_five_wrong_codes_use_a_code_up(providers: Review) -> None:
    contact = providers.contact()
    providers.send_link(contact)
    [mail] = providers.received(contact["email"])
    client, card = providers.by_link(token_in(mail)), f"{V1}/scorecards/{providers.card}"
    rate_all(client, providers.card)
    slowly(lambda: client.post(f"{card}/submission"))
    slowly(lambda: client.post(f"{card}/signing-code"))
    code = re.findall(r"\b[0-9]{6}\b", plain(providers.received(contact["email"], 2)[1]))[0]
    wrong = f"{(int(code) + 1) % 10**6:06}"

    for tried in (wrong, wrong, wrong, wrong, wrong, code):
        answer = slowly(lambda tried=tried: client.post(f"{card}/signature", {"code": tried, "meaning": "mine"}))  # type: ignore[misc]
        assert problem(answer) == (403, "wrong-code")
