"""Track records from files, through the API: a job that is followed, a report of every refused line."""

import csv
import gzip
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from services.gateway.imports.tables import refusals
from shared.ids import new_id
from tests.gateway.importing import HEADER, MAPPING, Track, deliveries, finished, post, relationships, report_of
from tests.support.installation import InstallationUnderTest


def test_an_actor_who_may_not_write_may_not_import(installation: InstallationUnderTest, track: Track) -> None:
    for caller in (
        installation.api("viewer"),
        installation.api("reviewer"),
        installation.api("manager", side="provider"),
    ):
        assert post(caller, track.file(track.row("S1")), track.mapping).status_code == 403
    assert installation.visitor().post("/api/v1/imports").status_code == 401


def test_an_import_is_visible_to_its_poster_and_to_admins_only(
    installation: InstallationUnderTest, track: Track
) -> None:
    api = installation.api()
    job = finished(api, post(api, track.file(track.row("S1")), track.mapping))
    path = f"/api/v1/imports/{job['id']}"

    stranger = installation.api()
    unknown = stranger.get(f"/api/v1/imports/{new_id()}")

    for hidden in (stranger.get(path), stranger.get(path + "/refusals"), stranger.post(path + "/cancellation")):
        assert (hidden.status_code, hidden.content) == (404, unknown.content)
    assert stranger.get("/api/v1/imports").json() == {"items": [], "next": None}
    assert [row["id"] for row in api.get("/api/v1/imports").json()["items"]] == [job["id"]]
    assert installation.api("admin").get(path).json() == job


def test_a_file_becomes_accounts_a_relationship_and_deliveries_of_its_poster(
    installation: InstallationUnderTest, track: Track
) -> None:
    api = installation.api()

    job = finished(api, post(api, track.file(track.row("S1"), track.row("S2", "")), track.mapping))

    assert (job["status"], job["lines_done"], job["lines_of"], job["file_name"]) == ("done", 2, 2, "track.csv")
    counted = {name: value for name, value in job["report"].items() if isinstance(value, int)}
    assert counted == {
        "is_dry_run": False, "lines_read": 2, "refused": 0, "deliveries": 2, "created": 2, "existing": 0,
        "accounts_created": 2, "relationships_created": 1, "warned": 0,
    }  # fmt: skip
    [relationship] = relationships(api, track)
    assert (relationship["provider_name"], relationship["owner_id"]) == (track.vendor, api.actor_id)
    found = {row["external_id"]: row for row in deliveries(api, relationship)}
    assert {key: (row["status"], row["created_by"]) for key, row in found.items()} == {
        "S1": ("delivered", api.actor_id),
        "S2": ("open", api.actor_id),
    }
    [event] = installation.announced("engagements", found["S1"]["id"])
    assert (event["type"], event["data"]["delivered_on"]) == ("engagements.delivery_recorded.v1", "2024-01-09")


def test_importing_a_file_again_changes_nothing(installation: InstallationUnderTest, track: Track) -> None:
    api = installation.api()
    file = gzip.compress(track.file(track.row("S1"), track.row("S2")))
    report_of(api, file, track.mapping)
    [relationship] = relationships(api, track)
    before = deliveries(api, relationship)

    again = report_of(api, file, track.mapping)

    assert (again["created"], again["existing"], again["accounts_created"], again["relationships_created"]) == (
        0,
        2,
        0,
        0,
    )
    assert deliveries(api, relationship) == before
    assert [len(installation.announced("engagements", row["id"])) for row in before] == [1, 1]
    assert len(installation.announced("accounts", relationship["id"])) == 1


def test_the_poster_of_an_import_makes_and_fills_a_restricted_relationship(installation: InstallationUnderTest) -> None:
    api, track = installation.api(), Track(visibility="restricted")

    assert report_of(api, track.file(track.row("S1")), track.mapping)["created"] == 1

    [relationship] = relationships(api, track)
    assert (relationship["visibility"], len(deliveries(api, relationship))) == ("restricted", 1)
    assert installation.api().get(f"/api/v1/relationships/{relationship['id']}").status_code == 404


