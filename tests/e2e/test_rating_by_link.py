"""A rater without an account: a mailed link opens one card, to answer and, by a mailed code, to sign."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.product import Product
from tests.e2e.reviewing import Quarter, quarter
from tests.e2e.test_reviewing_a_quarter import QUESTIONS, rate_by_keys, saved
from tests.support.mail import MailServer, mail_server
from tests.support.processes import free_port, wait_until

RUTH = "ruth@provider.example.org"


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def mailing(static: Path, tmp_path_factory: pytest.TempPathFactory, mails: MailServer) -> Iterator[Product]:
    """A product that sends mail."""
    port = free_port()
    settings = {
        "ENTENTE_PUBLIC_URL": f"http://localhost:{port}",
        "ENTENTE_SMTP_URL": f"smtp://127.0.0.1:{mails.port}?starttls=never",
        "ENTENTE_MAIL_FROM": "Entente <entente@example.org>",
    }
    product = Product(tmp_path_factory.mktemp("mailing"), has_demo=False, port=port, settings=settings).start()
    yield product.invite()
    product.stop()


def received(product: Product, mails: MailServer, pattern: str) -> str:
    """What the newest mail to the contact has that looks like this."""

    def found() -> list[str]:
        bodies = [_plain(mail) for mail in mails.to(RUTH)]
        return re.findall(pattern, bodies[-1]) if bodies else []

    wait_until(lambda: bool(found()), 30, f"a mail with {pattern}", product.process)
    return found()[0]


def _plain(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


@pytest.fixture
def linked(mailing: Product, mails: MailServer) -> tuple[Quarter, str]:
    """A card of the provider's side, and the address that was mailed to a contact of it."""
    mails.taken.clear()
    mails.recipients.clear()
    review = quarter(mailing, mailing.relationship(f"Linked Works {len(mailing.rows())}"), sides=["provider"]).open()
    record = mailing.get(f"relationships/{review.relationship_id}")
    ruth = {"name": "Ruth Keller", "function": "quality", "email": RUTH}
    contact = mailing.post(f"accounts/{record['provider_id']}/contacts", ruth)

    def is_sent() -> bool:
        body = {"contact_id": contact["id"]}
        return mailing.api.post(f"scorecards/{review.cards['provider']}/rating-links", json=body).status_code == 201

    wait_until(is_sent, 20, "scorecards knows the contact", mailing.process)
    return review, received(mailing, mails, r"http://\S+/rate#\S+")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_a_link_that_is_none_opens_nothing(page: Page, mailing: Product) -> None:
    page.goto(f"{mailing.url}/rate")
    expect(page.get_by_role("heading", name="This link is not valid")).to_be_visible()

    page.goto(f"{mailing.url}/rate#not-a-token")
    page.reload()

    expect(page.get_by_role("heading", name="This link is not valid")).to_be_visible()


def test_a_contact_rates_and_signs_without_an_account_and_the_token_is_in_no_address(
    page: Page, mailing: Product, mails: MailServer, linked: tuple[Quarter, str]
) -> None:
    review, link = linked
    token = link.split("#")[1]
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(link)
    expect(page.get_by_text("You answer as Ruth Keller.")).to_be_visible()
    expect(page.get_by_role("heading", name="Facts of the period")).to_be_visible()
    expect(page.get_by_role("button", name="Link evidence")).to_have_count(0)

    rate_by_keys(page, "3")
    saved(page)
    page.reload()
    expect(page.get_by_text(f"1 of {QUESTIONS} answered")).to_be_visible()
    rate_by_keys(page, "2" * (QUESTIONS - 1))
    expect(page.get_by_text(f"{QUESTIONS} of {QUESTIONS} answered")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Submit now").press("Enter")

    page.get_by_label("Code from the mail").fill("000000")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("not the code of the newest mail")
    page.get_by_role("button", name="Mail me a code").click()
    expect(page.get_by_text(re.compile("A code was mailed"))).to_be_visible()
    page.get_by_label("Code from the mail").fill(received(mailing, mails, r"\b\d{6}\b"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("region", name="Signature")).to_contain_text("Ruth Keller")
    assert mailing.get(f"scorecards/{review.cards['provider']}")["status"] in ("signed", "published")
    assert not [request.url for request in asked if token in request.url.split("#")[0]]
    assert not [request for request in asked if request.method != "GET" and token in (request.post_data or "")]
    assert token not in mailing.process.log.read_text()


def test_a_link_that_was_taken_back_opens_nothing_more(
    page: Page, mailing: Product, linked: tuple[Quarter, str]
) -> None:
    review, address = linked
    path = f"scorecards/{review.cards['provider']}/rating-links"
    [link] = mailing.get(path)["items"]
    page.goto(address)
    expect(page.get_by_text(f"0 of {QUESTIONS} answered")).to_be_visible()

    mailing.api.delete(f"{path}/{link['id']}", headers={"if-match": f'"{link["version"]}"'}).raise_for_status()
    page.reload()

    expect(page.get_by_role("heading", name="This link is not valid")).to_be_visible()
