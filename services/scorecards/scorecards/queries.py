"""Reads of scorecards. The reveal decides who sees the content of a card (docs/design/contract.md, Review cycles)."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from services.scorecards.access import relationship_is_readable
from services.scorecards.portfolio.tables import portfolio
from services.scorecards.replicas.tables import contacts, members, relationships
from services.scorecards.review_cycles.periods import Cadence, Period, local_day, name_of
from services.scorecards.review_cycles.tables import PeopleJson, cycles
from services.scorecards.scorecard_templates.importances import QuestionJson
from services.scorecards.scorecard_templates.tables import question_sets
from services.scorecards.scorecards.rights import (
    PUBLISHED,
    Card,
    is_revealed,
    may_manage,
    may_rate,
    sees_content,
    what_may,
)
from services.scorecards.scorecards.schemas import (
    ChangeOut,
    ContentOut,
    OtherSideOut,
    PreviousOut,
    RatingLinkOut,
    RatingsOut,
    ScorecardDue,
    ScorecardHistoryOut,
    ScorecardOut,
    ScorecardRowOut,
)
from services.scorecards.scorecards.tables import (
    ScorecardRow,
    changes,
    disputes,
    links,
    scorecards,
    sheets,
    signatures,
)
from shared.auth import Actor
from shared.db import records
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.db.records import Records
from shared.errors import NotFound
from shared.http.pages import Page

_RHYTHM = (cycles.c.cadence, cycles.c.fiscal_year_start_month)


class ScorecardNotFound(NotFound):
    """Unknown here, or of a relationship hidden from this actor: the same bytes."""

    slug, title = "scorecard-not-found", "No such scorecard"


class RatingLinkNotFound(NotFound):
    slug, title = "rating-link-not-found", "No such rating link"


class ListedCard(ScorecardRow):
    """A card as a list shows it."""

    owner_id: str
    sponsor_name: str
    provider_name: str
    cadence: str
    fiscal_year_start_month: int


def card_is_readable(actor: Actor, now: datetime) -> sa.ColumnElement[bool]:
    """Whoever may read the relationship; a link reads the one card it was made for, while it and its contact stand."""
    if actor.kind != "link":
        return relationship_is_readable(actor)
    return sa.exists().where(
        links.c.rating_link_id == actor.link_id,
        links.c.scorecard_id == scorecards.c.scorecard_id,
        links.c.contact_id == actor.actor_id,
        contacts.c.contact_id == links.c.contact_id,
        sa.not_(contacts.c.is_archived),
        links.c.revoked_at.is_(None),
        links.c.expires_at > now,
    )


def cards_at(now: datetime) -> Records[Card]:
    """The cards with what their rights depend on; a link opens none once it has expired."""
    return Records(scorecards, lambda actor: _readable_cards(actor, now), lambda _: ScorecardNotFound())


def find_card(tx: Tx, scorecard_id: str, actor: Actor, now: datetime) -> Card:
    return records.find(tx, cards_at(now), scorecard_id, actor)


def _readable_cards(actor: Actor, now: datetime) -> records.Rows:
    return (
        sa.select(
            scorecards, relationships.c.owner_id, relationships.c.sponsor_id, relationships.c.provider_id,
            relationships.c.is_archived, portfolio.c.sponsor_name, portfolio.c.provider_name, cycles.c.raters,
            cycles.c.signers, cycles.c.time_zone, *_RHYTHM, _on_team(actor).label("on_team"),
        )
        .select_from(_of_relationship().join(cycles, cycles.c.review_cycle_id == scorecards.c.review_cycle_id))
        .join(relationships, relationships.c.relationship_id == scorecards.c.relationship_id)
        .where(card_is_readable(actor, now))
    )  # fmt: skip


def _of_relationship() -> sa.Join:
    return scorecards.join(portfolio, portfolio.c.relationship_id == scorecards.c.relationship_id)


def list_scorecards(
    tx: Tx,
    actor: Actor,
    now: datetime,
    *,
    equal: Mapping[str, object],
    due: ScorecardDue | None,
    after: str | None,
    limit: int,
) -> Page[ScorecardRowOut]:
    """Newest period first; `due` are those that wait for the actor."""
    of_relationship = (portfolio.c.owner_id, portfolio.c.sponsor_name, portfolio.c.provider_name)
    of_cycle = _of_relationship().join(cycles, cycles.c.review_cycle_id == scorecards.c.review_cycle_id)
    statement = sa.select(scorecards, *of_relationship, *_RHYTHM).select_from(of_cycle)
    statement = statement.where(card_is_readable(actor, now))
    statement = statement.where(*(scorecards.c[name] == value for name, value in equal.items() if value is not None))
    if due is not None:
        statement = statement.where(_is_due(tx, due, actor, now))
    keys = [(scorecards.c.period_ends_on, True), (scorecards.c.scorecard_id, True)]
    found = tx.rows(keyset(statement, keys, after, limit), ListedCard)
    rows, following = cut(found, ["period_ends_on", "scorecard_id"], limit)
    return Page(items=[ScorecardRowOut(**_shown(row, now)) for row in rows], next=following)


def _is_due(tx: Tx, due: ScorecardDue, actor: Actor, now: datetime) -> sa.ColumnElement[bool]:
    """The rules of `what_may` for a list, admins by what they are responsible for."""
    of_cycles = tx.run(sa.select(cycles.c.review_cycle_id, cycles.c.time_zone, cycles.c.raters, cycles.c.signers)).all()
    is_responsible = sa.or_(portfolio.c.owner_id == actor.actor_id, _on_team(actor))
    manages = is_responsible if actor.side == "sponsor" and actor.role in ("manager", "admin") else sa.false()
    if due == "mine":
        chosen = sa.and_(scorecards.c.status == "draft", _is_entitled_to(of_cycles, actor, "raters"))
    elif due == "sign":
        signs = sa.false() if actor.kind == "client" else _is_entitled_to(of_cycles, actor, "signers")
        chosen = sa.and_(scorecards.c.status == "submitted", signs)
    elif due == "resolve":
        chosen = sa.and_(scorecards.c.status == "disputed", manages)
    else:
        chosen = sa.and_(scorecards.c.status == "draft", manages, _is_late(of_cycles, now))
    return sa.and_(sa.not_(portfolio.c.is_archived), chosen)


def _on_team(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        members.c.relationship_id == scorecards.c.relationship_id, members.c.actor_id == actor.actor_id
    )


def _is_late(of_cycles: Sequence[sa.Row[tuple[object, ...]]], now: datetime) -> sa.ColumnElement[bool]:
    """Past the due day, each in its cycle's zone."""
    today: dict[date, list[str]] = defaultdict(list)
    for row in of_cycles:
        today[local_day(now, row.time_zone)].append(row.review_cycle_id)
    is_past = (sa.and_(scorecards.c.review_cycle_id.in_(ids), scorecards.c.due_on < day) for day, ids in today.items())
    return sa.or_(sa.false(), *is_past)


