"""Applies a track record: finds or makes accounts and relationships, and records the deliveries in batches.

It uses the services' routes alone. Everything is sent under external ids, so that a second run, in whole or after a
crash, finds the same records and changes nothing.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Generic, Literal, TypeVar

from .errors import ImportStopped
from .mapping import Provider, Sponsor
from .parties import COMPARED, CONFIRM, is_same
from .report import SHOWN_MOST, ImportReport, Refusals
from .service_client import Body, Send
from .track_record import DETAILS, DeliveryRecord, Party, Refusal, TrackRecordFile

BATCH = 1_000
PATIENCE_S = 60.0
_PAUSE_S = 0.05
_REMEMBERED = 50_000  # accounts and relationships; an older one is looked up again
_TRANSIENT = (429, 502, 503, 504)
_ROW_POINTERS = (
    "promised_on", "delivered_on", "accepted", "weight", "quantity", "late_cause", "reason", "cancelled_on",
)  # fmt: skip
NO_REASON = "not said"
"""Why a delivery was called off where its cell is blank."""

OnProgress = Callable[[int, int | None], None]
"""Called with the lines that are done, and of how many once that is known. An exception from it ends the import."""


@dataclass(frozen=True, slots=True)
class _RefusalCause:
    """Why rows of a party or relationship cannot be applied, with the cell at fault where there is one."""

    column: str | None
    value: str | None
    reason: str
    code: str


class _NotYetMade(str):
    """In a dry run: the id of a record that a real run would make."""


UNKNOWN_ID = "00000000-0000-7000-8000-000000000000"
"""A well-formed id that no record has."""
Id = str
AccountPart = Literal["sponsor", "provider"]
T = TypeVar("T")


def apply(
    track_record: TrackRecordFile,
    send: Send,
    *,
    dry_run: bool = False,
    on_progress: OnProgress = lambda done, of: None,
    on_refusals: Callable[[Sequence[Refusal]], None] = lambda refusals: None,
    patience_s: float = PATIENCE_S,
) -> ImportReport:
    """Apply a track record to its end.

    ``on_refusals`` receives every refusal, some at a time. Raises `ImportStopped` when for ``patience_s`` seconds
    without progress the services do not answer or have not received a relationship, or when they deny access; and the
    errors of the track record.
    """
    return _Importer(track_record, send, dry_run, on_progress, on_refusals, patience_s).run()


class _Importer:
    def __init__(
        self,
        track_record: TrackRecordFile,
        send: Send,
        dry_run: bool,
        on_progress: OnProgress,
        on_refusals: Callable[[Sequence[Refusal]], None],
        patience_s: float,
    ) -> None:
        self._track_record, self._send, self._dry_run, self._patience_s = track_record, send, dry_run, patience_s
        self._on_progress, self._on_refusals = on_progress, on_refusals
        self._report = ImportReport(is_dry_run=dry_run)
        self._counted = Refusals()
        self._refusals: list[Refusal] = []
        self._accounts: _Recent[_RefusalCause | Id] = _Recent()
        self._relationships: _Recent[_RefusalCause | Id] = _Recent()
        self._lines_done = 0
        self._last_refused = 0

    def run(self) -> ImportReport:
        for rows in self._batches():
            found = [(row, self._relationship(row)) for row in rows]
            good = [(row, relationship) for row, relationship in found if isinstance(relationship, Id)]
            for row, relationship in found:
                if isinstance(relationship, _RefusalCause):
                    self._refuse(row, relationship)
            (self._predict_deliveries if self._dry_run else self._deliver)(good)
            self._lines_done += sum(len(row.lines) for row in rows)
            self._on_progress(
                self._lines_done + self._track_record.summary.lines_refused, self._track_record.summary.lines_read
            )
        self._hand_over()
        summary, report = self._track_record.summary, self._report
        report.lines_read, report.deliveries, report.warned = summary.lines_read, summary.deliveries, summary.warnings
        report.reasons, report.refusals = self._counted.reasons(), self._counted.shown()
        report.form = asdict(self._track_record.form)
        report.cleaned = [asdict(each) for each in self._track_record.cleaned]
        self._on_progress(summary.lines_read, summary.lines_read)
        return report

    def _batches(self) -> Iterator[list[DeliveryRecord]]:
        rows = self._rows()
        while batch := list(islice(rows, BATCH)):
            yield batch

    def _rows(self) -> Iterator[DeliveryRecord]:
        """The deliveries; refusals and warnings go into the report on the way."""
        for item in self._track_record:
            if isinstance(item, DeliveryRecord):
                yield item
            elif isinstance(item, Refusal):
                self._note(item)
            elif len(self._report.warnings) < SHOWN_MOST:
                self._report.warnings.append(asdict(item))

    def _note(self, refusal: Refusal) -> None:
        # Several cells of a line may be at fault; they come one after the other.
        self._report.refused += refusal.line != self._last_refused
        self._last_refused = refusal.line
        if self._counted.add(refusal):
            self._refusals.append(refusal)
        if len(self._refusals) >= BATCH:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._refusals:
            self._on_refusals(self._refusals)
            self._refusals = []

    def _refuse(self, row: DeliveryRecord, why: _RefusalCause) -> None:
        for line in row.lines:
            self._note(Refusal(line, why.column, why.value, why.reason, why.code))

    # Accounts and relationships

    def _relationship(self, row: DeliveryRecord) -> _RefusalCause | Id:
        sponsor, provider = self._account("sponsor", row.sponsor), self._account("provider", row.provider)
        if isinstance(sponsor, _RefusalCause):
            return sponsor
        if isinstance(provider, _RefusalCause):
            return provider
        pair = (sponsor, provider)
        found = self._relationships.get(pair)
        if found is None:
            find = self._predict_relationship if self._dry_run else self._find_relationship
            found = self._relationships.remember(pair, find(sponsor, provider))
        return found

    def _account(self, part: AccountPart, party: Party) -> _RefusalCause | Id:
        name = (part, party.external_system, party.external_id)
        found = self._accounts.get(name)
        return self._accounts.remember(name, self._find_account(part, party)) if found is None else found

    def _find_account(self, part: AccountPart, party: Party) -> _RefusalCause | Id:
        wanted = {"external_system": party.external_system, "external_id": party.external_id, "archived": "true"}
        status, page = self._call("accounts", "GET", "/v1/accounts", params=wanted)
        if status != 200:
            return self._party_refused(part, party, page)
        if page["items"]:
            return self._agreeing(part, party, page["items"][0])
        if self._dry_run:
            made = self._of_kind(part, party, {"id": _NotYetMade(repr(party)), "name": party.name, "kind": party.kind})
            self._report.accounts_created += isinstance(made, Id)
            return made
        body = {
            "name": party.name,
            "kind": party.kind,
            **{name: getattr(party, name) for name in DETAILS},
            "external_ids": {party.external_system: party.external_id},
        }
        status, answer = self._call("accounts", "POST", "/v1/accounts", json=body)
        self._report.accounts_created += status == 201
        # Another request may have made it since, or this actor may not read it.
        if status in (200, 201) or (status == 409 and "id" in answer):
            return Id(answer["id"])
        return self._party_refused(part, party, answer)

    def _agreeing(self, part: AccountPart, party: Party, account: Body) -> _RefusalCause | Id:
        """The account's id where it is of the part's kind and is called what the file calls it."""
        found = self._of_kind(part, party, account)
        if isinstance(found, _RefusalCause) or self._track_record.mapping.accept_renames:
            return found
        for name in COMPARED:
            said, stored = getattr(party, name), account.get(name)
            if said is not None and stored is not None and not is_same(said, stored):
                of_file = getattr(self._fields(part), name)
                reason = f"is said of {party.external_id}, whose {name} is stored as {stored}: {CONFIRM}"
                return _RefusalCause(of_file and of_file.column, said, reason, "contradiction")
        return found

    def _of_kind(self, part: AccountPart, party: Party, account: Body) -> _RefusalCause | Id:
        if account["kind"] == part:
            return account["id"] if isinstance(account["id"], _NotYetMade) else Id(account["id"])
        column = self._fields(part).external_id.column
        reason = f"names {account['name']}, which is of kind {account['kind']}, not {part}"
        return _RefusalCause(column, party.external_id, reason, "kind-of-account")

    def _fields(self, part: AccountPart) -> Sponsor | Provider:
        mapping = self._track_record.mapping
        return mapping.sponsor if part == "sponsor" else mapping.provider

    def _party_refused(self, part: AccountPart, party: Party, answer: Body) -> _RefusalCause:
        fields = self._fields(part)
        for name in ("name", *DETAILS):
            if _points_at(answer, f"/{name}"):
                return _RefusalCause(
                    getattr(fields, name).column, getattr(party, name), _reason(answer), slug_of(answer)
                )
        return _RefusalCause(fields.external_id.column, party.external_id, _reason(answer), slug_of(answer))

    def _find_relationship(self, sponsor: Id, provider: Id) -> _RefusalCause | Id:
        defaults = self._track_record.mapping.relationship.model_dump(mode="json")
        body = {"sponsor_id": sponsor, "provider_id": provider} | defaults
        status, answer = self._call("accounts", "POST", "/v1/relationships", json=body)
        self._report.relationships_created += status == 201
        if status in (200, 201) or (status == 409 and "id" in answer):
            return Id(answer["id"])
        return _RefusalCause(None, None, _reason(answer), slug_of(answer))

    def _predict_relationship(self, sponsor: Id, provider: Id) -> _RefusalCause | Id:
        if not isinstance(sponsor, _NotYetMade) and not isinstance(provider, _NotYetMade):
            wanted = {"sponsor_id": sponsor, "provider_id": provider, "archived": "true"}
            status, page = self._call("accounts", "GET", "/v1/relationships", params=wanted)
            if status != 200:
                return _RefusalCause(None, None, _reason(page), slug_of(page))
            if page["items"]:
                return Id(page["items"][0]["id"])
        self._report.relationships_created += 1
        return _NotYetMade(f"{sponsor} {provider}")

    # Deliveries

    def _deliver(self, rows: Sequence[tuple[DeliveryRecord, Id]]) -> None:
        """Record rows; a row whose relationship engagements has not received yet is sent again until it has."""
        deadline = time.monotonic() + self._patience_s
        while rows:
            behind = self._send_rows(rows)
            if len(behind) < len(rows):
                deadline = time.monotonic() + self._patience_s
            elif time.monotonic() > deadline:
                raise ImportStopped(
                    f"engagements has not received relationship {behind[0][1]} (line {behind[0][0].line}) for"
                    f" {self._patience_s:g} s; start its worker, then import again"
                )
            rows = behind
            if rows:
                self._pause()

    def _predict_deliveries(self, rows: Sequence[tuple[DeliveryRecord, Id]]) -> None:
        """Predict the results of rows; a row whose relationship is yet to be made would be recorded."""
        unknown = self._send_rows(rows) if rows else []
        self._report.created += len(unknown)

    def _send_rows(self, rows: Sequence[tuple[DeliveryRecord, Id]]) -> list[tuple[DeliveryRecord, Id]]:
        """Send rows once and count what became of them; returns those whose relationship is not known."""
        more = {"confirm_future": True} if self._track_record.mapping.delivery.confirm_future else {}
        body: Body = {"items": [_delivery(row, relationship) | more for row, relationship in rows]}
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
                self._call_off(row, result)
            elif slug_of(result["problem"]) in ("relationship-not-found", "replica-behind"):
                behind.append((row, relationship))
            else:
                self._refuse(row, self._row_refused(row, result["problem"]))
        return behind

    def _call_off(self, row: DeliveryRecord, result: Body) -> None:
        """Cancel what was recorded as promised and was called off; what is cancelled already stays so."""
        if row.cancelled_on is None or self._dry_run:
            return
        by = self._track_record.mapping.delivery.cancelled_by
        body = {"reason": row.reason or NO_REASON, "by": by, "cancelled_on": row.cancelled_on.isoformat()}
        path = f"/v1/deliveries/{result['id']}/cancellation"
        status, answer = self._call("engagements", "POST", path, json=body)
        if status == 422:
            self._refuse(row, self._row_refused(row, answer))

    def _row_refused(self, row: DeliveryRecord, answer: Body) -> _RefusalCause:
        fields = self._track_record.mapping.delivery
        for name in _ROW_POINTERS:
            if _points_at(answer, f"/{name}"):
                of_file = getattr(fields, name)
                return _RefusalCause(
                    of_file and of_file.column, str(getattr(row, name)), _reason(answer), slug_of(answer)
                )
        return _RefusalCause(" / ".join(fields.key), row.external_id, _reason(answer), slug_of(answer))

    # The services

    def _call(self, service: str, method: str, path: str, **content: Any) -> tuple[int, Any]:
        """Send one request, again while the service is unavailable and ``patience_s`` lasts."""
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
        summary = self._track_record.summary
        self._on_progress(self._lines_done + summary.lines_refused, summary.lines_read or None)
        time.sleep(_PAUSE_S)


def _delivery(row: DeliveryRecord, relationship: Id) -> Body:
    said = {"late_cause": row.late_cause, "reason": row.reason}
    return {
        "relationship_id": UNKNOWN_ID if isinstance(relationship, _NotYetMade) else relationship,
        "external_id": row.external_id,
        "promised_on": row.promised_on.isoformat(),
        "delivered_on": None if row.delivered_on is None else row.delivered_on.isoformat(),
        "accepted": row.accepted,
        "weight": float(row.weight),
        "quantity": None if row.quantity is None else float(row.quantity),
        **{name: value for name, value in said.items() if value is not None},
    }


def slug_of(problem: Body) -> str:
    """The code of a problem, which its type ends in: a service of the release before has no member `code` yet."""
    return str(problem["type"]).rsplit("/", 1)[-1]


def _points_at(problem: Body, pointer: str) -> bool:
    # A bulk route points from its own body's root, as /items/7/weight.
    return any(str(error["pointer"]).endswith(pointer) for error in problem.get("errors", ()))


def _reason(problem: Body) -> str:
    errors = problem.get("errors") or ()
    return "; ".join(error["detail"] for error in errors) or str(problem["detail"])


class _Recent(Generic[T]):
    """The newest results by name, at most `_REMEMBERED`."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, ...], T] = OrderedDict()

    def get(self, name: tuple[str, ...]) -> T | None:
        if name in self._found:
            self._found.move_to_end(name)
        return self._found.get(name)

    def remember(self, name: tuple[str, ...], value: T) -> T:
        self._found[name] = value
        if len(self._found) > _REMEMBERED:
            self._found.popitem(last=False)
        return value
