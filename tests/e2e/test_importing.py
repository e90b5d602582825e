"""A track record from a file: map it before its own first lines, see what is wrong, mend it, run it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.product import Product

HEADER = "Shipment,Vendor No,Vendor,Promised,Delivered,QC,Packs"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Forty good lines and three that are not."""
    lines = [f"SH-{n},77,Tern Biologics,{1 + n % 28:02}-Sep-24,01-Sep-24,released,{n}" for n in range(1, 41)]
    lines[7] = "SH-8,77,Tern Biologics,31-Jun-24,01-Jun-24,released,8"
    lines[20] = "SH-21,77,Tern Biologics,02-Sep-24,01-Sep-24,perhaps,21"
    lines[30] = "SH-31,77"
    path = tmp_path / "shipments.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


def choose(page: Page, button: str, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(path)


def sponsor(page: Page, name: str) -> None:
    page.get_by_label("Name: Value").fill(name)


def test_who_may_not_write_is_offered_no_import_and_finds_none(visit: Visit) -> None:
    page = visit("viewer", "/import")

    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    expect(page.get_by_role("navigation", name="Menu").get_by_text("Import")).to_have_count(0)


def test_a_file_is_mapped_checked_mended_and_imported(visit: Visit, product: Product, file: Path) -> None:
    page = visit("manager", "/import")
    choose(page, "Choose a file", file)

    lines = page.get_by_role("region", name="The first lines")
    expect(lines.get_by_role("row")).to_have_count(21)
    expect(page.get_by_text("1 entry is still missing")).to_be_visible()
    sponsor(page, "Harbour Therapeutics")
    expect(page.get_by_text("SH-1 Tern Biologics for Harbour Therapeutics")).to_be_visible()
    expect(lines.get_by_title("is no day written as %d-%b-%y")).to_have_text(re.compile("31-Jun-24"))

    page.get_by_role("button", name="Check the whole file").click()

    expect(page.get_by_text("3 of 40 lines cannot be imported; the others can.")).to_be_visible()
    refused = page.get_by_role("table", name="Refused lines")
    expect(refused.get_by_role("row")).to_have_count(4)
    page.get_by_label("Filter refused lines").fill("perhaps")
    expect(refused.get_by_role("row")).to_have_count(2)
    expect(refused.get_by_role("row").last).to_contain_text("is none of released, rejected")
    page.get_by_label("Filter refused lines").fill("")
    page.get_by_role("button", name=re.compile("^Promised is no day")).click()
    expect(refused.get_by_role("row").last).to_contain_text("31-Jun-24")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert "9,Promised,31-Jun-24,is no day" in Path(download.value.path()).read_text()
    assert product.get("accounts", q="Tern Biologics")["items"] == []  # nothing was written

    mended = file.read_text().replace("31-Jun-24", "30-Jun-24").replace("perhaps", "Rejected")
    file.write_text(mended.replace("SH-31,77\n", "SH-31,77,Tern Biologics,02-Sep-24,03-Sep-24,released,1\n"))
    choose(page, "Choose the corrected file", file)
    expect(page.get_by_text("Every line of 40 can be imported.")).to_be_visible()
    page.get_by_role("button", name="Import it now").click()

    expect(page.get_by_text("All 40 lines are imported.")).to_be_visible()
    [provider] = product.get("accounts", q="Tern Biologics")["items"]
    [relationship] = product.get("relationships", provider_id=provider["id"])["items"]
    product.wait_for_evidence(relationship["id"], 40)
    page.get_by_role("link", name="See the portfolio").click()
    page.get_by_label("Filter by name").fill("Tern Bio")
    expect(page.get_by_role("link", name=re.compile("Tern Biologics"))).to_be_visible()
    page.get_by_role("link", name="Import").click()
    rows = page.get_by_role("table").get_by_role("row").filter(has_text="shipments.csv")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="Check only")).to_have_count(2)


