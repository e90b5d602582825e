"""What is archived keeps its external ids and its relationships; a refusal says so, and where it is restored."""

from services.engagements.vocabulary import EngagementType
from shared.ids import new_id
from tests.support.installation import HttpClient, InstallationUnderTest, somebody

TYPE = next(iter(EngagementType)).value


def _archive(client: HttpClient, path: str) -> None:
    answer = client.delete(path, headers={"if-match": client.get(path).headers["etag"]})
    assert answer.status_code == 204, answer.text


def test_the_external_id_of_an_archived_account_says_whose_it_is(installation: InstallationUnderTest) -> None:
    client, erp = installation.client("accounts"), new_id()
    body = {"name": "New 500", "kind": "provider", "external_ids": {"erp": erp}}
    account_id = client.post("/v1/accounts", body).json()["id"]
    _archive(client, f"/v1/accounts/{account_id}")

    refused = client.post("/v1/accounts", body)

    assert refused.status_code == 409
    problem = refused.json()
    assert problem["type"].endswith("/external-id-exists")
    assert problem["detail"] == (f'erp {erp} names another account, "New 500", which is archived and can be restored')
    assert (problem["id"], problem["is_archived"]) == (account_id, True)
    assert problem["restore"] == f"/api/v1/accounts/{account_id}/restoration"
    assert client.post(problem["restore"].removeprefix("/api")).status_code == 200


def test_an_external_id_in_use_says_whose_it_is(installation: InstallationUnderTest) -> None:
    client, erp = installation.client("accounts"), new_id()
    body = {"name": "Halden", "kind": "provider", "external_ids": {"erp": erp}}
    account_id = client.post("/v1/accounts", body).json()["id"]

    problem = client.post("/v1/accounts", body).json()

    assert problem["detail"] == f'erp {erp} names another account, "Halden"'
    assert (problem["id"], problem["is_archived"], "restore" in problem) == (account_id, False, False)


def test_an_archived_relationship_of_the_same_two_says_so(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    sponsor, provider = (
        client.post("/v1/accounts", {"name": kind, "kind": kind}).json()["id"] for kind in ("sponsor", "provider")
    )
    pair = {"sponsor_id": sponsor, "provider_id": provider}
    relationship_id = client.post("/v1/relationships", pair).json()["id"]
    _archive(client, f"/v1/relationships/{relationship_id}")

    problem = client.post("/v1/relationships", pair).json()

    assert problem["type"].endswith("/relationship-exists")
    assert "archived and can be restored" in problem["detail"]
    assert (problem["id"], problem["is_archived"]) == (relationship_id, True)
    assert client.post(problem["restore"].removeprefix("/api")).status_code == 200


def test_a_hidden_archived_record_is_not_given_away(installation: InstallationUnderTest) -> None:
    owner, stranger = installation.client("accounts"), installation.client("accounts", somebody("manager"))
    erp = new_id()
    named = {"name": "Hidden", "kind": "provider", "external_ids": {"erp": erp}}
    provider = owner.post("/v1/accounts", named).json()["id"]
    sponsor = owner.post("/v1/accounts", {"name": "Sponsor", "kind": "sponsor"}).json()["id"]
    pair = {"sponsor_id": sponsor, "provider_id": provider, "visibility": "restricted"}
    relationship_id = owner.post("/v1/relationships", pair).json()["id"]
    _archive(owner, f"/v1/relationships/{relationship_id}")
    _archive(owner, f"/v1/accounts/{provider}")

    problem = stranger.post("/v1/accounts", named).json()

    assert problem["detail"] == f"erp {erp} names another account"
    assert "id" not in problem
    assert "Hidden" not in str(problem)


def test_a_write_to_an_archived_relationship_or_engagement_says_where_it_is_restored(
    installation: InstallationUnderTest,
) -> None:
    accounts, engagements = installation.client("accounts"), installation.client("engagements")
    sponsor, provider = (
        accounts.post("/v1/accounts", {"name": kind, "kind": kind}).json()["id"] for kind in ("sponsor", "provider")
    )
    relationship_id = accounts.post("/v1/relationships", {"sponsor_id": sponsor, "provider_id": provider}).json()["id"]
    installation.wait_until_applied()
    project = {"relationship_id": relationship_id, "name": "P", "type": TYPE, "mode": "tactical", "complexity": 1}
    engagement_id = engagements.post("/v1/engagements", project).json()["id"]
    _archive(engagements, f"/v1/engagements/{engagement_id}")
    call = {"relationship_id": relationship_id, "kind": "call", "occurred_at": "2026-09-30T10:00:00Z", "summary": "x"}

    with_archived = engagements.post("/v1/interactions", call | {"engagement_id": engagement_id}).json()
    milestone = engagements.post(
        f"/v1/engagements/{engagement_id}/milestones", {"name": "M", "promised_on": "2026-09-30"}
    ).json()
    _archive(accounts, f"/v1/relationships/{relationship_id}")
    installation.wait_until_applied()
    logged = engagements.post("/v1/interactions", call).json()

    assert "names an engagement that is archived" in with_archived["detail"]
    assert milestone["restore"] == f"/api/v1/engagements/{engagement_id}/restoration"
    assert logged["type"].endswith("/relationship-archived")
    assert logged["restore"] == f"/api/v1/relationships/{relationship_id}/restoration"
