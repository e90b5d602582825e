"""The one description of the API, its page, and the probes."""

import re

import pytest
from jsonschema_rs import Draft202012Validator

from services.gateway.http.examples import EXAMPLES
from services.gateway.http.openapi import CALLERS, RouteWithoutRule, public_contracts
from services.gateway.imports.api import api as imports
from services.gateway.routes import GROUPS
from services.gateway.service import service
from services.registry import services_named
from shared.derived.contracts import stale_contracts, write_contracts
from shared.derived.openapi import openapi_of, operations
from shared.http.routing import GuardedRoute
from tests.support.installation import InstallationUnderTest


def test_one_document_describes_every_public_route_by_a_readable_name(installation: InstallationUnderTest) -> None:
    document = installation.visitor().get("/api/openapi.json").json()

    described = operations(document)
    names = [operation["operationId"] for operation in described.values()]
    assert ("POST", "/api/v1/interactions") in described
    assert ("POST", "/api/v1/session") in described
    assert ("GET", "/api/v1/relationships/{relationship_id}/timeline") in described
    assert not any("timeline-entries" in path or "replica" in path for _, path in described)
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    assert described["POST", "/api/v1/session"]["security"] == []
    assert described["POST", "/api/v1/interactions"]["security"] == [{"token": []}, {"session": []}]
    assert "202" in described["PUT", "/api/v1/relationships/{relationship_id}/team"]["responses"]
    assert "202" not in described["POST", "/api/v1/relationships"]["responses"]


def test_every_reference_of_the_document_leads_somewhere(installation: InstallationUnderTest) -> None:
    answer = installation.visitor().get("/api/openapi.json")

    named = set(re.findall(r'"#/components/schemas/([^"]+)"', answer.text))
    assert named
    assert named <= answer.json()["components"]["schemas"].keys()


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_example_is_what_its_route_accepts(installation: InstallationUnderTest, name: str) -> None:
    document = installation.visitor().get("/api/openapi.json").json()
    [operation] = [op for op in operations(document).values() if op["operationId"] == name]
    content = operation["requestBody"]["content"]["application/json"]

    schema = content["schema"] | {"components": document["components"]}

    assert content["example"] == EXAMPLES[name]
    assert list(Draft202012Validator(schema).iter_errors(EXAMPLES[name])) == []


@pytest.mark.parametrize("page", ["/", "/api/docs"])
def test_a_page_needs_no_other_host(installation: InstallationUnderTest, page: str) -> None:
    visitor = installation.visitor()
    answer = visitor.get(page)

    wanted = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert answer.status_code == 200
    assert wanted
    for path in wanted:
        assert path.startswith("/")
        assert visitor.get(path).status_code == 200
    assert "<script>" not in answer.text
    assert "style=" not in answer.text
    assert "http" not in answer.headers["content-security-policy"]


def test_only_the_viewers_files_are_served(installation: InstallationUnderTest) -> None:
    for name in ("index.html", "..%2fservice.py", "%2e%2e/service.py"):
        assert installation.visitor().get(f"/api/docs/{name}").status_code == 404


def test_probes_answer_without_credentials(installation: InstallationUnderTest) -> None:
    visitor = installation.visitor()

    assert visitor.get("/healthz").status_code == 200
    ready = visitor.get("/readyz").json()
    assert ready.pop("ui") in ("absent", "building", "ready")  # as this checkout is
    assert ready.pop("worker") in ("at work", "never seen")  # it says so every ten seconds
    assert ready == {"status": "ready", "database": True, "migrations": True}
    installation.api().get("/api/v1/accounts")
    assert 'entente_http_request_seconds_count{method="GET",route="/api/v1/accounts",service="gateway"' in (
        visitor.get("/metrics").text
    )


def test_readiness_says_that_no_worker_was_seen(fresh_installation: InstallationUnderTest) -> None:
    def said() -> str:
        answer = fresh_installation.visitor().get("/readyz")
        assert answer.status_code == 200
        return str(answer.json()["worker"])

    fresh_installation.eventually(lambda: said() == "at work")
    fresh_installation.product.workers["gateway"].stop()
    fresh_installation.clock.advance(minutes=5)

    assert re.fullmatch(r"not seen for 3\d\d s", said())


@pytest.mark.parametrize(("shape", "status"), [("0001", 503), ("9999", 200)], ids=["older", "newer"])
def test_a_database_of_an_older_schema_is_not_ready(
    fresh_installation: InstallationUnderTest, shape: str, status: int
) -> None:
    """One of a newer shape is: what runs works on while a newer program takes over beside it."""
    with fresh_installation.product.databases["gateway"].write() as tx:
        tx.connection().exec_driver_sql(f"UPDATE gateway_version SET version_num = '{shape}'")

    answer = fresh_installation.visitor().get("/readyz")

    assert answer.status_code == status
    assert (answer.json()["database"], answer.json()["migrations"]) == (True, status == 200)


def test_every_own_route_has_a_rule() -> None:
    routes = [route for api in GROUPS for route in api.routes if isinstance(route, GuardedRoute)]

    assert len(routes) > len(imports.routes) > 0
    assert all(route.endpoint.guard.rule.name in CALLERS for route in routes)
    assert all("x-rule" in operation for operation in operations(openapi_of(service)).values())


def test_a_contract_with_a_route_without_rule_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = {"paths": {"/v1/secrets": {"get": {"operationId": "list_secrets", "responses": {}}}}}
    monkeypatch.setattr("services.gateway.http.openapi.read_contract", lambda service: contract)

    with pytest.raises(RouteWithoutRule, match="GET /v1/secrets"):
        public_contracts(["accounts"])


def test_the_contract_files_match_the_services(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert stale_contracts(services_named()) == []
    write_contracts(services_named(), tmp_path)
    (tmp_path / "accounts.openapi.json").write_text("{}")
    (tmp_path / "gone.openapi.json").write_text("{}")
    assert stale_contracts(services_named(), tmp_path) == ["accounts.openapi.json", "gone.openapi.json"]
