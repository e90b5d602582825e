"""What an import takes beside days: causes, quantities in full, deliveries called off, and who is who."""

import io

import openpyxl
import pytest

from tests.gateway.importing import Track, deliveries, finished, post, relationships, report_of
from tests.support.installation import InstallationUnderTest

MORE = """
late_cause = { column = "Cause", words = { Kunde = "sponsor" } }
reason = { column = "Why" }
quantity = { column = "Got", lines = "sum" }
ordered_quantity = { column = "Ordered", lines = "sum" }
in_full_from = 0.95
cancelled_on = { column = "Off", formats = ["iso"] }
"""
HEADER = "Shipment,Vendor,Promised,Delivered,Cause,Why,Got,Ordered,Off"


def named(track: Track, *lines: tuple[str, str]) -> tuple[bytes, str]:
    """A file of deliveries by number and name of the vendor, and its mapping."""
    rows = "".join(f"S{n},{no}{track.run},{name},2024-01-10,2024-01-09\n" for n, (no, name) in enumerate(lines, 1))
    mapping = track.mapping.replace('external_id = { column = "Vendor" }', 'external_id = { column = "No" }')
    return f"Shipment,No,Vendor,Promised,Delivered\n{rows}".encode(), mapping


def test_a_cause_a_short_delivery_and_one_called_off_are_recorded_as_such(
    installation: InstallationUnderTest, track: Track
) -> None:
    api = installation.api()
    file = "\n".join((
        HEADER,
        f"S1,{track.vendor},2024-01-10,2024-01-12,kunde,label changed,100,100,",
        f"S2,{track.vendor},2024-01-10,2024-01-09,,,94,100,",
        f"S3,{track.vendor},2024-01-10,2024-01-09,,,95,100,",
        f"S4,{track.vendor},2024-01-10,,,no demand,,100,2024-01-02T08:00:00Z",
        f"S5,{track.vendor},2024-01-10,2024-01-09,,,1,1,2024-01-02",
        f"S6,{track.vendor},2024-01-10,2024-01-12,sponsor,,1,1,",
    )).encode()  # fmt: skip

    for expected in ((4, 0), (0, 4)):
        report = report_of(api, file, track.mapping + MORE)

        assert (report["created"], report["existing"]) == expected
        assert [(row["line"], row["column"], row["code"]) for row in report["refusals"]] == [
            (6, "Off", "cancelled-and-delivered"),
            (7, "Why", "invalid-field"),
        ]
    [relationship] = relationships(api, track)
    found = {row["external_id"]: row for row in deliveries(api, relationship)}
    assert (found["S1"]["late_cause"], found["S1"]["reason"]) == ("sponsor", "label changed")
    assert [found[key]["accepted"] for key in ("S1", "S2", "S3")] == [True, False, True]
    assert (found["S4"]["status"], found["S4"]["cancelled_on"], found["S4"]["reason"]) == (
        "cancelled",
        "2024-01-02",
        "no demand",
    )


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_another_name_of_one_account_in_the_file_stops_its_line_with_both(
    installation: InstallationUnderTest, track: Track, dry_run: str
) -> None:
    file, mapping = named(track, ("7", "Halden"), ("7", "HALDEN "), ("7", "Kestrel"))

    report = report_of(installation.api(), file, mapping, dry_run=dry_run)

    assert report["created"] == 2
    [refusal] = report["refusals"]
    assert (refusal["line"], refusal["column"], refusal["value"], refusal["code"]) == (
        4,
        "Vendor",
        "Kestrel",
        "contradiction",
    )
    assert "on line 2 is Halden" in refusal["reason"]


def test_one_name_with_two_numbers_is_named_and_imported(installation: InstallationUnderTest, track: Track) -> None:
    report = report_of(installation.api(), *named(track, ("7", "Halden"), ("8", "Halden"), ("9", "Halden")))

    assert report["created"] == 3
    assert report["form"]["notes"] == [
        f"Halden has the number 7{track.run} on line 2 and 8{track.run} on line 3: two accounts."
    ]


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_another_name_than_the_stored_one_stops_its_lines_until_it_is_confirmed(
    installation: InstallationUnderTest, track: Track, dry_run: str
) -> None:
    api = installation.api()
    report_of(api, *named(track, ("7", "Halden")))
    file, mapping = named(track, ("7", "Kestrel"), ("7", "Kestrel"))

    report = report_of(api, file, mapping, dry_run=dry_run)
    confirmed = report_of(api, file, "accept_renames = true\n" + mapping, dry_run="true")

    assert [(row["line"], row["value"], row["code"]) for row in report["refusals"]] == [
        (2, "Kestrel", "contradiction"),
        (3, "Kestrel", "contradiction"),
    ]
    assert "is stored as Halden" in report["refusals"][0]["reason"]
    assert confirmed["refused"] == 0


def test_a_workbook_is_shown_and_imported(installation: InstallationUnderTest, track: Track) -> None:
    api, workbook, written = installation.api(), openpyxl.Workbook(), io.BytesIO()
    workbook.active.append(["Orders"])
    for line in track.file(track.row("S1"), track.row("S2")).decode().splitlines():
        workbook.active.append(line.split(","))
    workbook.create_sheet("Old").sheet_state = "hidden"
    workbook.save(written)
    files = {"file": ("track.xlsx", written.getvalue()), "mapping": (None, track.mapping)}

    shown = api.request("POST", "/api/v1/imports/previews", files=files).json()
    job = finished(api, post(api, written.getvalue(), track.mapping))

    assert (shown["form"]["kind"], shown["form"]["header_line"]) == ("XLSX", 2)
    assert shown["form"]["sheets"] == ["Sheet", "Old (hidden)"]
    assert [row["line"] for row in shown["records"]] == [3, 4]
    assert (job["report"]["created"], job["report"]["form"]) == (2, shown["form"])


def test_a_damaged_workbook_is_refused_by_preview_and_import(installation: InstallationUnderTest, track: Track) -> None:
    api = installation.api()
    files = {"file": ("track.xlsx", b"PK\x03\x04 xl/ and no more"), "mapping": (None, track.mapping)}

    shown = api.request("POST", "/api/v1/imports/previews", files=files).json()
    refused = post(api, b"PK\x03\x04 xl/ and no more", track.mapping)

    assert [(each["pointer"], each["detail"][:23]) for each in shown["errors"]] == [
        ("/file", "the workbook is damaged")
    ]
    assert (refused.status_code, refused.json()["errors"]) == (422, shown["errors"])


def test_a_preview_proposes_the_decimal_sign_that_a_column_shows(
    installation: InstallationUnderTest, track: Track
) -> None:
    rows = [f"S{n};{track.vendor};2024-01-10;;{packs}" for n, packs in enumerate(("1.250", "12,5", "7"))]
    file = "\n".join(("Shipment;Vendor;Promised;Delivered;Packs", *rows)).encode()
    mapping = track.mapping + 'quantity = { column = "Packs" }\n'
    files = {"file": ("track.csv", file), "mapping": (None, mapping)}

    shown = installation.api().request("POST", "/api/v1/imports/previews", files=files).json()

    assert shown["amounts"] == [{"column": "Packs", "decimal": ",", "ambiguous": "1.250", "readings": ["1.25", "1250"]}]
    assert [(row["line"], row["code"]) for row in shown["refusals"]] == [(2, "ambiguous-number")]
