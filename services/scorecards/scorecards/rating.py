"""Answers, and the submission that closes a side."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from services.scorecards.events import ScorecardSubmitted
from services.scorecards.ledger.tables import ledger
from services.scorecards.policies.queries import current_policy
from services.scorecards.scorecards.changes import change, lock_card, lock_group, require, require_status, stored_name
from services.scorecards.scorecards.publishing import reveal
from services.scorecards.scorecards.queries import find_sheet, get_scorecard, questions_of, ratings_out
from services.scorecards.scorecards.ratings import MICRO, AnswerJson, aggregate, results
from services.scorecards.scorecards.rights import Card, is_revealed, may_rate
from services.scorecards.scorecards.schemas import Answer, PutRatings, RatingsOut, ScorecardOut
from services.scorecards.scorecards.tables import sheets
from services.scorecards.scoring.evidence import scorecard_evidence
from shared.auth import Actor
from shared.db.database import Tx
from shared.errors import Conflict, InvalidFields, Located, StaleVersion


class NothingRated(Conflict):
    slug, title = "nothing-rated", "Nobody of this side has answered anything"


def put_ratings(
    tx: Tx, scorecard_id: str, command: PutRatings, version: int, actor: Actor, now: datetime
) -> RatingsOut:
    """Replace the actor's answers. Nothing is announced: a draft is its rater's alone."""
    card = lock_card(tx, scorecard_id, actor, now, lambda card: require(may_rate(card, actor), "rate"))
    require_status(card, "draft")
    asked = [question["attribute"] for question in questions_of(tx, card["question_set_id"])]
    _check(tx, command.ratings, asked, card["relationship_id"])
    sheet = find_sheet(tx, scorecard_id, actor, is_locked=True)
    if version != (0 if sheet is None else sheet["version"]):
        raise StaleVersion()
    values = {
        "rater_name": stored_name(actor) or "",
        "rater_kind": "contact" if actor.kind == "link" else "actor",
        "version": version + 1,
        "answers": [answer.model_dump() for answer in command.ratings],
        "is_finished": command.is_finished or {answer.attribute for answer in command.ratings} == set(asked),
        "updated_at": now,
    }
    key = {"scorecard_id": scorecard_id, "rater_id": actor.actor_id}
    if sheet is None:
        tx.run(sa.insert(sheets).values(**key, **values))
    else:
        tx.run(sa.update(sheets).where(*(sheets.c[name] == value for name, value in key.items())).values(**values))
    return ratings_out(tx, card, values, actor)


def _check(tx: Tx, answers: Sequence[Answer], asked: Sequence[str], relationship_id: str) -> None:
    errors, seen = [], set()
    named: set[tuple[str, str]] = {(link.source_kind, link.source_id) for answer in answers for link in answer.evidence}
    known = _known(tx, named, relationship_id)
    for i, answer in enumerate(answers):
        if answer.attribute not in asked:
            errors.append(Located(pointer=f"/ratings/{i}/attribute", detail="is not asked on this card"))
        elif answer.attribute in seen:
            errors.append(Located(pointer=f"/ratings/{i}/attribute", detail="is answered already"))
        if answer.rating == "below" and not answer.comment:
            errors.append(Located(pointer=f"/ratings/{i}/comment", detail="say why: below needs a comment"))
        for j, link in enumerate(answer.evidence):
            if (link.source_kind, link.source_id) not in known:
                detail = "is no record of this relationship"
                errors.append(Located(pointer=f"/ratings/{i}/evidence/{j}/source_id", detail=detail))
        seen.add(answer.attribute)
    if errors:
        raise InvalidFields(errors)


def _known(tx: Tx, named: set[tuple[str, str]], relationship_id: str) -> set[tuple[str, str]]:
    if not named:
        return set()
    chosen = sa.select(ledger.c.source_kind, ledger.c.source_id).where(
        ledger.c.relationship_id == relationship_id,
        ledger.c.source_id.in_({source_id for _, source_id in named}),
        sa.not_(ledger.c.is_retracted),
        ledger.c.is_private.is_not(True),
    )
    return {(row.source_kind, row.source_id) for row in tx.run(chosen)}


def submit_card(tx: Tx, scorecard_id: str, actor: Actor, now: datetime) -> ScorecardOut:
    """Close the side: its finished sheets and the actor's own count, others are left out."""
    card, group = lock_group(tx, scorecard_id, actor, now, lambda card: require(may_rate(card, actor), "submit"))
    require_status(card, "draft")
    counted = _close_sheets(tx, card, actor, now)
    policy, questions = current_policy(), questions_of(tx, card["question_set_id"])
    ratings = aggregate([question["attribute"] for question in questions], counted, policy.rating_y)
    importances = [question["importance"] for question in questions]
    evidence = scorecard_evidence(importances, [rating["value"] for rating in ratings], policy)
    y, w = (None, None) if evidence is None else (round(part * MICRO) for part in evidence)
    changed, _ = change(
        tx, card, ScorecardSubmitted, actor, now,
        status="submitted", ratings=ratings, results=results(questions, ratings), y_micro=y, w_micro=w,
        is_blind=not any(is_revealed(row, now) for row in group), submitted_at=now, submitted_by=actor.actor_id,
    )  # fmt: skip
    reveal(tx, [changed if row is card else row for row in group], now)
    return get_scorecard(tx, scorecard_id, actor, now)


def _close_sheets(tx: Tx, card: Card, actor: Actor, now: datetime) -> list[list[AnswerJson]]:
    own = sheets.c.rater_id == actor.actor_id
    of_card = sheets.c.scorecard_id == card["scorecard_id"]
    tx.run(sa.update(sheets).where(of_card, own).values(is_finished=True))
    found = tx.run(sa.select(sheets.c.answers).where(of_card, sheets.c.is_finished).order_by(sheets.c.rater_id))
    counted = [answers for answers in found.scalars() if answers]
    if not counted:
        raise NothingRated()
    return counted
