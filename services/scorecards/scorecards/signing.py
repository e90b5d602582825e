"""Signing: who, when, its meaning, and the hash of the snapshot (docs/design/reliability.md, Signing a scorecard)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from services.scorecards.events import ScorecardSigned
from services.scorecards.scorecards.changes import change, lock_group, require, require_status
from services.scorecards.scorecards.publishing import reveal
from services.scorecards.scorecards.queries import get_scorecard, questions_of
from services.scorecards.scorecards.rights import Card, may_sign
from services.scorecards.scorecards.schemas import ScorecardOut, SignCard
from services.scorecards.scorecards.tables import ScorecardRow, sheets, signatures
from shared.auth import Actor
from shared.db.database import Tx
from shared.errors import Forbidden
from shared.ids import new_id


class ReauthenticationRequired(Forbidden):
    slug, title = "reauthentication-required", "Give the password again to sign"


def sign_card(tx: Tx, scorecard_id: str, command: SignCard, actor: Actor, now: datetime) -> ScorecardOut:
    """Sign what was submitted; where both sides are revealed it is published at once."""

    def permit(card: Card) -> None:
        require(may_sign(card, actor), "sign")
        if not actor.is_reauthenticated:
            raise ReauthenticationRequired()

    card, group = lock_group(tx, scorecard_id, actor, now, permit)
    require_status(card, "submitted")
    snapshot = snapshot_of(tx, card)
    tx.run(
        sa.insert(signatures).values(
            signature_id=new_id(), scorecard_id=scorecard_id, revision=card["revision"], actor_id=actor.actor_id,
            name=actor.name, meaning=command.meaning, signed_at=now, snapshot=snapshot,
            snapshot_sha256=hashlib.sha256(snapshot.encode()).hexdigest(), voided_at=None,
        )
    )  # fmt: skip
    changed, _ = change(tx, card, ScorecardSigned, actor, now, reason=command.meaning, status="signed", signed_at=now)
    reveal(tx, [changed if row is card else row for row in group], now)
    return get_scorecard(tx, scorecard_id, actor, now)


def snapshot_of(tx: Tx, card: ScorecardRow) -> str:
    """Canonical JSON of what a signature is for: sorted keys, no spaces, so that the same content has the same hash."""
    of_card = sa.select(sheets).where(sheets.c.scorecard_id == card["scorecard_id"], sheets.c.is_finished)
    raters = tx.run(of_card.order_by(sheets.c.rater_id)).mappings()
    columns: Mapping[str, object] = card
    said: dict[str, object] = {
        name: columns[name]
        for name in (
            "scorecard_id", "revision", "review_cycle_id", "relationship_id", "side", "period_starts_on",
            "period_ends_on", "template_id", "template_version", "profile", "ratings", "results", "submitted_by",
        )
    }  # fmt: skip
    said["questions"] = questions_of(tx, card["question_set_id"])
    said["raters"] = [{name: row[name] for name in ("rater_id", "rater_name", "answers")} for row in raters]
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
