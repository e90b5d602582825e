"""Lines become accounts, relationships and deliveries; a refusal names line, column and reason.

The services are scripted here: they are this module's outside world. integration/ does the same with the real ones.
"""

import io
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from services.gateway.imports.apply import ImportReport, apply
from services.gateway.imports.errors import ImportStopped
from services.gateway.imports.mapping import parse_mapping
from services.gateway.imports.track_record import Refusal, TrackRecordFile

MAPPING = parse_mapping("""
[sponsor]
name = { constant = "Us" }
external_system = "erp"
external_id = { constant = "1" }
[provider]
name = { column = "Vendor" }
external_system = "erp"
external_id = { column = "No" }
[delivery]
key = "Shipment"
promised_on = { column = "Promised", formats = ["%Y-%m-%d"] }
delivered_on = { column = "Delivered", formats = ["%Y-%m-%d"] }
weight = { column = "Weight", constant = 1 }
quantity = { column = "Packs", lines = "sum" }
""")
HEADER = "Shipment,No,Vendor,Promised,Delivered,Weight,Packs"
GOOD = "S1,7,Acme,2024-01-10,2024-01-09,,5"

Answer = tuple[int, Any]


def problem(status: int, slug: str, detail: str = "", **more: Any) -> dict[str, Any]:
    return {
        "type": f"/api/problems/{slug}",
        "code": slug,
        "status": status,
        "title": slug,
        "detail": detail,
        **more,
    }


class Services:
    """Accounts and engagements as their contract says, in memory; `faults` are answers given before them."""

    def __init__(self) -> None:
        self.accounts: dict[tuple[str, str], dict[str, Any]] = {}
        self.relationships: dict[tuple[str, str], str] = {}
        self.deliveries: dict[tuple[str, str], dict[str, Any]] = {}
        self.calls: Counter[str] = Counter()
        self.faults: dict[str, list[Answer]] = {}
        self.refuse_row: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda item: None
        self.batch_most = 1000

    def __call__(
        self, service: str, method: str, path: str, *, json: Any = None, params: Mapping[str, str] | None = None
    ) -> Answer:
        call = f"{method} {service}{path}"
        self.calls[call] += 1
        if self.faults.get(call):
            return self.faults[call].pop(0)
        if path == "/v1/accounts":
            return self.find_account(params) if params is not None else self.make_account(json)
        if path == "/v1/relationships":
            return self.find_relationship(params) if params is not None else self.make_relationship(json)
        return self.record(json)

    def find_account(self, params: Mapping[str, str]) -> Answer:
        found = self.accounts.get((params["external_system"], params["external_id"]))
        return 200, {"items": [found] if found else [], "next": None}

    def make_account(self, body: dict[str, Any]) -> Answer:
        [name] = body["external_ids"].items()
        self.accounts[name] = body | {"id": f"account {len(self.accounts)}"}
        return 201, self.accounts[name]

    def find_relationship(self, params: Mapping[str, str]) -> Answer:
        found = self.relationships.get((params["sponsor_id"], params["provider_id"]))
        return 200, {"items": [{"id": found}] if found else [], "next": None}

    def make_relationship(self, body: dict[str, Any]) -> Answer:
        pair = (body["sponsor_id"], body["provider_id"])
        if pair in self.relationships:
            return 409, problem(409, "relationship-exists", id=self.relationships[pair])
        self.relationships[pair] = f"relationship {len(self.relationships)}"
        return 201, {"id": self.relationships[pair]}

    def record(self, body: dict[str, Any]) -> Answer:
        if len(body["items"]) > self.batch_most:
            return 413, problem(413, "body-too-large")
        results = []
        for index, item in enumerate(body["items"]):
            name = (item["relationship_id"], item["external_id"])
            if item["relationship_id"] not in self.relationships.values():
                refused = problem(404, "relationship-not-found", relationship_id=item["relationship_id"])
            else:
                refused = self.refuse_row(item)
            if refused is not None:
                results.append({"index": index, "status": refused["status"], "problem": refused})
            elif name in self.deliveries:
                results.append({"index": index, "status": 200, "id": "delivery"})
            else:
                if not body.get("dry_run"):
                    self.deliveries[name] = item
                results.append({"index": index, "status": 201, "id": "delivery"})
        return 200, {"results": results}


@pytest.fixture
def services() -> Services:
    return Services()


def run(services: Services, *lines: str, **options: Any) -> ImportReport:
    return apply(TrackRecordFile(io.BytesIO("\n".join((HEADER, *lines)).encode()), MAPPING), services, **options)


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    """Created, existing, refused, accounts and relationships created."""
    return report.created, report.existing, report.refused, report.accounts_created, report.relationships_created


