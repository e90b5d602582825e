"""The main job: log what happened, by keyboard alone, and watch the tier."""

import re

from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Visit
from tests.e2e.product import Product


def log_dialog(page: Page) -> Page:
    expect(page.get_by_role("button", name="Log interaction")).to_be_visible()
    page.keyboard.press("l")
    expect(page.get_by_role("dialog", name="Log interaction")).to_be_visible()
    return page


def written(page: Page, summary: str, experience: str = "3") -> Page:
    """The form filled by keyboard from the kind on, where a relationship's own page begins."""
    page.get_by_role("textbox", name="What happened").focus()
    page.keyboard.type(summary)
    page.keyboard.press("Tab")
    page.keyboard.press(experience)
    return page


def test_who_may_not_write_is_offered_nothing_and_refused_by_the_server(visit: Visit, product: Product) -> None:
    relationship_id = product.relationship("Viewed Works")
    page = visit("viewer", f"/relationships/{relationship_id}")
    expect(page.get_by_role("heading", name="Viewed Works")).to_be_visible()

    page.keyboard.press("l")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_placeholder("Search or do…").fill("log interaction")

    expect(page.get_by_text("Nothing found")).to_be_visible()
    expect(page.get_by_role("button", name="Log interaction")).to_have_count(0)
    token = page.request.get("/api/v1/me").json()["csrf_token"]
    body = {"relationship_id": relationship_id, "kind": "call", "occurred_at": "2026-01-01T00:00:00Z", "summary": "x"}
    refused = page.request.post("/api/v1/interactions", data=body, headers={"x-csrf-token": token})
    assert refused.status == 403
    assert product.interactions(relationship_id) == []


def test_the_kind_found_is_taken_by_enter_however_late_the_timers_are(visit: Visit, product: Product) -> None:
    page = log_dialog(visit("manager", f"/relationships/{product.relationship('Hurried Works')}"))
    page.evaluate("(real => { window.setTimeout = (call, ms = 0) => real(call, ms + 500) })(window.setTimeout)")

    kind = page.get_by_role("combobox", name="What", exact=True)
    expect(kind).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("technical")
    page.wait_for_timeout(1000)
    page.keyboard.press("Enter")

    expect(kind).to_have_value("Technical review")


def test_whom_enter_took_is_chosen_even_by_who_has_gone_on_before_the_answer(visit: Visit, product: Product) -> None:
    product.relationship("Hasty Works")
    page = visit("manager", "/")
    held: list[Route] = []
    page.route("**/api/v1/portfolio?*q=*", lambda route: held.append(route))
    whom = log_dialog(page).get_by_role("textbox", name="With")

    with page.expect_request("**/api/v1/portfolio?*q=*"):
        page.keyboard.type("hasty w")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="What", exact=True)).to_be_focused()
    for route in held:
        route.continue_()
    page.unroute("**/api/v1/portfolio?*q=*")

    expect(whom).to_have_value(re.compile("Hasty Works"))

    page.keyboard.press("Shift+Tab")
    page.keyboard.type("nobody of this name")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(whom).to_have_value(re.compile("Hasty Works"))


