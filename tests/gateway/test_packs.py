"""The business-review pack: the same figures in three forms, each as the API answers it."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import openpyxl
import pptx
import pytest
from pptx.util import Emu

from services.gateway.packs import as_pdf
from services.gateway.packs.pack import Pack
from tests.gateway.packing import (
    FORMATS,
    PROVIDER,
    SPONSOR,
    Reviewed,
    figures,
    reviewed,
    squeezed,
    words_of,
    worked,
)
from tests.support.installation import InstallationUnderTest
from tests.support.readers import text_of_pdf

LIBRARIES = {"reportlab", "pptx", "xlsxwriter", "pymupdf_fonts", "lxml", "PIL"}
MARKS = {"internal": "Internal: do not hand out", "external": "External"}


@pytest.fixture(scope="module")
def here(installation: InstallationUnderTest) -> Reviewed:
    """Both sides have published, and the same question is seen apart by two steps."""
    busy = worked(reviewed(installation))
    cards = busy.open_cards()
    ours = {"communication": "below", "flexibility": "below", "quality_systems": "exceeds"}
    busy.submit(cards["sponsor"], "sponsor", ours)
    busy.submit(cards["provider"], "provider", {"communication": "exceeds", "flexibility": "meets"})
    busy.sign(cards["sponsor"], "sponsor")
    assert busy.sign(cards["provider"], "provider") == "published"
    plan = {"attribute": "communication", "what": "Meet every Tuesday", "due_on": busy.day(-60)}
    busy.post(f"scorecards/{cards['sponsor']}/action-plans", plan)
    busy.ids |= {f"{side}'s card": card for side, card in cards.items()}
    installation.wait_until_applied()
    return busy


def workbook(here: Reviewed, audience: str = "internal") -> Any:
    return openpyxl.load_workbook(io.BytesIO(here.pack("xlsx", audience)))


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"format": "docx"}, "format"),
        ({"audience": "public"}, "audience"),
        ({"period_ends_on": "yesterday"}, "period_ends_on"),
        ({"period_ends_on": "2001-01-01"}, "period_ends_on"),
        ({"period_starts_on": "1970-01-01", "period_ends_on": "1970-01-31"}, "period_starts_on"),
        ({"period_starts_on": "2001-01-01"}, "period_ends_on"),
        ({"period_starts_on": "2190-01-01", "period_ends_on": "2190-02-01"}, "period_starts_on"),
    ],
)
def test_a_wrong_parameter_of_a_pack_request_is_named(here: Reviewed, wrong: dict[str, str], pointer: str) -> None:
    answer = here.ask(**({"format": "pdf", "audience": "internal"} | wrong))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_the_figures_of_a_pack_are_those_of_the_api(here: Reviewed) -> None:
    tier, facts = here.read("tier", as_of=here.ends_on), here.read("facts", **period(here))
    before = here.read("tier", as_of=here.starts_on - timedelta(days=1))
    today = here.read("tier")

    found = figures(workbook(here))

    assert found["Score"][:3] == (tier["score"], 100 * tier["lower"], 100 * tier["upper"])
    assert found["Score today"][:3] == (today["score"], 100 * today["lower"], 100 * today["upper"])
    assert found["Change of the score"][0] == pytest.approx(tier["score"] - before["score"], rel=1e-12)
    assert found["Tier"][0] == tier["tier"].capitalize()
    assert found["Deliveries on time"][0] == facts["deliveries"]["share"] == 30 / 31
    assert found["Milestones met"][0] == facts["milestones"]["share"] == 2 / 3
    assert found["Interactions"][0] == facts["interactions"]["count"] == 4
    assert found["Days since a business review"][0] == facts["last_business_review"]["days"] == 10
    assert found["Rung"][0].startswith(here.read("ladder", as_of=here.ends_on)["rung"])


def test_every_figure_names_its_source_and_its_day(here: Reviewed) -> None:
    opened = workbook(here)

    for label, row in figures(opened).items():
        if label != "Figure":
            assert row[4].startswith("/api/v1/relationships/"), label
            assert here.manager.get(row[4]).status_code == 200
            assert row[5].date() in (here.ends_on, here.installation.clock().date())
    for sheet in opened.worksheets[1:-1]:
        assert any(", as of " in str(cell) for [cell, *_] in sheet.iter_rows(values_only=True)), sheet.title
    for row in opened.worksheets[-1].iter_rows(min_row=6, values_only=True):
        assert row[1] is None or here.manager.get(row[1]).status_code == 200


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_of_a_pack_has_the_same_figures(here: Reviewed, format: str, tmp_path: Path) -> None:
    tier, gaps = here.read("tier", as_of=here.ends_on), here.read("perception-gaps", **period(here))
    results = here.get(f"scorecards/{here.ids['sponsor' + chr(39) + 's card']}/results")
    words = squeezed(words_of(format, here.pack(format), tmp_path))
    score = f"{tier['score']:.1f}", f"{100 * tier['lower']:.1f}", f"{100 * tier['upper']:.1f}"

    def written(text: str) -> bool:
        return squeezed(text) in words

    assert written(f"to {score[0]} ({score[1]} to {score[2]})")
    assert written("30 deliveries kept the first promise")
    assert written("1 delivery late or refused")
    assert written("30 of 31 kept their first promise")
    assert written("2 of 3 met their first promise")
    assert written("Widest by question: Communication and transparency (+2.0) and Flexibility (+1.0).")
    assert written("Meet every Tuesday")
    assert written("Gate ahead")
    assert written("Lot late")
    assert written(f"{SPONSOR}'s card is published and {PROVIDER}'s card is published.")
    side = next(each for each in results["sides"] if each["side"] == "sponsor")
    assert f"{side['results']['score']:.1f}" in words or str(side["results"]["score"]) in words
    [gap] = gaps["periods"]
    assert any(f"{abs(each['gap']):.1f}" in words for each in gap["groups"] if each["group"] == "compatibility")


@pytest.mark.parametrize("audience", MARKS)
def test_every_page_sheet_and_slide_says_who_may_have_it(here: Reviewed, audience: str, tmp_path: Path) -> None:
    path = tmp_path / "pack.pdf"
    path.write_bytes(here.pack("pdf", audience))
    pages = text_of_pdf(path).split("\f")[:-1]
    sheets = [sheet["A1"].value for sheet in workbook(here, audience)]
    deck = pptx.Presentation(io.BytesIO(here.pack("pptx", audience)))
    slides = [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] for slide in deck.slides]

    assert len(pages) > 2
    assert all(MARKS[audience] in page for page in pages)
    assert set(sheets) == {MARKS[audience]}
    assert all(MARKS[audience] in texts for texts in slides)


@pytest.mark.parametrize("format", FORMATS)
def test_the_file_of_a_pack_is_named_after_its_content(here: Reviewed, format: str) -> None:
    answer = here.ask(format, "external")

    name = f"Lodz-Therapeutics-Akervik-{here.starts_on}-to-{here.ends_on}-external.{format}"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith(
        f"attachment; filename=\"{name}\"; filename*=UTF-8''%C5%81%C3%B3d%C5%BA-Therapeutics-"
    )
    assert disposition.isascii()
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content[:4] == (b"%PDF" if format == "pdf" else b"PK\x03\x04")


def test_names_in_every_european_script_are_printed(here: Reviewed, tmp_path: Path) -> None:
    words = here.words("pdf", tmp_path)

    for name in (SPONSOR, PROVIDER, "Jana Řezníčková", "Zażółć transfer"):
        assert name in words
    assert "\ufffd" not in words


@pytest.mark.parametrize("format", FORMATS)
def test_a_relationship_without_a_record_has_a_pack_that_says_so(
    installation: InstallationUnderTest, format: str, tmp_path: Path
) -> None:
    empty = reviewed(installation)

    words = empty.words(format, tmp_path, "external")

    for said in (
        "No evidence yet: everybody starts at 70.",
        "No scorecard of a period that ends in these days is in this pack.",
        "There was no business review, steering committee or executive review yet.",
    ):
        assert said in words
    for said in ("No interaction was logged.", "No engagement.", "No milestone is open.", "No action is open."):
        assert said[1:] in words
    assert "none was due" in words


LONG = "x" * 199
HOSTILE = (
    "=1+1",
    "+2",
    "-3",
    "@SUM(A1)",
    "<b>&amp;</b><para>",
    "a\x0bb\x1bc\u202ed\x85e",
    LONG,
    "日本語 한국어",
    "&P &A",
)


@pytest.fixture(scope="module")
def hostile(installation: InstallationUnderTest) -> Reviewed:
    """Names and titles that mean something to a spreadsheet, to markup, or to nobody; and two hundred rows."""
    attacked = reviewed(installation, '=HYPERLINK("http://x.example")', "@" + "Long name " * 18)
    of = {"relationship_id": attacked.ids["relationship"]}
    for title in (*HOSTILE, "https://x.example/", "mailto:x"):
        attacked.post("actions", of | {"title": title})
    for number in range(200):
        attacked.post("actions", of | {"title": f"Row {number:03} " + "of many words " * (number % 20)})
    installation.wait_until_applied()
    return attacked


def test_no_text_becomes_a_formula_or_a_link(hostile: Reviewed) -> None:
    opened = workbook(hostile)
    cells = [cell for sheet in opened for row in sheet.iter_rows() for cell in row if cell.value is not None]
    texts = [cell for cell in cells if isinstance(cell.value, str)]

    suspicious = [cell for cell in texts if cell.value[:1] in "=+-@"]
    assert {cell.value for cell in suspicious} >= {"=1+1", "+2", "-3", "@SUM(A1)"}
    assert {cell.data_type for cell in texts} == {"s"}
    assert [cell.value for cell in suspicious if not cell.quotePrefix] == []
    assert [cell for cell in cells if cell.hyperlink is not None] == []


@pytest.mark.parametrize("format", FORMATS)
def test_no_name_breaks_a_file_or_is_taken_for_markup(hostile: Reviewed, format: str, tmp_path: Path) -> None:
    words = squeezed(hostile.words(format, tmp_path))

    # A word longer than a line is broken, and other columns may be read between its parts.
    for text in ("<b>&amp;</b><para>", "a b c d e", '=HYPERLINK("http://x.example")', "&P &A"):
        assert squeezed(text) in words, text
    assert words.count("x") >= len(LONG)
    if format == "pdf":
        assert "letterthatthistypefacelacks" in words
    else:
        assert "日本語" in words


@pytest.mark.parametrize("format", FORMATS)
def test_a_pack_has_all_of_two_hundred_rows(hostile: Reviewed, format: str, tmp_path: Path) -> None:
    words = squeezed(hostile.words(format, tmp_path))

    assert [number for number in range(200) if f"Row{number:03}" not in words] == []


def test_no_table_runs_off_its_slide(hostile: Reviewed) -> None:
    deck = pptx.Presentation(io.BytesIO(hostile.pack("pptx")))

    ends = [Emu(shape.top + shape.height).inches for slide in deck.slides for shape in slide.shapes]
    rights = [Emu(shape.left + shape.width).inches for slide in deck.slides for shape in slide.shapes]
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if getattr(shape, "has_table", False)]

    assert len(deck.slides) > 10
    assert max(ends) <= Emu(deck.slide_height).inches
    assert max(rights) <= Emu(deck.slide_width).inches
    assert all(len(table.rows) < 30 for table in tables)


def test_charts_of_slides_are_native_with_the_figures_of_the_api(here: Reviewed) -> None:
    tier = here.read("tier", as_of=here.ends_on)
    deck = pptx.Presentation(io.BytesIO(here.pack("pptx")))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if getattr(shape, "has_chart", False)]

    waterfall, history, sides = charts
    good, bad = (sum(value or 0 for value in series.values) for series in list(waterfall.plots[0].series)[1:])
    assert good - bad == pytest.approx(tier["score"] - 70)
    assert next(iter(history.plots[0].series)).values[-1] == pytest.approx(tier["score"])
    assert [series.name for series in sides.plots[0].series] == [f"{SPONSOR} rates", f"{PROVIDER} rates"]
    assert all(chart.part.chart_workbook.xlsx_part is not None for chart in charts)


def test_the_gap_is_the_providers_view_minus_the_sponsors_for_either_reader(here: Reviewed, tmp_path: Path) -> None:
    for reader in (here.manager, here.partner):
        words = here.words("xlsx", tmp_path, "external", reader)

        assert "Widest by question: Communication and transparency (+2.0) and Flexibility (+1.0)." in words
        assert f"Compatibility: {PROVIDER} rates {SPONSOR}" in words


def test_a_running_period_speaks_of_today(here: Reviewed) -> None:
    today = here.installation.clock().date()
    answer = here.ask("xlsx", "internal", period_ends_on=str(today + timedelta(days=30)))

    found = figures(openpyxl.load_workbook(io.BytesIO(answer.content)))

    assert "Score today" not in found
    assert found["Score"][5].date() == today
    assert found["Score"][0] == here.read("tier")["score"]


def test_other_requests_are_answered_while_a_pack_is_rendered(here: Reviewed, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = Event(), Event()

    def slow(pack: Pack) -> bytes:
        begun.set()
        assert may_end.wait(60)
        return b"%PDF"

    monkeypatch.setattr(as_pdf, "render", slow)
    with ThreadPoolExecutor(1) as aside:
        asked = aside.submit(here.ask, "pdf", "internal")
        try:
            assert begun.wait(60)
            assert here.get("me")["id"] == here.manager.actor_id
            assert not asked.done()
        finally:
            may_end.set()
        assert asked.result(60).content == b"%PDF"


def test_the_product_starts_without_the_libraries_that_render_packs() -> None:
    loaded = "import sys; import services.gateway.app; from services.gateway.routes import api; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, timeout=60, check=True)

    assert "services.gateway.packs.download" in done.stdout.split()
    assert {*LIBRARIES, "services.gateway.packs.render"}.isdisjoint(done.stdout.split())


def period(here: Reviewed) -> dict[str, date]:
    return {"from": here.starts_on, "to": here.ends_on}
