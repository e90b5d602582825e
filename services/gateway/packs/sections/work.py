"""What was done and what is to do: facts of the period, engagements, milestones, actions, main events."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.gateway.packs.data import ROWS_MOST, Reading, Row, Told
from services.gateway.packs.labels import listed, many, short, word
from services.gateway.packs.pack import Block, Cell, Column, Number, Section, Sentence, Table, Word, shown
from services.gateway.packs.request import Asked
from services.gateway.packs.sections.standing import day

EVENTS_MOST = 12
OVER = ("closed", "cancelled", "lost")
_BECAME = ("promised", "met", "late", "refused", "overdue", "lapsed", "cancelled", "open", "excused")
GRAVE = ("major", "critical")


def facts(reading: Reading) -> Section:
    told = reading.facts
    body = told.body
    review = body["last_business_review"]
    last = "There was no business review, steering committee or executive review yet."
    if review["on"] is not None:
        ago = many(review["days"], "day", "days")
        last = (
            f"The last business review was on {shown(day(review['on']))}, {ago} before {shown(day(review['until']))}."
        )
    first = ("Promises by their first promised day", Column("Promises first due in the period", 3))
    columns = (first[1], *(Column(word(name), 1.4, True) for name in _BECAME), Column("On time", 1.4, True))
    promises = tuple(
        (title, *(Number(part[name], "whole") for name in _BECAME), _share(part))
        for title, part in (("Deliveries", body["deliveries"]), ("Milestones", body["milestones"]))
    )
    kinds = sorted(body["interactions"]["by_kind"].items(), key=lambda item: (-item[1], item[0]))
    return Section(
        "Facts of the period",
        (
            Table(first[0], columns, promises, told.source, ""),
            Sentence(last, told.source),
            Table(
                "Interactions by kind",
                (Column("Kind", 4), Column("How many", 1.5, True)),
                tuple((word(kind), Number(count, "whole")) for kind, count in kinds),
                told.source,
                "No interaction was logged.",
            ),
            _counts("Interactions by experience", "Experience", body["interactions"]["by_experience"], told),
            *([_counts("Audits and inspections", "Worst finding", body["audits"]["by_findings"], told)]
              if body["audits"]["count"] else []),
        ),
    )  # fmt: skip


def _share(part: Row) -> Cell:
    return None if part["share"] is None else Number(part["share"], "share")


def _counts(title: str, what: str, counts: Mapping[str, int], told: Told) -> Table:
    def named(name: str) -> Cell:
        return Word(word(name), name) if name in ("below", "meets", "exceeds") else word(name)

    rows = tuple((named(name), Number(count, "whole")) for name, count in counts.items())
    return Table(title, (Column(what, 4), Column("How many", 1.5, True)), rows, told.source, "")


def engagements(reading: Reading, asked: Asked) -> Section:
    told = reading.engagements
    rows = sorted(told.body, key=lambda row: (row["stage"] in OVER, row["contracted_on"] or "9", row["name"]))
    started = asked.starts_on.isoformat()
    current = [row for row in rows if row["stage"] not in OVER or (row["closed_on"] or "") >= started]
    shows_value = any(row["value"] is not None for row in current)
    columns = [
        Column("Engagement", 5), Column("Type", 3), Column("Mode", 2), Column("Complexity", 1.6, True),
        Column("Stage", 2), Column("Contracted", 2, True), Column("Ends", 2, True),
        *([Column("Value", 2.4, True)] if shows_value else []),
    ]  # fmt: skip
    table = Table(
        "Running, planned, or closed in the period",
        tuple(columns),
        tuple((*_engagement(row), *([_value(row)] if shows_value else [])) for row in current),
        told.source,
        "No engagement.",
    )
    blocks: list[Block] = [table]
    if len(rows) > len(current):
        others = many(len(rows) - len(current), "other engagement was", "other engagements were")
        blocks.append(Sentence(f"{others} closed before the period, cancelled or lost.", told.source))
    return Section("Engagements and open milestones", (*blocks, _milestones(reading), *_cut(told)))


def _engagement(row: Row) -> tuple[Cell, ...]:
    return (
        row["name"], word(row["type"]), word(row["mode"]), Number(row["complexity"], "whole"), word(row["stage"]),
        day(row["contracted_on"]), day(row["closed_on"] or row["ends_on"]),
    )  # fmt: skip


def _value(row: Row) -> str | None:
    return None if row["value"] is None else f"{row['value']:,.0f} {row['currency'] or ''}".strip()


def _milestones(reading: Reading) -> Table:
    told = reading.milestones
    names = {row["id"]: row["name"] for row in reading.engagements.body}
    rows = [
        (
            row["name"] if row["kind"] == "milestone" or row["kind"] in row["name"] else f"{row['kind']} {row['name']}",
            names.get(row["engagement_id"]),
            day(row["promised_on"]),
            day(row["current_promised_on"]),
            _late(row["promised_on"], row["current_promised_on"], reading.today),
            _owners(reading, row),
        )
        for row in sorted(told.body, key=lambda row: (row["current_promised_on"], row["promised_on"], row["name"]))
    ]
    columns = (
        Column("Milestone", 4), Column("Engagement", 4), Column("First promised", 2, True),
        Column("Now promised", 2, True), Column("Against the first promise", 2.6), Column("Owners", 3),
    )  # fmt: skip
    return Table("Open milestones", columns, tuple(rows), told.source, "No milestone is open.")


def _late(first: str, now: str, today: date) -> Cell:
    promised, expected = date.fromisoformat(first), date.fromisoformat(now)
    if expected < today:
        return Word(f"overdue by {many((today - expected).days, 'day', 'days')}", "late")
    if expected > promised:
        return Word(f"moved by {many((expected - promised).days, 'day', 'days')}", "late")
    return "as promised"


def _owners(reading: Reading, row: Row) -> str | None:
    ids = [row[name] for name in ("sponsor_owner_id", "provider_owner_id") if row[name]]
    return ", ".join(reading.names.get(id, "somebody unknown") for id in ids) or None


def actions(reading: Reading, asked: Asked) -> Section:
    return Section(
        "Action plans and actions",
        (_plans(reading, asked), _actions(reading), *_cut(reading.plans), *_cut(reading.actions)),
    )


def _plans(reading: Reading, asked: Asked) -> Table:
    told, started = reading.plans, asked.starts_on.isoformat()
    rows = [
        (
            reading.labels.get(row["attribute"], word(row["attribute"])),
            short(row["what"]),
            _owners(reading, row),
            day(row["due_on"]),
            _done(row, reading.today),
            None if row["effect"]["steps"] is None else Number(row["effect"]["steps"], "signed"),
        )
        for row in sorted(told.body, key=lambda row: (row["done_on"] is not None, row["due_on"], row["id"]))
        if row["done_on"] is None or row["done_on"] >= started
    ]
    columns = (
        Column("Question", 3), Column("What is done about it", 6), Column("Owners", 3), Column("Due", 2, True),
        Column("State", 2), Column("Effect, steps", 1.6, True),
    )  # fmt: skip
    return Table(
        "Action plans, open or done since the period began", columns, tuple(rows), told.source, "No action plan."
    )


def _actions(reading: Reading) -> Table:
    told = reading.actions
    rows = [
        (
            short(row["title"]),
            reading.names.get(row["owner_actor_id"] or row["owner_contact_id"] or ""),
            day(row["due_on"]),
            _done(row, reading.today),
        )
        for row in sorted(told.body, key=lambda row: (row["due_on"] or "9", row["id"]))
    ]
    columns = (Column("Action", 7), Column("Owner", 3), Column("Due", 2, True), Column("State", 2))
    return Table("Open actions", columns, tuple(rows), told.source, "No action is open.")


def _done(row: Row, today: date) -> Cell:
    if row["done_on"] is not None:
        return f"done {shown(day(row['done_on']))}"
    is_overdue = row["due_on"] is not None and date.fromisoformat(row["due_on"]) < today
    return Word("overdue", "late") if is_overdue else "open"


def events(reading: Reading) -> Section:
    told = reading.events
    main = _main(told.body, reading.today)
    columns = (Column("Day", 2), Column("What happened", 8), Column("How it was", 3), Column("Effect today", 2, True))
    rows = tuple(
        (
            day(entry["on"]),
            _happened(entry),
            _how(entry),
            None if entry["effect"] is None else Number(entry["effect"], "signed"),
        )
        for entry in main
    )
    table = Table(
        "What moved the score most, changes of tier and stage, grave issues",
        columns,
        rows,
        told.source,
        "Nothing happened in the period that moved the score.",
    )
    return Section("Main events of the period", (table, *_cut(told)))


def _main(entries: Sequence[Row], today: date) -> list[Row]:
    """Oldest first; what is still to come is no event yet."""
    past = [entry for entry in entries if entry["on"] <= today.isoformat()]
    by_themselves = [entry for entry in past if _counts_by_itself(entry)][: EVENTS_MOST // 2]
    moving = sorted((entry for entry in past if entry["effect"]), key=lambda entry: -abs(entry["effect"]))
    told = [*by_themselves, *moving[: EVENTS_MOST - len(by_themselves)]]
    return sorted(told, key=lambda entry: (entry["at"], entry["id"]))


def _counts_by_itself(entry: Row) -> bool:
    is_grave = entry["kind"] == "issue" and entry["details"]["label"] in GRAVE
    return is_grave or entry["kind"] in ("tier_change", "stage_change")


def _happened(entry: Row) -> str:
    details, title = entry["details"], short(entry["title"])
    match entry["kind"]:
        case "tier_change":
            return f"Tier changed from {word(details['from_tier'])} to {word(details['to_tier'])}"
        case "stage_change":
            return f"{title}: {word(details['label'])}"
        case "interaction":
            return f"{word(details['label'])}: {title}" if title else word(details["label"])
        case "delivery" | "milestone":
            return f"{word(entry['kind'])}: {title}"
        case "issue":
            return f"{word(details['label'])} issue: {title}"
        case kind:
            return f"{word(kind)}: {title}"


def _how(entry: Row) -> Cell:
    details = entry["details"]
    if details.get("experience") in ("below", "meets", "exceeds"):
        return Word(word(details["experience"]), details["experience"])
    if details.get("findings"):
        return f"Findings: {details['findings']}"
    if entry["kind"] == "delivery" and details.get("status") == "delivered":
        late = (date.fromisoformat(entry["on"]) - date.fromisoformat(details["promised_on"])).days
        parts = [f"{many(late, 'day', 'days')} late"] if late > 0 else ["on time"]
        parts += [] if details["accepted"] else ["refused"]
        return Word(listed(parts), "late") if late > 0 or not details["accepted"] else listed(parts)
    status = details.get("status")
    return None if status is None else word(status)


def _cut(told: Told) -> tuple[Sentence, ...]:
    return (Sentence(f"There was more than the {ROWS_MOST:,} rows looked at.", told.source),) if told.is_cut else ()