def test_an_import_by_an_actor_who_may_not_write_stops_with_the_reason(services: Services) -> None:
    services.faults["POST accounts/v1/accounts"] = [(403, problem(403, "forbidden", "a viewer may not do this"))]

    with pytest.raises(ImportStopped, match="accounts answers: a viewer may not do this"):
        run(services, GOOD)

    assert services.deliveries == {}


def test_accounts_relationships_and_deliveries_are_made_under_their_external_ids(services: Services) -> None:
    report = run(services, GOOD, "S1,7,Acme,2024-01-10,2024-01-09,,2.5", "S1,8,Brook,2024-01-10,,0.5,")

    assert counts(report) == (2, 0, 0, 3, 2)
    assert [(a["name"], a["kind"]) for a in services.accounts.values()] == [
        ("Us", "sponsor"), ("Acme", "provider"), ("Brook", "provider"),
    ]  # fmt: skip
    assert list(services.deliveries.values()) == [
        {
            "relationship_id": "relationship 0", "external_id": "S1", "promised_on": "2024-01-10",
            "delivered_on": "2024-01-09", "accepted": True, "weight": 1.0, "quantity": 7.5,
        },
        {
            "relationship_id": "relationship 1", "external_id": "S1", "promised_on": "2024-01-10",
            "delivered_on": None, "accepted": True, "weight": 0.5, "quantity": None,
        },
    ]  # fmt: skip


def test_a_second_import_finds_every_record_and_makes_none(services: Services) -> None:
    run(services, GOOD, "S2,8,Brook,2024-01-10,,,")
    services.calls.clear()

    report = run(services, GOOD, "S2,8,Brook,2024-01-10,,,")

    assert counts(report) == (0, 2, 0, 0, 0)
    assert services.calls["POST accounts/v1/accounts"] == 0


def test_a_dry_run_reports_what_an_import_would_make_and_makes_nothing(services: Services) -> None:
    run(services, GOOD)
    before = (dict(services.accounts), dict(services.relationships), dict(services.deliveries))

    report = run(services, GOOD, "S2,7,Acme,2024-01-10,,,", "S3,8,Brook,2024-01-10,,,", "S4,8", dry_run=True)

    assert counts(report) == (2, 1, 1, 1, 1)
    assert (report.is_dry_run, [row["line"] for row in report.refusals]) == (True, [5])
    assert (services.accounts, services.relationships, services.deliveries) == before


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_account_of_the_wrong_kind_refuses_its_lines_and_no_others(services: Services, dry_run: bool) -> None:
    services.make_account({"name": "Acme", "kind": "sponsor", "external_ids": {"erp": "7"}})

    report = run(services, GOOD, "S1,7,Acme,2024-01-10,2024-01-09,,2", "S2,8,Brook,2024-01-10,,,", dry_run=dry_run)

    reason = "names Acme, which is of kind sponsor, not provider"
    assert report.refusals == [
        {"line": n, "column": "No", "value": "7", "reason": reason, "code": "kind-of-account"} for n in (2, 3)
    ]
    assert counts(report) == (1, 0, 2, 2, 1)


def test_an_account_that_is_refused_names_its_column(services: Services) -> None:
    errors = [{"pointer": "/name", "detail": "is a bad name"}]
    refusal = problem(422, "invalid-field", "A value is not right", errors=errors)
    services.faults["POST accounts/v1/accounts"] = [(201, {"id": "us"}), (422, refusal)]

    report = run(services, GOOD, "S2,7,Acme,2024-01-10,,,")

    assert report.refusals == [
        {"line": n, "column": "Vendor", "value": "Acme", "reason": "is a bad name", "code": "invalid-field"}
        for n in (2, 3)
    ]


def test_a_relationship_that_the_actor_may_not_see_refuses_its_lines(services: Services) -> None:
    hidden = problem(409, "relationship-exists", "These two already have a relationship")
    services.faults["POST accounts/v1/relationships"] = [(409, hidden)]

    report = run(services, GOOD, "S2,8,Brook,2024-01-10,,,")

    assert [(row["line"], row["reason"], row["code"]) for row in report.refusals] == [
        (2, "These two already have a relationship", "relationship-exists")
    ]
    assert report.created == 1