def test_a_relationship_that_the_poster_may_not_see_refuses_its_lines(installation: InstallationUnderTest) -> None:
    track = Track(visibility="restricted")
    owner, other = installation.api(), installation.api()
    report_of(owner, track.file(track.row("S1")), track.mapping)

    report = report_of(other, track.file(track.row("S2")), track.mapping)

    assert (report["created"], report["refused"]) == (0, 1)
    assert report["refusals"][0]["line"] == 2
    [relationship] = relationships(owner, track)
    assert [row["external_id"] for row in deliveries(owner, relationship)] == ["S1"]


def test_a_dry_run_reports_what_an_import_would_do_and_changes_nothing(
    installation: InstallationUnderTest, track: Track
) -> None:
    api = installation.api()
    bad = (track.row("S2", "soon"), "S3", track.row("S4", "2190-01-01"))

    report = report_of(api, track.file(track.row("S1"), *bad), track.mapping, dry_run="true")

    assert (report["is_dry_run"], report["created"], report["refused"]) == (True, 1, 3)
    assert (report["accounts_created"], report["relationships_created"]) == (2, 1)
    assert [(row["line"], row["column"], row["value"]) for row in report["refusals"]] == [
        (3, "Delivered", "soon"),
        (4, None, None),
        (5, "Delivered", "2190-01-01"),
    ]
    assert relationships(api, track) == []

    report_of(api, track.file(track.row("S1")), track.mapping)
    rehearsed = report_of(api, track.file(track.row("S1"), track.row("S9")), track.mapping, dry_run="true")

    assert (rehearsed["created"], rehearsed["existing"], rehearsed["relationships_created"]) == (1, 1, 0)
    [relationship] = relationships(api, track)
    assert [row["external_id"] for row in deliveries(api, relationship)] == ["S1"]


def test_another_record_under_the_same_external_id_is_refused_and_the_first_stays(
    installation: InstallationUnderTest, track: Track
) -> None:
    api = installation.api()
    report_of(api, track.file(track.row("S1")), track.mapping)

    for dry_run in ("true", "false"):
        report = report_of(api, track.file(track.row("S1", "2024-03-01")), track.mapping, dry_run=dry_run)

        [refusal] = report["refusals"]
        assert (refusal["line"], refusal["column"], refusal["value"]) == (2, "Shipment", "S1")
    [relationship] = relationships(api, track)
    assert [row["delivered_on"] for row in deliveries(api, relationship)] == ["2024-01-09"]


def test_bad_lines_of_a_file_are_named_and_good_lines_imported(
    installation: InstallationUnderTest, track: Track
) -> None:
    api = installation.api()
    lines = (
        track.row("S1"),
        "S2,ragged",
        track.row("S3", "31-31-31"),
        track.row("S4", "1969-12-31"),
        track.row("S5") + "\xff",
        track.row("S6"),
    )
    file = b"\xef\xbb\xbf" + "\n".join((HEADER, *lines)).encode("latin-1")

    job = finished(api, post(api, file, track.mapping))

    assert job["report"]["created"] == 2
    listed = api.get(f"/api/v1/imports/{job['id']}/refusals", params={"limit": 3}).json()
    rest = api.get(f"/api/v1/imports/{job['id']}/refusals", params={"after": listed["next"]}).json()
    refusals = listed["items"] + rest["items"]
    assert refusals == job["report"]["refusals"]
    assert [(row["line"], row["column"], row["value"], row["reason"]) for row in refusals] == [
        (3, None, None, "has 2 cells where the header has 4"),
        (4, "Delivered", "31-31-31", "is no day written as %Y-%m-%d"),
        (5, "Delivered", "1969-12-31", "is a day before 1970"),
        (6, None, None, "is not valid utf-8"),
    ]


