"""What accounts announce is kept by what is newest, however often and in whatever order it comes."""

import itertools
from typing import Any

import sqlalchemy as sa

from services.engagements.handlers import (
    ContactFact,
    PendingChanges,
    RelationshipFact,
    apply_contact,
    apply_erasure,
    apply_relationship,
    refresh_standings,
)
from services.engagements.replicas.tables import contacts, members, relationships
from shared.ids import new_id
from tests.engagements.scene import day
from tests.support.installation import InstallationUnderTest


def fact(relationship_id: str, epoch: int, version: int, team: list[str], **more: Any) -> RelationshipFact:
    values = {"sponsor_id": team[0], "provider_id": team[0], "owner_id": team[0], "visibility": "restricted"} | more
    return RelationshipFact(
        id=relationship_id, epoch=epoch, version=version, team=team, started_on=None, archived=False, **values
    )


def test_the_newest_fact_by_epoch_and_version_stays_in_any_order_and_twice(installation: InstallationUnderTest) -> None:
    database, now = installation.product.databases["engagements"], installation.clock()
    actors = [new_id() for _ in range(3)]
    versions = [(1, 1), (1, 9), (2, 2)]

    for order in itertools.permutations(range(3)):
        relationship_id = new_id()
        facts = [fact(relationship_id, *newness, [actor]) for newness, actor in zip(versions, actors, strict=True)]
        pending = PendingChanges()
        with database.write() as tx:
            for each in order * 2:
                apply_relationship(tx, facts[each], now, pending)
            refresh_standings(tx, pending, now)
        with database.read() as tx:
            kept = tx.run(sa.select(relationships).where(relationships.c.relationship_id == relationship_id)).one()
            team = tx.run(sa.select(members.c.actor_id).where(members.c.relationship_id == relationship_id))
            assert (kept.epoch, kept.version, kept.owner_id) == (2, 2, actors[2])
            assert list(team.scalars()) == [actors[2]]
        assert len(installation.announced("engagements", f"standing:{relationship_id}")) == 1


def test_a_relationship_of_unknown_visibility_stays_hidden(installation: InstallationUnderTest) -> None:
    relationship_id, owner, pending, now = new_id(), new_id(), PendingChanges(), installation.clock()
    with installation.product.databases["engagements"].write() as tx:
        apply_relationship(tx, fact(relationship_id, 1, 1, [owner], visibility="secret"), now, pending)
        refresh_standings(tx, pending, now)

    assert installation.client("engagements").get(f"/v1/relationships/{relationship_id}/ladder").status_code == 404


def test_an_erased_contact_stays_erased(installation: InstallationUnderTest) -> None:
    contact_id, now = new_id(), installation.clock()
    recorded, erased = (ContactFact(id=contact_id, epoch=1, version=version, archived=False) for version in (1, 2))
    database = installation.product.databases["engagements"]

    pending = PendingChanges()
    with database.write() as tx:
        assert apply_erasure(tx, erased, now, pending)
        assert apply_contact(tx, recorded, now, pending) is False
        assert apply_erasure(tx, erased, now, pending) is False

    with database.read() as tx:
        assert tx.run(sa.select(contacts.c.is_erased).where(contacts.c.contact_id == contact_id)).scalar() is True


def test_a_changed_review_cadence_moves_the_next_contact_due(installation: InstallationUnderTest) -> None:
    relationship_id, owner, now = new_id(), new_id(), installation.clock()
    for version, cadence in ((1, None), (2, "monthly")):
        pending = PendingChanges()
        with installation.product.databases["engagements"].write() as tx:
            known = fact(relationship_id, 1, version, [owner], review_cadence=cadence)
            apply_relationship(tx, known.model_copy(update={"started_on": now.date()}), now, pending)
            refresh_standings(tx, pending, now)

    due = [
        each["data"]["next_touch_due_on"]
        for each in installation.announced("engagements", f"standing:{relationship_id}")
    ]
    assert due[0] == day(180)
    assert day(27) < due[1] < day(32)
