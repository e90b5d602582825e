"""Who is reviewed in a period: a cycle's audience as one filter, read in batches of relationships."""

from collections.abc import Sequence
from typing import TypedDict

import sqlalchemy as sa

from services.scorecards.portfolio.tables import portfolio
from services.scorecards.replicas.tables import accounts, engagements, relationships
from services.scorecards.review_cycles.periods import Period
from services.scorecards.review_cycles.tables import ReviewCycleRow
from shared.db.database import Tx

sponsors = accounts.alias("sponsor")
providers = accounts.alias("provider")


class Candidate(TypedDict):
    """A relationship of the audience, with what its profile is made of."""

    relationship_id: str
    sponsor_size: str | None
    provider_region: str | None
    is_known: bool
    engagement_type: str | None


def audience_batch(tx: Tx, cycle: ReviewCycleRow, period: Period, after: str, limit: int) -> Sequence[Candidate]:
    """The next relationships of the audience by id, each with what its profile is made of.

    `is_known` says whether both its accounts are; where not, no filter by accounts leaves it out.
    """
    following = _audience(tx, cycle, period).where(relationships.c.relationship_id > after)
    return tx.rows(following.limit(limit), Candidate)


def _audience(tx: Tx, cycle: ReviewCycleRow, period: Period) -> sa.Select[tuple[object, ...]]:
    chosen = cycle["audience"]
    # Version 0 stands for an account that has not been announced yet.
    is_known = sa.and_(sa.func.coalesce(sponsors.c.version, 0) > 0, sa.func.coalesce(providers.c.version, 0) > 0)
    statement = (
        sa.select(
            relationships.c.relationship_id,
            sponsors.c.size.label("sponsor_size"),
            providers.c.region.label("provider_region"),
            is_known.label("is_known"),
            _engagement_type(cycle, period).label("engagement_type"),
        )
        .outerjoin(sponsors, sponsors.c.account_id == relationships.c.sponsor_id)
        .outerjoin(providers, providers.c.account_id == relationships.c.provider_id)
        .where(
            sa.not_(relationships.c.is_archived),
            sa.or_(relationships.c.started_on.is_(None), relationships.c.started_on <= period.ends_on),
        )
        .order_by(relationships.c.relationship_id)
    )
    for name in ("owner_ids", "relationship_ids"):
        if chosen[name]:
            statement = statement.where(relationships.c[name.removesuffix("s")].in_(chosen[name]))
    if chosen["tiers"]:
        in_tier = sa.select(portfolio.c.relationship_id).where(portfolio.c.tier.in_(chosen["tiers"]))
        statement = statement.where(relationships.c.relationship_id.in_(in_tier))
    of_accounts: list[sa.ColumnElement[bool]] = []
    if chosen["regions"]:
        of_accounts.append(providers.c.region.in_(chosen["regions"]))
    if chosen["sizes"]:
        of_accounts.append(providers.c.size.in_(chosen["sizes"]))
    if chosen["tags"]:
        of_accounts.append(sa.or_(*(_has_tag(tx, side, chosen["tags"]) for side in (sponsors, providers))))
    return statement.where(sa.or_(sa.not_(is_known), sa.and_(*of_accounts))) if of_accounts else statement


def _has_tag(tx: Tx, side: sa.FromClause, tags: Sequence[str]) -> sa.ColumnElement[bool]:
    each = "jsonb_array_elements_text" if tx.connection().dialect.name == "postgresql" else "json_each"
    tag = getattr(sa.func, each)(side.c.tags).table_valued(sa.column("value", sa.String))
    return sa.exists(sa.select(sa.literal(1)).select_from(tag).where(tag.c.value.in_(tags)))


def _engagement_type(cycle: ReviewCycleRow, period: Period) -> sa.ColumnElement[str] | sa.Null:
    """The type of the newest engagement contracted by the period's end, where the cycle names no project type."""
    if cycle["project_type"] is not None:
        return sa.null()
    return (
        sa.select(engagements.c.type)
        .where(
            engagements.c.relationship_id == relationships.c.relationship_id,
            engagements.c.contracted_on <= period.ends_on,
            sa.not_(engagements.c.is_archived),
        )
        .order_by(engagements.c.contracted_on.desc(), engagements.c.engagement_id.desc())
        .limit(1)
        .scalar_subquery()
    )
