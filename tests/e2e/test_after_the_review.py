"""What follows a review, and what goes before it: disputes, new revisions, sides passed over, plans, cycles."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.product import Product
from tests.e2e.reviewing import Quarter, quarter


@pytest.fixture
def published(product: Product, request: pytest.FixtureRequest) -> Quarter:
    """A sponsor's card alone, all below, published."""
    name = "".join(word.title() for word in request.node.name.split("_")[1:4])
    review = quarter(product, product.relationship(f"{name} Works"), sides=["sponsor"]).open()
    return review.submit("sponsor", "below").sign("sponsor")


def test_a_viewer_is_offered_nothing_to_do(visit: Visit, published: Quarter) -> None:
    page = visit("viewer", f"/scorecards/{published.cards['sponsor']}")
    expect(page.get_by_text("Published", exact=True).first).to_be_visible()
    expect(page.get_by_role("heading", name="Answers")).to_be_visible()

    for deed in ("Dispute", "Open again", "Plan", "Waive"):
        expect(page.get_by_role("button", name=deed, exact=True)).to_have_count(0)


def test_a_card_is_disputed_resolved_and_opened_again(visit: Visit, published: Quarter) -> None:
    page = visit("manager", f"/scorecards/{published.cards['sponsor']}")

    page.get_by_role("button", name="Dispute").click()
    page.get_by_role("dialog").get_by_role("button", name="Dispute").click()
    expect(page.get_by_text("Say why.")).to_be_visible()
    page.get_by_label("Reason").fill("Two dates are wrong.")
    page.get_by_role("dialog").get_by_role("button", name="Dispute").click()
    expect(page.get_by_role("heading", name="Disputed by Lucia Marchetti")).to_be_visible()
    assert published.read()["status"] == "disputed"

    page.get_by_role("button", name="Resolve").click()
    page.get_by_label("Resolution").fill("Checked: it stands.")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("Checked: it stands.").first).to_be_visible()
    assert published.read()["status"] == "resolved"

    page.get_by_role("button", name="Open again").click()
    page.get_by_label("Reason").fill("A delivery was missed.")
    page.get_by_role("dialog").get_by_role("button", name="Open again").click()
    expect(page.get_by_text("Revision 2")).to_be_visible()
    expect(page.get_by_text("8 of 8 answered")).to_be_visible()
    assert published.read()["content"]["signatures"][0]["voided_at"] is not None


def test_a_low_answer_gets_a_plan_that_is_done_removed_and_back(
    visit: Visit, product: Product, published: Quarter
) -> None:
    page = visit("manager", f"/scorecards/{published.cards['sponsor']}")
    plans = f"relationships/{published.relationship_id}/action-plans"

    page.get_by_role("button", name="Plan", exact=True).first.click()
    page.get_by_label("What will be done").fill("A weekly call on open slots.")
    page.get_by_role("button", name="Save plan").click()
    expect(page.get_by_text("A weekly call on open slots.")).to_be_visible()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("button", name="Not done")).to_be_visible()
    [plan] = product.get(plans)["items"]
    assert plan["done_on"] == str(datetime.now(UTC).date())

    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("A weekly call on open slots.")).to_be_hidden()
    assert product.get(plans)["items"] == []
    page.get_by_role("alert").get_by_role("button", name="Undo").click()

    expect(page.get_by_text("A weekly call on open slots.")).to_be_visible()


def test_a_late_side_is_passed_over_with_its_reason_and_brought_back(visit: Visit, product: Product) -> None:
    review = quarter(product, product.relationship("Tardy Works"), due_days_after_end=1).open(days_ago=100)
    page = visit("manager", "/reviews")
    late = page.get_by_role("region", name="Late")
    late.get_by_role("link", name="Tardy Works rates Tardy Works Pharma").click()
    expect(page.get_by_text("Waiting for its raters")).to_be_visible()

    page.get_by_role("button", name="Waive").click()
    page.get_by_label("Reason").fill("They are being sold.")
    page.get_by_role("dialog").get_by_role("button", name="Waive").click()
    expect(page.get_by_text("Waived", exact=True).first).to_be_visible()
    assert review.read("provider")["status"] == "waived"
    page.get_by_role("alert").get_by_role("button", name="Undo").click()

    expect(page.get_by_text("Open again.")).to_be_visible()
    assert review.read("provider")["status"] == "draft"


def test_a_viewer_reads_a_cycle_and_changes_none(visit: Visit, product: Product) -> None:
    review = quarter(product, product.relationship("Cycled Works")).open()
    page = visit("viewer", "/reviews")

    page.get_by_role("link", name="Quarterly review of Cycled Works").click()

    expect(page.get_by_role("link", name="Cycled Works").first).to_be_visible()
    for deed in ("Edit cycle", "Archive", "Run now", "New cycle"):
        expect(page.get_by_role("button", name=deed)).to_have_count(0)
    assert product.get(f"review-cycles/{review.cycle_id}")["version"] == 1


def test_a_cycle_is_made_changed_archived_and_brought_back(visit: Visit, product: Product) -> None:
    page = visit("manager", "/reviews")

    page.get_by_role("button", name="New cycle").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Fiscal quarters")
    page.get_by_role("combobox", name="Year begins in").click()
    page.get_by_role("option", name="April").click()
    page.get_by_label("First period opens on or after").fill("2030-01-01")
    page.get_by_label("Due, days after the end").fill("21")
    page.get_by_role("combobox", name="Tiers").click()
    page.get_by_role("option", name="Strategic").click()
    page.get_by_role("button", name="Create cycle").click()
    expect(page.get_by_role("heading", name="Fiscal quarters")).to_be_visible()
    [made] = [each for each in product.get("review-cycles", limit=200)["items"] if each["name"] == "Fiscal quarters"]
    assert (made["fiscal_year_start_month"], made["due_days_after_end"]) == (4, 21)
    assert (made["audience"]["tiers"], made["sides"]) == (["strategic"], ["sponsor", "provider"])

    page.get_by_role("button", name="Edit cycle").click()
    page.get_by_role("group", name="Who answers For the provider").get_by_role("combobox", name="By name").fill("tomas")
    page.get_by_role("option", name="Tomas Berg").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    changed = product.get(f"review-cycles/{made['id']}")
    assert len(changed["raters"]["provider"]["actor_ids"]) == 1
    assert changed["raters"]["sponsor"]["actor_ids"] == []

    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("Archived: nothing opens any more.")).to_be_visible()
    page.get_by_role("alert").get_by_role("button", name="Undo").click()

    expect(page.get_by_text("Archived: nothing opens any more.")).to_be_hidden()
    assert product.get(f"review-cycles/{made['id']}")["archived_at"] is None
