"""Routes of issues."""

from typing import Annotated

from fastapi import Query

from services.engagements.issues import queries, usecases
from services.engagements.issues.schemas import (
    ChangeIssue,
    CloseIssue,
    EscalateIssue,
    IssueFilters,
    IssueOut,
    OpenIssue,
)
from shared.auth import READ, WRITE
from shared.http.pages import Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")


@api.post("/issues", rule=WRITE, tags=["issues"])
def open_issue(command: OpenIssue, tx: Write, actor: CurrentActor, now: Now) -> IssueOut:
    """Records that something went wrong. `relationship-archived` where the relationship is archived; `invalid-field`
    where the engagement is not of it, or the day lies ahead."""
    return usecases.open_issue(tx, command, actor, now)


@api.get("/issues", rule=READ, tags=["issues"])
def list_issues(filters: Annotated[IssueFilters, Query()], tx: Read, actor: CurrentActor) -> Page[IssueOut]:
    """Lists issues, newest first by the day on which they were opened. Archived ones only with `archived`."""
    return queries.list_issues(tx, filters, actor)


@api.get("/issues/{issue_id}", rule=READ, tags=["issues"])
def get_issue(issue_id: Id, tx: Read, actor: CurrentActor) -> IssueOut:
    """Answers one issue, also an archived one. `issue-not-found` where it is unknown or hidden."""
    return queries.get_issue(tx, issue_id, actor)


@api.patch("/issues/{issue_id}", rule=WRITE, tags=["issues"])
def change_issue(
    issue_id: Id, command: ChangeIssue, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> IssueOut:
    """Changes the fields that are sent and leaves the others; null leaves it without an owner. `stale-version` where
    somebody else changed it first."""
    return usecases.change_issue(tx, issue_id, command, version, actor, now)


@api.delete("/issues/{issue_id}", rule=WRITE, tags=["issues"])
def archive_issue(issue_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Takes an issue out of lists and the timeline. `stale-version` where somebody else changed it first."""
    return usecases.archive_issue(tx, issue_id, version, actor, now)


@api.post("/issues/{issue_id}/restoration", rule=WRITE, status_code=200, tags=["issues"])
def restore_issue(issue_id: Id, tx: Write, actor: CurrentActor, now: Now) -> IssueOut:
    """Brings an archived issue back into lists."""
    return usecases.restore_issue(tx, issue_id, actor, now)


@api.post("/issues/{issue_id}/escalation", rule=WRITE, status_code=200, tags=["issues"])
def escalate_issue(issue_id: Id, command: EscalateIssue, tx: Write, actor: CurrentActor, now: Now) -> IssueOut:
    """Says on which day an open issue was taken to more senior people; said again, the later answer holds.
    `wrong-state` where it is closed."""
    return usecases.escalate_issue(tx, issue_id, command, actor, now)


@api.post("/issues/{issue_id}/closure", rule=WRITE, status_code=200, tags=["issues"])
def close_issue(issue_id: Id, command: CloseIssue, tx: Write, actor: CurrentActor, now: Now) -> IssueOut:
    """Closes an issue on a day, with how it was settled. `wrong-state` where it is closed already."""
    return usecases.close_issue(tx, issue_id, command, actor, now)


@api.post("/issues/{issue_id}/reopening", rule=WRITE, status_code=200, tags=["issues"])
def reopen_issue(issue_id: Id, tx: Write, actor: CurrentActor, now: Now) -> IssueOut:
    """Opens a closed issue again; day and reason of the closing are gone. `wrong-state` where it is open."""
    return usecases.reopen_issue(tx, issue_id, actor, now)
