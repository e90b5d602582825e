"""The work and its record: facts of the period, engagements, milestones, action plans, actions, main events."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, TypeVar, get_args

from services.gateway.packs import answers
from services.gateway.packs.answers import Answer
from services.gateway.packs.data import ROWS_MOST, PackData
from services.gateway.packs.labels import counted, label, listed, short
from services.gateway.packs.pack import Block, Cell, Column, Number, Section, Sentence, Table, Word, shown
from services.gateway.packs.request import PackRequest
from services.gateway.packs.sections.standing import day

R = TypeVar("R")

EVENTS_MOST = 12
OVER = ("closed", "cancelled", "lost")
PromiseCount = Literal["promised", "met", "late", "refused", "overdue", "lapsed", "cancelled", "open", "excused"]
_COUNTS: tuple[PromiseCount, ...] = get_args(PromiseCount)
GRAVE = ("major", "critical")


def facts(data: PackData) -> Section:
    answer = data.facts
    body = answer.body
    review = body["last_business_review"]
    last = "There was no business review, steering committee or executive review yet."
    if review["on"] is not None and review["days"] is not None:
        ago = counted(review["days"], "day", "days")
        last = (
            f"The last business review was on {shown(day(review['on']))}, {ago} before {shown(day(review['until']))}."
        )
    first = ("Promises by their first promised day", Column("Promises first due in the period", 3))
    columns = (first[1], *(Column(label(name), 1.4, True) for name in _COUNTS), Column("On time", 1.4, True))
    promises = tuple(
        (title, *(Number(part[name], "whole") for name in _COUNTS), _share(part))
        for title, part in (("Deliveries", body["deliveries"]), ("Milestones", body["milestones"]))
    )
    kinds = sorted(body["interactions"]["by_kind"].items(), key=lambda item: (-item[1], item[0]))
    return Section(
        "Facts of the period",
        (
            Table(first[0], columns, promises, answer.source, ""),
            Sentence(last, answer.source),
            Table(
                "Interactions by kind",
                (Column("Kind", 4), Column("How many", 1.5, True)),
                tuple((label(kind), Number(count, "whole")) for kind, count in kinds),
                answer.source,
                "No interaction was logged.",
            ),
            _counts("Interactions by experience", "Experience", body["interactions"]["by_experience"], answer),
            *([_counts("Audits and inspections", "Worst finding", body["audits"]["by_findings"], answer)]
              if body["audits"]["count"] else []),
        ),
    )  # fmt: skip


def _share(part: answers.Promises) -> Cell:
    return None if part["share"] is None else Number(part["share"], "share")


def _counts(title: str, what: str, counts: Mapping[str, int], answer: Answer[answers.Facts]) -> Table:
    def named(name: str) -> Cell:
        return Word(label(name), name) if name in ("below", "meets", "exceeds") else label(name)

    rows = tuple((named(name), Number(count, "whole")) for name, count in counts.items())
    return Table(title, (Column(what, 4), Column("How many", 1.5, True)), rows, answer.source, "")


def engagements(data: PackData, request: PackRequest) -> Section:
    answer = data.engagements
    rows = sorted(answer.body, key=lambda row: (row["stage"] in OVER, row["contracted_on"] or "9", row["name"]))
    started = request.starts_on.isoformat()
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
        answer.source,
        "No engagement.",
    )
    blocks: list[Block] = [table]
    if len(rows) > len(current):
        others = counted(len(rows) - len(current), "other engagement was", "other engagements were")
        blocks.append(Sentence(f"{others} closed before the period, cancelled or lost.", answer.source))
    return Section("Engagements and open milestones", (*blocks, _milestones(data), *_cut_note(answer)))


def _engagement(row: answers.Engagement) -> tuple[Cell, ...]:
    return (
        row["name"], label(row["type"]), label(row["mode"]), Number(row["complexity"], "whole"), label(row["stage"]),
        day(row["contracted_on"]), day(row["closed_on"] or row["ends_on"]),
    )  # fmt: skip


def _value(row: answers.Engagement) -> str | None:
    return None if row["value"] is None else f"{row['value']:,.0f} {row['currency'] or ''}".strip()


def _milestones(data: PackData) -> Table:
    answer = data.milestones
    names = {row["id"]: row["name"] for row in data.engagements.body}
    rows = [
        (
            row["name"] if row["kind"] == "milestone" or row["kind"] in row["name"] else f"{row['kind']} {row['name']}",
            names.get(row["engagement_id"]),
            day(row["promised_on"]),
            day(row["current_promised_on"]),
            _late(row["promised_on"], row["current_promised_on"], data.today),
            _owners(data, row),
        )
        for row in sorted(answer.body, key=lambda row: (row["current_promised_on"], row["promised_on"], row["name"]))
    ]
    columns = (
        Column("Milestone", 4), Column("Engagement", 4), Column("First promised", 2, True),
        Column("Now promised", 2, True), Column("Against the first promise", 2.6), Column("Owners", 3),
    )  # fmt: skip
    return Table("Open milestones", columns, tuple(rows), answer.source, "No milestone is open.")


def _late(first: str, now: str, today: date) -> Cell:
    promised, expected = date.fromisoformat(first), date.fromisoformat(now)
    if expected < today:
        return Word(f"overdue by {counted((today - expected).days, 'day', 'days')}", "late")
    if expected > promised:
        return Word(f"moved by {counted((expected - promised).days, 'day', 'days')}", "late")
    return "as promised"


def _owners(data: PackData, row: answers.Owned) -> str | None:
    ids = [id for id in (row["sponsor_owner_id"], row["provider_owner_id"]) if id]
    return ", ".join(data.names.get(id, "somebody unknown") for id in ids) or None


def actions(data: PackData, request: PackRequest) -> Section:
    return Section(
        "Action plans and actions",
        (_plans(data, request), _actions(data), *_cut_note(data.plans), *_cut_note(data.actions)),
    )


def _plans(data: PackData, request: PackRequest) -> Table:
    answer, started = data.plans, request.starts_on.isoformat()
    rows = [
        (
            data.labels.get(row["attribute"], label(row["attribute"])),
            short(row["what"]),
            _owners(data, row),
            day(row["due_on"]),
            _done(row, data.today),
            None if row["effect"]["steps"] is None else Number(row["effect"]["steps"], "signed"),
        )
        for row in sorted(answer.body, key=lambda row: (row["done_on"] is not None, row["due_on"], row["id"]))
        if row["done_on"] is None or row["done_on"] >= started
    ]
    columns = (
        Column("Question", 3), Column("What is done about it", 6), Column("Owners", 3), Column("Due", 2, True),
        Column("State", 2), Column("Effect, steps", 1.6, True),
    )  # fmt: skip
    return Table(
        "Action plans, open or done since the period began", columns, tuple(rows), answer.source, "No action plan."
    )


def _actions(data: PackData) -> Table:
    answer = data.actions
    rows = [
        (
            short(row["title"]),
            data.names.get(row["owner_actor_id"] or row["owner_contact_id"] or ""),
            day(row["due_on"]),
            _done(row, data.today),
        )
        for row in sorted(answer.body, key=lambda row: (row["due_on"] or "9", row["id"]))
    ]
    columns = (Column("Action", 7), Column("Owner", 3), Column("Due", 2, True), Column("State", 2))
    return Table("Open actions", columns, tuple(rows), answer.source, "No action is open.")


def _done(row: answers.Plan | answers.Action, today: date) -> Cell:
    if row["done_on"] is not None:
        return f"done {shown(day(row['done_on']))}"
    is_overdue = row["due_on"] is not None and date.fromisoformat(row["due_on"]) < today
    return Word("overdue", "late") if is_overdue else "open"


def events(data: PackData) -> Section:
    answer = data.events
    main = _main(answer.body, data.today)
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
        answer.source,
        "Nothing happened in the period that moved the score.",
    )
    return Section("Main events of the period", (table, *_cut_note(answer)))


def _main(entries: Sequence[answers.Entry], today: date) -> list[answers.Entry]:
    """Oldest first; an entry of a later day is no event yet."""
    past = [entry for entry in entries if entry["on"] <= today.isoformat()]
    by_themselves = [entry for entry in past if _counts_by_itself(entry)][: EVENTS_MOST // 2]
    moving = sorted((entry for entry in past if entry["effect"]), key=lambda entry: -abs(entry["effect"] or 0))
    main = [*by_themselves, *moving[: EVENTS_MOST - len(by_themselves)]]
    return sorted(main, key=lambda entry: (entry["at"], entry["id"]))


def _counts_by_itself(entry: answers.Entry) -> bool:
    is_grave = entry["kind"] == "issue" and entry["details"]["label"] in GRAVE
    return is_grave or entry["kind"] in ("tier_change", "stage_change")


def _happened(entry: answers.Entry) -> str:
    details, title = entry["details"], short(entry["title"])
    match entry["kind"]:
        case "tier_change":
            return f"Tier changed from {label(details['from_tier'])} to {label(details['to_tier'])}"
        case "stage_change":
            return f"{title}: {label(details['label'])}"
        case "interaction":
            return f"{label(details['label'])}: {title}" if title else label(details["label"])
        case "delivery" | "milestone":
            return f"{label(entry['kind'])}: {title}"
        case "issue":
            return f"{label(details['label'])} issue: {title}"
        case kind:
            return f"{label(kind)}: {title}"


def _how(entry: answers.Entry) -> Cell:
    details = entry["details"]
    experience = details.get("experience")
    if experience is not None and experience in ("below", "meets", "exceeds"):
        return Word(label(experience), experience)
    if details.get("findings"):
        return f"Findings: {details['findings']}"
    if entry["kind"] == "delivery" and details.get("status") == "delivered":
        late = (date.fromisoformat(entry["on"]) - date.fromisoformat(details["promised_on"])).days
        parts = [f"{counted(late, 'day', 'days')} late"] if late > 0 else ["on time"]
        parts += [] if details["accepted"] else ["refused"]
        return Word(listed(parts), "late") if late > 0 or not details["accepted"] else listed(parts)
    status = details.get("status")
    return None if status is None else label(status)


def _cut_note(answer: Answer[list[R]]) -> tuple[Sentence, ...]:
    return (Sentence(f"There was more than the {ROWS_MOST:,} rows looked at.", answer.source),) if answer.is_cut else ()
