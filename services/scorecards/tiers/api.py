"""Routes of tiers, and of what the gateway composes from."""

from datetime import datetime
from typing import Annotated

from fastapi import Query

from services.scorecards.parameters import FromDay, ToDay
from services.scorecards.tiers import queries
from services.scorecards.tiers.schemas import EffectsOut, HistoryOut, Step, TierOut, TimelineKind, TimelineOut
from shared.auth import READ
from shared.errors import InvalidField
from shared.http.pages import LIMIT_MOST, After, Limit, Text
from shared.http.routing import Api, CurrentActor, Now, Read
from shared.ids import Id
from shared.values import Day, Instant

api = Api(prefix="/v1")

SourceIds = Annotated[tuple[Id, ...], Query(alias="source_id", min_length=1, max_length=LIMIT_MOST)]
Kinds = Annotated[tuple[TimelineKind, ...], Query(alias="kind", max_length=20)]


@api.get("/relationships/{relationship_id}/tier", rule=READ, tags=["tiers"])
def get_tier(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    as_of: Day | None = None,
    contributions_limit: Limit = 50,
    after: After = None,
) -> TierOut:
    """Answers score and tier at the end of a day, and why: what each kind and item of evidence adds, what the next tier
    would take, and where silence leads. Items come the weightiest first, in pages of `contributions_limit`.
    `relationship-not-found` where the relationship is unknown or hidden."""
    return queries.get_tier(tx, relationship_id, as_of, contributions_limit, after, actor, now)


@api.get("/relationships/{relationship_id}/tier/history", rule=READ, tags=["tiers"])
def get_tier_history(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    from_on: FromDay = None,
    to_on: ToDay = None,
    step: Step | None = None,
) -> HistoryOut:
    """Answers score and tier over time, both days included, and every change of the tier; without days from the first
    evidence to today. `invalid-field` where the days and `step` give more than 1,500 points. `relationship-not-found`
    where the relationship is unknown or hidden."""
    return queries.get_tier_history(tx, relationship_id, from_on, to_on, step, actor, now)


@api.get("/relationships/{relationship_id}/timeline-entries", rule=READ, tags=["internal"])
def list_timeline_entries(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    kinds: Kinds = (),
    after_at: Instant | None = None,
    after_id: Text = None,
    before_at: Instant | None = None,
    before_id: Text = None,
    limit: Limit = 50,
) -> TimelineOut:
    """Answers this service's part of a relationship's timeline: changes of the tier, newest first."""
    after, before = _position("after", after_at, after_id), _position("before", before_at, before_id)
    return queries.list_timeline_entries(tx, relationship_id, kinds, after, before, limit, actor, now)


def _position(name: str, at: datetime | None, entry_id: str | None) -> tuple[datetime, str] | None:
    if at is None and entry_id is None:
        return None
    if at is None or entry_id is None:
        raise InvalidField(f"{name}_id", f"{name}_at and {name}_id go together")
    return at, entry_id


@api.get("/relationships/{relationship_id}/effects", rule=READ, tags=["internal"])
def get_effects(relationship_id: Id, source_ids: SourceIds, tx: Read, actor: CurrentActor, now: Now) -> EffectsOut:
    """Answers what each of these records does to the score today, in points; what is no evidence is left out."""
    return queries.get_effects(tx, relationship_id, source_ids, actor, now)