def _is_entitled_to(of_cycles: Sequence[sa.Row[tuple[object, ...]]], actor: Actor, what: str) -> sa.ColumnElement[bool]:
    """The rule of `_is_entitled` for a list of this actor's side."""
    asked: dict[str, PeopleJson] = {
        row.review_cycle_id: getattr(row, what).get(actor.side) or PeopleJson() for row in of_cycles
    }

    def of_those(is_so: Callable[[PeopleJson], bool]) -> sa.ColumnElement[bool]:
        return scorecards.c.review_cycle_id.in_([key for key, people in asked.items() if is_so(people)])

    on_team = _on_team(actor)
    is_named = of_those(lambda people: actor.actor_id in people.get("actor_ids", ()))
    by_team = sa.and_(on_team, of_those(lambda people: people.get("team", True)))
    by_owner = sa.and_(portfolio.c.owner_id == actor.actor_id, of_those(lambda people: people.get("owner", True)))
    if actor.side == "provider":
        chosen = sa.and_(on_team, sa.or_(is_named, by_team, by_owner))
    elif actor.role in ("manager", "admin"):
        chosen = sa.or_(is_named, by_team, by_owner)
    else:
        chosen = is_named if actor.role == "reviewer" else sa.false()
    return sa.and_(scorecards.c.side == actor.side, chosen)


def _shown(row: ListedCard | Card, now: datetime) -> dict[str, object]:
    columns: Mapping[str, object] = row
    named = [name for name in ScorecardRowOut.model_fields if name in columns]
    return {
        "id": row["scorecard_id"],
        "is_revealed": is_revealed(row, now),
        "period_name": name_of(
            Cadence(row["cadence"]),
            row["fiscal_year_start_month"],
            Period(row["period_starts_on"], row["period_ends_on"]),
        ),
        **{name: columns[name] for name in named},
    }


def get_scorecard(tx: Tx, scorecard_id: str, actor: Actor, now: datetime) -> ScorecardOut:
    card = find_card(tx, scorecard_id, actor, now)
    return ScorecardOut(
        **_shown(card, now),
        template_id=card["template_id"],
        template_version=card["template_version"],
        profile=card["profile"],
        questions=questions_of(tx, card["question_set_id"]),
        may=what_may(card, actor, now),
        other_sides=[
            OtherSideOut(id=row["scorecard_id"], side=row["side"], status=row["status"])
            for row in tx.run(group_of(card).where(scorecards.c.scorecard_id != scorecard_id)).mappings()
        ],
        content=_content(tx, card, actor) if sees_content(card, actor, now) else None,
    )


def group_of(card: ScorecardRow) -> sa.Select[tuple[object, ...]]:
    """The cards of the same cycle, period and relationship, in the order in which they are locked."""
    chosen = sa.select(scorecards).where(
        scorecards.c.review_cycle_id == card["review_cycle_id"],
        scorecards.c.period_starts_on == card["period_starts_on"],
        scorecards.c.relationship_id == card["relationship_id"],
    )
    return chosen.order_by(scorecards.c.scorecard_id)


