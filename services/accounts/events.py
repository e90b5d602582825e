"""What accounts announces. No personal data: contact ids only."""

from datetime import date

from services.accounts.tables import Account, Contact, Relationship
from shared.events import EpochEnd, Event


class AccountRecorded(Event, type="accounts.account_recorded.v1", aggregate="account", key="id"):
    name: str
    kind: str
    size: str | None
    region: str | None
    parent_id: str | None
    tags: list[str]
    capabilities: list[str]
    archived: bool

    @classmethod
    def of(cls, account: Account) -> "AccountRecorded":
        return cls(
            id=account.account_id,
            version=account.version,
            name=account.name,
            kind=account.kind,
            size=account.size,
            region=account.region,
            parent_id=account.parent_id,
            tags=account.tags,
            capabilities=account.capabilities,
            archived=account.archived_at is not None,
        )


class RelationshipRecorded(Event, type="accounts.relationship_recorded.v1", aggregate="relationship", key="id"):
    sponsor_id: str
    provider_id: str
    owner_id: str
    team: list[str]
    visibility: str
    started_on: date | None
    review_cadence: str | None
    archived: bool

    @classmethod
    def of(cls, relationship: Relationship, team: list[str]) -> "RelationshipRecorded":
        return cls(
            id=relationship.relationship_id,
            version=relationship.version,
            sponsor_id=relationship.sponsor_id,
            provider_id=relationship.provider_id,
            owner_id=relationship.owner_id,
            team=team,
            visibility="restricted" if relationship.is_restricted else "open",
            started_on=relationship.started_on,
            review_cadence=relationship.governance.get("business_review_cadence"),
            archived=relationship.archived_at is not None,
        )


class ContactRecorded(Event, type="accounts.contact_recorded.v1", aggregate="contact", key="account_id"):
    account_id: str
    function: str
    archived: bool

    @classmethod
    def of(cls, contact: Contact) -> "ContactRecorded":
        return cls(
            id=contact.contact_id,
            version=contact.version,
            account_id=contact.account_id,
            function=contact.function,
            archived=contact.archived_at is not None,
        )


class ContactErased(Event, type="accounts.contact_erased.v1", aggregate="contact", key="account_id"):
    account_id: str


class EpochCompleted(EpochEnd, Event, type="accounts.epoch_completed.v1", aggregate="completion", key="id"): ...
