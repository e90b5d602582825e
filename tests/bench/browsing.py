"""The UI in a real browser, embedded: a portfolio of 10,000 relationships, a timeline of 10,000 entries."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from playwright.sync_api import Page

from services.gateway import ui_build
from shared.ids import new_id
from tests.bench import portfolio_page
from tests.bench.figures import Figure, quantile
from tests.bench.kits import Installation, Kit
from tests.e2e.browser import chromium
from tests.support.distributed import ENTENTE
from tests.support.load import relationships
from tests.support.processes import wait_until

ENTRIES = 10_000
BULK = 500
SCROLL_S = 5
MOST_KB, MOST_READY_MS = 300.0, 1000.0
EMAIL, PASSWORD = "reader@example.org", "correct horse battery staple"

WATCH = """() => {
  window.shifted = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (!entry.hadRecentInput) window.shifted += entry.value;
  })).observe({type: "layout-shift", buffered: true});
}"""
LOADED_KB = """() => performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
  .filter(entry => !entry.name.includes("/api/")).reduce((sum, entry) => sum + entry.transferSize, 0) / 1000"""
SCROLL = """async seconds => {
  const frames = [], end = performance.now() + seconds * 1000;
  let before = performance.now();
  await new Promise(done => requestAnimationFrame(function step(now) {
    frames.push(now - before);
    before = now;
    window.scrollBy(0, 120);
    now < end ? requestAnimationFrame(step) : done();
  }));
  return {frames: frames.slice(1), down: window.scrollY};
}"""


def measure(kit: Kit) -> list[Figure]:
    ui_build.build()
    with kit.open("browsing") as installation, chromium() as browser:
        cookie = _sign_up(installation)
        portfolio_page.seed(installation, kit)
        long = _long_timeline(installation)

        @contextmanager
        def visit(path: str) -> Iterator[Page]:
            context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="en-GB")
            context.set_default_timeout(30_000)
            context.add_cookies([{"name": "entente", "value": cookie, "url": installation.url}])
            context.add_init_script(f"({WATCH})()")
            page = context.new_page()
            page.goto(installation.url + path, wait_until="commit")
            yield page
            context.close()

        loads = [_portfolio(visit) for _ in range(kit.repeats)]
        rides = [_timeline(visit, long) for _ in range(kit.repeats)]
    return [
        Figure(
            "first load until it answers, compressed, data apart", "kB", [load["kb"] for load in loads], most=MOST_KB
        ),
        Figure("the same with what is fetched ahead when idle", "kB", [load["all_kb"] for load in loads]),
        Figure("portfolio of 10,000, rows there", "ms", [load["rows"] for load in loads], most=MOST_READY_MS),
        Figure("portfolio of 10,000, first key answered", "ms", [load["key"] for load in loads], most=MOST_READY_MS),
        Figure("portfolio of 10,000, layout shift", "CLS", [load["shift"] for load in loads], most=0.0),
        Figure("timeline of 10,000, entries there", "ms", [ride["rows"] for ride in rides]),
        Figure("timeline scrolled, frame, p50", "ms", [quantile(ride["frames"], 0.5) for ride in rides]),
        Figure("timeline scrolled, frame, p99", "ms", [quantile(ride["frames"], 0.99) for ride in rides], most=50.0),
        Figure("timeline scrolled, longest frame", "ms", [max(ride["frames"]) for ride in rides]),
        Figure("timeline scrolled, way in five seconds", "px", [ride["down"] for ride in rides]),
        Figure("timeline, layout shift", "CLS", [ride["shift"] for ride in rides]),
    ]


def _portfolio(visit: Any) -> dict[str, float]:
    with visit("/") as page:
        page.get_by_role("table", name="Portfolio").get_by_role("link").nth(5).wait_for()
        found = {"rows": _now(page)}
        page.keyboard.press("j")
        page.locator("[role=row] a:focus, [role=row]:focus").first.wait_for()
        found |= {"key": _now(page), "kb": page.evaluate(LOADED_KB)}
        page.wait_for_timeout(3000)
        return found | {"all_kb": page.evaluate(LOADED_KB), "shift": page.evaluate("window.shifted")}


def _timeline(visit: Any, relationship_id: str) -> dict[str, Any]:
    with visit(f"/relationships/{relationship_id}") as page:
        page.get_by_text("Contact ").nth(3).wait_for()
        found = {"rows": _now(page)}
        page.wait_for_timeout(1000)
        found |= page.evaluate(SCROLL, SCROLL_S)
        return found | {"shift": page.evaluate("window.shifted")}


def _now(page: Page) -> float:
    return float(page.evaluate("performance.now()"))


def _sign_up(installation: Installation) -> str:
    user = ["user", "create", "--email", EMAIL, "--name", "Reader", "--role", "admin"]
    environment = {**installation.environment, "PATH": "/usr/bin:/bin"}
    subprocess.run([*ENTENTE, *user], input=PASSWORD + "\n", text=True, check=True, env=environment, timeout=60)
    wait_until(lambda: httpx.get(f"{installation.url}/readyz").json().get("ui") == "ready", 120, "the UI is built")
    answer = httpx.post(f"{installation.url}/api/v1/session", json={"email": EMAIL, "password": PASSWORD}, timeout=30)
    return str(answer.raise_for_status().cookies["entente"])


def _long_timeline(installation: Installation) -> str:
    """A relationship with ten years of entries, all of them in the score."""
    [relationship_id] = relationships(installation.url, installation.token, 1)
    last = datetime.now(UTC)
    with installation.client() as client:
        for start in range(0, ENTRIES, BULK):
            rows = [
                {
                    "relationship_id": relationship_id, "kind": "call", "summary": f"Contact {n} of {new_id()[-6:]}",
                    "occurred_at": (last - timedelta(hours=9 * n)).isoformat(),
                    "experience": ("meets", "exceeds", "below", "exceeds")[n % 4],
                }
                for n in range(start, start + BULK)
            ]  # fmt: skip
            client.post("interactions/bulk", json={"items": rows}).raise_for_status()

        def is_scored() -> bool:
            tier = client.get(f"relationships/{relationship_id}/tier")
            return tier.status_code == 200 and tier.json()["evidence_count"] == ENTRIES

        wait_until(is_scored, 300, "the timeline is in the score")
    return relationship_id
