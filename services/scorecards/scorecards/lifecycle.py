"""What may come after: a dispute and its resolution, a new revision; and a side that is passed over."""

from datetime import datetime

import sqlalchemy as sa

from services.scorecards.events import ScorecardDisputed, ScorecardReopened, ScorecardResolved, ScorecardWaived
from services.scorecards.ledger.tables import ledger
from services.scorecards.notices.usecases import notify_of_dispute
from services.scorecards.review_cycles.periods import local_day
from services.scorecards.scorecards.changes import WrongStatus, change, lock_group, require, require_status
from services.scorecards.scorecards.publishing import reveal
from services.scorecards.scorecards.queries import get_scorecard, questions_of
from services.scorecards.scorecards.rights import REOPENED_FROM, may_dispute, may_manage, may_reopen
from services.scorecards.scorecards.schemas import Because, DisputeCard, ResolveDispute, ScorecardOut
from services.scorecards.scorecards.tables import disputes, signatures
from shared.auth import Actor
from shared.db.database import Tx
from shared.errors import InvalidField
from shared.ids import new_id


def dispute_card(tx: Tx, scorecard_id: str, command: DisputeCard, actor: Actor, now: datetime) -> ScorecardOut:
    """The card stays evidence until it is resolved or replaced."""
    card, _ = lock_group(tx, scorecard_id, actor, now, lambda card: require(may_dispute(card, actor), "dispute"))
    require_status(card, "published")
    asked = {question["attribute"] for question in questions_of(tx, card["question_set_id"])}
    for i, attribute in enumerate(command.attributes):
        if attribute not in asked:
            raise InvalidField(f"/attributes/{i}", "is not asked on this card")
    tx.run(
        sa.insert(disputes).values(
            dispute_id=new_id(), scorecard_id=scorecard_id, revision=card["revision"], raised_by=actor.actor_id,
            raised_at=now, reason=command.reason, attributes=command.attributes,
        )
    )  # fmt: skip
    change(tx, card, ScorecardDisputed, actor, now, reason=command.reason, status="disputed")
    notify_of_dispute(tx, card, actor.actor_id, now)
    return get_scorecard(tx, scorecard_id, actor, now)


def resolve_dispute(tx: Tx, scorecard_id: str, command: ResolveDispute, actor: Actor, now: datetime) -> ScorecardOut:
    """The card stands as it is, and the answer with it; to change it, reopen it."""
    card, _ = lock_group(tx, scorecard_id, actor, now, lambda card: require(may_manage(card, actor), "resolve"))
    require_status(card, "disputed")
    _resolve_open_dispute(tx, scorecard_id, command.resolution, actor, now)
    change(tx, card, ScorecardResolved, actor, now, reason=command.resolution, status="resolved")
    return get_scorecard(tx, scorecard_id, actor, now)


def _resolve_open_dispute(tx: Tx, scorecard_id: str, resolution: str, actor: Actor, now: datetime) -> None:
    is_open = (disputes.c.scorecard_id == scorecard_id, disputes.c.resolved_at.is_(None))
    resolved = {"resolved_by": actor.actor_id, "resolved_at": now, "resolution": resolution}
    tx.run(sa.update(disputes).where(*is_open).values(**resolved))


def reopen_card(tx: Tx, scorecard_id: str, command: Because, actor: Actor, now: datetime) -> ScorecardOut:
    """A new revision, answered from the sheets as they are. The signature is void; what was published stays evidence
    until the new revision is."""
    card, _ = lock_group(tx, scorecard_id, actor, now, lambda card: require(may_reopen(card, actor, now), "reopen"))
    require_status(card, *REOPENED_FROM)
    is_valid = (signatures.c.scorecard_id == scorecard_id, signatures.c.voided_at.is_(None))
    tx.run(sa.update(signatures).where(*is_valid).values(voided_at=now))
    _resolve_open_dispute(tx, scorecard_id, f"reopened: {command.reason}"[:2000], actor, now)
    emptied = dict.fromkeys(
        ("ratings", "results", "y_micro", "w_micro", "is_blind", "submitted_at", "submitted_by", "signed_at",
         "published_at")
    )  # fmt: skip
    revision = card["revision"] + 1
    change(tx, card, ScorecardReopened, actor, now, reason=command.reason, status="draft", revision=revision, **emptied)
    return get_scorecard(tx, scorecard_id, actor, now)


def waive_card(tx: Tx, scorecard_id: str, command: Because, actor: Actor, now: datetime) -> ScorecardOut:
    """Pass over a side that is late: it counts as nothing, not as zero."""
    card, group = lock_group(tx, scorecard_id, actor, now, lambda card: require(may_manage(card, actor), "waive"))
    require_status(card, "draft")
    if local_day(now, card["time_zone"]) <= card["due_on"]:
        raise WrongStatus(f"a side is passed over only after its due day, {card['due_on']}")
    if _is_evidence(tx, scorecard_id):
        raise WrongStatus("an earlier revision of the card was published, and counts until another one is")
    changed, _ = change(tx, card, ScorecardWaived, actor, now, reason=command.reason, status="waived")
    reveal(tx, [changed if row is card else row for row in group], now)
    return get_scorecard(tx, scorecard_id, actor, now)


def _is_evidence(tx: Tx, scorecard_id: str) -> bool:
    entry = sa.select(ledger.c.source_id).where(ledger.c.source_kind == "scorecard", ledger.c.source_id == scorecard_id)
    return tx.run(entry).first() is not None
