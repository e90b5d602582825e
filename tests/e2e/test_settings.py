"""Settings: one's own sign-in, the people and tokens of an installation, its mail, and how its services are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import randrange

import httpx
from playwright.sync_api import Locator, Page, expect

from services.registry import SERVICES
from shared.ids import new_id
from shared.messaging.bus import Record
from shared.messaging.embedded_log import EmbeddedLog
from tests.e2e.conftest import Visit
from tests.e2e.product import PASSWORD, Product, email
from tests.support.processes import wait_until


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has_text=name)


def sign_in(product: Product, address: str, password: str) -> httpx.Response:
    """From an address of its own: only ten attempts a minute are allowed from one."""
    transport = httpx.HTTPTransport(local_address=f"127.{randrange(1, 255)}.{randrange(256)}.{randrange(1, 255)}")
    with httpx.Client(transport=transport, timeout=30) as client:
        url = f"http://127.0.0.1:{product.port}/api/v1/session"
        return client.post(url, json={"email": address, "password": password})


def signs_in(product: Product, address: str, password: str) -> bool:
    return sign_in(product, address, password).status_code == 201


def test_who_is_no_admin_finds_their_own_sign_in_and_nothing_else(visit: Visit) -> None:
    page = visit("manager", "/settings")

    expect(page).to_have_url(re.compile("/settings/you$"))
    expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()
    expect(page.get_by_role("link", name="People")).to_have_count(0)
    for section in ("people", "tokens", "mail", "dead-letters", "health", "nothing"):
        page.goto(f"/settings/{section}")
        expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert page.request.get("/api/v1/users").status == 403


def test_a_person_is_added_signs_in_is_disabled_and_let_in_again(visit: Visit, product: Product) -> None:
    page = visit("admin", "/settings/people")
    page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog", name="Add a person")
    dialog.get_by_label("Name", exact=True).fill("Noor Haddad")
    dialog.get_by_label("E-mail").fill("manager@example.org")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("is somebody else's address")
    dialog.get_by_label("E-mail").fill("n\u00f6\u00f6r@b\u00fccher.example.org")
    dialog.get_by_role("combobox", name="Role").or_(dialog.get_by_label("Role")).first.click()
    page.get_by_role("option", name="Manager").click()
    dialog.get_by_role("button", name="Add a person").click()

    expect(dialog.get_by_text("Noor Haddad may sign in now.")).to_be_visible()
    password = dialog.get_by_label("First password").input_value()
    assert signs_in(product, "no\u0308o\u0308r@xn--bcher-kva.example.org", password)
    dialog.get_by_role("button", name="Done").click()
    expect(row(page, "Noor Haddad")).to_contain_text("Manager")

    page.get_by_role("button", name="Disable: Noor Haddad").click()
    alert = page.get_by_role("alert").filter(has_text="Noor Haddad is disabled and signed out.")
    expect(row(page, "Noor Haddad")).to_contain_text("disabled since")
    assert not signs_in(product, "no\u0308o\u0308r@xn--bcher-kva.example.org", password)
    alert.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Disable: Noor Haddad")).to_be_visible()
    assert signs_in(product, "no\u0308o\u0308r@xn--bcher-kva.example.org", password)
    page.get_by_role("button", name="Disable: Noor Haddad").click()
    page.get_by_role("button", name="Enable: Noor Haddad").click()
    expect(page.get_by_role("button", name="Disable: Noor Haddad")).to_be_visible()


def test_a_person_is_changed_and_who_was_faster_is_not_overwritten(visit: Visit, product: Product) -> None:
    user = product.post("users", {"email": "ivo@example.org", "name": "Ivo Brandt", "password": PASSWORD})
    page = visit("admin", "/settings/people")
    page.get_by_role("button", name="Change Ivo Brandt").click()
    dialog = page.get_by_role("dialog", name="Ivo Brandt")
    dialog.get_by_label("Name", exact=True).fill("Ivo Brandt-Okafor")
    product.api.patch(f"users/{user['id']}", json={"role": "reviewer"}, headers={"if-match": '"1"'}).raise_for_status()

    dialog.get_by_role("button", name="Save").click()

    expect(dialog.get_by_role("alert")).to_contain_text("Another user has changed this in the meantime.")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Ivo Brandt")
    dialog.get_by_label("Name", exact=True).fill("Ivo Brandt-Okafor")
    dialog.get_by_role("button", name="Save").click()
    expect(row(page, "Ivo Brandt-Okafor")).to_contain_text("Reviewer")
    page.keyboard.press("/")
    page.keyboard.type("okafor")
    expect(page.get_by_role("row")).to_have_count(2)


def test_a_new_password_ends_the_old(visit: Visit, product: Product) -> None:
    product.post("users", {"email": "una@example.org", "name": "Una Quist", "password": PASSWORD})
    page = visit("admin", "/settings/people")
    page.get_by_role("button", name="Change Una Quist").click()
    page.get_by_role("button", name="Give a new password").click()

    fresh = page.get_by_label("First password").input_value()

    assert not signs_in(product, "una@example.org", PASSWORD)
    assert signs_in(product, "una@example.org", fresh)


def test_a_token_is_shown_once_works_and_is_revoked(visit: Visit, product: Product) -> None:
    page = visit("admin", "/settings/tokens")
    page.get_by_role("button", name="Create a token").click()
    dialog = page.get_by_role("dialog", name="Create a token")
    dialog.get_by_label("What it is for").fill("ERP nightly")
    page.keyboard.press("Enter")
    secret = dialog.get_by_label("The token").input_value()
    dialog.get_by_role("button", name="Done").click()

    def answers() -> int:
        headers = {"authorization": f"Bearer {secret}"}
        return httpx.get(product.url + "/api/v1/portfolio", headers=headers, timeout=30).status_code

    assert answers() == 200
    assert secret not in page.content()
    expect(row(page, "ERP nightly")).to_contain_text("Ada Kowalski")
    page.get_by_role("button", name="Revoke ERP nightly").click()
    asked = page.get_by_role("dialog", name="Revoke ERP nightly?")
    expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    asked.get_by_role("button", name="Revoke").click()

    expect(row(page, "ERP nightly")).to_have_count(0)
    assert answers() == 401
    page.get_by_role("switch", name="Show revoked ones").check(force=True)
    expect(row(page, "ERP nightly")).to_contain_text("revoked")


def test_other_sessions_are_ended_and_this_one_stays(visit: Visit, product: Product) -> None:
    product.post("users", {"email": "sam@example.org", "name": "Sam Otieno", "password": PASSWORD})
    page = visit(None, "/sign-in?next=/settings/you")
    others = [sign_in(product, "sam@example.org", PASSWORD).cookies["entente"] for _ in range(2)]
    page.get_by_label("E-mail").fill("sam@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_role("listitem").first).to_contain_text("this one")
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_text("2 sessions ended")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(1)
    for cookie in others:
        assert httpx.get(product.url + "/api/v1/me", cookies={"entente": cookie}, timeout=30).status_code == 401

    page.get_by_label("Current password").fill("not the password")
    page.get_by_label("New password").fill("another long password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is not the present password")).to_be_visible()
    page.get_by_label("Current password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    assert signs_in(product, "sam@example.org", "another long password")


@contextmanager
def parked(product: Product, value: bytes) -> Iterator[None]:
    """A record on the bus that no service can apply; what is left of it is set aside at the end."""
    bus = EmbeddedLog(product.folder / "data" / "events.sqlite")
    try:
        assert bus.publish([Record("entente.engagements", b"torn", value)]) == [None]
        paths = [f"services/{name}/dead-letters" for name in ("scorecards", "gateway")]
        for path in paths:
            wait_until(lambda path=path: bool(product.get(path)["items"]), 30, "it is parked", product.process)
        yield
        for path in paths:
            for letter in product.get(path)["items"]:
                product.post(f"{path}/{letter['id']}/discard", {})
    finally:
        bus.close()


def test_a_dead_letter_is_seen_in_health_looked_at_tried_again_and_set_aside(visit: Visit, product: Product) -> None:
    mark = new_id()
    with parked(product, b'{"torn": "' + mark.encode() + b'"}'):
        page = visit("admin", "/settings/health")
        expect(page.get_by_text("Scorecards could not apply a record.")).to_be_visible()
        row(page, "Scorecards").first.get_by_role("link", name="1").click()

        letter = page.get_by_role("listitem").filter(has_text="entente.engagements")
        letter.get_by_role("button", name="The record").click()
        expect(letter.get_by_role("region", name="The record")).to_contain_text(mark)
        letter.get_by_role("button", name="Apply again").click()
        expect(letter.get_by_role("alert")).to_contain_text("It still cannot be applied:")
        letter.get_by_role("button", name="Set aside").click()
        alert = page.get_by_role("alert").filter(has_text="Set aside. It is kept.")
        expect(page.get_by_text("Everything that arrived was applied.")).to_be_visible()
        alert.get_by_role("button", name="Undo").click()
        expect(letter).to_be_visible()
        letter.get_by_role("button", name="Set aside").click()
        expect(letter).to_have_count(0)
        page.get_by_text("Set aside", exact=True).click()
        aside = page.get_by_role("listitem").filter(has_text="entente.engagements")
        aside.first.get_by_role("button", name="Restore").click()
        page.get_by_text("Waiting", exact=True).click()
        expect(letter).to_be_visible()


def test_health_says_that_everything_runs_and_names_what_does_not(visit: Visit, product: Product) -> None:
    def is_well() -> bool:
        reports = [product.get(f"services/{name}/health") for name in SERVICES]
        return all(each["worker_seen_at"] and each["lag"] == 0 and not each["dead_letters"] for each in reports)

    wait_until(is_well, 60, "everything runs", product.process)
    page = visit("admin", "/settings/health")
    expect(page.get_by_text("Everything runs.")).to_be_visible()
    expect(row(page, "Gateway").first).to_contain_text("0.2.0")
    expect(row(page, "rungs and next contacts")).to_contain_text("Engagements")

    page.route("**/api/v1/services/engagements/health", lambda route: route.abort())
    expect(page.get_by_text("Engagements does not answer.")).to_be_visible(timeout=20_000)
    page.unroute("**/api/v1/services/engagements/health")
    expect(page.get_by_text("Everything runs.")).to_be_visible(timeout=20_000)


def test_mail_that_waits_says_why_and_is_tried_again(visit: Visit, product: Product) -> None:
    waiting = card_mail(product)
    page = visit("admin", "/settings/mail")

    mail = page.get_by_role("row").filter(has_text="Scorecard opened").first
    expect(mail).to_contain_text("Waiting")
    expect(mail).to_contain_text("no mail server is set", timeout=20_000)
    page.get_by_label("Status").first.click()
    page.get_by_role("option", name="Sent", exact=True).click()
    expect(page.get_by_text("No mail here")).to_be_visible()
    page.get_by_label("Status").first.click()
    page.get_by_role("option", name="Waiting").click()
    with page.expect_response(lambda response: response.url.endswith("/retry")) as answered:
        mail.get_by_role("button", name=re.compile("Try now: Scorecard opened")).click()
    assert answered.value.status == 200
    assert waiting["id"] in {each["id"] for each in product.get("mails", status="waiting")["items"]}


def card_mail(product: Product) -> dict[str, str]:
    """A mail that notifies a rater of an opened card."""
    relationship_id = product.relationship("Mailed Works")
    users = product.get("users", limit=200)["items"]
    rater = next(user["id"] for user in users if user["email"] == email("manager"))
    template = product.get("scorecard-templates", limit=1)["items"][0]["id"]
    cycle = {
        "name": f"Mailed {new_id()}", "cadence": "quarterly", "fiscal_year_start_month": 1, "time_zone": "UTC",
        "template_id": template, "sides": ["sponsor"], "audience": {"relationship_ids": [relationship_id]},
        "raters": {"sponsor": {"owner": False, "team": False, "actor_ids": [rater]}}, "opens_days_before_end": 89,
    }  # fmt: skip
    made = product.post("review-cycles", cycle)
    product.tier(relationship_id)  # answered once scorecards knows of it
    run = product.post(f"review-cycles/{made['id']}/runs", {"as_of": str(datetime.now(UTC).date())})
    assert run["created"] == 1
    wait_until(lambda: bool(product.get("mails")["items"]), 90, "mail is written", product.process)
    mail: dict[str, str] = product.get("mails")["items"][0]
    return mail
