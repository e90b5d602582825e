"""A quarter reviewed: opened, rated by keyboard on both sides, blind until both have submitted, signed, and counted."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import PATIENCE_MS, Visit
from tests.e2e.product import PASSWORD, Product
from tests.e2e.reviewing import Quarter, quarter

QUESTIONS = 8
ASKED = "input[type=password]"


def at_form(visit: Visit, opened: Quarter, role: str = "manager", side: str = "sponsor") -> Page:
    page = visit(role, f"/scorecards/{opened.cards[side]}")
    expect(page.get_by_text(re.compile(r"\d+ of \d+ answered"))).to_be_visible()
    return page


def rate_by_keys(page: Page, keys: str) -> Page:
    """Each key rates the question at hand and goes on; below asks for its comment first."""
    for key in keys:
        page.keyboard.press(key)
        if key == "1":
            expect(page.locator("[data-comment]:focus")).to_be_visible()
            page.keyboard.type("Two of nine gates slipped.")
            page.keyboard.press("Escape")
    return page


def saved(page: Page) -> None:
    # What could not be sent is tried again every five seconds.
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible(timeout=PATIENCE_MS)


@pytest.fixture
def opened(product: Product, request: pytest.FixtureRequest) -> Quarter:
    name = "".join(word.title() for word in request.node.name.split("_")[1:4])
    return quarter(product, product.relationship(f"{name} Works")).open()


def test_who_may_not_rate_is_shown_no_form_and_refused_by_the_server(visit: Visit, opened: Quarter) -> None:
    page = visit("viewer", f"/scorecards/{opened.cards['sponsor']}")

    expect(page.get_by_text("Waiting for its raters")).to_be_visible()
    expect(page.get_by_role("button", name="Submit")).to_have_count(0)
    expect(page.get_by_role("radio")).to_have_count(0)
    token = page.request.get("/api/v1/me").json()["csrf_token"]
    path, headers = f"/api/v1/scorecards/{opened.cards['sponsor']}", {"x-csrf-token": token, "if-match": '"0"'}
    assert page.request.put(f"{path}/ratings", data={"ratings": []}, headers=headers).status == 403
    assert page.request.post(f"{path}/submission", headers=headers).status == 403


def test_a_quarter_from_opening_to_the_tier_by_keyboard_alone(visit: Visit, product: Product) -> None:
    relationship_id = product.nearly_preferred("Albion Sterile")
    review = quarter(product, relationship_id)
    watching = visit("viewer", f"/relationships/{relationship_id}")
    expect(watching.get_by_text("Transactional", exact=True).first).to_be_visible()

    page = visit("manager", f"/reviews/{review.cycle_id}")
    expect(page.get_by_text("No card in this period")).to_be_visible()
    page.get_by_role("button", name="Run now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="2 created")).to_be_visible()
    review.open()

    page.keyboard.press("g")
    page.keyboard.press("r")
    card = page.get_by_role("link", name="Albion Sterile Pharma rates Albion Sterile")
    expect(card).to_be_visible()
    for _ in range(30):
        page.keyboard.press("j")
        if card.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"0 of {QUESTIONS} answered")).to_be_visible()
    expect(page.get_by_text("Their answers stay hidden until both sides have submitted")).to_be_visible()
    rate_by_keys(page, "33333332")
    expect(page.get_by_text(f"{QUESTIONS} of {QUESTIONS} answered")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog", name="Submit for this side")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Submitted", exact=True).first).to_be_visible()

    # Blind: neither page, nor token, nor the other side learns what was answered.
    partner = visit("partner", f"/scorecards/{review.cards['sponsor']}")
    expect(partner.get_by_text("Hidden until it is revealed")).to_be_visible()
    expect(partner.get_by_text("Exceeds", exact=True)).to_have_count(0)
    assert product.get(f"scorecards/{review.cards['provider']}")["content"] is None
    expect(page.get_by_text("Nothing rated")).to_be_visible()
    partner.get_by_role("link", name="Other side: Open").click()
    expect(partner.get_by_text(f"0 of {QUESTIONS} answered")).to_be_visible()
    rate_by_keys(partner, "2" * QUESTIONS)
    partner.keyboard.press("Control+Enter")
    expect(partner.get_by_role("dialog", name="Submit for this side")).to_be_visible()
    partner.keyboard.press("Enter")
    expect(partner.get_by_text("Submitted", exact=True).first).to_be_visible()

    # Revealed, shown live on the first page; signed with the password given again.
    expect(page.get_by_text("Gaps are named once both sides have signed.")).to_be_visible()
    sign(page)
    expect(page.get_by_text("Published", exact=True).first).to_be_visible()
    signature = page.get_by_role("region", name="Signature")
    expect(signature).to_contain_text("Lucia Marchetti: “I stand for these ratings”")
    expect(signature).to_contain_text("UTC")
    expect(signature).to_contain_text(re.compile(r"[0-9a-f]{64}"))
    sign(partner)
    expect(partner.get_by_text("Published", exact=True).first).to_be_visible()

    expect(page.get_by_text(re.compile("Albion Sterile Pharma rates higher"))).to_be_visible()
    product.wait_for_evidence(relationship_id, 7)
    assert product.tier(relationship_id)["tier"] == "preferred"
    expect(watching.get_by_text("Preferred", exact=True).first).to_be_visible()
    expect(watching.get_by_role("heading", name="Both sides' ratings")).to_be_visible()


def sign(page: Page) -> None:
    page.locator(ASKED).focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def test_a_wrong_password_signs_nothing(visit: Visit, opened: Quarter) -> None:
    opened.submit("sponsor")
    page = visit("manager", f"/scorecards/{opened.cards['sponsor']}")

    page.locator(ASKED).fill("not my password")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_text("That is not your password. The card is not signed.")
    expect(page.locator(ASKED)).to_have_value("")
    assert opened.read()["status"] == "submitted"


def test_answers_save_themselves_and_are_there_after_a_reload(visit: Visit, opened: Quarter) -> None:
    page = rate_by_keys(at_form(visit, opened), "312")
    saved(page)

    page.reload()

    expect(page.get_by_text(f"3 of {QUESTIONS} answered")).to_be_visible()
    expect(page.get_by_role("radio", name="Below", checked=True)).to_have_count(1)
    expect(page.locator("[data-comment]")).to_have_value("Two of nine gates slipped.")
    assert sorted(opened.answers().values()) == ["below", "exceeds", "meets"]


def test_a_below_without_its_comment_waits_for_it(visit: Visit, opened: Quarter) -> None:
    page = at_form(visit, opened)

    page.keyboard.press("1")
    expect(page.get_by_text("Below needs a comment")).to_be_visible()
    expect(page.locator("[data-comment]:focus")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-comment]:focus")).to_have_count(0)
    page.keyboard.press("3")
    saved_but_one = page.get_by_text("1 answer waits for a comment")
    expect(saved_but_one).to_contain_text("Saved")
    assert list(opened.answers().values()) == ["exceeds"]
    page.reload()
    expect(saved_but_one).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Write the comment").click()
    expect(page.locator("[data-comment]:focus")).to_be_visible()
    page.keyboard.type("Nobody asked us.")

    expect(saved_but_one).to_be_hidden()
    expect(page.get_by_text(f"2 of {QUESTIONS} answered")).to_be_visible()
    saved(page)
    assert sorted(opened.answers().values()) == ["below", "exceeds"]


def test_without_a_connection_answers_are_kept_and_sent_when_it_is_back(visit: Visit, opened: Quarter) -> None:
    page = at_form(visit, opened)
    page.context.set_offline(True)

    rate_by_keys(page, "23")

    expect(page.get_by_role("alert").filter(has_text="kept on this device")).to_be_visible()
    assert opened.answers() == {}

    page.context.set_offline(False)
    expect(page.get_by_role("alert").filter(has_text="kept on this device")).to_be_hidden()
    saved(page)
    assert sorted(opened.answers().values()) == ["exceeds", "meets"]


def test_a_draft_on_the_device_outlives_the_page(visit: Visit, opened: Quarter) -> None:
    page = at_form(visit, opened)
    page.route("**/ratings", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    rate_by_keys(page, "2")
    expect(page.get_by_role("alert").filter(has_text="kept on this device")).to_be_visible()
    page.unroute("**/ratings")

    page.reload()

    expect(page.get_by_text(f"1 of {QUESTIONS} answered")).to_be_visible()
    saved(page)
    assert list(opened.answers().values()) == ["meets"]


def test_an_answer_that_is_lost_is_no_conflict(visit: Visit, opened: Quarter) -> None:
    page = at_form(visit, opened)

    def lose(route: Route) -> None:
        if route.request.method == "PUT":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/ratings", lose)
    rate_by_keys(page, "3")
    expect(page.get_by_role("alert").filter(has_text="kept on this device")).to_be_visible()
    page.unroute("**/ratings")

    saved(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert list(opened.answers().values()) == ["exceeds"]


def test_what_was_changed_elsewhere_is_not_overwritten_unasked(visit: Visit, opened: Quarter) -> None:
    page, other = at_form(visit, opened), at_form(visit, opened)
    rate_by_keys(other, "3")
    saved(other)

    rate_by_keys(page, "2")

    conflict = page.get_by_role("alert").filter(has_text="changed in another window")
    expect(conflict).to_be_visible()
    assert list(opened.answers().values()) == ["exceeds"]
    conflict.get_by_role("button", name="Show the saved answers").click()
    expect(page.get_by_role("radio", name="Exceeds", checked=True)).to_have_count(1)
    expect(conflict).to_be_hidden()


def test_the_period_before_shows_only_after_the_own_choice(visit: Visit, product: Product) -> None:
    review = quarter(product, product.relationship("Remembered Works"), sides=["sponsor"]).open(days_ago=100)
    review.submit("sponsor", "exceeds").sign("sponsor").open()
    page = at_form(visit, review)
    expect(page.get_by_test_id("before")).to_have_count(0)

    rate_by_keys(page, "2")

    expect(page.get_by_test_id("before")).to_have_count(1)
    expect(page.get_by_test_id("before")).to_contain_text("Exceeds")


def test_evidence_of_the_period_is_linked(visit: Visit, product: Product) -> None:
    relationship_id = product.relationship("Cited Works")
    review = quarter(product, relationship_id).open()
    ends_on = review.read()["period_ends_on"]
    happened = {"kind": "technical_review", "occurred_at": f"{ends_on}T09:00:00Z", "summary": "Line by line."}
    product.post("interactions", happened | {"relationship_id": relationship_id, "experience": "exceeds"})
    product.wait_for_evidence(relationship_id, 1)
    page = at_form(visit, review)

    page.keyboard.press("3")
    page.keyboard.press("k")
    page.keyboard.press("e")
    page.get_by_role("checkbox", name="Technical review").check()
    saved(page)

    sheet = product.person("manager").get(f"scorecards/{review.cards['sponsor']}/ratings").json()
    assert [link["source_kind"] for link in sheet["ratings"][0]["evidence"]] == ["interaction"]
