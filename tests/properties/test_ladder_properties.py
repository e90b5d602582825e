"""Properties of the ladder, held against a reading of its rules that replays the stage history for each single day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.engagements.ladder.rules import LadderSettings, Project, Rung, history, standing
from services.engagements.ladder.stages import StageChange, stage_dates
from services.engagements.vocabulary import EngagementMode, EngagementStage, EngagementType, WouldUseAgain

START = date(2020, 1, 1)
LAST_DAY = 90
# Spans so short that every edge lies within the days that the oracle walks through.
SHORT = LadderSettings(recent_days=25, preferred_span_days=12, strategic_active_days=9, executive_contact_days=14)
AT_WORK = ("contracted", "kickoff", "tech_transfer", "executing", "steady_state", "closing", "closed")


@dataclass(frozen=True)
class Story:
    """An engagement as it was entered: created in a stage, then moved."""

    type: EngagementType
    mode: EngagementMode
    complexity: int
    created_stage: EngagementStage
    starts_on: date | None
    changes: tuple[StageChange, ...]

    def project(self, number: int) -> Project:
        dates = stage_dates(self.changes, self.created_stage, self.starts_on)
        return Project(f"p{number}", f"Project {number}", self.type, self.mode, self.complexity, dates)


days = st.integers(0, LAST_DAY - 10).map(lambda number: START + timedelta(number))
changes = st.builds(
    StageChange,
    days,
    # Work and closing are likelier than the rest, or hardly anything would climb.
    st.sampled_from([*EngagementStage, *[EngagementStage.EXECUTING] * 5, *[EngagementStage.CLOSED] * 3]),
    st.sampled_from([None, *WouldUseAgain]),
)
stories = st.builds(
    Story,
    st.sampled_from([EngagementType.SIMPLE_ONE_OFF, EngagementType.ANALYTICAL, EngagementType.CO_DEVELOPMENT]),
    st.sampled_from([*EngagementMode, EngagementMode.STRATEGIC]),
    st.integers(1, 5),
    st.sampled_from([EngagementStage.IDENTIFIED, EngagementStage.CONTRACTED, EngagementStage.EXECUTING]),
    st.none() | days,
    st.lists(changes, max_size=4).map(lambda entered: tuple(sorted(entered, key=lambda change: change.on))),
)
portfolios = st.lists(stories, max_size=6)
contact_days = st.lists(days, max_size=3)


class OnDay:
    """What was known of a story on one day, by playing its changes one after the other."""

    def __init__(self, story: Story, day: date) -> None:
        self.story = story
        started = story.starts_on is not None and story.created_stage in AT_WORK
        contracted = [change.on for change in story.changes if change.stage in AT_WORK]
        contracted += [story.starts_on] if started and story.starts_on else []
        self.contracted_on = min(contracted, default=date.max)
        self.over, self.over_since, self.again = "", date.max, None
        for change in story.changes:
            if change.on > day:
                break
            self._play(change)
        # An answer given later for the same closing corrects it (stage_dates), so it is known from the closing on.
        if self.over == "closed":
            for change in story.changes:
                if change.on > day and change.stage != "closed":
                    if change.stage not in ("identified", "rfp", "diligence"):
                        break
                elif change.on > day:
                    self.again = change.would_use_again or self.again
        self.has_begun = self.contracted_on <= day
        self.active = self.has_begun and not self.over
        self.counts = self.has_begun and self.over != "void"

    def _play(self, change: StageChange) -> None:
        over = "closed" if change.stage == "closed" else "void" if change.stage in ("cancelled", "lost") else ""
        if over and over == self.over:
            self.again = change.would_use_again or self.again
        elif over or change.stage not in ("identified", "rfp", "diligence"):
            self.over, self.over_since, self.again = over, change.on, change.would_use_again if over else None


def rung_by_the_book(stories: Sequence[Story], contacts: Sequence[date], day: date) -> Rung:
    entered = [OnDay(story, day) for story in stories]
    recent = [t for t in entered if t.counts and (t.active or (day - t.over_since).days <= SHORT.recent_days)]
    good = [t for t in recent if t.active or t.again is not WouldUseAgain.NO]
    contracted = [t.contracted_on for t in good]
    lasting = [
        t for t in good if t.story.mode == "strategic" or (t.story.mode == "programme" and t.story.complexity > 3)
    ]
    together = [t.story.type for t in recent if t.active and t.story.mode == "strategic"]
    rules = [
        bool(recent),
        len({t.contracted_on for t in recent}) > 1,
        len(good) >= 3
        and (len({t.story.type for t in good}) > 1 or max(t.story.complexity for t in good) >= 3)
        and (max(contracted) - min(contracted)).days >= SHORT.preferred_span_days,
        any(days_active(t.story, day) >= SHORT.strategic_active_days for t in lasting),
        len(together) > 1
        and EngagementType.CO_DEVELOPMENT in together
        and any(contact <= day <= contact + timedelta(SHORT.executive_contact_days) for contact in contacts),
    ]
    return Rung(rules.index(False) if False in rules else 5)


def days_active(story: Story, day: date) -> int:
    return sum(OnDay(story, START + timedelta(number)).active for number in range((day - START).days))


def projects_of(stories: Sequence[Story]) -> list[Project]:
    return [story.project(number) for number, story in enumerate(stories)]


@settings(max_examples=60, deadline=None)
@given(portfolios, contact_days)
def test_history_equals_the_rules_applied_on_every_day(entered, contacts):
    expected, rung = [], Rung.R0
    for number in range(LAST_DAY + 40):
        day = START + timedelta(number)
        reached = rung_by_the_book(entered, contacts, day)
        if reached != rung:
            expected.append((day, rung, reached))
        rung = reached

    found = history(projects_of(entered), contacts, START + timedelta(LAST_DAY + 39), SHORT)

    assert [(change.on, change.before, change.after) for change in found] == expected
    assert standing(projects_of(entered), contacts, START + timedelta(LAST_DAY + 39), SHORT).rung == rung


@settings(max_examples=100, deadline=None)
@given(portfolios, stories, contact_days, days)
def test_one_more_project_never_lowers_a_rung(entered, one_more, contacts, day):
    without = standing(projects_of(entered), contacts, day, SHORT)
    with_it = standing(projects_of([*entered, one_more]), contacts, day, SHORT)

    assert with_it.rung >= without.rung


@settings(max_examples=100, deadline=None)
@given(portfolios, contact_days, days)
def test_the_proof_of_a_rung_alone_suffices_for_it(entered, contacts, day):
    projects = projects_of(entered)
    found = standing(projects, contacts, day, SHORT)

    assert list(found.proofs) == [rung for rung in Rung if Rung.R0 < rung <= found.rung]
    for rung, proof in found.proofs.items():
        proving = [project for project in projects if project.engagement_id in proof]
        assert len(proving) == len(proof)
        assert standing(proving, contacts, day, SHORT).rung >= rung


@settings(max_examples=100, deadline=None)
@given(portfolios, contact_days, days)
def test_the_next_rung_is_the_one_above_and_lacks_something(entered, contacts, day):
    found = standing(projects_of(entered), contacts, day, SHORT)

    assert (found.next is None) == (found.rung is Rung.R5)
    if found.next is not None:
        assert found.next.rung == found.rung + 1
        assert any(not need.met for need in found.next.needs)
        assert all(need.met or need.has < need.needs for need in found.next.needs)


@settings(max_examples=50, deadline=None)
@given(portfolios, contact_days, st.randoms(use_true_random=False))
def test_the_order_in_which_engagements_and_contacts_come_changes_nothing(entered, contacts, chance):
    projects, until = projects_of(entered), START + timedelta(LAST_DAY)
    shuffled, shuffled_contacts = list(projects), [*contacts, *contacts]
    chance.shuffle(shuffled)
    chance.shuffle(shuffled_contacts)

    assert standing(shuffled, shuffled_contacts, until, SHORT) == standing(projects, contacts, until, SHORT)
    assert history(shuffled, shuffled_contacts, until, SHORT) == history(projects, contacts, until, SHORT)


@settings(max_examples=100, deadline=None)
@given(portfolios, contact_days)
def test_a_fall_names_an_engagement_of_the_lost_proof_or_the_contact_that_ran_out(entered, contacts):
    projects, until = projects_of(entered), START + timedelta(LAST_DAY + 30)

    for change in history(projects, contacts, until, SHORT):
        if change.after > change.before:
            assert change.because == standing(projects, contacts, change.on, SHORT).proofs[change.after]
            continue
        before = standing(projects, contacts, change.on - timedelta(1), SHORT)
        assert set(change.because) <= set(before.proofs[Rung(change.after + 1)])
        assert change.because or [need.key for need in change.missing] == ["executive_touches"]
        assert change.missing
