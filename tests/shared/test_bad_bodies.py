"""What is not a request that a service understands is refused with its pointer; the service stays up."""

import pytest

from shared.db.keyset import encode_cursor
from shared.ids import new_id
from tests.support.installation import InstallationUnderTest

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (b"{", 400, "malformed-json"),
        (b"", 422, "invalid-field"),
        (b"[1]", 422, "invalid-field"),
        (b'{"name": NaN, "kind": "sponsor"}', 400, "malformed-json"),
        (b'{"name": "\xff", "kind": "sponsor"}', 400, "malformed-json"),
        (b'{"name": "a\\u0000b", "kind": "sponsor"}', 400, "malformed-json"),
        (b'{"name": "\\ud800", "kind": "sponsor"}', 400, "malformed-json"),
        (b"[" * 1000 + b"]" * 1000, 400, "malformed-json"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, 400, "malformed-json"),
        (b'{"name": "' + b"x" * 2_000_000 + b'", "kind": "sponsor"}', 413, "body-too-large"),
    ],
)
def test_a_bad_body_is_a_problem_with_a_stable_type(
    installation: InstallationUnderTest, body: bytes, status: int, slug: str
) -> None:
    client = installation.client("accounts")

    answer = client.request("POST", "/v1/accounts", content=body, headers=JSON)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/" + slug)
    assert client.get("/v1/accounts", params={"limit": 1}).status_code == 200


def test_unknown_and_wrong_fields_are_all_named_at_once(installation: InstallationUnderTest) -> None:
    answer = installation.client("accounts").post(
        "/v1/accounts", {"name": "", "kind": "friend", "colour": "red", "parent_id": "x", "external_ids": {"erp": ""}}
    )

    assert answer.status_code == 422
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"/name", "/kind", "/colour", "/parent_id", "/external_ids/erp"}


def test_a_bad_cursor_limit_or_id_is_named(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")

    for params, pointer in (({"after": "%%%"}, "after"), ({"limit": 0}, "limit"), ({"limit": 201}, "limit")):
        answer = client.get("/v1/accounts", params=params)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert client.get("/v1/accounts/not-an-id").status_code == 422


def test_an_unknown_path_and_method_are_problems_too(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")

    assert client.get("/v1/nothing").json()["type"].endswith("/not-found")
    answer = client.put("/v1/accounts", {})
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (405, "method-not-allowed")


@pytest.mark.parametrize(
    ("service", "path", "values"),
    [
        ("engagements", "/v1/interactions", ["0001-01-01T00:00:00+23:59", "x"]),
        ("engagements", "/v1/interactions", ["9999-12-31T23:59:59-23:59", "x"]),
        ("engagements", "/v1/interactions", ["20260930T143000Z", "x"]),
        ("engagements", "/v1/interactions", [True, "x"]),
        ("scorecards", "/v1/portfolio", [2**80, "x"]),
        ("scorecards", "/v1/portfolio", [True, "x"]),
        ("scorecards", "/v1/portfolio?sort=last_contact", ["20260930", "x"]),
        ("scorecards", "/v1/portfolio?sort=last_contact", ["99999-12-31", "x"]),
        ("accounts", "/v1/accounts", [2**80, "x"]),
        ("accounts", "/v1/accounts", ["x"]),
    ],
)
def test_a_cursor_beyond_what_a_database_holds_is_named(
    installation: InstallationUnderTest, service: str, path: str, values: list[object]
) -> None:
    answer = installation.client(service).get(f"{path}{'&' if '?' in path else '?'}after={encode_cursor(values)}")

    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 422:
        assert answer.json()["errors"] == [{"pointer": "after", "detail": "is not a cursor of this list"}]


@pytest.mark.parametrize("number", [2**31, 2**63, 2**80, 10**400, -1, "1e3", "٣"])
def test_a_number_beyond_what_a_database_holds_is_named(installation: InstallationUnderTest, number: int | str) -> None:
    client, template = installation.client("scorecards"), new_id()

    for path in (f"/v1/tier-policies/{number}", f"/v1/scorecard-templates/{template}/versions/{number}"):
        assert client.get(path).status_code == 422
    assert client.get("/v1/portfolio", params={"limit": str(number)}).status_code == 422


def test_what_is_no_json_is_named_by_its_line_and_column(installation: InstallationUnderTest) -> None:
    answer = installation.client("accounts").request("POST", "/v1/accounts", content=b'{"name": }', headers=JSON)

    assert answer.json()["detail"].startswith("it cannot be read from line 1, column 10 on")


@pytest.mark.parametrize(
    "number", ["9" * 25, "9" * 400, "9" * 4299, "9" * 5000, "9" * 100_000, "1e400", "-1e999"], ids=len
)
def test_a_number_beyond_what_is_stored_is_named_in_a_body(installation: InstallationUnderTest, number: str) -> None:
    client = installation.client("accounts")
    fields = f'{{"name": "Halden", "kind": "provider", "custom_fields": {{"x": {number}}}}}'
    wrong = f'{{"name": {number}, "kind": {number}}}'

    for body in (fields, wrong):
        answer = client.request("POST", "/v1/accounts", content=body.encode(), headers=JSON)
        assert answer.status_code in (400, 422), answer.text
        assert len(answer.json()["detail"]) < 300
        assert len({error["pointer"] for error in answer.json().get("errors", [])}) < 3
