"""Notify the raters of a cycle that a card has opened, will be due, is overdue or is disputed: each of them once.

The gateway learns of a notice and sends the message; it knows who is of which side, so the whole team is named here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from services.scorecards.events import NoticeDue
from services.scorecards.notices.tables import notices
from services.scorecards.replicas.tables import contacts, members, relationships
from services.scorecards.review_cycles.periods import local_day
from services.scorecards.review_cycles.queries import find_cycle
from services.scorecards.review_cycles.tables import cycles, review_periods
from services.scorecards.scorecards.tables import (
    links,
    scorecards,
    sheets,
    signatures,
)
from shared.db import outbox
from shared.db.database import Database, Tx
from shared.ids import new_id

# A card beside its relationship, a notice, a link or a period: each function reads a few columns of it.
Row = Mapping[Any, Any]
BATCH = 500
MOST_AT_ONCE = 20_000
"""Notices made before the schedule lets others have their turn."""
LINK_LIFE = timedelta(days=30)
"""How long a contact's link works after the card is due."""


def make_notices(database: Database, now: datetime) -> dict[str, int]:
    """Make every notice whose day has come; where there is none, that is one read.

    Of several missed days only the last has notices. A period whose notices were cut short is begun again, and
    those made before are not made twice.
    """
    made = 0
    for cycle, period in _due(database, now):
        made += _notify_period(database, cycle, period, now, MOST_AT_ONCE - made)
        if made >= MOST_AT_ONCE:
            break
    return {"notices": made} if made else {}


def _due(database: Database, now: datetime) -> Iterator[tuple[Row, Row]]:
    chosen = sa.select(review_periods, cycles.c.time_zone).join(cycles)
    with database.read() as tx:
        found = tx.run(chosen.where(review_periods.c.next_notice_on.is_not(None))).mappings().all()
    for period in found:
        if period["next_notice_on"] <= local_day(now, period["time_zone"]):
            with database.read() as tx:
                cycle = find_cycle(tx, period["review_cycle_id"])
            yield cycle, period


def _notify_period(database: Database, cycle: Row, period: Row, now: datetime, most: int) -> int:
    notices_of_period, after = PeriodNotices(cycle, now), ""
    while notices_of_period.made < most:
        with database.write() as tx:
            batch = _open_cards(tx, period, after)
            if not batch:
                _write_down(tx, period, notices_of_period.next_day())
                break
            notices_of_period.make(tx, batch)
        after = batch[-1]["scorecard_id"]
    return notices_of_period.made


def _open_cards(tx: Tx, period: Row, after: str) -> Sequence[Row]:
    columns = (*scorecards.c, *(relationships.c[name] for name in ("owner_id", "sponsor_id", "provider_id")))
    chosen = sa.select(*columns).join(relationships, relationships.c.relationship_id == scorecards.c.relationship_id)
    chosen = chosen.where(
        scorecards.c.review_cycle_id == period["review_cycle_id"],
        scorecards.c.period_ends_on == period["period_ends_on"],
        scorecards.c.scorecard_id > after,
        scorecards.c.status == "draft",
        sa.not_(relationships.c.is_archived),
    )
    return tx.run(chosen.order_by(scorecards.c.scorecard_id).limit(BATCH)).mappings().all()


def _write_down(tx: Tx, period: Row, next_day: date | None) -> None:
    """When the next notice of this period comes due, unless cards were made since its state was read."""
    unchanged = [review_periods.c[name] == period[name] for name in ("review_cycle_id", "period_starts_on", "version")]
    values = {"next_notice_on": next_day, "version": period["version"] + 1}
    tx.run(sa.update(review_periods).where(*unchanged).values(**values))


