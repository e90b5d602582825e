"""The portfolio, worked by keyboard, with everything chosen in its address."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.product import Product


def test_rows_are_as_the_api_lists_them_and_a_restricted_one_is_not_there(visit: Visit, product: Product) -> None:
    page = visit("viewer")
    rows = page.get_by_role("table", name="Portfolio").get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    listed = product.get("portfolio", limit=200)["items"]
    open_rows = [row for row in listed if not row["is_restricted"]]

    assert len(open_rows) < len(listed)
    expect(page.get_by_text(re.compile(rf"^{len(open_rows)} relationships, by lower bound"))).to_be_visible()
    for row in [row for row in listed if row["is_restricted"]]:
        page.get_by_label("Filter by name").fill(row["provider_name"])
        expect(page.get_by_text("1 relationship,")).to_have_count(0)


def test_keys_move_along_the_rows_and_open_one(visit: Visit, product: Product) -> None:
    page = visit("admin")
    table = page.get_by_role("table", name="Portfolio")
    expect(table.get_by_role("row").nth(3)).to_be_visible()

    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    second = product.get("portfolio", limit=2)["items"][1]
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(second["relationship_id"]))


def test_filters_and_order_stand_in_the_address(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("/")
    page.keyboard.type("biologics")
    expect(page).to_have_url(re.compile(r"q=biologics"))
    page.keyboard.press("Escape")
    page.get_by_role("columnheader", name="Score").get_by_role("button").click()
    expect(page).to_have_url(re.compile(r"sort=-score"))

    page.reload()

    expect(page.get_by_label("Filter by name")).to_have_value("biologics")
    expect(page.get_by_role("columnheader", name="Score")).to_have_attribute("aria-sort", "descending")
    for name in page.get_by_role("table", name="Portfolio").get_by_role("link").all_inner_texts():
        assert "biologics" in name.lower()


def test_the_command_menu_finds_a_relationship_from_anywhere(visit: Visit, product: Product) -> None:
    relationship_id = product.relationship("Zirconia Fill")
    page = visit(path="/?view=movement")
    expect(page.get_by_role("heading", name="Portfolio")).to_be_visible()

    page.keyboard.press("Control+k")
    page.get_by_placeholder("Search or do…").fill("zirconia")
    expect(page.get_by_role("dialog").get_by_text("Zirconia Fill", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(relationship_id))


def test_who_moved_is_said_with_the_reason(visit: Visit, product: Product) -> None:
    page = visit("admin", "/?view=movement&from=2025-12-31")
    moved = product.get("portfolio/movements", **{"from": "2025-12-31"})["items"]

    assert moved
    for move in moved[:3]:
        expect(page.get_by_role("link", name=move["provider_name"]).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"(after an? |because evidence)")).first).to_be_visible()


def test_what_an_address_says_amiss_is_passed_by(visit: Visit) -> None:
    page = visit("manager", "/?view=heat&tier=gold&sort=luck")

    expect(page.get_by_role("table", name="Portfolio").get_by_role("row").nth(3)).to_be_visible()