def test_refused_lines_are_counted_by_reason_filtered_and_exported(
    installation: InstallationUnderTest, track: Track
) -> None:
    api = installation.api()
    soon = [track.row(f"S{n}", "soon") for n in range(250)]
    job = finished(api, post(api, track.file(*soon, track.row("S-old", "1969-12-31"), '"=1+1",x'), track.mapping))
    path = f"/api/v1/imports/{job['id']}"

    assert installation.api().get(path + "/refusal-reasons").status_code == 404
    assert installation.api().get(path + "/refusals.csv").status_code == 404
    reasons = api.get(path + "/refusal-reasons").json()["items"]
    assert [(row["column"], row["lines"]) for row in reasons] == [("Delivered", 250), ("Delivered", 1), (None, 1)]

    def lines(**params: str) -> list[int]:
        answer = api.get(path + "/refusals", params={"limit": 200, **params})
        return [row["line"] for row in answer.json()["items"]]

    assert lines(reason="is a day before 1970") == lines(q="1969-") == [252]
    assert len(lines(column="Delivered", reason="is no day written as %Y-%m-%d")) == 200
    assert lines(code="before-1970") == [252]
    assert lines(column="Promised") == lines(q="100 %") == []

    exported = api.get(path + "/refusals.csv")

    assert exported.headers["content-type"].startswith("text/csv")
    assert "attachment" in exported.headers["content-disposition"]
    rows = list(csv.reader(exported.text.splitlines()))
    assert rows[0] == ["line", "column", "value", "reason", "code"]
    assert len(rows) == 1 + 252
    assert rows[1] == ["2", "Delivered", "soon", "is no day written as %Y-%m-%d", "not-a-day"]


def test_a_line_with_two_bad_cells_is_refused_once_and_both_are_named(
    installation: InstallationUnderTest, track: Track
) -> None:
    report = report_of(
        installation.api(),
        track.file(f"S1,{track.vendor},soon,later", track.row("S2"), track.row("S3", "x")),
        track.mapping,
    )

    assert (report["refused"], report["created"]) == (2, 1)
    assert [(row["line"], row["column"]) for row in report["refusals"]] == [
        (2, "Delivered"),
        (4, "Delivered"),
        (2, "Promised"),
    ]


def test_an_exported_cell_is_no_formula(installation: InstallationUnderTest, track: Track) -> None:
    api = installation.api()
    job = finished(api, post(api, track.file(track.row("S1", "=HYPERLINK(1)")), track.mapping))

    exported = api.get(f"/api/v1/imports/{job['id']}/refusals.csv").text

    assert "'=HYPERLINK(1)" in exported


