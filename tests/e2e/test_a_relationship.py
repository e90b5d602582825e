"""A relationship's page: four answers, what is behind them, another day, and what others do meanwhile."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.product import Product


def best(product: Product) -> dict[str, str]:
    row: dict[str, str] = product.get("portfolio", limit=1, tier="strategic")["items"][0]
    return row


def test_an_unknown_relationship_is_missing_and_shows_no_more(visit: Visit) -> None:
    page = visit(path="/relationships/0198a000-0000-7000-8000-0000000fffff")

    expect(page.get_by_text("There is no such page")).to_be_visible()


def test_its_page_answers_which_tier_why_where_and_what_the_next_takes(visit: Visit, product: Product) -> None:
    row = best(product)
    tier = product.tier(row["relationship_id"])
    page = visit("admin", f"/relationships/{row['relationship_id']}")

    expect(page.get_by_test_id("score")).to_have_text(f"{tier['score']:.1f}")
    expect(page.get_by_text(f"{tier['evidence_count']} pieces of evidence")).to_be_visible()
    expect(page.get_by_role("heading", name="What Partnership would take")).to_be_visible()
    expect(page.get_by_text("If nothing more happens")).to_be_visible()
    page.get_by_role("button", name=re.compile(r"kept the first promise")).click()
    drawer = page.get_by_role("dialog")
    kept = [item for item in tier["contributions"]["items"] if item["kind"] == "delivery" and item["contribution"] > 0]
    expect(drawer.get_by_role("row")).not_to_have_count(1)
    expect(drawer.get_by_text("…", exact=True)).to_have_count(0)
    assert drawer.get_by_role("row").count() - 1 >= len(kept) > 0


def test_another_day_is_chosen_on_the_chart_by_hand_or_by_keys_and_left_again(visit: Visit, product: Product) -> None:
    relationship_id = best(product)["relationship_id"]
    page = visit("admin", f"/relationships/{relationship_id}")
    chart = page.get_by_role("slider", name="Score and tier")
    box = chart.bounding_box()
    assert box is not None

    chart.click(position={"x": box["width"] / 2, "y": 100})
    expect(page.get_by_text("As it stood on")).to_be_visible()
    as_of = re.search(r"as_of=([\d-]+)", page.url)
    assert as_of is not None
    score = product.get(f"relationships/{relationship_id}/tier", as_of=as_of.group(1))["score"]
    expect(page.get_by_test_id("score")).to_have_text(f"{score:.1f}")
    page.get_by_role("button", name="Back to today").last.click()
    expect(page.get_by_text("As it stood on")).to_be_hidden()

    chart.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")

    expect(page.get_by_text("As it stood on")).to_be_visible()


def test_the_chart_has_its_table(visit: Visit, product: Product) -> None:
    page = visit("admin", f"/relationships/{best(product)['relationship_id']}")

    page.get_by_role("button", name="Table").click()

    expect(page.get_by_role("columnheader", name="Lower")).to_be_visible()
    assert page.get_by_role("group", name="Score and tier").get_by_role("row").count() > 12


def test_the_timeline_is_filtered_by_kind_and_opens_what_was_said(visit: Visit, product: Product) -> None:
    relationship_id = best(product)["relationship_id"]
    page = visit("admin", f"/relationships/{relationship_id}")

    page.get_by_role("button", name="Interactions", exact=True).click()
    expect(page).to_have_url(re.compile("kind=interaction"))
    newest = product.interactions(relationship_id)[0]
    page.get_by_role("button", name=newest["summary"][:40]).click()

    expect(page.get_by_role("button", name="Retract")).to_be_visible()


def test_what_somebody_else_logs_appears_by_itself_also_after_a_cut(visit: Visit, product: Product) -> None:
    relationship_id = product.relationship("Watched Works")
    page = visit("viewer", f"/relationships/{relationship_id}")
    expect(page.get_by_text("Nothing has been recorded yet")).to_be_visible()

    product.log(relationship_id, "They called about the yield.")
    expect(page.get_by_text("They called about the yield.")).to_be_visible()
    expect(page.get_by_text("1 piece of evidence")).to_be_visible()

    page.context.set_offline(True)
    expect(page.get_by_text("No connection.")).to_be_visible()
    product.log(relationship_id, "They called while we were away.")
    page.context.set_offline(False)

    expect(page.get_by_text("They called while we were away.")).to_be_visible()
    expect(page.get_by_text("No connection.")).to_be_hidden()


def test_two_who_retract_the_same_both_learn_how_it_ended(visit: Visit, product: Product) -> None:
    relationship_id = product.relationship("Contested Works")
    product.log(relationship_id, "Logged by mistake.")
    pages = [visit(role, f"/relationships/{relationship_id}") for role in ("manager", "admin")]
    for page in pages:
        page.get_by_role("button", name="Logged by mistake.").click()
        page.get_by_role("button", name="Retract").click()
        page.get_by_label("Reason").fill("by mistake")

    pages[0].keyboard.press("Enter")
    expect(pages[0].get_by_role("button", name="Logged by mistake.")).to_be_hidden()

    expect(pages[1].get_by_role("button", name="Logged by mistake.")).to_be_hidden()
    [row] = product.get("interactions", relationship_id=relationship_id, retracted="true")["items"]
    assert row["reason"] == "by mistake"


def test_the_business_review_comes_as_a_file(visit: Visit, product: Product) -> None:
    relationship_id = product.rows()[0]["relationship_id"]
    page = visit("viewer", f"/relationships/{relationship_id}")
    page.get_by_role("button", name="Business review").click()
    dialog = page.get_by_role("dialog", name="Business review as a file")
    expect(dialog.get_by_text("do not hand it out")).to_be_visible()

    dialog.get_by_role("radiogroup", name="For").get_by_text("Shared with them").click()
    dialog.get_by_role("radiogroup", name="Format").get_by_text("Slides (PPTX)").click()
    with page.expect_download() as coming:
        dialog.get_by_role("button", name="Download").click()

    assert coming.value.suggested_filename.endswith("-external.pptx")
    assert Path(coming.value.path()).read_bytes().startswith(b"PK")
    expect(dialog).to_be_hidden()
