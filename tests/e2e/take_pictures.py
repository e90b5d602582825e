"""Takes the pictures of docs/pictures from the running product with its demo: `python -m tests.e2e.take_pictures`."""

import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from services.gateway import ui_build
from tests.e2e.browser import chromium
from tests.e2e.product import ROOT, Product

PICTURES = ROOT / "docs" / "pictures"
SIZE = {"width": 1320, "height": 840}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def take(browser: Browser, product: Product) -> None:
    """A portfolio and a relationship with a long record, in both themes."""
    row = product.get("portfolio", tier="strategic", limit=1)["items"][0]
    for scheme in SCHEMES:
        page = open_page(browser, product, scheme)
        page.goto("/")
        expect(page.get_by_role("table", name="Portfolio").get_by_role("row").nth(10)).to_be_visible()
        shoot(page, f"portfolio-{scheme}.png")
        page.goto(f"/relationships/{row['relationship_id']}")
        expect(page.get_by_role("slider", name="Score and tier")).to_be_visible()
        shoot(page, f"relationship-{scheme}.png")
        page.context.close()


def open_page(browser: Browser, product: Product, scheme: Literal["light", "dark"]) -> Page:
    context = browser.new_context(
        base_url=product.url,
        locale="en-GB",
        viewport=SIZE,  # type: ignore[arg-type]
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "entente", "value": product.session("manager"), "url": product.url}])
    return context.new_page()


def shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(1_500)  # what loads last has come, and nothing moves any more
    page.screenshot(path=PICTURES / name)


def main() -> None:
    ui_build.build()
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder), has_demo=True).start()
        try:
            with chromium() as browser:
                take(browser, product.invite().wait_for_demo())
        finally:
            product.stop()


if __name__ == "__main__":
    main()