@dataclass
class PeriodNotices:
    """One pass over the open cards of a period."""

    cycle: Row
    now: datetime
    made: int = 0
    due_days: set[date] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.today = local_day(self.now, self.cycle["time_zone"])

    def next_day(self) -> date | None:
        """The next day on which one of the cards seen is due a notice."""
        ahead = [day for due in self.due_days for _, day in self._steps(due) if day > self.today]
        return min(ahead, default=None)

    def _steps(self, due: date) -> list[tuple[str, date]]:
        """The reminders and escalations of a card by their days, oldest first."""
        before = [("reminder", due - timedelta(days=days)) for days in self.cycle["reminder_days_before_due"]]
        after = [("escalation", due + timedelta(days=days)) for days in self.cycle["escalation_days_after_due"]]
        return sorted(before + after, key=lambda step: step[1])

    def _due_notice(self, card: Row) -> tuple[str, date]:
        """What the raters of a card are notified of today: that it has opened, or the last step that came since."""
        opened_on = local_day(card["created_at"], self.cycle["time_zone"])
        passed = [step for step in self._steps(card["due_on"]) if opened_on < step[1] <= self.today]
        return passed[-1] if passed else ("opened", card["opened_on"])

    def make(self, tx: Tx, batch: Sequence[Row]) -> None:
        ids = [card["scorecard_id"] for card in batch]
        self.due_days.update(card["due_on"] for card in batch)
        is_done = _notified(tx, ids) | _finished(tx, ids)
        people = People.around(tx, self.cycle, batch)
        wanted = []
        for card in batch:
            template, on_day = self._due_notice(card)
            for recipient_id, kind in people.raters(self.cycle, card):
                keys = {(card["scorecard_id"], recipient_id), (card["scorecard_id"], recipient_id, template, on_day)}
                if is_done.isdisjoint(keys):
                    wanted.append((_notice(card, recipient_id, kind, template, on_day, self.now), card))
        self._make(tx, wanted)

    def _make(self, tx: Tx, wanted: Sequence[tuple[Row, Row]]) -> None:
        new = _store(tx, wanted)
        link_of = self._links(tx, [each for each in new if each[0]["recipient_kind"] == "contact"])
        for notice, card in new:
            link = link_of.get((card["scorecard_id"], notice["recipient_id"]))
            outbox.add(tx, _event(notice, card, link), self.now)
        self.made += len(new)

    def _links(self, tx: Tx, new: Sequence[tuple[Row, Row]]) -> Mapping[tuple[str, str], Row]:
        """The link by which each contact rates each card; a new one where none works any more."""
        if not new:
            return {}
        of_them = links.c.scorecard_id.in_({card["scorecard_id"] for _, card in new})
        works = (links.c.revoked_at.is_(None), links.c.expires_at > self.now)
        found = tx.run(sa.select(links).where(of_them, *works).order_by(links.c.rating_link_id)).mappings()
        link_of: dict[tuple[str, str], Row] = {(link["scorecard_id"], link["contact_id"]): link for link in found}
        for notice, card in new:
            key = (card["scorecard_id"], notice["recipient_id"])
            if key not in link_of:
                link = {
                    "rating_link_id": new_id(),
                    "version": 1,
                    "scorecard_id": card["scorecard_id"],
                    "contact_id": notice["recipient_id"],
                    "created_by": self.cycle["created_by"],
                    "created_at": self.now,
                    "expires_at": max(card["reveals_at"], self.now) + LINK_LIFE,
                    "revoked_at": None,
                }
                tx.add_row(links, **link)
                link_of[key] = link
        return link_of


def notify_of_dispute(tx: Tx, card: Row, by: str, now: datetime) -> None:
    """Notify the relationship's owner and who answered, submitted or signed the card, but not who disputes it."""
    answered = sa.select(sheets.c.rater_id).where(
        sheets.c.scorecard_id == card["scorecard_id"], sheets.c.rater_kind == "actor"
    )
    signed = sa.select(signatures.c.actor_id).where(
        signatures.c.scorecard_id == card["scorecard_id"], signatures.c.voided_at.is_(None)
    )
    involved = {*tx.run(answered.union(signed)).scalars(), card["owner_id"], card["submitted_by"]} - {by, None}
    today = local_day(now, card["time_zone"])
    wanted = [(_notice(card, actor_id, "user", "disputed", today, now), card) for actor_id in sorted(involved)]
    for notice, _ in _store(tx, wanted):
        outbox.add(tx, _event(notice, card, None), now)


