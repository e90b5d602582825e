"""When the next contact is due, and which interactions are contact."""

from datetime import date

import pytest

from services.engagements.ladder.rules import Rung
from services.engagements.standings.cadence import CadenceSettings, next_contact_due_on
from services.engagements.vocabulary import (
    BUSINESS_REVIEW_KINDS,
    CONTACT_KINDS,
    EXECUTIVE_CONTACT_KINDS,
    InteractionKind,
    ReviewCadence,
)

CONTACT = date(2026, 3, 1)
REVIEW = date(2026, 1, 31)


def test_nothing_is_due_where_no_day_is_known():
    assert next_contact_due_on(None, None, Rung.R3, ReviewCadence.MONTHLY, None) is None


@pytest.mark.parametrize(
    ("rung", "due_on"),
    [
        (Rung.R0, date(2026, 8, 28)),
        (Rung.R1, date(2026, 5, 30)),
        (Rung.R2, date(2026, 4, 30)),
        (Rung.R3, date(2026, 4, 15)),
        (Rung.R4, date(2026, 3, 31)),
        (Rung.R5, date(2026, 3, 31)),
    ],
)
def test_the_higher_the_rung_the_sooner_contact_is_due(rung, due_on):
    assert next_contact_due_on(CONTACT, None, rung, None, None) == due_on


def test_a_relationship_without_contact_is_counted_from_its_start():
    assert next_contact_due_on(None, None, Rung.R1, None, date(2026, 1, 1)) == date(2026, 4, 1)
    assert next_contact_due_on(date(2020, 1, 1), None, Rung.R1, None, date(2026, 1, 1)) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("cadence", "due_on"),
    [
        (ReviewCadence.MONTHLY, date(2026, 2, 28)),
        (ReviewCadence.QUARTERLY, date(2026, 4, 30)),
        (ReviewCadence.HALF_YEARLY, date(2026, 7, 31)),
        (ReviewCadence.YEARLY, date(2027, 1, 31)),
    ],
)
def test_the_governance_cadence_counts_calendar_months_from_the_last_business_review(cadence, due_on):
    patient = CadenceSettings(contact_days=dict.fromkeys(Rung, 1000))

    assert next_contact_due_on(CONTACT, REVIEW, Rung.R5, cadence, None, patient) == due_on


def test_a_review_due_in_december_stays_in_its_year():
    patient = CadenceSettings(contact_days=dict.fromkeys(Rung, 1000))

    assert next_contact_due_on(None, date(2026, 11, 30), Rung.R1, ReviewCadence.MONTHLY, None, patient) == date(
        2026, 12, 30
    )


def test_the_earlier_of_contact_and_review_is_due():
    assert next_contact_due_on(CONTACT, REVIEW, Rung.R1, ReviewCadence.QUARTERLY, None) == date(2026, 4, 30)
    assert next_contact_due_on(CONTACT, REVIEW, Rung.R4, ReviewCadence.QUARTERLY, None) == date(2026, 3, 31)


def test_a_business_review_is_contact_too():
    assert next_contact_due_on(None, REVIEW, Rung.R4, None, None) == date(2026, 3, 2)
    assert next_contact_due_on(date(2026, 1, 1), REVIEW, Rung.R4, None, None) == date(2026, 3, 2)


def test_where_no_review_was_held_the_first_is_due_by_the_start():
    assert next_contact_due_on(CONTACT, None, Rung.R1, ReviewCadence.MONTHLY, date(2026, 2, 10)) == date(2026, 3, 10)


def test_contact_is_when_the_two_companies_speak():
    assert {kind.value for kind in frozenset(InteractionKind) - CONTACT_KINDS} == {
        "note",
        "recognition",
        "change_request",
        "deviation",
        "inspection",
        "technology_scouting",
    }


def test_every_business_review_is_contact_and_every_executive_contact_a_business_review():
    assert {kind.value for kind in BUSINESS_REVIEW_KINDS} == {
        "business_review",
        "steering_committee",
        "executive_review",
    }
    assert EXECUTIVE_CONTACT_KINDS < BUSINESS_REVIEW_KINDS < CONTACT_KINDS
