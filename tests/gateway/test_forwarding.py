"""Requests on their way to a service and answers on their way back."""

import json

import pytest

from services.gateway.upstream import InProcess, Reply, Request
from services.registry import UPSTREAMS
from shared.derived.contracts import read_contract
from shared.derived.openapi import operations
from shared.ids import new_id
from tests.gateway.conftest import Related
from tests.support.installation import InstallationUnderTest, somebody

CONTRACTS = {name: operations(read_contract(name)) for name in UPSTREAMS}


@pytest.mark.parametrize("service", UPSTREAMS)
def test_a_service_refuses_requests_that_bypass_the_gateway(installation: InstallationUnderTest, service: str) -> None:
    stranger, forger = installation.stranger(service), installation.stranger(service)
    other = "engagements" if service == "accounts" else "accounts"
    token = installation.product.signer.token(somebody("admin"), other)
    forger.headers = {"authorization": f"Bearer {token}", "x-actor": "admin"}

    statuses = {
        (method, path): (stranger.request(method, path).status_code, forger.request(method, path).status_code)
        for method, path in CONTRACTS[service]
    }

    assert len(statuses) >= 10
    assert {path: pair for path, pair in statuses.items() if pair != (401, 401)} == {}
    assert stranger.get("/openapi.json").status_code == 404


@pytest.mark.parametrize("service", UPSTREAMS)
def test_every_route_of_a_service_asks_for_credentials_at_the_gateway(
    installation: InstallationUnderTest, service: str
) -> None:
    public = {path: op for path, op in CONTRACTS[service].items() if "internal" not in op.get("tags", [])}

    statuses = {
        (method, path): installation.visitor()
        .request(method, "/api" + path.replace("{", "").replace("}", ""))
        .status_code
        for method, path in public
    }

    assert {path: status for path, status in statuses.items() if status != 401} == {}


def test_the_gateway_does_not_forward_internal_routes(installation: InstallationUnderTest, related: Related) -> None:
    admin = installation.api("admin")
    relationship_id = related(admin)
    installation.wait_until_applied()

    for name in ("timeline-entries", "effects"):
        assert admin.get(f"/api/v1/relationships/{relationship_id}/{name}").status_code == 404
        hidden = f"/api/v1/relationships/{relationship_id}%2F{name}"
        assert admin.get(hidden).status_code == 404
    assert admin.get(f"/api/v1/relationship-replicas/{relationship_id}").status_code == 404


def test_a_header_does_not_change_the_actor(
    installation: InstallationUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, service = installation.api("viewer"), installation.client("accounts", somebody("admin"))
    signed = installation.product.signer.token(somebody("admin"), "accounts")
    sent: list[Request] = []
    send = InProcess.send

    async def watched(self: InProcess, request: Request) -> Reply:
        sent.append(request)
        return await send(self, request)

    monkeypatch.setattr(InProcess, "send", watched)
    claims = {"x-actor": "admin", "x-forwarded-user": "admin", "cookie": "a=b", "connection": "x-actor", "te": "gzip"}

    answer = viewer.post("/api/v1/accounts", {"name": "Northwind", "kind": "sponsor"}, headers=claims)
    by_actor_token = installation.visitor().get("/api/v1/accounts", headers={"authorization": f"Bearer {signed}"})

    assert answer.status_code == 403
    assert by_actor_token.status_code == 401
    assert service.get("/v1/accounts").status_code == 200
    [request] = sent
    names = [b"accept", b"authorization", b"content-type", b"traceparent", b"x-request-id"]
    assert sorted(name for name, _ in request.headers) == names
    assert viewer.headers["authorization"].encode() not in dict(request.headers).values()


def test_versions_and_idempotency_keys_are_forwarded(installation: InstallationUnderTest) -> None:
    api = installation.api()
    key = {"idempotency-key": new_id()}
    command = {"name": "Halden", "kind": "provider"}

    first, again = (api.post("/api/v1/accounts", command, headers=key) for _ in range(2))
    other = api.post("/api/v1/accounts", command | {"name": "Other"}, headers=key)

    assert first.content == again.content
    assert other.status_code == 422
    assert other.json()["type"].endswith("/idempotency-key-reused")
    path = f"/api/v1/accounts/{first.json()['id']}"
    assert api.patch(path, {"name": "X"}).status_code == 428
    assert api.patch(path, {"name": "X"}, headers={"if-match": '"7"'}).status_code == 412
    changed = api.patch(path, {"name": "X"}, headers={"if-match": first.headers["etag"]})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert [event["data"]["name"] for event in installation.announced("accounts", first.json()["id"])] == [
        "Halden",
        "X",
    ]


def test_queries_and_texts_arrive_byte_for_byte(installation: InstallationUnderTest) -> None:
    api = installation.api()
    name = f'Ærø & Söhne 100% "{new_id()}"'
    made = api.post("/api/v1/accounts", {"name": name, "kind": "provider", "tags": ["a b"]})
    assert made.json()["name"] == name

    found = api.get("/api/v1/accounts", params={"q": name, "tag": "a b"})

    assert [item["name"] for item in found.json()["items"]] == [name]


def test_a_body_over_a_mebibyte_is_refused_declared_or_not(installation: InstallationUnderTest) -> None:
    api, large = installation.api(), b'{"name": "' + b"x" * 1_048_576 + b'"}'

    def in_pieces() -> object:
        async def pieces() -> object:  # an async generator: sent without a declared length
            for at in range(0, len(large), 65_536):
                yield large[at : at + 65_536]

        return pieces()

    for content in (large, in_pieces()):
        answer = api.request("POST", "/api/v1/accounts", content=content)

        assert answer.status_code == 413
        assert answer.json()["type"].endswith("/body-too-large")


@pytest.mark.parametrize("body", [b"{", b"[" * 1000, b'{"name": "\xff"}', b'{"name": NaN}'])
@pytest.mark.parametrize("path", ["/api/v1/accounts", "/api/v1/tokens"])
def test_a_body_that_is_not_json_is_refused(installation: InstallationUnderTest, path: str, body: bytes) -> None:
    answer = installation.api("admin").request("POST", path, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_route_is_404_and_another_method_405(installation: InstallationUnderTest) -> None:
    api = installation.api()

    assert api.get("/api/v1/nothing").status_code == 404
    answer = api.put("/api/v1/accounts", {})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_every_answer_has_security_headers_and_the_remaining_calls(installation: InstallationUnderTest) -> None:
    api = installation.api()
    for path in ("/api/v1/accounts", "/api/v1/me", "/api/v1/nothing", "/", "/api/docs", "/api/openapi.json"):
        headers = api.get(path).headers

        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["ratelimit-policy"] == '"default";q=1000;w=1, "link";q=10;w=1'
    assert api.get("/api/v1/accounts").headers["ratelimit"].startswith('"default";r=')


def test_a_principal_over_its_limit_waits_and_others_do_not(installation: InstallationUnderTest) -> None:
    eager, calm = installation.api("viewer"), installation.api("viewer")
    rates = installation.product.gateway.app.state.authenticator.rates
    most, rates.most = rates.most, 5
    try:
        # Twelve calls take far less than two seconds, so one second sees six of them or more.
        answers = [eager.get("/api/v1/accounts") for _ in range(12)]
        waiting = calm.get("/api/v1/accounts")
    finally:
        rates.most = most

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].headers["retry-after"] == "1"
    assert json.loads(refused[0].content)["type"].endswith("/too-many-requests")
    assert waiting.status_code == 200
