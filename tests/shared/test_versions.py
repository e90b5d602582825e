"""ETag and If-Match: nobody overwrites what they have not seen."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.support.installation import Client, InstallationUnderTest


def made(client: Client) -> dict[str, Any]:
    answer = client.post("/v1/accounts", {"name": "Seen", "kind": "provider"})
    assert answer.headers["etag"] == '"1"'
    return dict(answer.json())


def test_a_change_without_if_match_is_refused(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    account = made(client)

    for answer in (
        client.patch(f"/v1/accounts/{account['id']}", {"name": "New"}),
        client.delete(f"/v1/accounts/{account['id']}"),
    ):
        assert answer.status_code == 428
        assert answer.json()["type"].endswith("/version-required")


def test_a_change_of_a_version_that_is_no_longer_is_refused(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    account = made(client)
    seen = {"if-match": '"1"'}
    assert client.patch(f"/v1/accounts/{account['id']}", {"name": "New"}, headers=seen).headers["etag"] == '"2"'

    answer = client.patch(f"/v1/accounts/{account['id']}", {"name": "Newer"}, headers=seen)

    assert answer.status_code == 412
    assert client.get(f"/v1/accounts/{account['id']}").json()["name"] == "New"


def test_of_two_changes_at_once_one_is_refused(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    account = made(client)

    def change(name: str) -> int:
        return client.patch(f"/v1/accounts/{account['id']}", {"name": name}, headers={"if-match": '"1"'}).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(change, ["One", "Two"]))

    assert statuses == [200, 412]
    assert len(installation.announced("accounts", account["id"])) == 2


def test_an_if_match_that_is_no_etag_is_named(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    account = made(client)

    answer = client.patch(f"/v1/accounts/{account['id']}", {"name": "New"}, headers={"if-match": "yesterday"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "If-Match"
