"""Routes of actions and issues."""

from services.engagements.api.router import api
from services.engagements.queries import lists
from services.engagements.schemas.followups import (
    ActionOut,
    ChangeAction,
    ChangeIssue,
    CloseIssue,
    CompleteAction,
    CreateAction,
    EscalateIssue,
    IssueOut,
    OpenIssue,
)
from services.engagements.schemas.values import Day
from services.engagements.usecases import followups as usecases
from services.engagements.vocabulary import IssueSeverity
from shared.auth import READ, WRITE
from shared.http.pages import After, Limit, Page
from shared.http.routing import CurrentActor, Now, Read, Version, Write
from shared.ids import Id


@api.post("/actions", rule=WRITE, tags=["actions"])
def create_action(command: CreateAction, tx: Write, actor: CurrentActor, now: Now) -> ActionOut:
    return usecases.create_action(tx, command, actor, now)


@api.get("/actions", rule=READ, tags=["actions"])
def list_actions(
    tx: Read,
    actor: CurrentActor,
    relationship_id: Id | None = None,
    interaction_id: Id | None = None,
    owner_actor_id: Id | None = None,
    owner_contact_id: Id | None = None,
    is_done: bool | None = None,
    due_until: Day | None = None,
    archived: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[ActionOut]:
    return lists.list_actions(
        tx, actor, relationship_id=relationship_id, interaction_id=interaction_id, owner_actor_id=owner_actor_id,
        owner_contact_id=owner_contact_id, is_done=is_done, due_until=due_until, archived=archived,
        after=after, limit=limit,
    )  # fmt: skip


@api.get("/actions/{action_id}", rule=READ, tags=["actions"])
def get_action(action_id: Id, tx: Read, actor: CurrentActor) -> ActionOut:
    return lists.get_action(tx, action_id, actor)


@api.patch("/actions/{action_id}", rule=WRITE, tags=["actions"])
def change_action(
    action_id: Id, command: ChangeAction, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> ActionOut:
    return usecases.change_action(tx, action_id, command, version, actor, now)


@api.delete("/actions/{action_id}", rule=WRITE, tags=["actions"])
def archive_action(action_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_action(tx, action_id, version, actor, now)


@api.post("/actions/{action_id}/restoration", rule=WRITE, status_code=200, tags=["actions"])
def restore_action(action_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ActionOut:
    return usecases.restore_action(tx, action_id, actor, now)


@api.post("/actions/{action_id}/completion", rule=WRITE, status_code=200, tags=["actions"])
def complete_action(action_id: Id, command: CompleteAction, tx: Write, actor: CurrentActor, now: Now) -> ActionOut:
    return usecases.complete_action(tx, action_id, command, actor, now)


@api.post("/issues", rule=WRITE, tags=["issues"])
def open_issue(command: OpenIssue, tx: Write, actor: CurrentActor, now: Now) -> IssueOut:
    return usecases.open_issue(tx, command, actor, now)


@api.get("/issues", rule=READ, tags=["issues"])
def list_issues(
    tx: Read,
    actor: CurrentActor,
    relationship_id: Id | None = None,
    engagement_id: Id | None = None,
    severity: IssueSeverity | None = None,
    owner_actor_id: Id | None = None,
    is_open: bool | None = None,
    archived: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[IssueOut]:
    return lists.list_issues(
        tx, actor, relationship_id=relationship_id, engagement_id=engagement_id, severity=severity,
        owner_actor_id=owner_actor_id, is_open=is_open, archived=archived, after=after, limit=limit,
    )  # fmt: skip


@api.get("/issues/{issue_id}", rule=READ, tags=["issues"])
def get_issue(issue_id: Id, tx: Read, actor: CurrentActor) -> IssueOut:
    return lists.get_issue(tx, issue_id, actor)


@api.patch("/issues/{issue_id}", rule=WRITE, tags=["issues"])
def change_issue(
    issue_id: Id, command: ChangeIssue, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> IssueOut:
    return usecases.change_issue(tx, issue_id, command, version, actor, now)


@api.delete("/issues/{issue_id}", rule=WRITE, tags=["issues"])
def archive_issue(issue_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_issue(tx, issue_id, version, actor, now)


@api.post("/issues/{issue_id}/restoration", rule=WRITE, status_code=200, tags=["issues"])
def restore_issue(issue_id: Id, tx: Write, actor: CurrentActor, now: Now) -> IssueOut:
    return usecases.restore_issue(tx, issue_id, actor, now)


@api.post("/issues/{issue_id}/escalation", rule=WRITE, status_code=200, tags=["issues"])
def escalate_issue(issue_id: Id, command: EscalateIssue, tx: Write, actor: CurrentActor, now: Now) -> IssueOut:
    return usecases.escalate_issue(tx, issue_id, command, actor, now)


@api.post("/issues/{issue_id}/closure", rule=WRITE, status_code=200, tags=["issues"])
def close_issue(issue_id: Id, command: CloseIssue, tx: Write, actor: CurrentActor, now: Now) -> IssueOut:
    return usecases.close_issue(tx, issue_id, command, actor, now)


@api.post("/issues/{issue_id}/reopening", rule=WRITE, status_code=200, tags=["issues"])
def reopen_issue(issue_id: Id, tx: Write, actor: CurrentActor, now: Now) -> IssueOut:
    return usecases.reopen_issue(tx, issue_id, actor, now)
