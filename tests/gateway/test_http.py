"""What the API does with any request, by HTTP's own rules: methods, forms, tags, ids, compression."""

import json
import re
from pathlib import Path

import pytest

from shared.derived.openapi import operations
from shared.ids import new_id
from tests.support.installation import ApiClient, InstallationUnderTest

UNNAMED = {"x-request-id": ""}
NOBODY = "019a0000-0000-7000-8000-000000000009"
"""The id of no account."""


@pytest.fixture
def api(installation: InstallationUnderTest) -> ApiClient:
    return installation.api()


def made(api: ApiClient, **more: object) -> dict[str, object]:
    answer = api.post("/api/v1/accounts", {"name": f"Tern {new_id()}", "kind": "provider"} | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


# Query parameters


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("externalId=x", "external_id"),
        ("Kind=provider", "kind"),
        ("limits=5", "limit"),
        ("order=name", "here are after"),
    ],
)
def test_an_unknown_query_parameter_is_refused_with_the_nearest_known_name(
    api: ApiClient, query: str, near: str
) -> None:
    answer = api.get("/api/v1/accounts?" + query)

    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "unknown-parameter")
    assert [error["pointer"] for error in body["errors"]] == [query.split("=")[0]]
    assert near in body["errors"][0]["detail"]


@pytest.mark.parametrize("path", ["users", "relationships/{}/timeline", "relationships/{}/tier", "portfolio", "setup"])
def test_every_service_refuses_an_unknown_query_parameter(installation: InstallationUnderTest, path: str) -> None:
    answer = installation.api("admin").get(f"/api/v1/{path.format(new_id())}?nonsense=1")

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-parameter")


def test_a_calendar_takes_what_its_program_adds_to_the_address(api: ApiClient) -> None:
    assert api.get("/api/v1/me/reviews.ics?cache=1").status_code == 200


# Methods


def test_head_answers_the_headers_of_get_without_a_body(api: ApiClient) -> None:
    account = made(api)
    for path in (f"/api/v1/accounts/{account['id']}", "/api/v1/me", "/api/openapi.json", "/api/docs", "/"):
        as_it_is = {"accept-encoding": "identity"}
        got, head = api.get(path, headers=as_it_is), api.request("HEAD", path, headers=as_it_is)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers.get("content-length") == got.headers.get("content-length")


def test_head_of_a_stream_ends(api: ApiClient) -> None:
    answer = api.request("HEAD", "/api/v1/events")

    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/accounts", "GET, HEAD, OPTIONS, POST"),
        ("/api/v1/users", "GET, HEAD, OPTIONS, POST"),
        ("/api/v1/session", "DELETE, OPTIONS, POST"),
        (f"/api/v1/accounts/{NOBODY}", "DELETE, GET, HEAD, OPTIONS, PATCH"),
    ],
)
def test_allow_names_every_method_of_an_address(api: ApiClient, path: str, allowed: str) -> None:
    options, refused = api.request("OPTIONS", path), api.request("TRACE", path)

    assert (options.status_code, options.headers["allow"], options.content) == (204, allowed, b"")
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
    assert refused.json()["code"] == "method-not-allowed"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/accounts", "/api/v1/nonsense", "/.well-known/nonsense"])
def test_an_unknown_address_of_programs_is_a_problem_and_never_a_page(
    installation: InstallationUnderTest, method: str, path: str
) -> None:
    answer = installation.visitor().request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not-found"


# Forms


def test_a_body_without_a_content_type_is_json(api: ApiClient) -> None:
    body = json.dumps({"name": f"Plain {new_id()}", "kind": "provider"}).encode()

    assert api.request("POST", "/api/v1/accounts", content=body).status_code == 201


@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", "text/plain", "application/xml"])
def test_a_body_of_another_form_is_415(api: ApiClient, form: str) -> None:
    answer = api.request("POST", "/api/v1/accounts", content=b"name=Tern", headers={"content-type": form})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")
    assert form in answer.json()["detail"]


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("text/html, application/xhtml+xml, */*;q=0.8", 200),
        ("application/*", 200),
        ("application/json;q=0.5, text/csv", 200),
        ("application/problem+json", 200),
        ("text/csv", 406),
        ("application/json;q=0", 406),
    ],
)
def test_an_answer_is_given_in_a_form_that_is_accepted_or_not_at_all(api: ApiClient, accept: str, status: int) -> None:
    for path in ("/api/v1/accounts", "/api/v1/me"):
        assert api.get(path, headers={"accept": accept}).status_code == status


# Tags


