"""What the gateway does when others announce: store who may read what, queue mail, note what open pages read again."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from services.gateway.live.usecases import LiveEntryValues, add_live_entries
from services.gateway.mail import queue
from services.gateway.mail.schemas import MailTemplate
from services.gateway.replicas.queries import members, relationships
from services.gateway.replicas.tables import RelationshipRow
from shared.auth import Side
from shared.db.database import Tx
from shared.db.replicas import drop_past, put_newest, put_teams
from shared.events import Fact
from shared.messaging.handlers import Handlers


@dataclass
class PendingChanges:
    """The live entries that a batch has noted and not yet written."""

    live_entries: list[LiveEntryValues] = field(default_factory=list)


handlers = Handlers("entente.accounts", "entente.engagements", "entente.scorecards", begin_batch=PendingChanges)

ENGAGEMENTS = [
    *(f"engagements.interaction_{verb}.v1" for verb in ("logged", "corrected", "retracted")),
    *(f"engagements.delivery_{verb}.v1" for verb in ("recorded", "corrected", "retracted", "lapsed", "cancelled")),
    *(f"engagements.milestone_{verb}.v1" for verb in ("recorded", "completed", "reopened", "lapsed", "cancelled")),
    "engagements.engagement_recorded.v1",
    "engagements.standing_changed.v1",
]
SCORECARDS = [
    "scorecards.tier_changed.v1",
    "scorecards.score_changed.v1",
    *(
        f"scorecards.scorecard_{verb}.v1"
        for verb in ("opened", "submitted", "signed", "published", "disputed", "resolved", "reopened", "waived")
    ),
    "scorecards.action_plan_recorded.v1",
]


class RelationshipFact(Fact):
    visibility: str
    team: list[str]


class NoticeFact(Fact):
    scorecard_id: str
    recipient_id: str
    recipient_kind: Literal["user", "contact"]
    template: MailTemplate
    side: Side
    rating_link_id: str | None
    link_expires_at: datetime | None


class HappenedFact(Fact):
    relationship_id: str
    is_private: bool = False
    author_id: str | None = None


@handlers.on("accounts.relationship_recorded.v1")
def put_relationship(tx: Tx, fact: RelationshipFact, now: datetime, pending: PendingChanges) -> bool:
    row: RelationshipRow = {
        "relationship_id": fact.id,
        "epoch": fact.epoch,
        "version": fact.version,
        "is_restricted": fact.visibility != "open",
    }
    if not put_newest(tx, relationships, [row]):
        return False
    put_teams(tx, members, {fact.id: sorted(set(fact.team))})
    _note(pending, "accounts.relationship_recorded.v1", fact.id, fact.id, None)
    return True


@handlers.on("scorecards.notice_due.v1")
def queue_mail(tx: Tx, fact: NoticeFact, now: datetime, pending: PendingChanges) -> bool:
    return queue.enqueue(tx, fact.id, now, **fact.model_dump(exclude={"id", "version", "epoch"}))


def _note_live(type: str) -> None:
    @handlers.on(type)
    def note(tx: Tx, fact: HappenedFact, now: datetime, pending: PendingChanges) -> None:
        # A note without a known author concerns only admins.
        only = (fact.author_id or fact.id) if fact.is_private else None
        _note(pending, type, fact.id, fact.relationship_id, only)


for _type in (*ENGAGEMENTS, *SCORECARDS):
    _note_live(_type)


@handlers.after_restore("accounts", relationships)
def drop_relationships(tx: Tx, epoch: int, now: datetime) -> None:
    gone = sa.select(relationships.c.relationship_id).where(relationships.c.epoch < epoch)
    tx.run(sa.delete(members).where(members.c.relationship_id.in_(gone)))
    drop_past(tx, epoch, relationships)


def _note(pending: PendingChanges, type: str, subject_id: str, relationship_id: str, only_actor_id: str | None) -> None:
    pending.live_entries.append(
        {"type": type, "subject_id": subject_id, "relationship_id": relationship_id, "only_actor_id": only_actor_id}
    )


@handlers.after_batch
def write_live_entries(tx: Tx, pending: PendingChanges, now: datetime) -> None:
    """Write what the batch noted."""
    if pending.live_entries:
        add_live_entries(tx, pending.live_entries, now)
