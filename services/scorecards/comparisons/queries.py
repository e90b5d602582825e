"""How a relationship stands inside its segment: never across sponsor sizes, never naming anybody.

What is counted is the same for every reader. Restricted relationships are in nobody's figures, so that neither a number
nor a quartile reveals one to those it is hidden from; what is left a sponsor's people may read anyway, one by one.
People of a provider may not: they are given figures of five other providers or more, their own provider's other
relationships apart, for whoever knows four of five values can work out the fifth.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from services.scorecards.access import require_readable
from services.scorecards.comparisons.schemas import ComparisonOut, GroupPlaceOut, PlaceOut, SegmentOut
from services.scorecards.portfolio.tables import portfolio
from services.scorecards.replicas.tables import accounts
from services.scorecards.scorecards.differences import rank_among
from services.scorecards.scorecards.published import newest_published
from services.scorecards.scorecards.tables import scorecards
from shared.auth import Actor
from shared.clock import utc_day
from shared.db.database import Tx

Row = sa.RowMapping


def get_comparison(
    tx: Tx, relationship_id: str, same_region: bool, same_project_type: bool, actor: Actor, now: datetime
) -> ComparisonOut:
    """The sponsor's newest published card beside those of others of the same sponsor size, and more if asked."""
    require_readable(tx, relationship_id, actor)
    own = tx.run(_own(relationship_id)).mappings().one()
    has_card = own["scorecard_id"] is not None
    segment = SegmentOut(
        sponsor_size=own["sponsor_size"],
        region=own["provider_region"] if same_region else None,
        project_type=own["profile"].rsplit("/", 1)[-1] if same_project_type and has_card else None,
    )
    shown = {"relationship_id": relationship_id, "as_of": utc_day(now), "segment": segment}
    shown |= {name: own[name] for name in ("scorecard_id", "period_ends_on")}
    if not has_card:
        return ComparisonOut(**shown, reason="no_published_card", overall=None, groups=[])
    is_known = segment.sponsor_size is not None
    others = tx.run(_others(own, segment)).all() if is_known else []
    results = own["results"]
    overall = rank_among(results["score"], [(other.provider_id, other.results["score"]) for other in others])
    too_few = "too_few_to_compare" if overall["n"] is None else None
    return ComparisonOut(
        **shown,
        reason=too_few if is_known else "sponsor_size_unknown",
        overall=PlaceOut(**overall),
        groups=[
            GroupPlaceOut(group=group, **rank_among(part["score"], _scores_of(others, group)))
            for group, part in results["groups"].items()
        ],
    )


def _scores_of(others: Sequence[sa.Row[tuple[object, ...]]], group: str) -> list[tuple[str, float | None]]:
    return [(other.provider_id, other.results["groups"].get(group, {}).get("score")) for other in others]


def _own(relationship_id: str) -> sa.Select[tuple[object, ...]]:
    newest = newest_published("newest", relationship_id=portfolio.c.relationship_id, side="sponsor")
    return (
        sa.select(
            *(portfolio.c[name] for name in ("provider_id", "provider_region")),
            accounts.c.size.label("sponsor_size"),
            *(scorecards.c[name] for name in ("scorecard_id", "period_ends_on", "profile", "results")),
        )
        .select_from(
            portfolio.outerjoin(accounts, accounts.c.account_id == portfolio.c.sponsor_id).outerjoin(
                scorecards, scorecards.c.scorecard_id == newest
            )
        )
        .where(portfolio.c.relationship_id == relationship_id)
    )


def _others(own: Row, segment: SegmentOut) -> sa.Select[tuple[object, ...]]:
    last = own["period_ends_on"]
    newest = newest_published(
        "newest",
        lambda of: of.period_ends_on.between(_year_before(last), last),
        relationship_id=portfolio.c.relationship_id,
        side="sponsor",
    )
    chosen = [
        portfolio.c.is_known,
        sa.not_(portfolio.c.is_restricted),
        sa.not_(portfolio.c.is_archived),
        portfolio.c.provider_id != own["provider_id"],
        accounts.c.size == segment.sponsor_size,
    ]
    if segment.region is not None:
        chosen.append(portfolio.c.provider_region == segment.region)
    if segment.project_type is not None:
        chosen.append(scorecards.c.profile.endswith("/" + segment.project_type, autoescape=True))
    return (
        sa.select(portfolio.c.provider_id, scorecards.c.results)
        .select_from(
            portfolio.join(accounts, accounts.c.account_id == portfolio.c.sponsor_id).join(
                scorecards, scorecards.c.scorecard_id == newest
            )
        )
        .where(*chosen)
    )


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28))
