"""The first run, signing in and out, and a session that ends."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.product import PASSWORD, Product, email


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email("manager"))
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")


def test_a_wrong_password_is_said_and_nothing_is_shown(visit: Visit) -> None:
    page = visit(None, "/")

    sign_in(page, "not the password")

    expect(page.get_by_role("alert")).to_have_text("E-mail or password is not right.")


def test_a_person_whose_domain_is_no_ascii_signs_in_as_their_browser_sends_it(visit: Visit) -> None:
    address = "chrom@b\u00fccher.example.org"
    admin = visit("admin", "/settings/people")
    token = admin.request.get("/api/v1/me").json()["csrf_token"]
    body = {"email": address, "name": "Ida", "role": "manager", "password": PASSWORD}
    assert admin.request.post("/api/v1/users", data=body, headers={"x-csrf-token": token}).status == 201

    page = visit(None, "/?view=board")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("group", name="Board")).to_be_visible()


def test_who_signs_in_arrives_where_they_wanted_and_signs_out_again(visit: Visit, product: Product) -> None:
    page = visit(None, "/?view=board")
    sign_in(page)
    expect(page.get_by_role("group", name="Board")).to_be_visible()

    page.get_by_role("button", name="Lucia Marchetti").click()
    page.get_by_role("menuitem", name="Sign out").click()

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.request.get("/api/v1/me").status == 401


def test_a_session_that_ends_leads_to_the_sign_in_page_and_back(visit: Visit, product: Product) -> None:
    relationship_id = product.relationship("Interrupted Works")
    page = visit(None, f"/relationships/{relationship_id}")
    sign_in(page)
    expect(page.get_by_role("heading", name="Interrupted Works")).to_be_visible()

    token = page.request.get("/api/v1/me").json()["csrf_token"]
    page.request.delete("/api/v1/session", headers={"x-csrf-token": token})

    expect(page.get_by_text("Your session has ended.")).to_be_visible(timeout=30_000)
    sign_in(page)
    expect(page.get_by_role("heading", name="Interrupted Works")).to_be_visible()


def test_no_address_leads_from_the_sign_in_page_to_another_host(visit: Visit) -> None:
    page = visit(None, "/sign-in?next=//example.org/")
    sign_in(page)

    expect(page.get_by_role("heading", name="Portfolio")).to_be_visible()


@pytest.fixture
def fresh(static: Path, tmp_path: Path) -> Product:
    return Product(tmp_path, has_demo=False)


def test_the_first_person_sets_up_by_the_printed_link_and_finds_an_empty_installation(
    browser: Browser, fresh: Product
) -> None:
    fresh.start()
    [link] = re.findall(r"at (\S+/set-up#\S+)", fresh.process.log.read_text())
    page = browser.new_page(locale="de-DE")

    page.goto(fresh.url)
    expect(page).to_have_url(re.compile("/set-up$"))
    page.goto(link)
    page.reload()
    page.get_by_label("Ihr Name").fill("Ines Brandt")
    page.get_by_label("E-Mail").fill("ines@example.org")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Erstes Konto anlegen").click()

    expect(page.get_by_text("Noch keine Beziehung")).to_be_visible()
    expect(page.get_by_role("button", name="Ines Brandt")).to_be_visible()
    page.goto(link)
    expect(page.get_by_text("Noch keine Beziehung")).to_be_visible()
    page.close()
    fresh.stop()


@pytest.mark.parametrize("address", ["/nowhere", "/relationships/none/of/these", "/set-up"])
def test_who_went_astray_keeps_the_menu(visit: Visit, address: str) -> None:
    page = visit("viewer", address)

    expect(page.get_by_role("navigation").first).to_be_visible()
    page.get_by_role("navigation").first.get_by_role("link", name="Portfolio").click()
    expect(page.get_by_role("table", name="Portfolio")).to_be_visible()


def test_the_key_of_the_menu_is_named_as_on_this_keyboard(visit: Visit) -> None:
    agents = {
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari/537.36": "Ctrl K",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/140 Safari/537.36": "⌘K",
    }
    for agent, key in agents.items():
        page = visit("manager", "/", user_agent=agent)
        keys = page.locator("kbd").filter(has_text="K").all_inner_texts()
        assert [shown for shown in keys if shown != "K"] == [key, key]