@pytest.mark.parametrize(
    ("mapping", "pointer"),
    [
        ("[sponsor", ""),
        (b"\xff", ""),
        (MAPPING.format(run="r", visibility="open").replace('column = "Vendor"', "", 1), "/provider/name"),
        (MAPPING.format(run="r", visibility="open").replace('"Shipment"', '"Consignment"'), "/delivery/key/0"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_at_once_and_where(
    installation: InstallationUnderTest, track: Track, mapping: str | bytes, pointer: str
) -> None:
    api = installation.api()

    answer = post(api, track.file(track.row("S1")), mapping)

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/invalid-mapping")
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert api.get("/api/v1/imports").json()["items"] == []


@pytest.mark.parametrize(
    ("form", "pointers"),
    [
        ({}, ["/file", "/mapping"]),
        ({"file": "a,b\n1,2", "mapping": "x"}, ["/file"]),
        ({"file": "a", "mapping": "x", "mode": "fast", "dry_run": "perhaps"}, ["/mode", "/file", "/dry_run"]),
    ],
)
def test_a_form_that_is_not_right_names_its_fields(
    installation: InstallationUnderTest, form: dict[str, str], pointers: list[str]
) -> None:
    files = {name: (None, value) for name, value in form.items()}

    answer = installation.api().request("POST", "/api/v1/imports", files=files or {"": (None, "")})

    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"] if error["pointer"] != "/"] == pointers


def test_a_body_that_is_no_form_is_refused(installation: InstallationUnderTest) -> None:
    api = installation.api()

    assert api.post("/api/v1/imports", {"file": "x"}).status_code == 422
    broken = api.request(
        "POST", "/api/v1/imports", content=b"--x\r\nbroken", headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert broken.status_code in (400, 422)


def test_a_file_that_is_too_large_is_refused(idle_installation: InstallationUnderTest, track: Track) -> None:
    idle_installation.product.gateway.app.state.max_upload_bytes = 1_000
    api, large = idle_installation.api(), track.file(track.row("S1")) + b"\n" * 1_100_000

    async def undeclared() -> AsyncIterator[bytes]:
        yield b'--x\r\ncontent-disposition: form-data; name="file"; filename="track.csv"\r\n\r\n'
        yield large

    assert post(api, large, track.mapping).status_code == 413
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert api.request("POST", "/api/v1/imports", content=undeclared(), headers=headers).status_code == 413
    assert post(api, track.file(track.row("S1")), track.mapping).status_code == 202


def test_a_file_that_breaks_off_ends_the_import_with_its_reason_and_nothing_done(
    installation: InstallationUnderTest, track: Track
) -> None:
    api = installation.api()
    whole = gzip.compress(track.file(*(track.row(f"S{n} {new_id()}") for n in range(5_000))))

    job = finished(api, post(api, whole[: len(whole) // 2], track.mapping))

    assert (job["status"], job["report"]) == ("failed", None)
    assert "cannot be decompressed" in job["problem"]["detail"]
    assert relationships(api, track) == []


def test_a_keyed_upload_sent_again_is_the_same_import_and_with_another_file_refused(
    installation: InstallationUnderTest, track: Track
) -> None:
    api, key = installation.api(), {"Idempotency-Key": new_id()}
    first = post(api, track.file(track.row("S1")), track.mapping, headers=key)

    again = post(api, track.file(track.row("S1")), track.mapping, headers=key)
    other = post(api, track.file(track.row("S2")), track.mapping, headers=key)

    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert (other.status_code, other.json()["type"].rsplit("/", 1)[1]) == (422, "idempotency-key-reused")
    assert len(api.get("/api/v1/imports").json()["items"]) == 1
    assert finished(api, first)["status"] == "done"


def test_a_finished_import_is_neither_cancelled_nor_resumed(installation: InstallationUnderTest, track: Track) -> None:
    api = installation.api()
    job = finished(api, post(api, track.file(track.row("S1")), track.mapping))

    for verb, slug in (("cancellation", "import-finished"), ("resumption", "import-not-resumable")):
        answer = api.post(f"/api/v1/imports/{job['id']}/{verb}")
        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (409, slug)


def test_refused_lines_are_searched_in_any_case_with_accents_or_without(
    installation: InstallationUnderTest, track: Track
) -> None:
    api = installation.api()
    lines = [track.row("S1", "Ärger"), track.row("S2", "ΒΟΡΡΑΣ"), track.row("S3", "nie")]
    job = finished(api, post(api, track.file(*lines), track.mapping))
    path = f"/api/v1/imports/{job['id']}/refusals"

    def found(q: str) -> list[str]:
        return [row["value"] for row in api.get(path, params={"q": q}).json()["items"]]

    assert found("ärger") == found("arger") == found("A\u0308RGER") == ["Ärger"]
    assert found("βορρας") == ["ΒΟΡΡΑΣ"]
    assert len(found("DELIVERED")) == 3
    with installation.product.databases["gateway"].write() as tx:
        tx.run(sa.update(refusals).where(refusals.c.import_id == job["id"]).values(folded=None))
    assert found("Ärger") == ["Ärger"]
