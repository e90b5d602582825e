"""Applies what a file says: finds or makes accounts and relationships, and records the deliveries in batches.

It knows the services by their routes alone. Everything is sent under external ids, so that doing it again, in whole or
after a crash, finds what is there and changes nothing.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar

from shared.errors import DomainError

from .service_client import Body, Send
from .track_record import Party, Reading, Refusal, Row

BATCH = 1_000
KEPT = 1_000
"""Refusals and warnings that a report holds; all of them are counted, and given to `refused`."""
PATIENCE_S = 60.0
_PAUSE_S = 0.05
_REMEMBERED = 50_000  # accounts and relationships; one that was forgotten is asked for again
_TRANSIENT = (429, 502, 503, 504)
_ROW_POINTERS = ("promised_on", "delivered_on", "accepted", "weight", "quantity")

Progress = Callable[[int, int | None], None]
"""Called with the lines that are done, and of how many once that is known. What it raises ends the import."""


class ImportStopped(DomainError):
    """The import cannot go on. What was applied stays; the same import again goes on from there."""

    slug, status, title = "import-stopped", 503, "The import stopped"


@dataclass(slots=True)
class Report:
    """What an import did, or, in a dry run, would do. JSON-able; ``refused`` counts lines, ``warned`` warnings."""

    is_dry_run: bool
    lines_read: int = 0
    refused: int = 0
    deliveries: int = 0
    created: int = 0
    existing: int = 0
    accounts_created: int = 0
    relationships_created: int = 0
    warned: int = 0
    refusals: list[Body] = field(default_factory=list)
    warnings: list[Body] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why rows of a party or relationship cannot be applied, with the cell at fault where there is one."""

    column: str | None
    value: str | None
    reason: str


class _Unmade(str):
    """Stands in a dry run for the id of what would be made."""


NOBODY = "00000000-0000-7000-8000-000000000000"
"""An id that no application makes, and no service knows."""
Id = str
T = TypeVar("T")


def apply(
    reading: Reading,
    send: Send,
    *,
    dry_run: bool = False,
    progress: Progress = lambda done, of: None,
    refused: Callable[[Sequence[Refusal]], None] = lambda refusals: None,
    patience_s: float = PATIENCE_S,
) -> Report:
    """Apply a reading to its end.

    ``refused`` is given every refusal, some at a time. Raises `ImportStopped` when the services do not answer, do not
    allow it, or have not heard of a relationship, for ``patience_s`` without progress; and what the reading raises.
    """
    return _Run(reading, send, dry_run, progress, refused, patience_s).run()


