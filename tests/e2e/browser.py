"""A Chromium to drive: Playwright's own, else the system's, else one that is installed now."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, sync_playwright

from tests.support.processes import APT_INSTALL, PartMissing

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
INSTALL_S = 600


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = _executable(playwright.chromium)
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def _executable(chromium: BrowserType) -> str:
    """Raises `PartMissing` where there is none and none can be installed."""
    if Path(chromium.executable_path).exists():
        return chromium.executable_path
    if (system := _system()) is not None:
        return system
    if (
        _installs([sys.executable, "-m", "playwright", "install", "chromium"])
        and Path(chromium.executable_path).exists()
    ):
        return chromium.executable_path
    if os.geteuid() == 0 and shutil.which("apt-get") is not None:
        _installs([*APT_INSTALL, "chromium"])
        if (system := _system()) is not None:
            return system
    raise PartMissing(
        "There is no Chromium: run `.venv/bin/playwright install chromium`, or install the system's package `chromium`."
    )


def _system() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


def _installs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=INSTALL_S, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
