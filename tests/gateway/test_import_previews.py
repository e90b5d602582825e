"""The first lines of a file through a mapping that is being written: nothing is stored, nothing is refused."""

import gzip
from typing import Any

from tests.gateway.test_imports import HEADER, Track, finished, post
from tests.support.installation import ApiClient, InstallationUnderTest


def preview_of(api: ApiClient, file: bytes, mapping: str) -> dict[str, Any]:
    files = {"file": ("track.csv", file), "mapping": (None, mapping)}
    answer = api.request("POST", "/api/v1/imports/previews", files=files)
    assert answer.status_code == 200, answer.text
    preview: dict[str, Any] = answer.json()
    return preview


def test_an_actor_who_may_not_import_gets_no_preview(installation: InstallationUnderTest) -> None:
    files = {"file": ("track.csv", b"a,b"), "mapping": (None, "")}

    for caller in (
        installation.api("viewer"),
        installation.api("reviewer"),
        installation.api("manager", side="provider"),
    ):
        assert caller.request("POST", "/api/v1/imports/previews", files=files).status_code == 403


def test_a_preview_shows_lines_their_deliveries_and_the_mapping_with_its_defaults(
    installation: InstallationUnderTest,
) -> None:
    api, track = installation.api(), Track()
    file = track.file(track.row("S1"), track.row("S2", "soon"), "S3,ragged", track.row("S4", ""))

    preview = preview_of(api, file, track.mapping)

    assert preview["header"] == HEADER.split(",")
    assert [(record["line"], record["cells"][0]) for record in preview["records"]] == [
        (2, "S1"),
        (3, "S2"),
        (4, "S3"),
        (5, "S4"),
    ]
    assert [(row["lines"], row["promised_on"], row["delivered_on"]) for row in preview["deliveries"]] == [
        ([2], "2024-01-10", "2024-01-09"),
        ([5], "2024-01-10", None),
    ]
    assert preview["deliveries"][0]["provider"]["name"] == track.vendor
    assert [(row["line"], row["column"]) for row in preview["refusals"]] == [(3, "Delivered"), (4, None)]
    assert preview["mapping"]["delivery"]["promised_on"]["lines"] == "same"
    assert (preview["errors"], api.get("/api/v1/imports").json()["items"]) == ([], [])


def test_a_preview_refuses_the_same_lines_as_the_import(installation: InstallationUnderTest) -> None:
    api, track = installation.api(), Track()
    file = track.file(track.row("S1", "31-31-31"), "S2", track.row("S3"), track.row("S3", "2024-02-01"))

    job = finished(api, post(api, file, track.mapping, dry_run="true"))

    shown = preview_of(api, file, track.mapping)["refusals"]
    assert sorted(shown, key=str) == sorted(job["report"]["refusals"], key=str) != []


def test_a_preview_without_a_mapping_shows_lines_and_names_the_missing_parts(
    installation: InstallationUnderTest,
) -> None:
    api = installation.api()

    preview = preview_of(api, b"A;B\n1;2\n", '[file]\ndelimiter = ";"\n')
    torn = preview_of(api, b"A;B\n", "[file")

    assert (preview["header"], preview["records"][0]["cells"], preview["mapping"]) == (["A", "B"], ["1", "2"], None)
    assert {error["pointer"] for error in preview["errors"]} == {"/sponsor", "/provider", "/delivery"}
    assert (torn["header"], torn["errors"][0]["pointer"]) == (["A", "B"], "")


def test_a_column_that_the_file_lacks_is_named_where_the_mapping_names_it(installation: InstallationUnderTest) -> None:
    track = Track()

    preview = preview_of(
        installation.api(), track.file(track.row("S1")), track.mapping.replace('"Delivered"', '"Arrived"')
    )

    assert [error["pointer"] for error in preview["errors"]] == ["/delivery/delivered_on/column", "/file"]
    assert preview["deliveries"] == []


def test_only_the_first_lines_are_read_also_of_a_compressed_file_that_is_cut(
    installation: InstallationUnderTest,
) -> None:
    api, track = installation.api(), Track()
    file = track.file(*(track.row(f"S{n}") for n in range(30_000)))

    for sample in (file[:100_000], gzip.compress(file)[:30_000]):
        preview = preview_of(api, sample, track.mapping)

        assert (len(preview["records"]), len(preview["deliveries"])) == (20, 20)
        assert preview["errors"] == preview["refusals"] == []


def test_a_cell_over_several_lines_is_one_line_of_the_preview(installation: InstallationUnderTest) -> None:
    preview = preview_of(installation.api(), b'A,B\n"one\ntwo",3\n4,5\n', "")

    assert [(record["line"], record["cells"]) for record in preview["records"]] == [
        (2, ["one\ntwo", "3"]),
        (4, ["4", "5"]),
    ]


def test_a_preview_shows_undecodable_bytes_as_replacement_characters(installation: InstallationUnderTest) -> None:
    api = installation.api()

    preview = preview_of(api, "A,B\nMünchen,2\n".encode("cp1252"), '[file]\nencoding = "utf-8"')
    right = preview_of(api, "A,B\nMünchen,2\n".encode("cp1252"), '[file]\nencoding = "cp1252"')

    assert preview["records"][0]["cells"] == ["M\ufffdnchen", "2"]
    assert right["records"][0]["cells"] == ["München", "2"]


def test_a_preview_reports_an_empty_file_and_refuses_one_that_is_too_large(installation: InstallationUnderTest) -> None:
    api = installation.api()
    files = {"file": ("track.csv", b"a,b\n" * 1_000_000), "mapping": (None, "")}

    empty = preview_of(api, b"", Track().mapping)

    assert (empty["header"], [error["pointer"] for error in empty["errors"]]) == ([], ["/file"])
    assert api.request("POST", "/api/v1/imports/previews", files=files).status_code == 413