class _Run:
    def __init__(
        self,
        reading: Reading,
        send: Send,
        dry_run: bool,
        progress: Progress,
        refused: Callable[[Sequence[Refusal]], None],
        patience_s: float,
    ) -> None:
        self._reading, self._send, self._dry_run, self._patience_s = reading, send, dry_run, patience_s
        self._progress, self._give_refusals = progress, refused
        self._report = Report(is_dry_run=dry_run)
        self._refusals: list[Refusal] = []
        self._accounts: _Recent[_Refused | Id] = _Recent()
        self._relationships: _Recent[_Refused | Id] = _Recent()
        self._lines_done = 0
        self._last_refused = 0

    def run(self) -> Report:
        for rows in self._batches():
            found = [(row, self._relationship(row)) for row in rows]
            good = [(row, relationship) for row, relationship in found if isinstance(relationship, Id)]
            for row, relationship in found:
                if isinstance(relationship, _Refused):
                    self._refuse(row, relationship)
            (self._foresee if self._dry_run else self._deliver)(good)
            self._lines_done += sum(len(row.lines) for row in rows)
            self._progress(self._lines_done + self._reading.summary.lines_refused, self._reading.summary.lines_read)
        self._hand_over()
        summary, report = self._reading.summary, self._report
        report.lines_read, report.deliveries, report.warned = summary.lines_read, summary.deliveries, summary.warnings
        self._progress(summary.lines_read, summary.lines_read)
        return report

    def _batches(self) -> Iterator[list[Row]]:
        rows = self._rows()
        while batch := list(islice(rows, BATCH)):
            yield batch

    def _rows(self) -> Iterator[Row]:
        """The deliveries; what was refused or doubted goes into the report on the way."""
        for item in self._reading:
            if isinstance(item, Row):
                yield item
            elif isinstance(item, Refusal):
                self._note(item)
            elif len(self._report.warnings) < KEPT:
                self._report.warnings.append(asdict(item))

    def _note(self, refusal: Refusal) -> None:
        # Several cells of a line may be at fault; they come one after the other.
        self._report.refused += refusal.line != self._last_refused
        self._last_refused = refusal.line
        if len(self._report.refusals) < KEPT:
            self._report.refusals.append(asdict(refusal))
        self._refusals.append(refusal)
        if len(self._refusals) >= BATCH:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._refusals:
            self._give_refusals(self._refusals)
            self._refusals = []

    def _refuse(self, row: Row, why: _Refused) -> None:
        for line in row.lines:
            self._note(Refusal(line, why.column, why.value, why.reason))

    # Accounts and relationships

    def _relationship(self, row: Row) -> _Refused | Id:
        sponsor, provider = self._account("sponsor", row.sponsor), self._account("provider", row.provider)
        if isinstance(sponsor, _Refused):
            return sponsor
        if isinstance(provider, _Refused):
            return provider
        pair = (sponsor, provider)
        found = self._relationships.get(pair)
        if found is None:
            find = self._foresee_relationship if self._dry_run else self._find_relationship
            found = self._relationships.keep(pair, find(sponsor, provider))
        return found

    def _account(self, part: str, party: Party) -> _Refused | Id:
        name = (part, party.external_system, party.external_id)
        found = self._accounts.get(name)
        return self._accounts.keep(name, self._find_account(part, party)) if found is None else found

    def _find_account(self, part: str, party: Party) -> _Refused | Id:
        wanted = {"external_system": party.external_system, "external_id": party.external_id, "archived": "true"}
        status, page = self._call("accounts", "GET", "/v1/accounts", params=wanted)
        if status != 200:
            return self._party_refused(part, party, page)
        if page["items"]:
            return self._of_kind(part, party, page["items"][0])
        if self._dry_run:
            made = self._of_kind(part, party, {"id": _Unmade(repr(party)), "name": party.name, "kind": party.kind})
            self._report.accounts_created += isinstance(made, Id)
            return made
        body = {
            "name": party.name,
            "kind": party.kind,
            "size": party.size,
            "region": party.region,
            "external_ids": {party.external_system: party.external_id},
        }
        status, answer = self._call("accounts", "POST", "/v1/accounts", json=body)
        self._report.accounts_created += status == 201
        # Somebody else may have made it since, or it may be one that this actor does not see.
        if status in (200, 201) or (status == 409 and "id" in answer):
            return Id(answer["id"])
        return self._party_refused(part, party, answer)

    def _of_kind(self, part: str, party: Party, account: Body) -> _Refused | Id:
        if account["kind"] == part:
            return account["id"] if isinstance(account["id"], _Unmade) else Id(account["id"])
        column = getattr(self._reading.mapping, part).external_id.column
        reason = f"names {account['name']}, which is of kind {account['kind']}, not {part}"
        return _Refused(column, party.external_id, reason)

    def _party_refused(self, part: str, party: Party, answer: Any) -> _Refused:
        fields = getattr(self._reading.mapping, part)
        for name in ("name", "size", "region"):
            if _points_at(answer, f"/{name}"):
                return _Refused(getattr(fields, name).column, getattr(party, name), _reason(answer))
        return _Refused(fields.external_id.column, party.external_id, _reason(answer))

    def _find_relationship(self, sponsor: Id, provider: Id) -> _Refused | Id:
        defaults = self._reading.mapping.relationship.model_dump(mode="json")
        body = {"sponsor_id": sponsor, "provider_id": provider} | defaults
        status, answer = self._call("accounts", "POST", "/v1/relationships", json=body)
        self._report.relationships_created += status == 201
        if status in (200, 201) or (status == 409 and "id" in answer):
            return Id(answer["id"])
        return _Refused(None, None, _reason(answer))

    def _foresee_relationship(self, sponsor: Id, provider: Id) -> _Refused | Id:
        if not isinstance(sponsor, _Unmade) and not isinstance(provider, _Unmade):
            wanted = {"sponsor_id": sponsor, "provider_id": provider, "archived": "true"}
            status, page = self._call("accounts", "GET", "/v1/relationships", params=wanted)
            if status != 200:
                return _Refused(None, None, _reason(page))
            if page["items"]:
                return Id(page["items"][0]["id"])
        self._report.relationships_created += 1
        return _Unmade(f"{sponsor} {provider}")

    # Deliveries

    def _deliver(self, rows: Sequence[tuple[Row, Id]]) -> None:
        """Record rows; one whose relationship engagements has not heard of yet is sent again until it has."""
        deadline = time.monotonic() + self._patience_s
        while rows:
            behind = self._send_rows(rows)
            if len(behind) < len(rows):
                deadline = time.monotonic() + self._patience_s
            elif time.monotonic() > deadline:
                raise ImportStopped(
                    f"engagements has not heard of relationship {behind[0][1]} (line {behind[0][0].line}) for"
                    f" {self._patience_s:g} s; start its worker, then import again"
                )
            rows = behind
            if rows:
                self._pause()

    def _foresee(self, rows: Sequence[tuple[Row, Id]]) -> None:
        """Ask what would become of rows; one whose relationship is yet to be made would be recorded."""
        unknown = self._send_rows(rows) if rows else []
        self._report.created += len(unknown)

    def _send_rows(self, rows: Sequence[tuple[Row, Id]]) -> list[tuple[Row, Id]]:
        """Send rows once and count what became of them; returns those whose relationship is not known."""
        body: Body = {"items": [_delivery(row, relationship) for row, relationship in rows]}
        if self._dry_run:
            body["dry_run"] = True
        status, answer = self._call("engagements", "POST", "/v1/deliveries/bulk", json=body)
        if status == 413 and len(rows) > 1:
            half = len(rows) // 2
            return self._send_rows(rows[:half]) + self._send_rows(rows[half:])
        if status != 200:
            raise ImportStopped(_reason(answer))
        behind = []
        for result in answer["results"]:
            row, relationship = rows[result["index"]]
            if "problem" not in result:
                self._report.created += result["status"] == 201
                self._report.existing += result["status"] == 200
            elif _is(result["problem"], "relationship-not-found", "replica-behind"):
                behind.append((row, relationship))
            else:
                self._refuse(row, self._row_refused(row, result["problem"]))
        return behind

    def _row_refused(self, row: Row, answer: Any) -> _Refused:
        fields = self._reading.mapping.delivery
        for name in _ROW_POINTERS:
            if _points_at(answer, f"/{name}"):
                of_file = getattr(fields, name)
                return _Refused(of_file and of_file.column, str(getattr(row, name)), _reason(answer))
        return _Refused(" / ".join(fields.key), row.external_id, _reason(answer))

    # The services

    def _call(self, service: str, method: str, path: str, **content: Any) -> tuple[int, Any]:
        """Send one request; who does not answer is asked again until patience is at its end."""
        deadline = time.monotonic() + self._patience_s
        while True:
            status, answer = self._send(service, method, path, **content)
            if status in (401, 403) or status == 500:
                raise ImportStopped(f"{service} answers: {_reason(answer)}")
            if status not in _TRANSIENT:
                return status, answer
            if time.monotonic() > deadline:
                raise ImportStopped(f"{service} does not answer: {_reason(answer)}")
            self._pause()

    def _pause(self) -> None:
        summary = self._reading.summary
        self._progress(self._lines_done + summary.lines_refused, summary.lines_read or None)
        time.sleep(_PAUSE_S)