@pytest.mark.parametrize("path", ["accounts/{}", "me", "accounts", "portfolio/summary"])
def test_what_is_unchanged_is_answered_304_without_a_body(api: ApiClient, path: str) -> None:
    address = "/api/v1/" + path.format(made(api)["id"])
    tag = api.get(address).headers["etag"]

    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = api.get(address, headers={"if-none-match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        assert "content-type" not in answer.headers
    assert api.get(address, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_tag_changes_with_what_belongs_to_another_record(api: ApiClient) -> None:
    ends = {f"{kind}_id": made(api, kind=kind)["id"] for kind in ("sponsor", "provider")}
    relationship = api.post("/api/v1/relationships", ends).json()
    address = f"/api/v1/relationships/{relationship['id']}"
    tag = api.get(address).headers["etag"]

    renamed = {"name": f"Renamed {new_id()}"}
    changed = api.patch(f"/api/v1/accounts/{ends['provider_id']}", renamed, headers={"if-match": '"1"'})
    assert changed.status_code == 200

    answer = api.get(address, headers={"if-none-match": tag})
    assert (answer.status_code, answer.json()["version"]) == (200, relationship["version"])
    assert answer.json()["provider_name"] == renamed["name"]


def test_the_tag_of_an_answer_goes_as_if_match(api: ApiClient) -> None:
    address = f"/api/v1/accounts/{made(api)['id']}"
    tag = api.get(address).headers["etag"]
    assert re.fullmatch(r'"1-[0-9a-f]{16}"', tag)

    assert api.patch(address, {"region": "europe"}, headers={"if-match": tag}).status_code == 200
    assert api.patch(address, {"region": None}, headers={"if-match": tag}).status_code == 412


# What was made, and keys


def test_what_was_made_is_read_at_its_location(api: ApiClient) -> None:
    account = api.post("/api/v1/accounts", {"name": f"Tern {new_id()}", "kind": "provider"})
    contact = {"name": "Ines Roth", "function": "quality"}
    of_account = api.post(f"/api/v1/accounts/{account.json()['id']}/contacts", contact)

    assert account.headers["location"] == f"/api/v1/accounts/{account.json()['id']}"
    assert of_account.headers["location"] == f"/api/v1/contacts/{of_account.json()['id']}"
    for answer in (account, of_account):
        assert api.get(answer.headers["location"]).json()["id"] == answer.json()["id"]


def test_every_route_that_makes_something_says_where(installation: InstallationUnderTest) -> None:
    document = installation.visitor().get("/api/openapi.json").json()

    for (method, path), operation in operations(document).items():
        for status, response in operation["responses"].items():
            says_where = "Location" in response.get("headers", {})
            assert says_where or status not in ("201", "202") or path.endswith("/signing-code"), (method, path)
            assert not says_where or status in ("201", "202")


def test_a_quoted_key_is_the_same_key_and_a_replay_says_so(api: ApiClient) -> None:
    key, body = new_id(), {"name": f"Tern {new_id()}", "kind": "provider"}
    first = api.post("/api/v1/accounts", body, headers={"idempotency-key": key})

    again = api.post("/api/v1/accounts", body, headers={"idempotency-key": f'"{key}"'})

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


# Ids of requests


@pytest.mark.parametrize("path", ["accounts", "me", f"accounts/{NOBODY}", "nonsense"])
def test_every_answer_says_the_id_and_the_trace_of_its_request(api: ApiClient, path: str) -> None:
    trace = f"00-{'ab' * 16}-{'cd' * 8}-00"
    given = {"x-request-id": "order-7", "traceparent": trace}

    answer, other = api.get(f"/api/v1/{path}", headers=given), api.get(f"/api/v1/{path}", headers=UNNAMED)

    assert answer.headers["x-request-id"] == "order-7"
    assert answer.headers["traceparent"][3:35] == trace[3:35]
    assert re.fullmatch(r"[0-9a-f]{32}", other.headers["x-request-id"])
    for each in (answer, other):
        assert each.status_code == 200 or each.json()["request_id"] == each.headers["x-request-id"]


@pytest.mark.parametrize("given", ["two words", "x" * 129, "ä".encode().decode("latin-1")])
def test_an_id_that_is_no_plain_word_is_not_taken(api: ApiClient, given: str) -> None:
    answer = api.get("/api/v1/me", headers={"x-request-id": given.encode("latin-1")})

    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


# Compression


def test_an_answer_is_compressed_as_the_client_accepts(api: ApiClient) -> None:
    plain = api.get("/api/openapi.json", headers={"accept-encoding": "identity"})
    for encoding in ("gzip", "br", "zstd"):
        answer = api.get("/api/openapi.json", headers={"accept-encoding": encoding})
        assert answer.headers["content-encoding"] == encoding
        assert "accept-encoding" in answer.headers["vary"].lower()
        assert answer.content == plain.content  # the client undoes it
        assert int(answer.headers["content-length"]) < len(plain.content) / 4
    assert "content-encoding" not in plain.headers


# Refusals


def test_the_type_of_a_refusal_is_a_page_about_it(installation: InstallationUnderTest) -> None:
    visitor = installation.visitor()
    refused = visitor.get("/api/v1/accounts").json()
    document = visitor.get("/api/openapi.json").json()

    assert (refused["code"], refused["type"]) == ("not-signed-in", "/api/problems/not-signed-in")
    assert "Not signed in" in visitor.get(refused["type"]).text
    assert len(document["x-problems"]) > 60
    for problem in document["x-problems"]:
        page = visitor.get("/api/problems/" + problem["code"])
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert problem["code"] in page.text
        assert problem["description"]
    assert visitor.get("/api/problems/nonsense").json()["code"] == "not-found"


# Other origins


def test_a_page_of_another_origin_calls_with_a_token_only_where_its_origin_is_set(
    installation: InstallationUnderTest, tmp_path: Path
) -> None:
    preflight = {"origin": "https://portal.example.org", "access-control-request-method": "POST"}
    urls = f"sqlite:///{tmp_path}/{{service}}.sqlite", f"sqlite:///{tmp_path}/events.sqlite"

    with InstallationUnderTest(*urls, tmp_path, cors_origins="https://portal.example.org") as open_to_it:
        asked = open_to_it.visitor().request("OPTIONS", "/api/v1/accounts", headers=preflight)
        answer = open_to_it.api().get("/api/v1/accounts", headers={"origin": preflight["origin"]})
        other = open_to_it.api().get("/api/v1/accounts", headers={"origin": "https://other.example.org"})

    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, preflight["origin"])
    assert answer.headers["access-control-allow-origin"] == preflight["origin"]
    assert "etag" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in other.headers
    refused = installation.visitor().request("OPTIONS", "/api/v1/accounts", headers=preflight)
    assert "access-control-allow-origin" not in refused.headers
