"""Reads of issues."""

from functools import partial

from services.engagements.access import readable_rows
from services.engagements.engagements.queries import check_scope
from services.engagements.issues.schemas import IssueFilters, IssueOut
from services.engagements.issues.tables import IssueRow, issues
from services.engagements.lists import equal, page, unarchived
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.records import Records, find
from shared.errors import NotFound
from shared.http.pages import Page


class IssueNotFound(NotFound):
    slug, title = "issue-not-found", "No such issue"


issue_records = Records[IssueRow](issues, partial(readable_rows, issues), lambda _: IssueNotFound())


def issue_out(row: IssueRow) -> IssueOut:
    return IssueOut(id=row["issue_id"], **row)


def get_issue(tx: Tx, issue_id: str, actor: Actor) -> IssueOut:
    return issue_out(find(tx, issue_records, issue_id, actor))


def list_issues(tx: Tx, filters: IssueFilters, actor: Actor) -> Page[IssueOut]:
    """Newest first."""
    check_scope(tx, actor, filters.relationship_id, filters.engagement_id)
    columns = issues.c
    wanted = {
        columns.relationship_id: filters.relationship_id,
        columns.engagement_id: filters.engagement_id,
        columns.severity: filters.severity,
        columns.owner_actor_id: filters.owner_actor_id,
    }
    conditions = [*equal(wanted), *unarchived(columns.archived_at, filters.archived)]
    if filters.is_open is not None:
        conditions.append(columns.closed_on.is_(None) if filters.is_open else columns.closed_on.is_not(None))
    keys = [(columns.opened_on, True), (columns.issue_id, True)]
    return page(tx, actor, issue_records, issue_out, conditions, keys, filters.after, filters.limit)
