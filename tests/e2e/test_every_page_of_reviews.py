"""What holds for every page, of those of reviews, with a quarter in every state."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit, Walk
from tests.e2e.product import Product
from tests.e2e.reviewing import FULL, Quarter, quarter
from tests.e2e.test_every_page import inspect

PAGES = (
    "reviews", "reviews-empty", "review-cycle", "review-cycle-form", "rating", "rating-opened", "rating-submit",
    "scorecard-waiting", "scorecard-sealed", "scorecard-signing", "scorecard-results", "scorecard-radar",
    "scorecard-table", "scorecard-dispute", "rate-nothing",
)  # fmt: skip


@pytest.fixture(scope="session")
def reviewed(product: Product) -> dict[str, Quarter]:
    """Real relationships of the demo: one quarter open, one of one side, one of both, one published after another."""
    rows = [row["relationship_id"] for row in product.get("portfolio", limit=60)["items"] if not row["is_restricted"]]
    names = ("open", "sealed", "both", "published")
    made = {name: quarter(product, rows[at], FULL) for at, name in enumerate(names)}
    made["published"].open(days_ago=100)
    for side, rating in (("sponsor", "meets"), ("provider", "exceeds")):
        made["published"].submit(side, rating).sign(side)
    for review in made.values():
        review.open()
    for side, rating in (("sponsor", "below"), ("provider", "exceeds")):
        made["both"].submit(side, rating)
        made["published"].submit(side, rating).sign(side)
    made["sealed"].submit("provider")
    return made


def address_of(name: str, reviewed: dict[str, Quarter]) -> tuple[str | None, str]:
    """Whose page it is, and its address."""
    at = {key: f"/scorecards/{review.cards['sponsor']}" for key, review in reviewed.items()}
    path = {
        "reviews": "/reviews",
        "reviews-empty": "/reviews",
        "review-cycle": f"/reviews/{reviewed['published'].cycle_id}",
        "review-cycle-form": f"/reviews/{reviewed['published'].cycle_id}",
        "scorecard-waiting": at["open"],
        "scorecard-sealed": f"/scorecards/{reviewed['sealed'].cards['provider']}",
        "scorecard-signing": at["both"],
        "rate-nothing": "/rate",
    }.get(name, at["open"] if name.startswith("rating") else at["published"])
    return {"rate-nothing": None, "scorecard-waiting": "viewer", "reviews-empty": "viewer"}.get(name, "manager"), path


def arrive(visit: Visit, walk: Walk, reviewed: dict[str, Quarter], name: str, locale: str = "en-GB") -> Page:
    """By selectors that hold in every language."""
    role, path = address_of(name, reviewed)
    page = visit(role, path, locale=locale) if role is None else walk(role, path, locale)
    expect(page.get_by_role("heading").first).to_be_visible()
    page.wait_for_timeout(900)
    if name.startswith("rating"):
        expect(page.get_by_role("radiogroup")).to_have_count(30)
    if name == "rating-opened":
        page.keyboard.press("1")
        page.get_by_role("radiogroup").nth(20).get_by_role("radio").nth(2).click()
        page.keyboard.press("e")
        expect(page.get_by_role("checkbox").first).to_be_visible()
    if name == "rating-submit":
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
    if name == "review-cycle-form":
        page.get_by_role("button", name=re.compile("Edit cycle|Zyklus bearbeiten")).click()
        expect(page.get_by_role("dialog").get_by_role("group").first).to_be_visible()
    if name in ("scorecard-radar", "scorecard-table"):
        label = "Radar|Netz" if name == "scorecard-radar" else "Table|Tabelle"
        page.get_by_role("radiogroup").get_by_text(re.compile(label), exact=True).click()
    if name == "scorecard-dispute":
        page.get_by_role("button", name=re.compile("^(Dispute|Bestreiten)$")).click()
        expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_timeout(400)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    visit: Visit, walk: Walk, reviewed: dict[str, Quarter], name: str
) -> None:
    inspect(arrive(visit, walk, reviewed, name), name)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_there_in_german(visit: Visit, walk: Walk, reviewed: dict[str, Quarter], name: str) -> None:
    page = arrive(visit, walk, reviewed, name, locale="de-DE")

    assert page.evaluate("document.documentElement.lang") == "de"
    shown = page.inner_text("body")
    for english in ("rates", "Below", "Submit", "Signature", "Hidden", "Nothing", "Waiting", "Period", "Due", "opens"):
        assert not re.search(rf"\b{english}\b", shown), english


MOVED = """async () => {
  const moved = [];
  const note = list => list.getEntries().filter(entry => !entry.hadRecentInput && entry.value > 0.005).forEach(entry =>
    moved.push([entry.value, ...entry.sources.map(source => (source.node?.textContent ?? '').slice(0, 40))]));
  new PerformanceObserver(note).observe({type: 'layout-shift', buffered: true});
  await new Promise(resolve => setTimeout(resolve, 2500));
  return moved;
}"""


@pytest.mark.parametrize("name", ["reviews", "review-cycle", "rating", "scorecard-signing", "scorecard-results"])
def test_nothing_moves_once_it_is_there(visit: Visit, reviewed: dict[str, Quarter], name: str) -> None:
    page = visit(*address_of(name, reviewed))

    assert page.evaluate(MOVED) == []
