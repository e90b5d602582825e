"""Opens a period of a review cycle: one card for each relationship of its audience and each side, exactly once.

Batches of relationships are transactions of their own, so an opening that was cut short is simply begun again, and
several at once share the work: the unique key of cards decides who has made which.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby

import sqlalchemy as sa
import structlog

from services.scorecards.events import ScorecardOpened
from services.scorecards.reference import catalogue
from services.scorecards.review_cycles.audiences import Candidate, audience_batch
from services.scorecards.review_cycles.periods import Period, day_starts_at, due_on, local_day, opens_on
from services.scorecards.review_cycles.queries import (
    Rhythm,
    find_cycle,
    live_cycles,
    newest_period,
    opening_periods,
    runs_out,
)
from services.scorecards.review_cycles.schemas import ReviewRunOut, RunReviewCycle
from services.scorecards.review_cycles.tables import (
    FailureJson,
    ReviewCycleRow,
    ReviewRunRow,
    TemplateRuleJson,
    cycles,
    review_periods,
    runs,
)
from services.scorecards.scorecard_templates.importances import Profile
from services.scorecards.scorecard_templates.question_sets import NothingAsked, question_set_of
from services.scorecards.scorecard_templates.tables import templates
from services.scorecards.scorecards.tables import scorecards
from shared.auth import Actor
from shared.db import outbox
from shared.db.bulk import upsert
from shared.db.database import TRANSIENT, Database, Tx
from shared.errors import Conflict
from shared.ids import new_id
from shared.sentences import to_restore

log = structlog.get_logger()


BATCH = 1_000
MOST_NAMED = 1_000
"""Failures that a run names; the rest are counted."""
FIRST_RETRY, LAST_RETRY = timedelta(minutes=5), timedelta(days=1)
GIVES_UP_AFTER = timedelta(days=30)
SECOND_LOOK = timedelta(days=1)
"""A period is looked at once more, for relationships that this service learnt of too late for its opening."""
MOST_AT_ONCE = 50_000
"""Cards looked at before the schedule lets others have their turn."""


class ReviewCycleArchived(Conflict):
    slug, title = "review-cycle-archived", "This review cycle is archived"


class CannotOpen(Exception):
    """Why a relationship gets no card now."""


def run_review_cycle(
    database: Database, review_cycle_id: str, command: RunReviewCycle, actor: Actor, now: datetime
) -> ReviewRunOut:
    with database.read() as tx:
        cycle = find_cycle(tx, review_cycle_id)
    return _run(database, cycle, command.as_of, "request", actor, now)


def run_reviews(
    database: Database, as_of: date | None, review_cycle_id: str | None, now: datetime
) -> Iterator[tuple[str, ReviewRunOut]]:
    """Open the newest period that is open on a day (by default today, in each cycle's zone) of one cycle or of all.

    Gives the name of each cycle and its run, as they are done.
    """
    with database.read() as tx:
        chosen = live_cycles(tx) if review_cycle_id is None else [find_cycle(tx, review_cycle_id)]
    for cycle in chosen:
        day = as_of or local_day(now, cycle["time_zone"])
        yield cycle["name"], _run(database, cycle, day, "command", None, now)


def _run(
    database: Database, cycle: ReviewCycleRow, day: date, cause: str, actor: Actor | None, now: datetime
) -> ReviewRunOut:
    if cycle["archived_at"] is not None:
        cycle_id = cycle["review_cycle_id"]
        more = {"id": cycle_id, "restore": to_restore("review-cycles", cycle_id)}
        raise ReviewCycleArchived("this review cycle is archived and can be restored", more=more)
    run = open_period(database, cycle, newest_period(cycle, day), day, cause, now)
    with database.read() as tx:
        return runs_out(tx, [run], {cycle["review_cycle_id"]: cycle}, actor)[0]


def open_due(database: Database, now: datetime) -> dict[str, int]:
    """Open every period whose day has come since its cycle's start, and try again what failed.

    Where nothing is due, that is one read.
    """
    total: dict[str, int] = {}
    for cycle, period in _due(database, now):
        try:
            run = open_period(database, cycle, period, local_day(now, cycle["time_zone"]), "schedule", now)
            counts = {"created": run["created"], "existing": run["existing"], "failed": run["failed"]}
        except TRANSIENT:
            raise
        except Exception as error:
            log.error("period not opened", review_cycle_id=cycle["review_cycle_id"], error=repr(error))
            counts = {"failed": 1}
        for name in ("created", "existing", "failed"):
            total[name] = total.get(name, 0) + counts.get(name, 0)
        if sum(total.values()) >= MOST_AT_ONCE:
            break
    return total


class KnownPeriod(Rhythm):
    """A cycle beside one of its periods that is known; null where none is."""

    review_cycle_id: str
    period_starts_on: date
    period_ends_on: date
    opened_at: datetime | None
    next_try_at: datetime | None


def _due(database: Database, now: datetime) -> Iterator[tuple[ReviewCycleRow, Period]]:
    light = ("review_cycle_id", "cadence", "fiscal_year_start_month", "time_zone", "starts_on", "opens_days_before_end")
    states = (review_periods.c[name] for name in ("period_starts_on", "period_ends_on", "opened_at", "next_try_at"))
    chosen = sa.select(*(cycles.c[name] for name in light), *states).outerjoin(review_periods)
    with database.read() as tx:
        live = chosen.where(cycles.c.archived_at.is_(None)).order_by(cycles.c.review_cycle_id)
        found = tx.rows(live, KnownPeriod)
    for review_cycle_id, rows in groupby(found, lambda row: row["review_cycle_id"]):
        known = list(rows)
        due = {Period(row["period_starts_on"], row["period_ends_on"]) for row in known if _is_tried_again(row, now)}
        begun = {row["period_starts_on"] for row in known if row["opened_at"] or row["next_try_at"]}
        opening = opening_periods(known[0], local_day(now, known[0]["time_zone"]))
        due.update(period for period in opening if period.starts_on not in begun)
        for period in sorted(due):
            with database.read() as tx:
                cycle = find_cycle(tx, review_cycle_id)
            yield cycle, period


def _is_tried_again(row: KnownPeriod, now: datetime) -> bool:
    return row["next_try_at"] is not None and row["next_try_at"] <= now


def open_period(
    database: Database, cycle: ReviewCycleRow, period: Period, as_of: date, cause: str, now: datetime
) -> ReviewRunRow:
    """Make the cards of a period that are not there yet; the run's record, which stays whatever happens."""
    opening = Opening.begin(database, cycle, period, as_of, cause, now)
    after = ""
    while True:
        with database.read() as tx:
            batch = audience_batch(tx, cycle, period, after, BATCH)
        if not batch:
            return opening.finish()
        opening.open([(row, side) for row in batch for side in cycle["sides"]])
        after = batch[-1]["relationship_id"]


CardKey = tuple[Candidate, str]
"""A relationship of the audience and the side that rates."""


@dataclass
class Opened:
    """What one transaction has done; it counts when that is committed."""

    created: int = 0
    existing: int = 0
    failures: list[FailureJson] = field(default_factory=list)
    question_sets: dict[tuple[str, str, str], str] = field(default_factory=dict)


@dataclass
class Opening:
    """One run over a period of a cycle."""

    database: Database
    cycle: ReviewCycleRow
    period: Period
    now: datetime
    run: ReviewRunRow
    template_versions: dict[str, int]
    began_s: float = field(default_factory=time.monotonic)
    question_sets: dict[tuple[str, str, str], str] = field(default_factory=dict)
    failures: list[FailureJson] = field(default_factory=list)

    @classmethod
    def begin(
        cls, database: Database, cycle: ReviewCycleRow, period: Period, as_of: date, cause: str, now: datetime
    ) -> "Opening":
        run: ReviewRunRow = {
            "review_run_id": new_id(),
            "review_cycle_id": cycle["review_cycle_id"],
            "period_starts_on": period.starts_on,
            "period_ends_on": period.ends_on,
            "as_of": as_of,
            "cause": cause,
            "started_at": now,
            "finished_at": None,
            "created": 0,
            "existing": 0,
            "failed": 0,
            "failures": [],
        }
        named = {cycle["template_id"], *(rule["template_id"] for rule in cycle["template_rules"])}
        with database.write() as tx:
            chosen = sa.select(templates.c.template_id, templates.c.version).where(templates.c.template_id.in_(named))
            versions = {row.template_id: row.version for row in tx.run(chosen)}
            tx.add_row(runs, **run)
        return cls(database, cycle, period, now, run, versions)

    def open(self, keys: Sequence[CardKey]) -> None:
        """In one transaction; where that fails, each key in one of its own, so that it stops no other."""
        try:
            with self.database.write() as tx:
                opened = self._open(tx, keys)
        except TRANSIENT:
            raise
        except Exception as error:
            if len(keys) > 1:
                for key in keys:
                    self.open([key])
                return
            [(row, side)] = keys
            log.error("card not opened", relationship_id=row["relationship_id"], side=side, error=str(error))
            opened = Opened(failures=[_failure(row, side, error)])
        self.question_sets |= opened.question_sets
        self.failures += opened.failures
        self.run["created"] += opened.created
        self.run["existing"] += opened.existing

    def _open(self, tx: Tx, keys: Sequence[CardKey]) -> Opened:
        opened = Opened()
        standing = self._standing(tx, keys)
        made: list[tuple[CardKey, dict[str, object]]] = []
        for row, side in keys:
            if (row["relationship_id"], side) in standing:
                continue
            try:
                made.append(((row, side), self._card(tx, row, side, opened)))
            except (CannotOpen, NothingAsked) as error:
                opened.failures.append(_failure(row, side, error))
        if made:
            rows = [card for _, card in made]
            tx.run(upsert(scorecards, tx.connection().dialect.name).on_conflict_do_nothing(), rows)
            # Asked for again, as RETURNING for so many rows makes one huge statement, which took ten times as long.
            standing = self._standing(tx, keys)
        for (row, side), card in made:
            if standing[row["relationship_id"], side] == card["scorecard_id"]:
                opened.created += 1
                outbox.add(tx, ScorecardOpened(id=card["scorecard_id"], **{n: card[n] for n in _ANNOUNCED}), self.now)
        opened.existing = len(keys) - opened.created - len(opened.failures)
        of_run = sa.update(runs).where(runs.c.review_run_id == self.run["review_run_id"])
        counted = {"created": runs.c.created + opened.created, "existing": runs.c.existing + opened.existing}
        tx.run(of_run.values(counted))
        return opened

    def _standing(self, tx: Tx, keys: Sequence[CardKey]) -> dict[tuple[str, str], str]:
        """The cards that these relationships have in this period, by relationship and side."""
        first, last = (key[0]["relationship_id"] for key in (keys[0], keys[-1]))
        chosen = sa.select(scorecards.c.relationship_id, scorecards.c.side, scorecards.c.scorecard_id).where(
            scorecards.c.review_cycle_id == self.cycle["review_cycle_id"],
            scorecards.c.period_starts_on == self.period.starts_on,
            scorecards.c.relationship_id.between(first, last),
        )
        return {(row.relationship_id, row.side): row.scorecard_id for row in tx.run(chosen)}

    def _card(self, tx: Tx, row: Candidate, side: str, opened: Opened) -> dict[str, object]:
        if not row["is_known"]:
            raise CannotOpen("its sponsor or its provider is not known yet")
        of_engagement = catalogue()["profile_of_engagement_type"].get(row["engagement_type"] or "")
        profile = Profile.of(row["sponsor_size"], row["provider_region"], self.cycle["project_type"] or of_engagement)
        template_id = _template_for(self.cycle, profile)
        return self._common | {
            "scorecard_id": new_id(),
            "relationship_id": row["relationship_id"],
            "side": side,
            "template_id": template_id,
            "template_version": self.template_versions[template_id],
            "question_set_id": self._question_set(tx, template_id, side, profile.name, opened),
            "profile": profile.name,
        }

    def _question_set(self, tx: Tx, template_id: str, side: str, profile: str, opened: Opened) -> str:
        key = (template_id, side, profile)
        known = self.question_sets.get(key) or opened.question_sets.get(key)
        if known is None:
            known = question_set_of(tx, template_id, self.template_versions[template_id], side, profile)
            opened.question_sets[key] = known
        return known

    @cached_property
    def _common(self) -> dict[str, object]:
        """What all cards of the run share; the columns that are not named stay null."""
        due = due_on(self.period, self.cycle["due_days_after_end"])
        return {
            "version": 1,
            "review_cycle_id": self.cycle["review_cycle_id"],
            "period_starts_on": self.period.starts_on,
            "period_ends_on": self.period.ends_on,
            "opened_on": opens_on(self.period, self.cycle["opens_days_before_end"]),
            "due_on": due,
            "reveals_at": day_starts_at(due, self.cycle["time_zone"]),
            "status": "draft",
            "revision": 1,
            "created_at": self.now,
        }

    def finish(self) -> ReviewRunRow:
        took = timedelta(seconds=time.monotonic() - self.began_s)
        done: ReviewRunRow = {
            **self.run,
            "failed": len(self.failures),
            "failures": self.failures[:MOST_NAMED],
            "finished_at": self.now + took,
        }
        values = {"failed": done["failed"], "failures": done["failures"], "finished_at": done["finished_at"]}
        with self.database.write() as tx:
            tx.run(sa.update(runs).where(runs.c.review_run_id == self.run["review_run_id"]).values(**values))
            self._write_down(tx)
        return done

    def _write_down(self, tx: Tx) -> None:
        """How far the schedule is with this period now."""
        key = {"review_cycle_id": self.cycle["review_cycle_id"], "period_starts_on": self.period.starts_on}
        of_period = [review_periods.c[name] == value for name, value in key.items()]
        state = tx.run(sa.select(review_periods).where(*of_period)).mappings().first()
        values = {
            name: None if state is None else state[name] for name in ("opened_at", "next_try_at", "next_notice_on")
        }
        today = local_day(self.now, self.cycle["time_zone"])
        retry_in = self._retry_in(tx) if self.failures else None
        if retry_in is not None:
            values["next_try_at"] = self.now + retry_in
        elif opens_on(self.period, self.cycle["opens_days_before_end"]) <= today:
            is_first = values["opened_at"] is None
            values["next_try_at"] = self.now + SECOND_LOOK if is_first and not self.failures else None
            values["opened_at"] = values["opened_at"] or self.now
        if self.run["created"]:
            values["next_notice_on"] = today
        values |= {"period_ends_on": self.period.ends_on}
        insert = upsert(review_periods, tx.connection().dialect.name).values(**key, **values, version=1)
        written = values | {"version": review_periods.c.version + 1}
        tx.run(insert.on_conflict_do_update(index_elements=list(key), set_=written))

    def _retry_in(self, tx: Tx) -> timedelta | None:
        """After as long again as it has been tried for, between five minutes and a day; after a month no more."""
        of_period = (runs.c.review_cycle_id == self.cycle["review_cycle_id"],
                     runs.c.period_starts_on == self.period.starts_on)  # fmt: skip
        tried_for = self.now - tx.run(sa.select(sa.func.min(runs.c.started_at)).where(*of_period)).scalar_one()
        return None if tried_for > GIVES_UP_AFTER else min(max(tried_for, FIRST_RETRY), LAST_RETRY)


_ANNOUNCED = [name for name in ScorecardOpened.model_fields if name != "id"]


def _template_for(cycle: ReviewCycleRow, profile: Profile) -> str:
    """By the first rule that fits the profile, else the cycle's own."""
    parts = (profile.size, profile.region, profile.project_type)
    for rule in cycle["template_rules"]:
        if all(wanted in (None, part) for wanted, part in zip(_fitting(rule), parts, strict=True)):
            return rule["template_id"]
    return cycle["template_id"]


def _fitting(rule: TemplateRuleJson) -> tuple[str | None, str | None, str | None]:
    return rule["sponsor_size"], rule["provider_region"], rule["project_type"]


def _failure(row: Candidate, side: str, error: Exception) -> FailureJson:
    said = str(error).strip().splitlines() or [type(error).__name__]
    return {"relationship_id": row["relationship_id"], "side": side, "reason": said[0][:300]}
