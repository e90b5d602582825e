"""The projection of each relationship, from the replicas and the ledger."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from services.scorecards.table import Table, sortable
from shared.db.searchable import EMPTY, MOST_FOLDED, Searchable, key_type
from shared.db.types import json_type
from shared.ids import id_type


class PortfolioRow(Table, table=True):
    """The projection of one relationship: its score at `as_of`, beside what a list shows and sorts by.

    Made with the first event of the relationship, and hidden until the relationship itself is known. A row
    is locked by whoever changes anything of its relationship here. `version` counts the changes of its score.
    """

    __tablename__ = "portfolio_row"
    __table_args__ = (
        *(
            sa.Index(f"portfolio_by_{name}", column, "relationship_id")
            for name, column in (
                ("lower", "lower"),
                ("score", "score"),
                ("change", "change"),
                ("last_contact", "last_contact_key"),
                ("name", "name_key"),
                ("sort_key", "sort_key"),
            )
        ),
        *(
            sa.Index(f"portfolio_by_{column}_lower", column, "lower", "relationship_id")
            for column in ("tier", "provider_region", "provider_size", "owner_id")
        ),
        sa.Index("portfolio_by_as_of", "as_of"),
    )

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    version: int = Field(sa_type=sa.BigInteger)

    is_known: bool
    is_restricted: bool
    is_archived: bool
    sponsor_id: str | None = Field(sa_type=id_type)
    sponsor_name: str = Field(max_length=200)
    provider_id: str | None = Field(sa_type=id_type)
    provider_name: str = Field(max_length=200)
    provider_region: str | None = Field(max_length=20)
    provider_size: str | None = Field(max_length=20)
    # What the release before orders names by.
    name_key: str = Field(sa_type=sortable)
    folded: str | None = Field(max_length=MOST_FOLDED, sa_column_kwargs=EMPTY)
    sort_key: str | None = Field(sa_type=key_type, sa_column_kwargs=EMPTY)
    derived_from: str | None = Field(sa_type=sa.Text)
    owner_id: str | None = Field(sa_type=id_type)
    started_on: date | None
    rung: str = Field(max_length=20)
    last_contact_on: date | None
    last_contact_key: date
    last_business_review_on: date | None
    next_touch_due_on: date | None

    score: float
    p: float
    lower: float
    upper: float
    depth: float
    tenure_days: int
    evidence_count: int
    is_unproven: bool
    tier: str = Field(max_length=20)
    tier_since: date | None
    tier_changes: list[object] = Field(sa_type=json_type)
    change: float
    monthly_scores: list[float] = Field(sa_type=json_type)
    as_of: date
    policy_version: int


portfolio = PortfolioRow.__table__
portfolio_names = Searchable(portfolio, ("provider_name", "sponsor_name"))
