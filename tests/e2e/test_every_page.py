"""What holds for every page: nothing for axe to find, nothing cut off on a phone, and a picture to look at."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from services.gateway import ui_build
from tests.e2e.conftest import Visit, Walk
from tests.e2e.product import ROOT, Product
from tests.e2e.rated import rated_works
from tests.support.processes import wait_until

PICTURES = ROOT / "artefacts" / "ui"
AXE = ui_build.SOURCES / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What holds, thousands of elements of a full page, is neither gathered nor reported.
VIOLATIONS = """async runOnly => {
  const {violations} = await axe.run(document, {runOnly, resultTypes: ["violations"]});
  return violations.map(({id, nodes}) => [id, nodes.slice(0, 4).map(({target}) => target)]);
}"""
FIRST_LOAD_MOST = 300_000
PAGES = {
    "sign-in": (None, "/sign-in"),
    "portfolio": ("manager", "/"),
    "portfolio-board": ("manager", "/?view=board"),
    "portfolio-heat-map": ("manager", "/?view=heat-map"),
    "portfolio-movement": ("manager", "/?view=movement&from=2025-12-31"),
    "relationship": ("manager", "/relationships/{id}"),
    "log": ("manager", "/relationships/{id}"),
    "commands": ("manager", "/"),
    "import": ("manager", "/import"),
    "import-mapping": ("manager", "/import"),
    "import-report": ("admin", "/import/{report}"),
    "settings-you": ("manager", "/settings/you"),
    "settings-people": ("admin", "/settings/people"),
    "settings-person": ("admin", "/settings/people"),
    "settings-tokens": ("admin", "/settings/tokens"),
    "settings-mail": ("admin", "/settings/mail"),
    "settings-dead-letters": ("admin", "/settings/dead-letters"),
    "settings-health": ("admin", "/settings/health"),
    "missing": ("manager", "/nowhere"),
}
ENGLISH = (
    "Relationship", "Sign in", "Log interaction", "Timeline", "What happened", "There is no such", "Earlier imports",
    "Delivered on", "Refused lines", "Where you are", "Add a person", "Create a token", "Set aside", "Everything runs",
    "Not rated", "Side", "Settings",
)  # fmt: skip
SHIPMENTS = b"""Shipment,Vendor,Promised,Delivered,Packs
S-1,Tern Biologics,2026-09-02,2026-09-01,500
S-1,Tern Biologics,2026-09-05,2026-09-01,250
S-2,Tern Biologics,2026-06-31,2026-06-01,40
S-3,Tern Biologics
"""
MAPPING = """
[sponsor]
name = { constant = "Harbour Therapeutics" }
external_system = "erp"
external_id = { constant = "1" }
[provider]
name = { column = "Vendor" }
external_system = "erp"
external_id = { column = "Vendor" }
[delivery]
key = "Shipment"
promised_on = { column = "Promised", formats = ["%Y-%m-%d"], lines = "earliest" }
delivered_on = { column = "Delivered", formats = ["%Y-%m-%d"] }
quantity = { column = "Packs", lines = "sum" }
"""
SIZES = {1440: 1000, 360: 800}
ZOOMED: ViewportSize = {"width": 640, "height": 500}
"""What is left of a laptop's window at twice the size."""
OF_COLOURS = ["color-contrast", "link-in-text-block"]
SCHEMES: Mapping[Literal["light", "dark"], list[str]] = {"light": RULES, "dark": OF_COLOURS}
"""What axe looks for in each scheme: in the dark a page has other colours, and nothing else is another."""


