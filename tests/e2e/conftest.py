"""One browser and one product with its demo for all journeys; each has pages of its own."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect

from services.gateway import ui_build
from tests.e2e.browser import chromium
from tests.e2e.product import Product

Visit = Callable[..., Page]
Walk = Callable[..., Page]
VIEWPORT: ViewportSize = {"width": 1440, "height": 1000}
GO = "address => { document.title = ''; history.pushState(null, '', address) }"
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)  # five seconds are few on a busy machine


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker takes all journeys, from the beginning: build, browser and product are made once and take long."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("e2e"))
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For the package alone: while a browser is held, no other test of this process can run an event loop."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def static() -> Path:
    """The UI, built from its sources as they are."""
    return ui_build.build()


@pytest.fixture(scope="session")
def product(static: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("product"), has_demo=True).start()
    yield running.invite().wait_for_demo()
    running.stop()


@pytest.fixture(scope="package")
def complaints() -> list[str]:
    """What pages complained of since it was last emptied: refusals by the policy of scripts and styles above all."""
    return []


def open_page(
    browser: Browser, product: Product, complaints: list[str], role: str | None, path: str, **options: object
) -> Page:
    """The page at this address as a person of this role sees it, in a browser of their own."""
    settings = {"locale": "en-GB", "viewport": VIEWPORT, **options}
    context = browser.new_context(base_url=product.url, reduced_motion="reduce", **settings)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    if role is not None:
        context.add_cookies([{"name": "entente", "value": product.session(role), "url": product.url}])

    def record_console(message: ConsoleMessage) -> None:
        is_network = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not is_network:
            complaints.append(message.text)

    page = context.new_page()
    page.on("console", record_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path)
    if role is not None:
        expect(page.locator("h1, h2").first).to_be_visible()  # from here on the page answers keys
    return page


@pytest.fixture
def visit(browser: Browser, product: Product, complaints: list[str]) -> Iterator[Visit]:
    """Loads a page of the product as a person of a role, in a browser of their own.

    Whatever the page complains of fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints.clear()

    def load(role: str | None = "manager", path: str = "/", **options: object) -> Page:
        page = open_page(browser, product, complaints, role, path, **options)
        contexts.append(page.context)
        return page

    yield load
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="package")
def kept_pages() -> Iterator[dict[tuple[str, str], Page]]:
    """One page for each role and language, already loaded."""
    pages: dict[tuple[str, str], Page] = {}
    yield pages
    for page in pages.values():
        page.context.close()


@pytest.fixture
def walk(
    browser: Browser, product: Product, complaints: list[str], kept_pages: dict[tuple[str, str], Page]
) -> Iterator[Walk]:
    """Goes to a page inside a UI that is already loaded, as people do all day: a load costs ten times as much.

    The address must be of a page that names itself in the browser's tab.
    """
    complaints.clear()

    def go(role: str, path: str, locale: str = "en-GB") -> Page:
        page = kept_pages.get((role, locale))
        if page is None:
            page = kept_pages[role, locale] = open_page(browser, product, complaints, role, "/", locale=locale)
        page.set_viewport_size(VIEWPORT)
        page.emulate_media(color_scheme="light")
        for address in ("/rate", path):  # a page of its own between, so that nothing of the page before is left
            page.evaluate(GO, address)
            expect(page).to_have_title(re.compile("."))
        expect(page.locator("h1, h2").first).to_be_visible()
        return page

    yield go
    assert complaints == []
