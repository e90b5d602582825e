"""What the product's own pure modules make of the demo's story: its evidence, and the projects its rungs stand on."""

from collections.abc import Iterator
from datetime import date

from services.engagements.ladder.rules import Project
from services.engagements.ladder.stages import StageChange, stage_dates
from services.engagements.vocabulary import EngagementMode, EngagementStage, EngagementType, WouldUseAgain
from services.gateway.demo.records import Delivery, Milestone, Relationship
from services.scorecards.scoring.evidence import (
    Evidence,
    Item,
    cancellation_evidence,
    delivery_evidence,
    interaction_evidence,
    lapse_evidence,
    make_item,
    milestone_evidence,
)
from services.scorecards.scoring.policy import DEFAULT_POLICY, Kind

POLICY = DEFAULT_POLICY
LAPSE_DAYS = 60


def items(relationship: Relationship, today: date) -> Iterator[Item]:
    """Every piece of evidence in a relationship's story, by the rules of docs/scoring.md."""
    for interaction in relationship.interactions:
        found = interaction_evidence(
            interaction.kind,
            interaction.experience,
            interaction.findings,
            interaction.occurred_at.date(),
            POLICY,
        )
        yield from _item("interaction", interaction.key, found)
    for delivery in relationship.deliveries:
        yield from _item("delivery", delivery.key, _delivered(delivery, today))
    for engagement in relationship.engagements:
        for milestone in engagement.milestones:
            yield from _item("milestone", f"{engagement.key} {milestone.name}", _reached(milestone, today))


def projects(relationship: Relationship) -> list[Project]:
    """The engagements as the ladder reads them; the first stage is the one it was created in."""
    return [
        Project(
            engagement.key,
            engagement.name,
            EngagementType(engagement.type),
            EngagementMode(engagement.mode),
            engagement.complexity,
            stage_dates(
                [
                    StageChange(
                        change.on,
                        EngagementStage(change.stage),
                        WouldUseAgain(change.would_use_again) if change.would_use_again else None,
                    )
                    for change in engagement.stages[1:]
                ],
                EngagementStage(engagement.stages[0].stage),
                engagement.starts_on,
                engagement.ends_on,
            ),
            engagement.predecessor,
        )
        for engagement in relationship.engagements
    ]


def governance_meetings(relationship: Relationship) -> list[date]:
    kinds = ("steering_committee", "executive_review")
    return [found.occurred_at.date() for found in relationship.interactions if found.kind in kinds]


def _delivered(delivery: Delivery, today: date) -> Evidence | None:
    if delivery.cancelled_on is not None:
        return cancellation_evidence(Kind.delivery, delivery.cancelled_on, "provider")
    if delivery.delivered_on is None:
        return _lapsed(Kind.delivery, delivery.promised_on, today)
    return delivery_evidence(
        delivery.promised_on, delivery.delivered_on, delivery.accepted, late_cause=delivery.late_cause
    )


def _reached(milestone: Milestone, today: date) -> Evidence | None:
    if milestone.completed_on is None:
        return _lapsed(Kind.milestone, milestone.promised_on, today)
    return milestone_evidence(
        milestone.promised_on, milestone.completed_on, milestone.outcome, late_cause=milestone.late_cause
    )


def _lapsed(kind: Kind, promised_on: date, today: date) -> Evidence | None:
    return lapse_evidence(kind, promised_on, POLICY) if (today - promised_on).days >= LAPSE_DAYS else None


def _item(source_kind: str, key: str, found: Evidence | None) -> Iterator[Item]:
    if found is not None:
        yield make_item(source_kind, key, found.kind, found.on, found.y, found.w)