def go(visit: Visit, walk: Walk, product: Product, name: str, locale: str = "en-GB") -> Page:
    """The page, with what is needed for it to show something; in any language."""
    role, path = PAGES[name]
    row = product.get("portfolio", limit=2, tier="strategic")["items"][1]
    report = checked(product) if "{report}" in path else ""
    if name == "portfolio-heat-map":
        rated_works(product)
    path = path.format(id=row["relationship_id"], report=report)
    page = visit(role, path, locale=locale) if role is None else walk(role, path, locale)
    expect(page.get_by_role("heading").first).to_be_visible()
    if name == "portfolio-heat-map":
        expect(page.get_by_role("grid")).to_be_visible()
    if name == "import-mapping":
        page.set_input_files("input[type=file]", {"name": "shipments.csv", "mimeType": "text/csv", "buffer": SHIPMENTS})
        expect(page.get_by_role("columnheader").nth(1)).to_be_visible()
    if name == "settings-person":
        page.get_by_role("button", name=re.compile("Add a person|Person hinzufügen")).click()
        expect(page.get_by_role("dialog")).to_be_visible()
    return page


def checked(product: Product) -> str:
    """The id of a dry run that refused a line and doubted another."""
    files = {"file": ("shipments.csv", SHIPMENTS), "mapping": (None, MAPPING)}
    job = product.api.post("imports", files=files, data={"dry_run": "true"}).raise_for_status().json()
    path = f"imports/{job['id']}"
    wait_until(lambda: product.get(path)["status"] == "done", 60, "the file is checked", product.process)
    return str(job["id"])


def arrive(visit: Visit, walk: Walk, product: Product, name: str) -> Page:
    role, _ = PAGES[name]
    page = go(visit, walk, product, name)
    page.wait_for_load_state("networkidle") if role is None else page.wait_for_timeout(600)
    if name == "log":
        page.keyboard.press("l")
        expect(page.get_by_role("dialog", name="Log interaction")).to_be_visible()
    if name == "commands":
        page.keyboard.press("Control+k")
        expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_timeout(300)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_is_cut_off(visit: Visit, walk: Walk, product: Product, name: str) -> None:
    inspect(arrive(visit, walk, product, name), name)


def inspect(page: Page, name: str) -> None:
    """Fails where axe finds something or something is cut off, at any size in either theme; keeps a picture of each."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    # By the browser's own tools, since the page's policy lets no foreign script in.
    page.evaluate(AXE.read_text())

    violations: list[Any] = []
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme, rules in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(250)
            page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png")
            violations += [(width, scheme, *found) for found in page.evaluate(VIOLATIONS, rules)]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size(ZOOMED)
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]

    assert violations == [], json.dumps(violations, indent=1)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_there_in_german(visit: Visit, walk: Walk, product: Product, name: str) -> None:
    page = arrive_in_german(visit, walk, product, name)

    assert page.evaluate("document.documentElement.lang") == "de"
    shown = page.inner_text("body")
    for english in ENGLISH:
        assert english not in shown


def arrive_in_german(visit: Visit, walk: Walk, product: Product, name: str) -> Page:
    page = go(visit, walk, product, name, locale="de-DE")
    if name == "log":
        page.wait_for_timeout(500)
        page.keyboard.press("l")
        expect(page.get_by_role("dialog", name="Interaktion erfassen")).to_be_visible()
    return page


def test_the_first_load_is_small_and_asks_nobody_else(visit: Visit, product: Product) -> None:
    page = visit("manager", "/api/docs")  # signed in, and nothing of the UI loaded yet
    received: dict[str, int] = {}

    def count(response: Any) -> None:
        if "/api/" not in response.url:
            received[response.url] = response.request.sizes()["responseBodySize"]

    page.on("requestfinished", lambda request: count(request.response()))
    # The dialogs are fetched a moment after, which on a busy machine may be before the table is there.
    page.add_init_script(
        "(real => { window.setTimeout = (call, ms) => ms >= 1000 || real(call, ms) })(window.setTimeout)"
    )
    with page.expect_event("requestfinished", lambda request: request.url.endswith(".woff2")):
        page.goto("/")
        expect(page.get_by_role("table", name="Portfolio")).to_be_visible()

    assert all(url.startswith(product.url) for url in received)
    assert 50_000 < sum(received.values()) < FIRST_LOAD_MOST


def test_an_open_page_is_built_whole_or_not_at_all(static: Path) -> None:
    assert (static / "index.html").read_text().count("__NONCE__") == 1
    assert "<style" not in (static / "index.html").read_text()
