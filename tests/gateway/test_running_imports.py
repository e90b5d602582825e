"""Which worker runs an import: these tests start their own workers."""

import threading
from typing import Any

import sqlalchemy as sa

from services.gateway.imports import jobs
from services.gateway.imports.runner import run_imports
from services.gateway.imports.tables import refusals
from services.gateway.imports.track_record import Refusal
from shared.ids import new_id
from tests.gateway.importing import Track, post, relationships
from tests.support.installation import ApiClient, InstallationUnderTest


def work(installation: InstallationUnderTest, api: ApiClient, import_id: str, until: str) -> dict[str, Any]:
    """Run a worker of its own until the import has this status."""
    stopping, database = threading.Event(), installation.product.databases["gateway"]
    arguments = (database, installation.product.upstreams(), installation.clock, stopping, lambda: None)
    worker = threading.Thread(target=run_imports, args=arguments)
    worker.start()
    job: dict[str, Any] = {}

    def is_so() -> bool:
        nonlocal job
        job = api.get(f"/api/v1/imports/{import_id}").json()
        return bool(job["status"] == until)

    try:
        installation.eventually(is_so)
    finally:
        stopping.set()
        worker.join()
    return job


def test_a_cancelled_import_does_nothing_until_it_is_resumed(
    idle_installation: InstallationUnderTest, track: Track
) -> None:
    api = idle_installation.api()
    path = f"/api/v1/imports/{post(api, track.file(track.row('S1')), track.mapping).json()['id']}"

    cancelled = api.post(path + "/cancellation")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    with idle_installation.product.databases["gateway"].read() as tx:
        assert not jobs.is_waiting(tx, idle_installation.clock())

    assert api.post(path + "/resumption").json()["status"] == "queued"
    assert work(idle_installation, api, path.rsplit("/", 1)[1], "done")["report"]["created"] == 1


def test_refusals_are_counted_while_an_import_runs_also_those_that_were_stored_without_a_code(
    idle_installation: InstallationUnderTest, track: Track
) -> None:
    api, database, holder = idle_installation.api(), idle_installation.product.databases["gateway"], new_id()
    import_id = post(api, track.file(track.row("S1")), track.mapping).json()["id"]
    found = [Refusal(line, "Delivered", "soon", f"reason {line}", "not-a-day") for line in (2, 3)]
    with database.write() as tx:
        job = jobs.claim(tx, holder, idle_installation.clock())
        assert job is not None
        jobs.note_refusals(tx, job, holder, 0, found)
        rows = [{"import_id": import_id, "number": n, "line": n, "reason": f"old {n // 9}"} for n in (7, 8, 9)]
        tx.run(sa.insert(refusals), rows)
    path = f"/api/v1/imports/{import_id}"

    counted = api.get(path + "/refusal-reasons").json()["items"]

    assert [(row["code"], row["reason"], row["lines"], row["line"]) for row in counted] == [
        ("unknown", "old 0", 2, 7),
        ("not-a-day", "reason 2", 2, 2),
        ("unknown", "old 1", 1, 9),
    ]
    assert [row["code"] for row in api.get(path + "/refusals").json()["items"]] == ["not-a-day"] * 2 + ["unknown"] * 3


def test_another_worker_runs_an_import_whose_worker_died_once_its_lease_is_over(
    idle_installation: InstallationUnderTest, track: Track
) -> None:
    api, database, dead = idle_installation.api(), idle_installation.product.databases["gateway"], new_id()
    import_id = post(api, track.file(track.row("S1"), "ragged"), track.mapping).json()["id"]
    with database.write() as tx:
        job = jobs.claim(tx, dead, idle_installation.clock())
        assert job is not None
    with database.write() as tx:
        assert jobs.claim(tx, new_id(), idle_installation.clock()) is None

    idle_installation.clock.advance(seconds=31)
    report = work(idle_installation, api, import_id, "done")["report"]

    assert (report["created"], report["refused"]) == (1, 1)
    with database.write() as tx:  # the dead one wakes
        assert not jobs.renew_lease(tx, job, dead, 0, None, idle_installation.clock())
        jobs.fail(tx, job, dead, {"detail": "too late"}, idle_installation.clock())
    assert api.get(f"/api/v1/imports/{import_id}").json()["status"] == "done"
    assert len(api.get(f"/api/v1/imports/{import_id}/refusals").json()["items"]) == 1


def test_a_poster_who_may_no_longer_act_does_not_act_by_an_import(
    idle_installation: InstallationUnderTest, track: Track
) -> None:
    api, admin = idle_installation.api(), idle_installation.api("admin")
    import_id = post(api, track.file(track.row("S1")), track.mapping).json()["id"]
    assert admin.delete(f"/api/v1/tokens/{api.actor_id}", headers={"If-Match": '"1"'}).status_code == 204

    job = work(idle_installation, admin, import_id, "failed")

    assert job["problem"]["status"] == 403
    assert relationships(admin, track) == []


def test_files_that_no_import_needs_are_removed(idle_installation: InstallationUnderTest, track: Track) -> None:
    api, database = idle_installation.api(), idle_installation.product.databases["gateway"]
    import_id = post(api, track.file(track.row("S1")), track.mapping).json()["id"]
    jobs.store_chunks(database, new_id(), 0, [b"an upload that broke off"], idle_installation.clock())

    assert jobs.tidy_imports(database, idle_installation.clock()) == {"chunks": 0}
    idle_installation.clock.advance(days=8)
    assert jobs.tidy_imports(database, idle_installation.clock()) == {"chunks": 1}

    api.post(f"/api/v1/imports/{import_id}/cancellation")
    idle_installation.clock.advance(days=8)
    assert jobs.tidy_imports(database, idle_installation.clock()) == {"chunks": 1}
    assert api.post(f"/api/v1/imports/{import_id}/resumption").status_code == 409
