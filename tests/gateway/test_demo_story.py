"""The demo portfolio: believable, varied, the same for the same day, and within every rule of the product."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest

from services.engagements.ladder import rules as ladder
from services.engagements.vocabulary import (
    EngagementMode,
    EngagementStage,
    EngagementType,
    Findings,
    InteractionKind,
    IssueSeverity,
    MilestoneKind,
)
from services.gateway.demo.people import OWNERS
from services.gateway.demo.records import Delivery, Interaction, Relationship, Story
from services.gateway.demo.story import write_story
from services.scorecards.scoring.tiers import Fold, fold
from tests.support.demo_evidence import POLICY, governance_meetings, items, projects

# A Friday, a Sunday, a leap day and a new year: days of the week and ends of months move the events of a story.
DAYS = (date(2026, 11, 20), date(2027, 6, 20), date(2028, 2, 29), date(2027, 1, 1))


@pytest.fixture(scope="module", params=DAYS, ids=str)
def story(request: pytest.FixtureRequest) -> Story:
    return write_story(request.param)


def folds(story: Story) -> dict[str, Fold]:
    return {one.key: fold(list(items(one, story.today)), POLICY, story.today) for one in story.relationships}


def interactions(story: Story) -> Iterator[tuple[Relationship, Interaction]]:
    return ((one, interaction) for one in story.relationships for interaction in one.interactions)


def deliveries(story: Story) -> Iterator[tuple[Relationship, Delivery]]:
    return ((one, delivery) for one in story.relationships for delivery in one.deliveries)


def test_the_same_day_and_seed_make_the_same_story() -> None:
    assert write_story(DAYS[0]) == write_story(DAYS[0])
    assert write_story(DAYS[0]) != write_story(DAYS[0], seed=8)


def test_relationships_of_the_demo_reach_every_tier_in_sensible_numbers(story: Story) -> None:
    tiers = Counter(fold.tier.value for fold in folds(story).values())

    assert tiers["partnership"] >= 4
    assert tiers["strategic"] >= 8
    assert tiers["preferred"] >= 10
    assert tiers["transactional"] >= 5


def test_some_relationships_are_unproven_and_several_moved_down_in_the_last_year(story: Story) -> None:
    year_ago = story.today - timedelta(365)
    found = folds(story).values()

    unproven = [fold for fold in found if fold.reading.depth < POLICY.unproven_below_depth]
    moved_down = [fold for fold in found if any(not c.is_up and c.on > year_ago for c in fold.changes)]
    moved_up = [fold for fold in found if any(c.is_up and c.on > year_ago for c in fold.changes)]

    assert len(unproven) >= 2
    assert len(moved_down) >= 5
    assert len(moved_up) >= 5


def test_a_relationship_stands_on_every_rung_and_one_has_fallen(story: Story) -> None:
    rungs = Counter(
        ladder.standing(projects(one), governance_meetings(one), story.today).rung for one in story.relationships
    )
    fallen = [
        change
        for one in story.relationships
        for change in ladder.history(projects(one), governance_meetings(one), story.today)
        if change.after < change.before and change.on > story.today - timedelta(365)
    ]

    assert set(rungs) == set(ladder.Rung)
    assert rungs[ladder.Rung.R5] >= 2
    assert fallen


def test_the_demo_uses_every_word_of_the_products_vocabularies(story: Story) -> None:
    engagements = [engagement for one in story.relationships for engagement in one.engagements]

    assert {interaction.kind for _, interaction in interactions(story)} == set(InteractionKind)
    assert {engagement.mode for engagement in engagements} == set(EngagementMode)
    assert {engagement.type for engagement in engagements} == set(EngagementType)
    assert {engagement.complexity for engagement in engagements} == {1, 2, 3, 4, 5}
    assert {change.stage for one in engagements for change in one.stages} <= set(EngagementStage)
    assert {m.kind for one in engagements for m in one.milestones} == set(MilestoneKind)
    assert {i.findings for _, i in interactions(story)} <= {None, *Findings}
    assert {issue.severity for one in story.relationships for issue in one.issues} == set(IssueSeverity)
    assert {account.region for account in story.accounts} == {
        "north_america",
        "europe",
        "asia_pacific",
        "rest_of_world",
    }


def test_no_event_of_the_demo_is_after_today_and_promises_lie_ahead(story: Story) -> None:
    for _, interaction in interactions(story):
        assert interaction.occurred_at.date() < story.today
    for one in story.relationships:
        for engagement in one.engagements:
            assert all(change.on <= story.today for change in engagement.stages)
            assert all(before.on <= after.on for before, after in pairwise(engagement.stages))
            assert all((m.completed_on or story.today) <= story.today for m in engagement.milestones)
        assert all((action.done_on or story.today) <= story.today for action in one.actions)
        assert all((issue.escalated_on or story.today) <= story.today for issue in one.issues)
        assert all((issue.closed_on or story.today) <= story.today for issue in one.issues)

    ahead = [one for _, one in deliveries(story) if one.delivered_on is None and one.promised_on > story.today]
    assert len(ahead) >= 40
    assert all((one.delivered_on or story.today) <= story.today for _, one in deliveries(story))


def test_promises_of_the_demo_ended_in_every_way(story: Story) -> None:
    found = [delivery for _, delivery in deliveries(story)]
    lapsed = [
        one
        for one in found
        if not one.delivered_on and not one.cancelled_on and (story.today - one.promised_on).days >= 60
    ]
    causes = Counter(one.late_cause for one in found)

    assert lapsed
    assert any(one.cancelled_on for one in found)
    assert any(not one.accepted for one in found)
    assert causes["provider"] > causes["sponsor"] > 0
    assert causes["external"] > 0
    assert all(one.reason for one in found if one.late_cause)
    assert all((one.late_cause is not None) == bool(one.delivered_on and one.delivered_on > one.promised_on)
               for one in found)  # fmt: skip


def test_a_site_shutdown_shows_in_the_score_and_so_does_the_recovery(story: Story) -> None:
    fold = folds(story)["wrenfield:tanjara"]
    day = story.today

    before, worst, now = (fold.score_at(day - timedelta(ago)) for ago in (320, 190, 1))

    assert worst < before - 15
    assert now > worst + 8


def test_every_relationship_is_worth_opening(story: Story) -> None:
    sizes = {
        one.key: len(one.interactions) + len(one.deliveries) + sum(len(e.milestones) for e in one.engagements)
        for one in story.relationships
    }

    assert 38 <= len(sizes) <= 44
    assert max(sizes.values()) <= 180
    assert sum(size >= 60 for size in sizes.values()) >= 30
    assert min(sizes.values()) >= 5


def test_no_summary_repeats_in_a_relationship_and_every_slot_is_filled(story: Story) -> None:
    for one in story.relationships:
        said = [interaction.summary for interaction in one.interactions]
        assert [text for text, times in Counter(said).items() if times > 1] == []
        for text in [*said, *(action.title for action in one.actions), *(issue.title for issue in one.issues)]:
            assert not re.search(r"[{}]|\bthe the\b|\ba a\b|  ", text, re.IGNORECASE), text


def test_no_page_of_a_timeline_repeats_the_start_of_a_sentence_often(story: Story) -> None:
    for one in story.relationships:
        starts = [" ".join(interaction.summary.split()[:4]) for interaction in one.interactions]
        for first in range(max(1, len(starts) - 24)):
            [(start, times)] = Counter(starts[first : first + 25]).most_common(1)
            assert times <= 3, (one.key, start)


def test_keys_and_names_are_unique_where_the_load_identifies_records_by_them(story: Story) -> None:
    keys = [account.key for account in story.accounts] + [contact.key for contact in story.contacts]
    assert len({contact.email for contact in story.contacts}) == len(story.contacts)
    for one in story.relationships:
        assert len({engagement.name for engagement in one.engagements}) == len(one.engagements)
        assert len({(a.title, a.interaction) for a in one.actions}) == len(one.actions)
        assert len({(i.title, i.opened_on) for i in one.issues}) == len(one.issues)
        keys += [record.key for record in (one, *one.engagements, *one.deliveries, *one.interactions)]
        for engagement in one.engagements:
            assert len({m.name for m in engagement.milestones}) == len(engagement.milestones)
            assert len({change.stage for change in engagement.stages}) == len(engagement.stages)
    assert len(keys) == len(set(keys))


def test_every_record_of_the_demo_is_marked_as_made_up_and_no_address_is_real(story: Story) -> None:
    sponsors = [account for account in story.accounts if account.kind == "sponsor"]

    assert all(sponsor.name.endswith(" (demo)") for sponsor in sponsors)
    assert {sponsor.size for sponsor in sponsors} == {"small", "mid", "large"}
    assert all(contact.email.endswith(".example.com") for contact in story.contacts)
    assert {one.owner_id for one in story.relationships} == set(OWNERS)
