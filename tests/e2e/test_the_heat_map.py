"""The heat map: what was rated, by whom, of each relationship, in shapes and in figures, worked by keys alone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.product import Product
from tests.e2e.rated import rated_works


@pytest.fixture(scope="module")
def rated(product: Product) -> str:
    return rated_works(product)


def grid(page: Page) -> Locator:
    return page.get_by_role("grid", name="Heat map")


def shown(page: Page) -> Locator:
    """The row of the rated relationship."""
    return grid(page).get_by_role("row").filter(has_text="Rated Works")


def column(page: Page, label: str) -> int:
    """Which gridcell of a row stands under this label."""
    headers = grid(page).get_by_role("row").nth(1).get_by_role("columnheader")
    expect(headers.filter(has_text=label)).to_be_visible()
    return headers.all_inner_texts().index(label) - 1


def test_who_is_not_on_the_team_sees_no_restricted_row(visit: Visit, product: Product, rated: str) -> None:
    hidden = next(row["provider_name"] for row in product.rows() if row["is_restricted"])
    page = visit("viewer", "/?view=heat-map")
    expect(grid(page)).to_be_visible()

    page.get_by_label("Filter by name").fill(hidden)

    expect(page.get_by_text("Nothing matches these filters").or_(grid(page))).to_be_visible()
    expect(grid(page).get_by_role("row").filter(has_text=hidden + " for")).to_have_count(0)


def test_what_was_rated_is_shown_by_shape_and_word_and_as_figures(visit: Visit, rated: str) -> None:
    page = visit("manager", "/?view=heat-map&q=Rated")

    late, words = column(page, "On-time delivery"), column(page, "Communication and transparency")
    cells = shown(page).get_by_role("gridcell")
    expect(cells.nth(late)).to_have_text("Below")
    expect(cells.nth(words)).to_have_text("Exceeds")
    assert cells.nth(late).locator("path").get_attribute("d") != cells.nth(words).locator("path").get_attribute("d")
    page.get_by_text("Figures", exact=True).click()
    expect(page).to_have_url(re.compile("figures=true"))
    expect(cells.nth(late)).to_have_text("0Below")
    expect(cells.nth(words)).to_have_text("100Exceeds")
    page.get_by_text("By providers").click()
    expect(page.get_by_text("Nothing rated yet")).to_be_visible()


def test_arrows_lead_through_the_cells_and_enter_opens_the_relationship(visit: Visit, rated: str) -> None:
    page = visit("manager", "/?view=heat-map&q=Rated")
    late = column(page, "On-time delivery")
    expect(shown(page)).to_be_visible()

    shown(page).get_by_role("link").focus()
    for _ in range(late + 1):
        page.keyboard.press("ArrowRight")

    expect(shown(page).get_by_role("gridcell").nth(late)).to_be_focused()
    expect(page.get_by_text("On-time delivery: Below (0)")).to_be_visible()
    assert grid(page).locator("[tabindex='0']").count() == 1
    page.keyboard.press("Control+Home")
    expect(grid(page).get_by_role("link").first).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/relationships/"))


def test_scrolling_renders_the_rows_that_come_into_sight(visit: Visit, product: Product, rated: str) -> None:
    page = visit("admin", "/?view=heat-map&sort=name")
    expect(grid(page).get_by_role("row").nth(4)).to_be_visible()
    rows = product.get("portfolio", limit=200, sort="name")["items"]

    grid(page).get_by_role("link").first.focus()
    page.keyboard.press("Control+End")

    expect(grid(page).get_by_role("row").filter(has_text=rows[-1]["provider_name"])).to_be_visible()
