"""Where relationships stand: the engagements as the ladder reads them, the touches, the standing and the replica."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from services.engagements.access import Row, check_relationship
from services.engagements.engagements.tables import engagements, stage_changes
from services.engagements.interactions.tables import interactions
from services.engagements.ladder import rules
from services.engagements.ladder.rules import Project, Rung
from services.engagements.ladder.schemas import (
    LadderOut,
    NextRungOut,
    ProofOut,
    ProvingEngagement,
    RungChangeOut,
    RungOut,
)
from services.engagements.ladder.stages import StageChange, StageDates, stage_dates
from services.engagements.ladder.trends import trends
from services.engagements.values import AHEAD, FIRST_DAY
from services.engagements.vocabulary import (
    EXECUTIVE_TOUCH_KINDS,
    EngagementMode,
    EngagementStage,
    EngagementType,
    WouldUseAgain,
)
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx
from shared.errors import InvalidField


def get_ladder(tx: Tx, relationship_id: str, as_of: date | None, actor: Actor, now: datetime) -> LadderOut:
    """The ladder as known on a day, today unless said, by the days on which things happened."""
    check_relationship(tx, relationship_id, actor)
    today = utc_day(now)
    day = today if as_of is None else as_of
    if not FIRST_DAY <= day <= today + AHEAD:
        raise InvalidField("as_of", "lies between 1970 and two years from today")
    projects = projects_of(tx, [relationship_id])[relationship_id]
    touches = executive_touches_of(tx, [relationship_id], day)[relationship_id]
    names = {project.engagement_id: project.name for project in projects}
    standing = rules.standing(projects, touches, day)
    above = standing.next

    def proving(engagement_ids: Sequence[str]) -> list[ProvingEngagement]:
        return [ProvingEngagement(id=each, name=names[each]) for each in engagement_ids]

    return LadderOut(
        relationship_id=relationship_id,
        as_of=day,
        settings_version=standing.settings_version,
        **rung_out(standing.rung).model_dump(),
        proofs=[
            ProofOut(**rung_out(rung).model_dump(), engagements=proving(ids)) for rung, ids in standing.proofs.items()
        ],
        next=None if above is None else NextRungOut(**rung_out(above.rung).model_dump(), needs=list(above.needs)),
        history=[
            RungChangeOut(
                on=change.on,
                before=rung_out(change.before),
                after=rung_out(change.after),
                because=proving(change.because),
                missing=list(change.missing),
            )
            for change in rules.history(projects, touches, day)
        ],
        trends=trends(projects, day),
    )


def rung_out(rung: Rung) -> RungOut:
    return RungOut(rung=rung.name, label=rung.label)


def projects_of(tx: Tx, relationship_ids: Sequence[str]) -> dict[str, list[Project]]:
    """What the ladder reads of the engagements that are not archived, by relationship."""
    changes: dict[str, list[StageChange]] = {}
    history = sa.select(stage_changes).where(stage_changes.c.relationship_id.in_(relationship_ids))
    for row in tx.run(history.order_by(stage_changes.c.stage_change_id)).mappings():
        changes.setdefault(row["engagement_id"], []).append(stage_change(row))
    projects: dict[str, list[Project]] = {relationship_id: [] for relationship_id in relationship_ids}
    live = sa.select(engagements).where(
        engagements.c.relationship_id.in_(relationship_ids), engagements.c.archived_at.is_(None)
    )
    for row in tx.run(live).mappings():
        projects[row["relationship_id"]].append(
            Project(
                engagement_id=row["engagement_id"],
                name=row["name"],
                type=EngagementType(row["type"]),
                mode=EngagementMode(row["mode"]),
                complexity=row["complexity"],
                dates=dates_of(row, changes.get(row["engagement_id"], ())),
                predecessor_id=row["predecessor_id"],
            )
        )
    return projects


def stage_change(row: Row) -> StageChange:
    answer = row["would_use_again"]
    return StageChange(row["on"], EngagementStage(row["stage"]), None if answer is None else WouldUseAgain(answer))


def dates_of(engagement: Row, changes: Sequence[StageChange]) -> StageDates:
    """Changes in the order in which they were entered."""
    stage = EngagementStage(engagement["created_stage"])
    return stage_dates(changes, stage, engagement["starts_on"], engagement["ends_on"])


def executive_touches_of(tx: Tx, relationship_ids: Sequence[str], until: date) -> dict[str, set[date]]:
    """The days, up to and including `until`, of steering committees and executive reviews, by relationship."""
    touches: dict[str, set[date]] = {relationship_id: set() for relationship_id in relationship_ids}
    held = sa.select(interactions.c.relationship_id, interactions.c.occurred_at).where(
        interactions.c.relationship_id.in_(relationship_ids),
        interactions.c.kind.in_(sorted(EXECUTIVE_TOUCH_KINDS)),
        interactions.c.retracted_at.is_(None),
        interactions.c.occurred_at < day_after(until),
    )
    for row in tx.run(held):
        touches[row.relationship_id].add(utc_day(row.occurred_at))
    return touches


def day_after(day: date) -> datetime:
    """The first instant that is no longer on that day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)
