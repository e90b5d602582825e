"""What accounts announces carries no personal data: a new field of an event is looked at here first."""

import services.accounts.events
from services.accounts.contacts.tables import Contact
from shared.events import Event

IMPERSONAL = {
    "accounts.account_recorded.v1": {
        "name", "kind", "size", "region", "parent_id", "tags", "capabilities", "archived",
    },
    "accounts.relationship_recorded.v1": {
        "sponsor_id", "provider_id", "owner_id", "team", "visibility", "started_on", "review_cadence", "archived",
    },
    "accounts.contact_recorded.v1": {"account_id", "function", "archived"},
    "accounts.contact_erased.v1": {"account_id"},
    "accounts.epoch_completed.v1": {"partition"},
}  # fmt: skip
"""Fields that tell of organisations, or name a person by id alone."""


def test_no_event_has_a_field_that_was_not_found_impersonal() -> None:
    module = services.accounts.events
    announced = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Event)]

    fields = {event.type: set(event.model_fields) - {"id", "version"} for event in announced if event is not Event}

    assert fields == IMPERSONAL


def test_no_event_about_a_contact_has_a_field_that_erasure_overwrites() -> None:
    personal = {"name", "email", "phone"}
    assert personal < set(Contact.model_fields)

    for event in (services.accounts.events.ContactRecorded, services.accounts.events.ContactErased):
        assert not personal & set(event.model_fields)
