"""Creating an account."""

from tests.support.installation import InstallationUnderTest, somebody


def test_without_an_actor_token_nothing_is_created(installation: InstallationUnderTest) -> None:
    answer = installation.stranger("accounts").post("/v1/accounts", {"name": "Acme", "kind": "sponsor"})

    assert answer.status_code == 401
    assert answer.json()["type"].endswith("/not-signed-in")


def test_a_viewer_may_not_create_accounts(installation: InstallationUnderTest) -> None:
    answer = installation.client("accounts", somebody("viewer")).post(
        "/v1/accounts", {"name": "Acme", "kind": "sponsor"}
    )

    assert answer.status_code == 403


def test_a_created_account_is_announced(installation: InstallationUnderTest) -> None:
    manager = installation.client("accounts")

    answer = manager.post("/v1/accounts", {"name": "Northwind", "kind": "sponsor", "size": "mid", "tags": ["oncology"]})

    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    [event] = installation.announced("accounts", answer.json()["id"])
    assert event["type"] == "accounts.account_recorded.v1"
    assert event["data"]["name"] == "Northwind"
    assert event["data"]["version"] == 1
    installation.wait_until_applied()