def _notice(card: Row, recipient_id: str, kind: str, template: str, on_day: date, now: datetime) -> Row:
    return {
        "notice_id": new_id(), "version": 1, "scorecard_id": card["scorecard_id"], "recipient_id": recipient_id,
        "recipient_kind": kind, "template": template, "on_day": on_day, "created_at": now,
    }  # fmt: skip


def _store(tx: Tx, wanted: Sequence[tuple[Row, Row]]) -> list[tuple[Row, Row]]:
    """Write notices with their cards down; those of them that had not been made before."""
    made = {row.notice_id for row in tx.insert_rows(notices, [notice for notice, _ in wanted], _those_made)}
    return [(notice, card) for notice, card in wanted if notice["notice_id"] in made]


def _those_made(insert: postgresql.Insert | sqlite.Insert) -> sa.Insert:
    return insert.on_conflict_do_nothing().returning(insert.table.c.notice_id)


def _event(notice: Row, card: Row, link: Row | None) -> NoticeDue:
    said = {name: notice[name] for name in ("version", "scorecard_id", "recipient_id", "recipient_kind", "template")}
    of_card = {name: card[name] for name in ("relationship_id", "side", "period_starts_on", "period_ends_on", "due_on")}
    return NoticeDue(
        id=notice["notice_id"],
        **said,
        **of_card,
        rating_link_id=None if link is None else link["rating_link_id"],
        link_expires_at=None if link is None else link["expires_at"],
    )


def _notified(tx: Tx, scorecard_ids: Sequence[str]) -> set[tuple[object, ...]]:
    columns = (notices.c.scorecard_id, notices.c.recipient_id, notices.c.template, notices.c.on_day)
    return {tuple(row) for row in tx.run(sa.select(*columns).where(notices.c.scorecard_id.in_(scorecard_ids)))}


def _finished(tx: Tx, scorecard_ids: Sequence[str]) -> set[tuple[object, ...]]:
    """Who has answered needs no reminder, though the others have not."""
    done = sa.select(sheets.c.scorecard_id, sheets.c.rater_id).where(sheets.c.is_finished)
    return {tuple(row) for row in tx.run(done.where(sheets.c.scorecard_id.in_(scorecard_ids)))}


@dataclass
class People:
    """Whom the raters of a cycle are found among: the teams of relationships, and contacts by account and function."""

    teams: dict[str, list[str]]
    contacts: dict[tuple[str, str], list[str]]

    @classmethod
    def around(cls, tx: Tx, cycle: Row, batch: Sequence[Row]) -> "People":
        people = cls({}, {})
        chosen = sa.select(members).where(members.c.relationship_id.in_({card["relationship_id"] for card in batch}))
        for row in tx.run(chosen.order_by(members.c.actor_id)):
            people.teams.setdefault(row.relationship_id, []).append(row.actor_id)
        functions = {name for of_side in cycle["raters"].values() for name in of_side["contact_functions"]}
        if functions:
            at = {card[f"{card['side']}_id"] for card in batch}
            columns = (contacts.c.account_id, contacts.c.function, contacts.c.contact_id)
            live = (contacts.c.account_id.in_(at), contacts.c.function.in_(functions), sa.not_(contacts.c.is_archived))
            for row in tx.run(sa.select(*columns).where(*live).order_by(contacts.c.contact_id)):
                people.contacts.setdefault((row.account_id, row.function), []).append(row.contact_id)
        return people

    def raters(self, cycle: Row, card: Row) -> list[tuple[str, str]]:
        """The ids of all who may rate a card and what each is, user or contact; nobody twice."""
        asked = cycle["raters"][card["side"]]
        users = [*([card["owner_id"]] if asked["owner"] else []), *asked["actor_ids"]]
        users += self.teams.get(card["relationship_id"], []) if asked["team"] else []
        account_id = card[f"{card['side']}_id"]
        found = [id for name in asked["contact_functions"] for id in self.contacts.get((account_id, name), ())]
        return [(id, "user") for id in dict.fromkeys(users)] + [(id, "contact") for id in found]
