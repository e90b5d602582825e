"""What is read of cards and of their periods. Scores lie in 0..100, values and shares in 0..1, gaps are in steps."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from services.scorecards.values import Out, SourceKind


class PromisesOut(Out):
    """Of the promises whose first day lies in the period, what became of them as of `as_of`.

    `promised` = `met` + `missed` + `open` + `excused`, and `missed` = `late` + `refused` + `overdue` + `lapsed` +
    `cancelled`. `share` = met / (met + missed): null where neither is. Open is what is not due yet. Refused came in
    time and was not accepted, or was below; cancelled is by the provider; excused is late, left or cancelled through
    the sponsor or the outside.
    """

    promised: int
    met: int
    missed: int
    late: int
    refused: int
    overdue: int
    lapsed: int
    cancelled: int
    open: int
    excused: int
    share: float | None


class InteractionsOut(Out):
    """Of the period's days, audits and inspections included and private notes left out."""

    count: int
    by_kind: dict[str, int]
    by_experience: dict[Literal["below", "meets", "exceeds", "not_stated"], int]


class AuditsOut(Out):
    """Audits and inspections of the period by their worst finding."""

    count: int
    by_findings: dict[Literal["none", "minor", "major", "critical", "not_stated"], int]


class LastReviewOut(Out):
    """The last business review, steering committee or executive review on or before `until`; null where none was."""

    on: date | None
    until: date
    days: int | None


class FactsOut(Out):
    """What the ledger knows of a period, both days included; `as_of` is today.

    Days are those of the cycle's zone for a card, and UTC days for a relationship.
    """

    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    relationship_id: str
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    as_of: date
    deliveries: PromisesOut
    milestones: PromisesOut
    interactions: InteractionsOut
    audits: AuditsOut
    last_business_review: LastReviewOut


class SuggestedEvidenceOut(Out):
    """A record of the period to cite; the field `touches` says whether it is about the attribute asked for.

    `kind` is the interaction's; `outcome` is the state of a promise (open, done, lapsed, cancelled), or for a completed
    milestone how it was.
    """

    source_kind: SourceKind
    source_id: str
    on: date
    kind: str | None
    experience: str | None
    findings: str | None
    outcome: str | None
    promised_on: date | None
    done_on: date | None
    attributes: list[str]
    touches: bool
