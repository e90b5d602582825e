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
    """How many promises have their first day in the period."""
    met: int
    """How many were kept on or before the first day, and accepted."""
    missed: int
    """How many were not kept in time, or not well."""
    late: int
    """How many were done after the first day, through the provider."""
    refused: int
    """How many came in time and were not accepted, or were below what was expected."""
    overdue: int
    """How many are open past their first day."""
    lapsed: int
    """How many were still open 60 days past their first day."""
    cancelled: int
    """How many the provider called off."""
    open: int
    """How many are not due yet."""
    excused: int
    """How many were late, left or called off through the sponsor or the outside."""
    share: float | None
    """met / (met + missed), in 0..1; null where neither is."""


class InteractionsOut(Out):
    """Of the period's days, audits and inspections included and private notes left out."""

    count: int
    """How many there were."""
    by_kind: dict[str, int]
    """How many of each kind; one that is absent had none."""
    by_experience: dict[Literal["below", "meets", "exceeds", "not_stated"], int]
    """How many by how they were against what was expected."""


class AuditsOut(Out):
    """Audits and inspections of the period by their worst finding."""

    count: int
    """How many there were."""
    by_findings: dict[Literal["none", "minor", "major", "critical", "not_stated"], int]
    """How many by their worst finding."""


class LastReviewOut(Out):
    """The last business review, steering committee or executive review on or before `until`; null where none was."""

    on: date | None
    """The day on which it was (UTC); null where there was none."""
    until: date
    """The last day that is looked at: the period's last, or today while it runs."""
    days: int | None
    """Days from `on` to `until`; null where there was none."""


class FactsOut(Out):
    """What the ledger knows of a period, both days included; `as_of` is today.

    Days are those of the cycle's zone for a card, and UTC days for a relationship.
    """

    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    relationship_id: str
    from_on: date = Field(alias="from")
    """The period's first day (UTC)."""
    to_on: date = Field(alias="to")
    """The period's last day (UTC), included."""
    as_of: date
    """The day (UTC) whose knowledge it is: today."""
    deliveries: PromisesOut
    """What became of the deliveries promised for the period."""
    milestones: PromisesOut
    """What became of the milestones promised for the period."""
    interactions: InteractionsOut
    """What happened between people in the period."""
    audits: AuditsOut
    """The audits and inspections of the period."""
    last_business_review: LastReviewOut
    """The last business review, steering committee or executive review."""


class SuggestedEvidenceOut(Out):
    """A record of the period to cite; the field `touches` says whether it is about the attribute asked for.

    `kind` is the interaction's; `outcome` is the state of a promise (open, done, lapsed, cancelled), or for a completed
    milestone how it was.
    """

    source_kind: SourceKind
    """What the record is."""
    source_id: str
    on: date
    """The day (UTC) on which it happened, or for which a promise stands."""
    kind: str | None
    """The interaction's kind; null of promises."""
    experience: str | None
    """How an interaction was; null of others, and where nothing is said."""
    findings: str | None
    """The worst finding of an audit or inspection; null of others."""
    outcome: str | None
    """The state of a promise, or how a completed milestone was; null of interactions."""
    promised_on: date | None
    """The day first promised; null of interactions."""
    done_on: date | None
    """The day on which a promise was kept; null while it is not, and of interactions."""
    attributes: list[str]
    """The keys of the attributes that it is about."""
    touches: bool
    """Whether it is about the attribute asked for."""
