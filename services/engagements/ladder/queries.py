"""Reads of the ladder, and of the engagements and executive contacts that it is computed from."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from services.engagements.access import check_relationship
from services.engagements.engagements.tables import EngagementRow, StageChangeRow, engagements, stage_changes
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
from services.engagements.values import AHEAD
from services.engagements.vocabulary import (
    EXECUTIVE_CONTACT_KINDS,
    EngagementMode,
    EngagementStage,
    EngagementType,
    WouldUseAgain,
)
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx
from shared.errors import InvalidField
from shared.values import FIRST_DAY


def get_ladder(tx: Tx, relationship_id: str, as_of: date | None, actor: Actor, now: datetime) -> LadderOut:
    """The ladder as known on a day, by default today, by the days on which things happened."""
    check_relationship(tx, relationship_id, actor)
    today = utc_day(now)
    day = today if as_of is None else as_of
    if not FIRST_DAY <= day <= today + AHEAD:
        raise InvalidField("as_of", f'"{as_of}" does not lie between 1970-01-01 and two years from today')
    projects = projects_of(tx, [relationship_id])[relationship_id]
    contacts = executive_contacts_of(tx, [relationship_id], day)[relationship_id]
    names = {project.engagement_id: project.name for project in projects}
    standing = rules.standing(projects, contacts, day)
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
            for change in rules.history(projects, contacts, day)
        ],
        trends=trends(projects, day),
    )


def rung_out(rung: Rung) -> RungOut:
    return RungOut(rung=rung.name, label=rung.label)


def projects_of(tx: Tx, relationship_ids: Sequence[str]) -> dict[str, list[Project]]:
    """What the ladder reads of the engagements that are not archived, by relationship."""
    changes: dict[str, list[StageChange]] = {}
    history = sa.select(stage_changes).where(stage_changes.c.relationship_id.in_(relationship_ids))
    for row in tx.rows(history.order_by(stage_changes.c.stage_change_id), StageChangeRow):
        changes.setdefault(row["engagement_id"], []).append(stage_change(row))
    projects: dict[str, list[Project]] = {relationship_id: [] for relationship_id in relationship_ids}
    live = sa.select(engagements).where(
        engagements.c.relationship_id.in_(relationship_ids), engagements.c.archived_at.is_(None)
    )
    for engagement in tx.rows(live, EngagementRow):
        projects[engagement["relationship_id"]].append(
            Project(
                engagement_id=engagement["engagement_id"],
                name=engagement["name"],
                type=EngagementType(engagement["type"]),
                mode=EngagementMode(engagement["mode"]),
                complexity=engagement["complexity"],
                dates=dates_of(engagement, changes.get(engagement["engagement_id"], ())),
                predecessor_id=engagement["predecessor_id"],
            )
        )
    return projects


def stage_change(row: StageChangeRow) -> StageChange:
    answer = row["would_use_again"]
    return StageChange(row["on"], EngagementStage(row["stage"]), None if answer is None else WouldUseAgain(answer))


def dates_of(engagement: EngagementRow, changes: Sequence[StageChange]) -> StageDates:
    """Changes in the order in which they were entered."""
    stage = EngagementStage(engagement["created_stage"])
    return stage_dates(changes, stage, engagement["starts_on"], engagement["ends_on"])


def executive_contacts_of(tx: Tx, relationship_ids: Sequence[str], until: date) -> dict[str, set[date]]:
    """The days, up to and including `until`, of steering committees and executive reviews, by relationship."""
    contacts: dict[str, set[date]] = {relationship_id: set() for relationship_id in relationship_ids}
    chosen = sa.select(interactions.c.relationship_id, interactions.c.occurred_at).where(
        interactions.c.relationship_id.in_(relationship_ids),
        interactions.c.kind.in_(sorted(EXECUTIVE_CONTACT_KINDS)),
        interactions.c.retracted_at.is_(None),
        interactions.c.occurred_at < day_after(until),
    )
    for row in tx.run(chosen):
        contacts[row.relationship_id].add(utc_day(row.occurred_at))
    return contacts


def day_after(day: date) -> datetime:
    """The first instant that is no longer on that day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)
