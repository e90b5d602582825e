"""Private notes are for their author and admins only."""

from tests.engagements.scene import Scene, at, if_match, problem, scene
from tests.support.installation import InstallationUnderTest, somebody


def private_note(here: Scene, **more: object) -> dict[str, object]:
    return here.interaction(kind="note", summary="Between us", is_private=True, **more)


def test_a_private_note_is_hidden_from_other_readers_of_the_relationship(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    engagement = here.engagement()["id"]
    note = private_note(here, engagement_id=engagement)

    for other in (here.client("manager"), here.client("viewer")):
        unknown = other.get(f"/v1/interactions/{here.unknown_id}")
        assert other.get(f"/v1/interactions/{note['id']}").content == unknown.content
        assert unknown.status_code == 404
        for path in (
            f"interactions?relationship_id={here.relationship_id}",
            f"interactions?engagement_id={engagement}",
            f"interactions?author_id={here.owner.actor_id}",
            f"relationships/{here.relationship_id}/timeline-entries",
        ):
            assert str(note["id"]) not in other.get("/v1/" + path).text


def test_other_actors_can_neither_correct_nor_retract_nor_refer_to_a_private_note(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)
    note = private_note(here)
    other = here.client("manager")
    path = f"/v1/interactions/{note['id']}"

    assert other.patch(path, {"is_private": False}, headers=if_match(1)).status_code == 404
    assert other.post(path + "/retraction", {"reason": "x"}).status_code == 404
    action = {"relationship_id": here.relationship_id, "title": "x", "interaction_id": note["id"]}
    assert other.post("/v1/actions", action).status_code == 422
    assert here.get(f"interactions/{note['id']}")["version"] == 1


def test_the_author_and_admins_read_a_private_note(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    note = private_note(here)
    timeline = f"/v1/relationships/{here.relationship_id}/timeline-entries"

    for reader in (here.owner, somebody("admin")):
        client = installation.client("engagements", reader)
        assert client.get(f"/v1/interactions/{note['id']}").json() == note
        assert [entry["id"] for entry in client.get(timeline).json()["items"]] == [note["id"]]


def test_the_event_of_a_private_note_names_its_author_and_carries_no_text(installation: InstallationUnderTest) -> None:
    here = scene(installation)
    note = private_note(here)

    [(kind, event)] = here.announced(str(note["id"]))

    assert (kind, event["is_private"], event["author_id"]) == ("interaction_logged", True, here.owner.actor_id)
    assert "Between us" not in str(event)


def test_the_external_id_of_a_private_note_is_refused_without_naming_the_note(
    installation: InstallationUnderTest,
) -> None:
    here = scene(installation)
    note = private_note(here, external_id="n-1")
    body = {"relationship_id": here.relationship_id, "kind": "note", "occurred_at": at(), "summary": "x"}

    answer = here.client("manager").post("/v1/interactions", body | {"external_id": "n-1"})

    assert problem(answer) == (409, "external-id-exists")
    assert str(note["id"]) not in answer.text
