"""Reads of issues."""

from typing import Any

from services.engagements.access import chosen, find, out, page
from services.engagements.issues.schemas import IssueOut
from services.engagements.issues.tables import issues
from shared.auth import Actor
from shared.db.database import Tx
from shared.http.pages import Page


def get_issue(tx: Tx, issue_id: str, actor: Actor) -> IssueOut:
    return out(IssueOut, issues, find(tx, issues, issue_id, actor))


def list_issues(
    tx: Tx, actor: Actor, *, is_open: bool | None, archived: bool, after: str | None, limit: int, **filters: Any
) -> Page[IssueOut]:
    """Newest first."""
    conditions = chosen(issues, (), archived)
    if is_open is not None:
        conditions.append(issues.c.closed_on.is_(None) if is_open else issues.c.closed_on.is_not(None))
    keys = [(issues.c.opened_on, True), (issues.c.issue_id, True)]
    return page(tx, IssueOut, issues, actor, conditions, keys, after, limit, **filters)
