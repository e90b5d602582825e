"""Records a story through the services' own routes. Records that exist are found, so that an interrupted load goes on
where it ended, and a complete one changes nothing."""

import threading
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date

import structlog

from services.gateway.demo.companies import MARK, TAG
from services.gateway.demo.people import ACTOR
from services.gateway.demo.records import Account, Engagement, Issue, Milestone, Relationship, Story
from services.gateway.demo.reviews import review
from services.gateway.demo.story import write_story
from services.gateway.imports.service_client import Body, Send, ServiceClient
from services.gateway.upstream import Upstreams
from shared.clock import Clock, utc_day

log = structlog.get_logger()


PATIENCE_S = 60.0
_PAUSE_S = 0.05
# 404: the service has not received the relationship yet; the others: it does not answer at the moment.
_RETRIED = (404, 429, 502, 503, 504)
# Both are stored in installations: the external id of the account that marks a complete demo, and the custom field
# that says as of which day it was made.
_COMPLETE = "told"
_AS_OF = "demo told for"


class DemoStopped(Exception):
    """The load was stopped or refused before its end. Starting it again goes on from there."""


def run(upstreams: Upstreams, clock: Clock, stopping: threading.Event) -> None:
    """`fill` for a thread of its own: an error is logged, and the next start goes on."""
    try:
        with ServiceClient(upstreams, lambda: ACTOR) as send:
            fill(send, utc_day(clock()), stopping)
            complete_as_of = _complete_as_of(_accounts_of_demo(send))
            if complete_as_of is not None:
                send.wait_for(review(upstreams, ACTOR, complete_as_of, stopping))
                log.info("demo portfolio complete")
    except Exception as error:
        if not stopping.is_set():
            log.warning("demo portfolio waits for the next start", error=repr(error))


def fill(
    send: Send,
    today: date,
    stopping: threading.Event | None = None,
    write: Callable[[date], Story] = write_story,
) -> bool:
    """Fill an empty installation, or go on where that was interrupted, as of the day on which it began.

    False, and nothing is changed, where there is any account that is not the demo's, or the whole demo.
    """
    _, first = send("accounts", "GET", "/v1/accounts", params={"limit": "1", "archived": "true"})
    if first["items"]:
        known = _accounts_of_demo(send)
        if _complete_as_of(known) is not None:
            return False
        began_on = [day for account in known if (day := account["custom_fields"].get(_AS_OF))]
        if not began_on:
            return False
        today = date.fromisoformat(began_on[0])
    load(send, write(today), stopping)
    return True


def _accounts_of_demo(send: Send) -> list[Body]:
    of_demo = {"limit": "200", "archived": "true", "external_system": TAG}
    accounts: list[Body] = send("accounts", "GET", "/v1/accounts", params=of_demo)[1]["items"]
    return accounts


def _complete_as_of(accounts: list[Body]) -> date | None:
    """The day as of which a demo was recorded to its end; None where none was."""
    if all(account["external_ids"][TAG] != _COMPLETE for account in accounts):
        return None
    return date.fromisoformat(next(day for each in accounts if (day := each["custom_fields"].get(_AS_OF))))


def load(send: Send, story: Story, stopping: threading.Event | None = None) -> None:
    """Record everything in a story that is not there yet; raises `DemoStopped`."""
    _StoryLoader(send, story, stopping or threading.Event()).run()


