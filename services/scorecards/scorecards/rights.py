"""What an actor may do with a card: the table of roles (docs/design/contract.md, Who)."""

from datetime import datetime
from typing import Literal

from services.scorecards.review_cycles.periods import local_day
from services.scorecards.review_cycles.tables import PeopleJson
from services.scorecards.scorecards.schemas import (
    ScorecardStep,
)
from services.scorecards.scorecards.tables import ScorecardRow
from shared.auth import Actor

PUBLISHED = ("published", "disputed", "resolved")


REOPENED_FROM = ("submitted", "signed", *PUBLISHED, "waived")


class Card(ScorecardRow):
    """A row of `scorecards` with what its rights depend on, and the names that it is shown by."""

    owner_id: str
    sponsor_id: str
    provider_id: str
    is_archived: bool
    sponsor_name: str
    provider_name: str
    raters: dict[str, PeopleJson]
    signers: dict[str, PeopleJson]
    time_zone: str
    cadence: str
    fiscal_year_start_month: int
    on_team: bool


def is_revealed(card: ScorecardRow, now: datetime) -> bool:
    return card["revealed_at"] is not None or card["reveals_at"] <= now


def sees_content(card: ScorecardRow, actor: Actor, now: datetime) -> bool:
    """Of its own side always, admins and tokens included; of the other from the reveal on."""
    return actor.side == card["side"] or is_revealed(card, now)


def may_rate(card: Card, actor: Actor) -> bool:
    return actor.side == card["side"] and _is_entitled(card, actor, "raters")


def may_sign(card: Card, actor: Actor) -> bool:
    """Clients never sign."""
    return actor.side == card["side"] and actor.kind != "client" and _is_entitled(card, actor, "signers")


def may_dispute(card: Card, actor: Actor) -> bool:
    return actor.side == "sponsor" and actor.kind != "link" and _is_entitled(card, actor, "signers")


def may_manage(card: Card, actor: Actor) -> bool:
    """Resolve, waive, send links: the sponsor's office keeps the process of both sides' cards."""
    is_responsible = actor.actor_id == card["owner_id"] or card["on_team"]
    is_manager = actor.role == "manager" and actor.side == "sponsor"
    return actor.kind != "link" and (actor.is_admin or (is_manager and is_responsible))


def may_reopen(card: Card, actor: Actor, now: datetime) -> bool:
    """Its own side, but not by a link; from the reveal on the sponsor's office too, for either side's."""
    if actor.kind == "link":
        return False
    if actor.side == card["side"] and (may_rate(card, actor) or may_sign(card, actor)):
        return True
    return may_manage(card, actor) and sees_content(card, actor, now)


def _is_entitled(card: Card, actor: Actor, what: Literal["raters", "signers"]) -> bool:
    """The table of docs/design/contract.md, Who: people of the provider side by their team; the sponsor's by role.

    A cycle that leaves out the owner or the team takes this from them.
    """
    if actor.kind == "link" or actor.is_admin:
        return True
    asked = card[what].get(card["side"]) or PeopleJson()
    is_named = actor.actor_id in asked.get("actor_ids", ())
    is_owner = actor.actor_id == card["owner_id"] and asked.get("owner", True)
    is_responsible = is_owner or (card["on_team"] and asked.get("team", True))
    if actor.side == "provider":
        return bool(card["on_team"] and (is_named or is_responsible))
    return is_named if actor.role == "reviewer" else actor.role == "manager" and (is_named or is_responsible)


def what_may(card: Card, actor: Actor, now: datetime) -> list[ScorecardStep]:
    """What this actor can do with the card as it stands."""
    if card["is_archived"]:
        return []
    status, manages = card["status"], may_manage(card, actor)
    is_late = local_day(now, card["time_zone"]) > card["due_on"]
    allowed: dict[ScorecardStep, bool] = {
        "rate": status == "draft" and may_rate(card, actor),
        "submit": status == "draft" and may_rate(card, actor),
        "sign": status == "submitted" and may_sign(card, actor),
        "dispute": status == "published" and may_dispute(card, actor),
        "resolve": status == "disputed" and manages,
        "reopen": status in REOPENED_FROM and may_reopen(card, actor, now),
        "waive": status == "draft" and manages and is_late,
        "link": status == "draft" and manages,
    }
    return [verb for verb, is_allowed in allowed.items() if is_allowed]
