"""What scorecards does when others announce. Each model names only what this service needs of the event."""

import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime

from services.scorecards import restoring
from services.scorecards.ledger import usecases
from services.scorecards.ledger.usecases import PendingChanges, Source
from services.scorecards.policies.queries import current_policy
from services.scorecards.replicas.tables import accounts, contacts, engagements, relationships, standings
from services.scorecards.scoring.evidence import (
    Evidence,
    cancellation_evidence,
    delivery_evidence,
    interaction_evidence,
    lapse_evidence,
    milestone_evidence,
)
from services.scorecards.scoring.policy import Kind
from services.scorecards.table import Table
from services.scorecards.tiers.usecases import canonical_export, rebuild_scores
from shared.clock import utc_day
from shared.db.database import Database, Tx
from shared.events import Fact, topic_of
from shared.ids import Id
from shared.messaging.bus import Record
from shared.messaging.consumer import apply
from shared.messaging.handlers import Drop, Handler, Handlers

handlers = Handlers("entente.accounts", "entente.engagements", begin_batch=PendingChanges)
REPLAY_BATCH = 5000


class AccountRecorded(Fact):
    name: str
    kind: str
    size: str | None = None
    region: str | None = None
    tags: list[str] = []
    archived: bool = False


class ContactRecorded(Fact):
    """An erasure says no function; what it erased stays archived for ever, as its version is the highest."""

    account_id: Id
    function: str | None = None
    archived: bool = True


class RelationshipRecorded(Fact):
    sponsor_id: Id
    provider_id: Id
    owner_id: Id
    team: list[Id]
    visibility: Literal["open", "restricted"]
    started_on: date | None = None
    archived: bool = False


class StandingChanged(Fact):
    relationship_id: Id
    rung: str
    last_contact_on: date | None = None
    last_business_review_on: date | None = None
    next_touch_due_on: date | None = None


class EngagementRecorded(Fact):
    relationship_id: Id
    type: str
    mode: str
    complexity: int
    stage: str
    contracted_on: date | None = None
    closed_on: date | None = None
    archived: bool = False


class Happening(Fact):
    """What an entry of the ledger needs of any event; a retraction needs no more."""

    event_id: Id
    relationship_id: Id
    engagement_id: Id | None = None


class InteractionLogged(Happening):
    kind: str
    occurred_at: AwareDatetime
    experience: str | None = None
    findings: str | None = None
    attributes: list[str] | None = None
    is_private: bool | None = None


class Promise(Happening):
    promised_on: date
    late_cause: str | None = None
    lapsed_on: date | None = None
    cancelled_on: date | None = None
    cancelled_by: str | None = None
    weight: float = 1.0


class DeliveryRecorded(Promise):
    delivered_on: date | None = None
    accepted: bool = True


class MilestoneRecorded(Promise):
    completed_on: date | None = None
    outcome: str | None = None


@handlers.on("accounts.account_recorded.v1")
def apply_account(tx: Tx, fact: AccountRecorded, now: datetime, pending: PendingChanges) -> None:
    known = fact.model_dump(include={"epoch", "version", "name", "kind", "size", "region", "tags"})
    usecases.apply_account(pending, account_id=fact.id, is_archived=fact.archived, **known)


@handlers.on("accounts.contact_recorded.v1", "accounts.contact_erased.v1")
def apply_contact(tx: Tx, fact: ContactRecorded, now: datetime, pending: PendingChanges) -> None:
    known = fact.model_dump(include={"epoch", "version", "account_id", "function"})
    usecases.apply_contact(pending, contact_id=fact.id, is_archived=fact.archived, **known)


@handlers.on("accounts.relationship_recorded.v1")
def apply_relationship(tx: Tx, fact: RelationshipRecorded, now: datetime, pending: PendingChanges) -> None:
    known = fact.model_dump(include={"epoch", "version", "sponsor_id", "provider_id", "owner_id", "started_on"})
    usecases.apply_relationship(
        pending,
        fact.team,
        relationship_id=fact.id,
        is_restricted=fact.visibility == "restricted",
        is_archived=fact.archived,
        **known,
    )


@handlers.on("engagements.standing_changed.v1")
def apply_standing(tx: Tx, fact: StandingChanged, now: datetime, pending: PendingChanges) -> None:
    usecases.apply_standing(pending, **fact.model_dump(exclude={"id"}))


@handlers.on("engagements.engagement_recorded.v1")
def apply_engagement(tx: Tx, fact: EngagementRecorded, now: datetime, pending: PendingChanges) -> None:
    known = fact.model_dump(exclude={"id", "archived"})
    usecases.apply_engagement(pending, engagement_id=fact.id, is_archived=fact.archived, **known)


@handlers.on("engagements.interaction_logged.v1", "engagements.interaction_corrected.v1")
def enter_interaction(tx: Tx, fact: InteractionLogged, now: datetime, pending: PendingChanges) -> None:
    on = utc_day(fact.occurred_at)
    usecases.enter(
        pending,
        _source("interaction", fact),
        interaction_evidence(fact.kind, fact.experience, fact.findings, on, current_policy()),
        on=on,
        status="done",
        done_on=on,
        event_kind=fact.kind,
        experience=fact.experience,
        findings=fact.findings,
        attributes=fact.attributes,
        is_private=fact.is_private,
        occurred_at=fact.occurred_at,
        occurred_version=fact.version,
        engagement_id=fact.engagement_id,
    )