def test_a_delivery_that_is_refused_names_its_column_and_value(services: Services) -> None:
    def refuse(item: dict[str, Any]) -> dict[str, Any] | None:
        if item["external_id"] == "S1":
            errors = [{"pointer": "/items/0/delivered_on", "detail": "is in the future"}]
            return problem(422, "invalid-field", errors=errors)
        return problem(409, "external-id-exists", "another delivery has this external id", id="other")

    services.refuse_row = refuse

    report = run(services, GOOD, "S2,7,Acme,2024-01-10,,,")

    assert [tuple(row.values()) for row in report.refusals] == [
        (2, "Delivered", "2024-01-09", "is in the future", "invalid-field"),
        (3, "Shipment", "S2", "another delivery has this external id", "external-id-exists"),
    ]


def test_a_delivery_whose_relationship_has_not_arrived_is_sent_again_and_never_refused(services: Services) -> None:
    behind = problem(404, "relationship-not-found", relationship_id="relationship 0")
    absent = {"results": [{"index": 0, "status": 404, "problem": behind}]}
    services.faults["POST engagements/v1/deliveries/bulk"] = [(200, absent)] * 3

    report = run(services, GOOD)

    assert counts(report) == (1, 0, 0, 2, 1)
    assert services.calls["POST engagements/v1/deliveries/bulk"] == 4


def test_a_replica_that_stays_behind_ends_the_import_and_says_how_to_go_on(services: Services) -> None:
    behind = problem(404, "relationship-not-found", relationship_id="relationship 0")
    services.refuse_row = lambda item: behind

    with pytest.raises(ImportStopped, match=r"not received relationship relationship 0 \(line 2\) for 0.2 s"):
        run(services, GOOD, patience_s=0.2)


def test_a_service_that_comes_back_is_waited_for_and_one_that_does_not_ends_the_import(services: Services) -> None:
    away = (503, problem(503, "unavailable", "a service does not answer just now"))
    services.faults["GET accounts/v1/accounts"] = [away, away]
    assert run(services, GOOD).created == 1

    services.faults["POST engagements/v1/deliveries/bulk"] = [away] * 1000
    with pytest.raises(ImportStopped, match="engagements does not answer: a service does not answer just now"):
        run(services, GOOD, patience_s=0.2)


def test_a_batch_with_too_large_a_body_is_split(services: Services) -> None:
    services.batch_most = 3

    report = run(services, *(GOOD.replace("S1", f"S{n}") for n in range(10)))

    assert (report.created, len(services.deliveries)) == (10, 10)


def test_of_very_many_refusals_all_are_counted_and_what_is_rare_is_shown_and_stored(services: Services) -> None:
    given: list[Refusal] = []

    report = run(services, *(f"S{n}" for n in range(30_000)), GOOD.replace("09", "x"), GOOD, on_refusals=given.extend)

    assert (report.refused, len(report.refusals)) == (30_002, 1_000)
    assert [(row["code"], row["lines"], row["line"]) for row in report.reasons] == [
        ("cell-count", 30_000, 2),
        ("not-a-day", 1, 30_002),
        ("part-refused", 1, 30_003),
    ]
    assert [row["code"] for row in report.refusals[-2:]] == ["not-a-day", "part-refused"]
    assert (len(given), given[-1].code) == (9_002, "part-refused")


def test_every_refusal_is_passed_on_while_the_report_has_the_first_thousand(services: Services) -> None:
    given: list[Refusal] = []

    report = run(services, *(f"S{n}" for n in range(2_500)), GOOD, on_refusals=given.extend)

    assert (report.refused, len(report.refusals), report.created) == (2_500, 1_000, 1)
    assert [refusal.line for refusal in given] == list(range(2, 2_502))


def test_days_far_ahead_are_confirmed_for_each_row_where_the_mapping_confirms_them(services: Services) -> None:
    source = "\n".join((HEADER, GOOD)).encode()

    for confirmed in (True, False):
        delivery = MAPPING.delivery.model_copy(update={"confirm_future": confirmed})
        by = MAPPING.model_copy(update={"delivery": delivery})
        services.deliveries.clear()
        apply(TrackRecordFile(io.BytesIO(source), by), services)

        [sent] = services.deliveries.values()
        assert sent.get("confirm_future", False) is confirmed


def test_progress_is_reported_in_lines_and_ends_at_all_lines(services: Services) -> None:
    reported: list[tuple[int, int | None]] = []

    run(
        services,
        "S0",
        *(GOOD.replace("S1", f"S{n}") for n in range(1_500)),
        on_progress=lambda *at: reported.append(at),
    )

    assert reported == [(1_001, 1_501), (1_501, 1_501), (1_501, 1_501)]
