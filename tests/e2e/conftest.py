"""One browser and one product with its demo for all journeys; each has pages of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from services.gateway import ui_build
from tests.e2e.browser import chromium
from tests.e2e.product import Product

Visit = Callable[..., Page]
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


@pytest.fixture
def visit(browser: Browser, product: Product) -> Iterator[Visit]:
    """Opens a page of the product as a person of a role, in a browser of their own.

    Whatever the page complains of fails the test, refusals by the policy of scripts and styles above all.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def record_console(message: ConsoleMessage) -> None:
        is_network = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not is_network:
            complaints.append(message.text)

    def open_page(role: str | None = "manager", path: str = "/", **options: object) -> Page:
        settings = {"locale": "en-GB", "viewport": {"width": 1440, "height": 1000}, **options}
        context = browser.new_context(base_url=product.url, reduced_motion="reduce", **settings)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        if role is not None:
            context.add_cookies([{"name": "entente", "value": product.session(role), "url": product.url}])
        page = context.new_page()
        page.on("console", record_console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        if role is not None:
            expect(page.locator("h1, h2").first).to_be_visible()  # from here on the page answers keys
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