@handlers.on(
    "engagements.delivery_recorded.v1",
    "engagements.delivery_corrected.v1",
    "engagements.delivery_lapsed.v1",
    "engagements.delivery_cancelled.v1",
)
def enter_delivery(tx: Tx, fact: DeliveryRecorded, now: datetime, pending: PendingChanges) -> None:
    evidence = None
    if fact.delivered_on is not None:
        evidence = delivery_evidence(
            fact.promised_on, fact.delivered_on, fact.accepted, fact.weight, late_cause=fact.late_cause
        )
    _enter_promise(pending, Kind.delivery, fact, fact.delivered_on, evidence, is_accepted=fact.accepted)


@handlers.on(
    "engagements.milestone_recorded.v1",
    "engagements.milestone_corrected.v1",
    "engagements.milestone_completed.v1",
    "engagements.milestone_reopened.v1",
    "engagements.milestone_lapsed.v1",
    "engagements.milestone_cancelled.v1",
)
def enter_milestone(tx: Tx, fact: MilestoneRecorded, now: datetime, pending: PendingChanges) -> None:
    evidence = None
    if fact.completed_on is not None:
        evidence = milestone_evidence(
            fact.promised_on, fact.completed_on, fact.outcome, fact.weight, late_cause=fact.late_cause
        )
    _enter_promise(pending, Kind.milestone, fact, fact.completed_on, evidence, outcome=fact.outcome)


@handlers.on("engagements.interaction_retracted.v1")
def retract_interaction(tx: Tx, fact: Happening, now: datetime, pending: PendingChanges) -> None:
    source = _source("interaction", fact)
    usecases.enter(pending, source, retracted=True, status="retracted", occurred_version=fact.version)


@handlers.on("engagements.delivery_retracted.v1")
def retract_delivery(tx: Tx, fact: Happening, now: datetime, pending: PendingChanges) -> None:
    usecases.enter(pending, _source("delivery", fact), retracted=True, status="retracted")


@handlers.on("engagements.milestone_retracted.v1")
def retract_milestone(tx: Tx, fact: Happening, now: datetime, pending: PendingChanges) -> None:
    usecases.enter(pending, _source("milestone", fact), retracted=True, status="retracted")


@handlers.after_restore("accounts", relationships, accounts, contacts)
def drop_of_accounts(tx: Tx, epoch: int, now: datetime) -> None:
    restoring.drop_of_accounts(tx, epoch, now)


@handlers.after_restore("engagements", standings, engagements)
def drop_of_engagements(tx: Tx, epoch: int, now: datetime) -> None:
    restoring.drop_of_engagements(tx, epoch, now)


@handlers.after_batch
def flush(tx: Tx, pending: PendingChanges, now: datetime) -> None:
    usecases.flush(tx, pending, now)


def _source(source_kind: str, fact: Happening) -> Source:
    return Source(source_kind, fact.id, fact.relationship_id, fact.epoch, fact.version, fact.event_id)


def _enter_promise(
    pending: PendingChanges, kind: Kind, fact: Promise, done_on: date | None, evidence: Evidence | None, *,
    is_accepted: bool | None = None, outcome: str | None = None,
) -> None:  # fmt: skip
    # A promise that was called off, or kept after all, no longer counts as left open.
    status, on = ("open", fact.promised_on) if done_on is None else ("done", done_on)
    if fact.cancelled_on is not None:
        status, on = "cancelled", fact.cancelled_on
        evidence = cancellation_evidence(kind, on, fact.cancelled_by or "", fact.weight)
    elif done_on is None and fact.lapsed_on is not None:
        status, on = "lapsed", fact.lapsed_on
        evidence = lapse_evidence(kind, fact.promised_on, current_policy(), fact.weight, fact.late_cause)
    usecases.enter(
        pending,
        _source(kind, fact),
        evidence,
        on=on,
        status=status,
        promised_on=fact.promised_on,
        done_on=done_on,
        late_cause=fact.late_cause,
        engagement_id=fact.engagement_id,
        is_accepted=is_accepted,
        outcome=outcome,
    )


class ScorecardPublished(Happening):
    period_ends_on: date
    y: float | None = None
    w: float | None = None


def enter_published(tx: Tx, fact: ScorecardPublished, now: datetime, pending: PendingChanges) -> None:
    """Only when the bus is read again from its start: live, a card enters the ledger as it is published."""
    usecases.enter_scorecard(pending, _source("scorecard", fact), fact.period_ends_on, fact.y, fact.w)


REPLAYED_TOPICS = (*handlers.topics, topic_of("scorecards"))
_REPLAYED = {"scorecards.scorecard_published.v1": Handler(ScorecardPublished, enter_published)}
_DROPPED: dict[str, Drop] = {
    "engagements": partial(restoring.drop_of_engagements, is_scored=False),
    "scorecards": restoring.drop_own,
}


def replayed_export(records: Iterable[Record], now: datetime) -> Iterator[bytes]:
    """The canonical export of what the bus holds, read from its start into an empty ledger of its own."""
    with replayed(records, now) as database:
        rebuild_scores(database, now)
        with database.read() as tx:
            yield from canonical_export(tx)


@contextmanager
def replayed(records: Iterable[Record], now: datetime) -> Iterator[Database]:
    """A database of its own, gone afterwards, to which these records were applied; nothing in it is scored."""
    replaying = Handlers(*REPLAYED_TOPICS, begin_batch=PendingChanges)
    replaying.by_type = handlers.by_type | _REPLAYED
    replaying.drops = handlers.drops | _DROPPED
    replaying.flush = lambda tx, pending, at: usecases.store(tx, pending, at) and None
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'replay.sqlite'}", Table.metadata)
        try:
            Table.metadata.create_all(database.engine)
            remaining = iter(records)
            while chunk := list(islice(remaining, REPLAY_BATCH)):
                apply("scorecards-replay", database, replaying, chunk, lambda: now, threading.Event())
            yield database
        finally:
            database.close()
