"""Reads over published cards: gaps between both sides, and the heat map of a portfolio."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from services.scorecards.queries.cards import PUBLISHED, question_sets, scorecards
from services.scorecards.queries.evidence import (
    RelationshipNotFound,
    current_policy,
    portfolio,
    relationship_is_readable,
)
from services.scorecards.ratings import gap
from services.scorecards.schemas.readings import (
    AttributeGapOut,
    GapsOut,
    GroupGapOut,
    HeatOut,
    HeatRowOut,
    PeriodGapsOut,
)
from shared.auth import Actor
from shared.db import Tx
from shared.page import Page, cut, keyset


def get_perception_gaps(
    tx: Tx, relationship_id: str, review_cycle_id: str | None, from_on: date | None, to_on: date | None, actor: Actor
) -> GapsOut:
    """Oldest period first. What is published was revealed, so both sides may read all of it."""
    seen = sa.select(portfolio.c.relationship_id).where(
        portfolio.c.relationship_id == relationship_id, relationship_is_readable(actor)
    )
    if tx.run(seen).first() is None:
        raise RelationshipNotFound(relationship_id)
    chosen = (
        sa.select(scorecards, question_sets.c.questions)
        .join(question_sets, question_sets.c.question_set_id == scorecards.c.question_set_id)
        .where(scorecards.c.relationship_id == relationship_id, scorecards.c.status.in_(PUBLISHED))
        .order_by(scorecards.c.period_ends_on, scorecards.c.review_cycle_id, scorecards.c.side)
    )
    if review_cycle_id is not None:
        chosen = chosen.where(scorecards.c.review_cycle_id == review_cycle_id)
    if from_on is not None:
        chosen = chosen.where(scorecards.c.period_ends_on >= from_on)
    if to_on is not None:
        chosen = chosen.where(scorecards.c.period_ends_on <= to_on)
    periods = []
    same = ("review_cycle_id", "period_starts_on", "period_ends_on")
    for key, rows in groupby(tx.run(chosen).mappings(), lambda row: tuple(row[name] for name in same)):
        by_side = {row["side"]: row for row in rows}
        if len(by_side) == 2:
            attributes = _attribute_gaps(by_side)
            shown = dict(zip(same, key, strict=True))
            periods.append(
                PeriodGapsOut(**shown, attributes=attributes, groups=_group_gaps(by_side["sponsor"], attributes))
            )
    return GapsOut(relationship_id=relationship_id, periods=periods)


def _attribute_gaps(by_side: Mapping[str, Mapping[Any, Any]]) -> list[AttributeGapOut]:
    values = {
        side: {rating["attribute"]: rating["value"] for rating in row["ratings"]} for side, row in by_side.items()
    }
    found = []
    for question in by_side["sponsor"]["questions"]:
        ours, theirs = (values[side].get(question["attribute"]) for side in ("sponsor", "provider"))
        if ours is not None and theirs is not None:
            named = {name: question[name] for name in ("attribute", "label", "group")}
            steps = gap(ours, theirs, current_policy().rating_y)
            found.append(AttributeGapOut(**named, sponsor=ours, provider=theirs, gap=steps))
    return found


def _group_gaps(sponsors: Mapping[Any, Any], attributes: list[AttributeGapOut]) -> list[GroupGapOut]:
    importance = {each["attribute"]: Fraction(str(each["importance"])) for each in sponsors["questions"]}
    found = []
    for group in dict.fromkeys(each.group for each in attributes):
        of_group = [each for each in attributes if each.group == group]
        weighed = sum((importance[each.attribute] * Fraction(str(each.gap)) for each in of_group), Fraction())
        total = sum((importance[each.attribute] for each in of_group), Fraction())
        found.append(GroupGapOut(group=group, gap=float(weighed / total)))
    return found


def get_heat_map(
    tx: Tx,
    actor: Actor,
    *,
    side: str,
    equal: Mapping[str, Any],
    after: str | None,
    limit: int,
) -> Page[HeatRowOut]:
    """Relationships by the lower edge of their score, highest first, each with its newest published card of a side."""
    newest = (
        sa.select(scorecards.c.scorecard_id)
        .where(
            scorecards.c.relationship_id == portfolio.c.relationship_id,
            scorecards.c.side == side,
            scorecards.c.status.in_(PUBLISHED),
        )
        .order_by(scorecards.c.period_ends_on.desc(), scorecards.c.scorecard_id.desc())
        .limit(1)
        .correlate(portfolio)
        .scalar_subquery()
    )
    shown = [portfolio.c[name] for name in ("relationship_id", "provider_name", "sponsor_name", "tier", "lower")]
    of_card = [scorecards.c[name] for name in ("scorecard_id", "period_ends_on", "status", "ratings", "results")]
    statement = (
        sa.select(*shown, *of_card)
        .select_from(portfolio.outerjoin(scorecards, scorecards.c.scorecard_id == newest))
        .where(relationship_is_readable(actor), sa.not_(portfolio.c.is_archived))
        .where(*(portfolio.c[name] == value for name, value in equal.items() if value is not None))
    )
    keys = [(portfolio.c.lower, True), (portfolio.c.relationship_id, True)]
    rows, following = cut(
        tx.run(keyset(statement, keys, after, limit)).mappings().all(), ["lower", "relationship_id"], limit
    )
    return Page(items=[_heat_row(row) for row in rows], next=following)


def _heat_row(row: Mapping[Any, Any]) -> HeatRowOut:
    named = {name: row[name] for name in HeatRowOut.model_fields if name in row and name != "ratings"}
    results, ratings = row["results"] or {}, row["ratings"] or []
    return HeatRowOut(
        **named,
        score=results.get("score"),
        coverage=results.get("coverage"),
        ratings=[HeatOut(attribute=each["attribute"], value=each["value"]) for each in ratings],
    )