def _delivery(row: Row, relationship: Id) -> Body:
    return {
        "relationship_id": NOBODY if isinstance(relationship, _Unmade) else relationship,
        "external_id": row.external_id,
        "promised_on": row.promised_on.isoformat(),
        "delivered_on": None if row.delivered_on is None else row.delivered_on.isoformat(),
        "accepted": row.accepted,
        "weight": float(row.weight),
        "quantity": None if row.quantity is None else float(row.quantity),
    }


def _is(problem: Body, *slugs: str) -> bool:
    return str(problem["type"]).rsplit("/", 1)[-1] in slugs


def _points_at(problem: Any, pointer: str) -> bool:
    # A bulk route points from its own body's root, as /items/7/weight.
    return any(str(error["pointer"]).endswith(pointer) for error in problem.get("errors", ()))


def _reason(problem: Any) -> str:
    errors = problem.get("errors") or ()
    return "; ".join(error["detail"] for error in errors) or str(problem["detail"])


class _Recent(Generic[T]):
    """What was found last, by name, bounded."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], T] = OrderedDict()

    def get(self, name: tuple[str, ...]) -> T | None:
        if name in self._kept:
            self._kept.move_to_end(name)
        return self._kept.get(name)

    def keep(self, name: tuple[str, ...], value: T) -> T:
        self._kept[name] = value
        if len(self._kept) > _REMEMBERED:
            self._kept.popitem(last=False)
        return value