def test_logging_from_anywhere_by_keyboard_alone_raises_the_tier_before_the_eyes(
    visit: Visit, product: Product
) -> None:
    relationship_id = product.nearly_preferred("Kestrel Sterile")
    other = visit("viewer", f"/relationships/{relationship_id}")
    expect(other.get_by_text("Transactional", exact=True).first).to_be_visible()
    page = visit("manager", "/")
    expect(page.get_by_role("table", name="Portfolio")).to_be_visible()

    log_dialog(page)
    page.keyboard.type("kestrel ster")
    expect(page.get_by_role("option", name="Kestrel Sterile")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="With")).to_have_value(re.compile("Kestrel Sterile"))
    page.keyboard.press("Tab")  # to the kind
    page.keyboard.press("Control+a")
    page.keyboard.type("technical")
    expect(page.get_by_role("option", name="Technical review")).to_be_visible()
    page.keyboard.press("Enter")
    for _ in range(3):  # past day and time, which hold now
        page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") != "TEXTAREA":
        page.keyboard.press("Tab")
    page.keyboard.type("Root cause found together in two days.")
    page.keyboard.press("Tab")
    page.keyboard.press("3")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("dialog", name="Log interaction")).to_be_hidden()
    alert = page.get_by_role("alert").filter(has_text="Logged.")
    expect(alert).to_contain_text("now Preferred")
    expect(other.get_by_text("Preferred", exact=True).first).to_be_visible()  # shown live, on somebody else's page
    [logged] = [row for row in product.interactions(relationship_id) if row["summary"].startswith("Root cause")]
    assert (logged["kind"], logged["experience"]) == ("technical_review", "exceeds")
    assert product.tier(relationship_id)["tier"] == "preferred"

    alert.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("marked as retracted")).to_be_visible()
    expect(other.get_by_text("Transactional", exact=True).first).to_be_visible()
    product.wait_for_evidence(relationship_id, 5)


def test_a_follow_up_goes_with_it_and_attributes_show_their_anchors(visit: Visit, product: Product) -> None:
    relationship_id = product.relationship("Followed Works")
    page = written(log_dialog(visit(path=f"/relationships/{relationship_id}")), "Agreed the plan.", "2")

    page.get_by_role("combobox", name="About").or_(page.get_by_label("About")).first.click()
    page.keyboard.type("technology transfer")
    page.keyboard.press("Enter")
    expect(page.get_by_text("What it means for Technology transfer")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Follow-up").fill("Send the plan")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert").filter(has_text="Logged.")).to_be_visible()
    [logged] = product.interactions(relationship_id)
    [action] = product.get("actions", relationship_id=relationship_id)["items"]
    assert logged["attributes"] == ["tech_transfer"]
    assert (action["title"], action["interaction_id"]) == ("Send the plan", logged["id"])


def test_what_is_lacking_is_said_and_nothing_is_sent(visit: Visit) -> None:
    page = log_dialog(visit())

    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Say with whom.")).to_be_visible()
    expect(page.get_by_text("Say what happened, in a few words.")).to_be_visible()


def test_impatience_logs_it_once(visit: Visit, product: Product) -> None:
    relationship_id = product.relationship("Impatient Works")
    page = written(log_dialog(visit(path=f"/relationships/{relationship_id}")), "Once only.")

    for _ in range(4):
        page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert").filter(has_text="Logged.")).to_be_visible()
    assert len(product.interactions(relationship_id)) == 1


def test_without_a_connection_the_draft_is_kept_and_saved_once_when_it_is_back(visit: Visit, product: Product) -> None:
    relationship_id = product.relationship("Cut Off Works")
    page = written(log_dialog(visit(path=f"/relationships/{relationship_id}")), "Written in a tunnel.")

    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert").filter(has_text="Not saved")).to_be_visible()
    expect(page.get_by_text("No connection.")).to_be_visible()
    assert product.interactions(relationship_id) == []

    page.context.set_offline(False)
    page.reload()
    log_dialog(page)
    expect(page.get_by_role("textbox", name="What happened")).to_have_value("Written in a tunnel.")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert").filter(has_text="Logged.")).to_be_visible()
    expect(page.get_by_text("Written in a tunnel.")).to_be_visible()
    assert len(product.interactions(relationship_id)) == 1


def test_an_answer_that_is_lost_does_not_log_it_twice(visit: Visit, product: Product) -> None:
    relationship_id = product.relationship("Lost Answer Works")
    page = written(log_dialog(visit(path=f"/relationships/{relationship_id}")), "Sent, and never answered.")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    # Not `times=1`: where no route is left, the browser lets a request go on that still waits for its one.
    page.route("**/api/v1/interactions", lose)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="Not saved")).to_be_visible()
    assert len(product.interactions(relationship_id)) == 1

    page.unroute("**/api/v1/interactions")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert").filter(has_text="Logged.")).to_be_visible()
    assert len(product.interactions(relationship_id)) == 1
