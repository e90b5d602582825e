"""The tour and the README name only what there is: addresses, commands, files and pictures."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.product import ENTENTE, ROOT

TOUR = ROOT / "docs" / "tour.md"
PICTURE_MOST = 250_000


def addresses() -> list[str]:
    found = re.findall(r"`(/[^`\s]*)`", TOUR.read_text())
    return list(dict.fromkeys(address for address in found if address != "/"))


def commands() -> list[str]:
    text = TOUR.read_text()
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()
    return [*filter(None, blocks), *re.findall(r"`(\.venv/bin/entente [^`]+)`", text)]


def test_the_tour_names_addresses_and_commands() -> None:
    assert {"/import", "/settings/health", "/?view=heat-map"} <= set(addresses())
    assert len(commands()) >= 4


@pytest.mark.parametrize("address", ["/", *addresses()])
def test_an_address_of_the_tour_is_a_page(visit: Visit, address: str) -> None:
    page = visit("admin", address)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="There is no such page")).to_have_count(0)
    assert page.url.endswith(address)


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_tour_is_one(command: str, tmp_path: Path) -> None:
    program, *arguments = command.split()
    if program == "make":
        done = subprocess.run(["make", "--dry-run", *arguments], cwd=ROOT, capture_output=True, check=False)
    else:
        names = [part for part in arguments if not part.startswith("--")]
        words = names[: 2 if names[0] in ("import", "token", "user", "review", "dead-letters") else 1]
        done = subprocess.run([*ENTENTE, *words, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
        for option in (part for part in arguments if part.startswith("--")):
            assert option in re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
        for file in (part for part in arguments if "/" in part):
            assert (ROOT / file).exists()
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("document", [TOUR, ROOT / "README.md"], ids=lambda path: path.name)
def test_what_a_document_links_to_is_there_and_its_pictures_are_small(document: Path) -> None:
    text = document.read_text()
    links = re.findall(r"\]\(([^)#]+)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    local = [link for link in links if not link.startswith("http")]

    assert any(link.endswith(".png") for link in local)
    for link in local:
        target = document.parent / link
        assert target.exists(), link
        assert target.suffix != ".png" or target.stat().st_size < PICTURE_MOST, link