def questions_of(tx: Tx, question_set_id: str) -> list[QuestionJson]:
    found = tx.run(sa.select(question_sets.c.questions).where(question_sets.c.question_set_id == question_set_id))
    return list(found.scalar_one())


def _content(tx: Tx, card: Card, actor: Actor) -> ContentOut:
    of_card = [
        tx.run(sa.select(table).where(table.c.scorecard_id == card["scorecard_id"]).order_by(*table.primary_key))
        .mappings()
        .all()
        for table in (sheets, signatures, disputes)
    ]
    raters, signed, disputed = of_card
    return ContentOut(
        raters=[
            {"name": row["rater_name"] or None, "kind": row["rater_kind"], **row}
            for row in raters
            if actor.side == card["side"]
        ],
        signatures=[{"id": row["signature_id"], **row} for row in signed],
        disputes=[{"id": row["dispute_id"], **row} for row in disputed],
        ratings=card["ratings"],
        results=card["results"],
        is_blind=card["is_blind"],
        submitted_at=card["submitted_at"],
        signed_at=card["signed_at"],
        published_at=card["published_at"],
    )


def get_history(tx: Tx, scorecard_id: str, actor: Actor, now: datetime) -> ScorecardHistoryOut:
    """Every change of a card, oldest first, for whoever sees its content."""
    card = find_card(tx, scorecard_id, actor, now)
    if not sees_content(card, actor, now):
        return ScorecardHistoryOut(items=[])
    nobody = dict.fromkeys(("actor_id", "actor_name", "reason"))
    opened = ChangeOut(version=1, status="draft", revision=1, changed_at=card["created_at"], **nobody)
    chosen = sa.select(changes).where(changes.c.scorecard_id == scorecard_id).order_by(changes.c.version)
    return ScorecardHistoryOut(items=[opened, *(ChangeOut.model_validate(row) for row in tx.run(chosen))])


def get_ratings(tx: Tx, scorecard_id: str, actor: Actor, now: datetime) -> RatingsOut:
    """The actor's own answers; who may not rate the card has none, and is not shown those of others."""
    return ratings_out(tx, find_card(tx, scorecard_id, actor, now), find_sheet(tx, scorecard_id, actor), actor)


def ratings_out(tx: Tx, card: Card, sheet: Mapping[str, object] | sa.RowMapping | None, actor: Actor) -> RatingsOut:
    """The actor's sheet of a card, None where nothing is answered yet, beside the ratings published before."""
    known = sheet or {"version": 0, "is_finished": False, "answers": [], "updated_at": None}
    previous = _previous(tx, card) if may_rate(card, actor) else []
    shown = {name: known[name] for name in ("version", "is_finished", "updated_at")}
    return RatingsOut(scorecard_id=card["scorecard_id"], ratings=known["answers"], previous=previous, **shown)


def find_sheet(tx: Tx, scorecard_id: str, actor: Actor, is_locked: bool = False) -> sa.RowMapping | None:
    own = sa.select(sheets).where(sheets.c.scorecard_id == scorecard_id, sheets.c.rater_id == actor.actor_id)
    return tx.run(own.with_for_update() if is_locked else own).mappings().first()


def _previous(tx: Tx, card: Card) -> list[PreviousOut]:
    """The same side's ratings in the newest period of this cycle that was published before."""
    before = sa.select(scorecards.c.ratings, scorecards.c.period_ends_on).where(
        scorecards.c.relationship_id == card["relationship_id"],
        scorecards.c.review_cycle_id == card["review_cycle_id"],
        scorecards.c.side == card["side"],
        scorecards.c.status.in_(PUBLISHED),
        scorecards.c.period_ends_on < card["period_starts_on"],
    )
    row = tx.run(before.order_by(scorecards.c.period_ends_on.desc()).limit(1)).first()
    if row is None:
        return []
    return [
        PreviousOut(
            attribute=each["attribute"],
            value=each["value"],
            rating=each["rating"],
            period_ends_on=row.period_ends_on,
        )
        for each in row.ratings
    ]


def list_rating_links(tx: Tx, scorecard_id: str, actor: Actor, now: datetime) -> Page[RatingLinkOut]:
    """All of a card's, oldest first, for whoever may send them."""
    card = find_card(tx, scorecard_id, actor, now)
    if not may_manage(card, actor):
        return Page(items=[], next=None)
    found = tx.run(sa.select(links).where(links.c.scorecard_id == scorecard_id).order_by(links.c.rating_link_id))
    return Page(items=[link_out(row) for row in found.mappings()], next=None)


def get_rating_link(tx: Tx, scorecard_id: str, rating_link_id: str, actor: Actor, now: datetime) -> RatingLinkOut:
    for link in list_rating_links(tx, scorecard_id, actor, now).items:
        if link.id == rating_link_id:
            return link
    raise RatingLinkNotFound()


def link_out(row: Mapping[str, object] | sa.RowMapping) -> RatingLinkOut:
    return RatingLinkOut.model_validate({"id": row["rating_link_id"], **row})
