"""What accounts announces. No personal data: contact ids only."""

from datetime import date

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


class RelationshipRecorded(Event, type="accounts.relationship_recorded.v1", aggregate="relationship", key="id"):
    sponsor_id: str
    provider_id: str
    owner_id: str
    team: list[str]
    visibility: str
    started_on: date | None
    review_cadence: str | None
    archived: bool


class ContactRecorded(Event, type="accounts.contact_recorded.v1", aggregate="contact", key="account_id"):
    account_id: str
    function: str
    archived: bool


class ContactErased(Event, type="accounts.contact_erased.v1", aggregate="contact", key="account_id"):
    account_id: str


class EpochCompleted(EpochEnd, Event, type="accounts.epoch_completed.v1", aggregate="completion", key="id"): ...