class _StoryLoader:
    def __init__(self, send: Send, story: Story, stopping: threading.Event) -> None:
        self._send, self._story, self._stopping = send, story, stopping
        self._ids: dict[str, str] = {}
        self._is_new: set[str] = set()

    def run(self) -> None:
        for account in self._story.accounts:
            self._account(account)
        self._contacts()
        for relationship in self._story.relationships:
            self._relationship(relationship)
        # What a portfolio shows comes first, so that the first page is filled early.
        for step in (self._record, self._promises, self._followups):
            for relationship in self._story.relationships:
                step(relationship, {"relationship_id": self._ids[relationship.key]})
        about = {
            "name": "About this demo" + MARK,
            "kind": "other",
            "tags": [TAG],
            "external_ids": {TAG: _COMPLETE},
            "custom_fields": {
                "note": "All companies, people and events tagged demo are made up. Archive them to be rid of them."
            },
        }
        self._make("accounts", "/v1/accounts", about, _COMPLETE)

    def _account(self, account: Account) -> None:
        body = {
            "name": account.name,
            "kind": account.kind,
            "size": account.size,
            "region": account.region,
            "country": account.country,
            "website": account.website,
            "parent_id": self._id(account.parent),
            "external_ids": {TAG: account.key},
            "tags": [TAG],
            "capabilities": account.capabilities,
            "custom_fields": {"demo": "made up", _AS_OF: self._story.today.isoformat()},
        }
        self._make("accounts", "/v1/accounts", body, account.key)

    def _contacts(self) -> None:
        of_account: dict[str, list[Body]] = {}
        for contact in self._story.contacts:
            path = f"/v1/accounts/{self._ids[contact.account]}/contacts"
            known = of_account.setdefault(contact.account, self._known("accounts", path, contact.account))
            body = {"name": contact.name, "function": contact.function, "email": contact.email}
            self._find_or_make("accounts", path, known, ("function", "email"), body, contact.key)

    def _relationship(self, relationship: Relationship) -> None:
        peers = [
            {"function": function, "sponsor_contact_id": self._ids[ours], "provider_contact_id": self._ids[theirs]}
            for function, ours, theirs in relationship.peers
        ]
        body = {
            "sponsor_id": self._ids[relationship.sponsor],
            "provider_id": self._ids[relationship.provider],
            "owner_id": relationship.owner_id,
            "visibility": "restricted" if relationship.is_restricted else "open",
            "started_on": relationship.started_on,
            "governance": {
                "has_joint_steering_committee": relationship.has_committee,
                "business_review_cadence": relationship.cadence,
            },
            "peers": peers,
        }
        self._make("accounts", "/v1/relationships", body, relationship.key)

    def _record(self, relationship: Relationship, of: Body) -> None:
        known = self._known("engagements", "/v1/engagements", relationship.key, of)
        for engagement in relationship.engagements:
            self._engagement(engagement, known, of)
        self._deliveries(relationship, of)
        self._interactions(relationship, of)

    def _promises(self, relationship: Relationship, of: Body) -> None:
        for engagement in relationship.engagements:
            path = f"/v1/engagements/{self._ids[engagement.key]}"
            recorded = {row["stage"] for row in self._known("engagements", f"{path}/stage-changes", engagement.key)}
            for change in engagement.stages[1:]:
                if change.stage not in recorded:
                    self._request("engagements", "POST", f"{path}/stage-changes", vars(change))
            milestones = self._known("engagements", f"{path}/milestones", engagement.key)
            for milestone in engagement.milestones:
                self._milestone(milestone, milestones, f"{path}/milestones")

    def _followups(self, relationship: Relationship, of: Body) -> None:
        known = self._known("engagements", "/v1/actions", relationship.key, of)
        for action in relationship.actions:
            body = of | {
                "interaction_id": self._ids[action.interaction],
                "title": action.title,
                "owner_actor_id": None if action.contact else relationship.owner_id,
                "owner_contact_id": self._id(action.contact),
                "due_on": action.due_on,
                "done_on": action.done_on,
            }
            self._find_or_make("engagements", "/v1/actions", known, ("title", "interaction_id"), body)
        known = self._known("engagements", "/v1/issues", relationship.key, of)
        for issue in relationship.issues:
            self._issue(issue, known, of | {"owner_actor_id": relationship.owner_id})

    def _engagement(self, engagement: Engagement, known: list[Body], of: Body) -> None:
        body = of | {
            "name": engagement.name,
            "type": engagement.type,
            "mode": engagement.mode,
            "complexity": engagement.complexity,
            "stage": engagement.stages[0].stage,
            "value": engagement.value,
            "currency": engagement.currency,
            "products": engagement.products,
            "modality": engagement.modality,
            "starts_on": engagement.starts_on,
            "ends_on": engagement.ends_on,
            "predecessor_id": self._id(engagement.predecessor),
        }
        self._find_or_make("engagements", "/v1/engagements", known, ("name",), body, engagement.key)

    def _milestone(self, milestone: Milestone, known: list[Body], path: str) -> None:
        body = {
            "name": milestone.name,
            "kind": milestone.kind,
            "promised_on": milestone.promised_on,
            "sponsor_owner_id": self._id(milestone.sponsor_owner),
            "provider_owner_id": self._id(milestone.provider_owner),
        }
        row = self._find_or_make("engagements", path, known, ("name",), body)
        if milestone.completed_on is not None and row["completed_on"] is None:
            done = {
                "completed_on": milestone.completed_on,
                "outcome": milestone.outcome,
                "late_cause": milestone.late_cause,
                "reason": milestone.reason,
            }
            self._request("engagements", "POST", f"/v1/milestones/{row['id']}/completion", done)

    def _deliveries(self, relationship: Relationship, of: Body) -> None:
        rows = [
            of
            | {
                "engagement_id": self._ids[delivery.engagement],
                "external_id": delivery.key,
                "name": delivery.name,
                "promised_on": delivery.promised_on,
                "delivered_on": delivery.delivered_on,
                "accepted": delivery.accepted,
                "quantity": delivery.quantity,
                "unit": delivery.unit,
                "late_cause": delivery.late_cause,
                "reason": delivery.reason if delivery.late_cause else None,
            }
            for delivery in relationship.deliveries
        ]
        self._bulk("/v1/deliveries/bulk", rows)
        for delivery in relationship.deliveries:
            if delivery.cancelled_on is not None:
                off = {"reason": delivery.reason, "by": "provider", "cancelled_on": delivery.cancelled_on}
                path = f"/v1/deliveries/{self._ids[delivery.key]}/cancellation"
                self._request("engagements", "POST", path, off, also=(409,))

    def _interactions(self, relationship: Relationship, of: Body) -> None:
        rows = [
            of
            | {
                "engagement_id": self._id(interaction.engagement),
                "external_id": interaction.key,
                "kind": interaction.kind,
                "occurred_at": interaction.occurred_at,
                "summary": interaction.summary,
                "experience": interaction.experience,
                "findings": interaction.findings,
                "attributes": interaction.attributes,
                "participants": [self._ids[contact] for contact in interaction.participants],
                "is_private": interaction.is_private,
            }
            for interaction in relationship.interactions
        ]
        self._bulk("/v1/interactions/bulk", rows)

    def _issue(self, issue: Issue, known: list[Body], of: Body) -> None:
        body = of | {
            "engagement_id": self._id(issue.engagement),
            "title": issue.title,
            "severity": issue.severity,
            "opened_on": issue.opened_on,
        }
        row = self._find_or_make("engagements", "/v1/issues", known, ("title", "opened_on"), body)
        path = f"/v1/issues/{row['id']}"
        if issue.escalated_on is not None and row["escalated_on"] is None:
            self._request("engagements", "POST", f"{path}/escalation", {"escalated_on": issue.escalated_on})
        if issue.closed_on is not None and row["closed_on"] is None:
            self._request(
                "engagements", "POST", f"{path}/closure", {"closed_on": issue.closed_on, "reason": issue.reason}
            )

    def _id(self, key: str | None) -> str | None:
        return None if key is None else self._ids[key]

    def _known(self, service: str, path: str, parent: str, of: Body | None = None) -> list[Body]:
        """The records that a parent has already; none, without a request, where this load has made the parent."""
        rows: list[Body] = []
        params = {"limit": "200", **(of or {})} if not path.endswith("stage-changes") else {}
        while parent not in self._is_new:
            page = self._request(service, "GET", path, params=params)
            rows += page["items"]
            if page["next"] is None:
                break
            params = params | {"after": page["next"]}
        return rows

    def _find_or_make(
        self, service: str, path: str, known: list[Body], same: Sequence[str], body: Body, key: str | None = None
    ) -> Body:
        wanted = _identity(body, same)
        row = next((row for row in known if _identity(row, same) == wanted), None)
        if row is None:
            row = self._request(service, "POST", path, body)
            if key is not None:
                self._is_new.add(key)
        if key is not None:
            self._ids[key] = row["id"]
        return row

    def _make(self, service: str, path: str, body: Body, key: str) -> None:
        """Make a record that is unique in its service: a conflict names the one that exists."""
        answer = self._request(service, "POST", path, body, also=(409,))
        if "version" in answer:
            self._is_new.add(key)
        self._ids[key] = answer["id"]

    def _bulk(self, path: str, rows: list[Body]) -> None:
        """Send rows until each has an id; one that is there is found by its external id."""
        deadline = time.monotonic() + PATIENCE_S
        while rows:
            results = self._request("engagements", "POST", path, {"items": rows})["results"]
            refused = []
            for row, result in zip(rows, results, strict=True):
                found = result.get("id") or result["problem"].get("id")
                if found is not None:
                    self._ids[row["external_id"]] = found
                else:
                    refused.append((row, result["problem"]))
            rows = [row for row, _ in refused]
            if rows:
                status, problem = refused[0][1]["status"], refused[0][1]
                self._wait(deadline if status in _RETRIED else 0.0, problem)

    def _request(
        self,
        service: str,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        params: dict[str, str] | None = None,
        also: Iterable[int] = (),
    ) -> Body:
        """The answer's body; sent again while the service is behind or away, `DemoStopped` where it refuses."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            if self._stopping.is_set():
                raise DemoStopped("the product stops")
            status, answer = self._send(service, method, path, json=body, params=params)
            if status < 300 or status in also:
                found: Body = answer
                return found
            self._wait(deadline if status in _RETRIED else 0.0, answer)

    def _wait(self, deadline: float, problem: Body) -> None:
        if time.monotonic() > deadline:
            raise DemoStopped(str(problem))
        self._stopping.wait(_PAUSE_S)


def _identity(row: Body, same: Sequence[str]) -> tuple[Hashable, ...]:
    return tuple(str(row[name]) for name in same)
