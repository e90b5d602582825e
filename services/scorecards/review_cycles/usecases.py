"""Writes of review cycles."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.scorecards.events import ReviewCycleRecorded
from services.scorecards.review_cycles.periods import MONTHS, Cadence, local_day
from services.scorecards.review_cycles.queries import ReviewCycleNotFound, cycles_out, get_review_cycle
from services.scorecards.review_cycles.schemas import ChangeReviewCycle, CreateReviewCycle, ReviewCycleOut
from services.scorecards.review_cycles.tables import ReviewCycleRow, cycles, runs
from services.scorecards.scorecard_templates.queries import attributes_rated_by
from services.scorecards.scorecard_templates.tables import template_versions, templates
from shared.auth import Actor
from shared.db import records
from shared.db.database import Tx
from shared.db.records import Records
from shared.errors import Conflict, InvalidField, InvalidFields, Located
from shared.ids import new_id

SHORTEST_DAYS = {1: 28, 3: 90, 6: 181, 12: 365}
"""Days of the shortest period of so many months."""
START_AT_MOST = timedelta(days=3653)


REVIEW_CYCLES = Records[ReviewCycleRow](cycles, lambda actor: sa.select(cycles), lambda _: ReviewCycleNotFound())


class ReviewCycleHasRun(Conflict):
    slug, title = "review-cycle-has-run", "Its periods have been opened"


def create_review_cycle(tx: Tx, command: CreateReviewCycle, actor: Actor, now: datetime) -> ReviewCycleOut:
    given = command.model_dump(mode="json")
    row: ReviewCycleRow = {
        "review_cycle_id": new_id(),
        "version": 1,
        "name": command.name,
        "cadence": given["cadence"],
        "fiscal_year_start_month": command.fiscal_year_start_month,
        "time_zone": command.time_zone,
        "template_id": command.template_id,
        "template_rules": given["template_rules"],
        "sides": given["sides"],
        "audience": given["audience"],
        "raters": given["raters"],
        "signers": given["signers"],
        "project_type": command.project_type,
        "opens_days_before_end": command.opens_days_before_end,
        "due_days_after_end": command.due_days_after_end,
        "reminder_days_before_due": command.reminder_days_before_due,
        "escalation_days_after_due": command.escalation_days_after_due,
        "starts_on": command.starts_on or local_day(now, command.time_zone),
        "created_by": actor.actor_id,
        "created_at": now,
        "archived_at": None,
    }
    _check_days(row)
    _check_start(row, now)
    _check_templates(tx, row)
    records.add(tx, REVIEW_CYCLES, row, _recorded(row), now)
    return cycles_out(tx, [row], actor, now)[0]


def change_review_cycle(
    tx: Tx, review_cycle_id: str, command: ChangeReviewCycle, version: int, actor: Actor, now: datetime
) -> ReviewCycleOut:
    row = records.lock(tx, REVIEW_CYCLES, review_cycle_id, actor, version=version)
    present = command.model_dump(mode="json")
    if "starts_on" in present:
        present["starts_on"] = command.starts_on
        _check_start(records.with_values(row, present), now)
    changed = records.with_values(row, present)
    _check_days(changed)
    _check_rhythm(tx, row, changed)
    if not present.keys().isdisjoint(("template_id", "template_rules", "sides")):
        _check_templates(tx, changed)
    return _change(tx, row, present, actor, now)


def archive_review_cycle(tx: Tx, review_cycle_id: str, version: int, actor: Actor, now: datetime) -> None:
    row = records.lock(tx, REVIEW_CYCLES, review_cycle_id, actor, version=version)
    _change(tx, row, {"archived_at": now}, actor, now)


def restore_review_cycle(tx: Tx, review_cycle_id: str, actor: Actor, now: datetime) -> ReviewCycleOut:
    """Goes on from today: what would have opened while it was archived is not caught up."""
    row = records.lock(tx, REVIEW_CYCLES, review_cycle_id, actor)
    if row["archived_at"] is None:
        return get_review_cycle(tx, review_cycle_id, actor, now)
    starts_on = max(row["starts_on"], local_day(now, row["time_zone"]))
    return _change(tx, row, {"archived_at": None, "starts_on": starts_on}, actor, now)


def _change(tx: Tx, row: ReviewCycleRow, values: Mapping[str, object], actor: Actor, now: datetime) -> ReviewCycleOut:
    changed = records.change_and_announce(tx, REVIEW_CYCLES, row, values, _recorded, now)
    return cycles_out(tx, [changed], actor, now)[0]


def _recorded(row: ReviewCycleRow) -> ReviewCycleRecorded:
    announced = {name: value for name, value in row.items() if name in ReviewCycleRecorded.model_fields}
    return ReviewCycleRecorded(id=row["review_cycle_id"], archived=row["archived_at"] is not None, **announced)


def _check_days(row: ReviewCycleRow) -> None:
    opens_before, due_after = row["opens_days_before_end"], row["due_days_after_end"]
    if -opens_before >= due_after:
        raise InvalidField("/opens_days_before_end", "opens no earlier than the day on which it is due")
    if opens_before >= (shortest := SHORTEST_DAYS[MONTHS[Cadence(row["cadence"])]]):
        raise InvalidField("/opens_days_before_end", f"opens before a period of {shortest} days begins")


def _check_start(row: ReviewCycleRow, now: datetime) -> None:
    today = local_day(now, row["time_zone"])
    if not today - START_AT_MOST <= row["starts_on"] <= today + START_AT_MOST:
        raise InvalidField("/starts_on", "lies more than ten years from today")


def _check_rhythm(tx: Tx, row: ReviewCycleRow, changed: ReviewCycleRow) -> None:
    changes = {
        "cadence": changed["cadence"] != row["cadence"],
        "fiscal_year_start_month": changed["fiscal_year_start_month"] != row["fiscal_year_start_month"],
    }
    for name, is_changed in changes.items():
        if is_changed and _has_run(tx, row["review_cycle_id"]):
            detail = "periods of another length would overlap those that were opened: archive it and make a new one"
            raise ReviewCycleHasRun(detail, errors=[Located(pointer=f"/{name}", detail=detail)])


def _has_run(tx: Tx, review_cycle_id: str) -> bool:
    ran = sa.select(runs.c.review_run_id).where(runs.c.review_cycle_id == review_cycle_id).limit(1)
    return tx.run(ran).first() is not None


def _check_templates(tx: Tx, row: ReviewCycleRow) -> None:
    """Each is known and not archived, and asks something of every side."""
    named = {"/template_id": row["template_id"]}
    named |= {f"/template_rules/{i}/template_id": rule["template_id"] for i, rule in enumerate(row["template_rules"])}
    of = sa.and_(
        template_versions.c.template_id == templates.c.template_id, template_versions.c.version == templates.c.version
    )
    columns = (templates.c.template_id, templates.c.archived_at, template_versions.c.attributes)
    chosen = sa.select(*columns).outerjoin(template_versions, of).where(templates.c.template_id.in_(named.values()))
    found = {each.template_id: each for each in tx.run(chosen)}
    errors = list(_wrong_templates(tx, named, found, row["sides"]))
    if errors:
        raise InvalidFields(errors)


def _wrong_templates(
    tx: Tx, named: dict[str, str], found: Mapping[str, sa.Row[tuple[object, ...]]], sides: list[str]
) -> Iterator[Located]:
    for pointer, template_id in named.items():
        template = found.get(template_id)
        if template is None:
            yield Located(pointer=pointer, detail="no such template")
        elif template.archived_at is not None:
            yield Located(
                pointer=pointer,
                detail="names a template that is archived; restore it, or name another",
            )
        else:
            for side in sides:
                if not attributes_rated_by(tx, template.attributes or [], side):
                    yield Located(pointer=pointer, detail=f"this template asks nothing of the {side} side")