def test_importing_again_changes_nothing_and_a_reload_keeps_the_report(
    visit: Visit, product: Product, file: Path
) -> None:
    file.write_text("\n".join(file.read_text().splitlines()[:5]))
    page = visit("manager", "/import")
    for first in ("4", "0"):
        page.goto("/import")
        choose(page, "Choose a file", file)
        sponsor(page, "Twice Therapeutics")
        expect(page.get_by_text("SH-1 Tern Biologics for Twice Therapeutics")).to_be_visible()
        page.get_by_role("button", name="Check the whole file").click()
        page.get_by_role("button", name="Import it now").click()
        expect(page.get_by_text("All 4 lines are imported.")).to_be_visible()
        page.reload()
        recorded = page.locator("dl > div").filter(has_text="deliveries recorded")
        expect(recorded.locator("dd")).to_have_text(first)


def test_a_file_with_other_marks_and_letters_is_read_and_an_unclear_date_asked_for(
    visit: Visit, tmp_path: Path
) -> None:
    path = tmp_path / "deutsch.csv"
    path.write_bytes("Lieferschein;Lieferant;Zugesagt\nL1;Müller;03/04/2024\nL2;Müller;05/06/2024\n".encode("cp1252"))
    page = visit("manager", "/import")

    choose(page, "Choose a file", path)

    expect(page.get_by_role("columnheader", name="Lieferant")).to_be_visible()
    expect(page.get_by_role("cell", name="Müller").first).to_be_visible()
    expect(page.get_by_text("CSV · cp1252 · semicolon · header on line 1")).to_be_visible()
    sponsor(page, "Nordwind")
    expect(page.get_by_text("names a column but no formats of its dates").first).to_be_visible()
    page.get_by_label("Promised for: Date formats").click()
    page.keyboard.type("%d/%m/%Y")
    page.keyboard.press("Enter")
    expect(page.get_by_text("promised 3 Apr 2024")).to_be_visible()


def test_a_mapping_is_saved_and_loaded_again(visit: Visit, file: Path, tmp_path: Path) -> None:
    page = visit("manager", "/import")
    choose(page, "Choose a file", file)
    sponsor(page, "Saved Therapeutics")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this mapping").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == "shipments.mapping.toml"

    page.reload()
    choose(page, "Choose a file", file)
    choose(page, "Load a mapping file", saved)

    expect(page.get_by_label("Name: Value")).to_have_value("Saved Therapeutics")
    saved.write_text("[file\n")
    choose(page, "Load a mapping file", saved)
    expect(page.get_by_role("alert")).to_contain_text("is not TOML")


def test_a_running_import_shows_how_far_it_is_and_can_be_stopped_and_taken_up(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    lines = [f"SH-{n},{n % 50},Vendor {n % 50},0{1 + n % 9}-Sep-24,01-Sep-24,released,1" for n in range(60_000)]
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    page = visit("manager", "/import")
    choose(page, "Choose a file", path)
    sponsor(page, "Long Therapeutics")
    expect(page.get_by_text("SH-1 Vendor 1 for Long Therapeutics")).to_be_visible()
    page.get_by_role("button", name="Check the whole file").click()

    bar = page.get_by_role("progressbar")
    expect(bar).to_be_visible()
    expect(page.get_by_text(re.compile(r"[\d,]+ of 60,000 lines"))).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="The run was stopped")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(bar).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="The run was stopped")).to_be_visible()


def test_without_a_connection_the_file_is_not_sent_and_the_mapping_stays(visit: Visit, file: Path) -> None:
    page = visit("manager", "/import")
    choose(page, "Choose a file", file)
    sponsor(page, "Cut Off Therapeutics")
    expect(page.get_by_text("SH-1 Tern Biologics for Cut Off Therapeutics")).to_be_visible()

    page.context.set_offline(True)
    page.get_by_role("button", name="Check the whole file").click()

    expect(page.get_by_text("The server does not answer")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_label("Name: Value")).to_have_value("Cut Off Therapeutics")
    page.get_by_role("button", name="Check the whole file").click()
    expect(page.get_by_text("3 of 40 lines cannot be imported")).to_be_visible()
