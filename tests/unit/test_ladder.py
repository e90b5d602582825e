"""Each rung by its rule, the dates that a stage history gives, the ladder's history and the trends."""

from datetime import date, timedelta

import pytest

from services.engagements.ladder.rules import (
    LadderSettings,
    Need,
    Project,
    Rung,
    RungChange,
    Standing,
    history,
    standing,
)
from services.engagements.ladder.stages import Ending, StageChange, StageDates, stage_dates
from services.engagements.ladder.trends import trends
from services.engagements.vocabulary import EngagementMode, EngagementStage, EngagementType, WouldUseAgain

START = date(2018, 3, 1)
SIMPLE = EngagementType.SIMPLE_ONE_OFF
SUPPLY = EngagementType.COMMERCIAL_SUPPLY
JOINT = EngagementType.CO_DEVELOPMENT
STRATEGIC = EngagementMode.STRATEGIC
NO = WouldUseAgain.NO


def day(number: int) -> date:
    return START + timedelta(number)


def project(
    name: str,
    contracted: int | None,
    closed: int | None = None,
    *,
    type: EngagementType = SIMPLE,
    mode: EngagementMode = EngagementMode.TACTICAL,
    complexity: int = 1,
    again: WouldUseAgain | None = None,
    cancelled: int | None = None,
    after: str | None = None,
) -> Project:
    endings = [Ending(day(closed), would_use_again=again)] if closed is not None else []
    endings += [Ending(day(cancelled), is_void=True)] if cancelled is not None else []
    dates = StageDates(None if contracted is None else day(contracted), tuple(endings))
    return Project(name, name.upper(), type, mode, complexity, dates, after)


def stand(projects: list[Project], on: int, contacts: tuple[int, ...] = ()) -> Standing:
    return standing(projects, [day(contact) for contact in contacts], day(on))


def needs(standing: Standing) -> dict[str, Need]:
    assert standing.next is not None
    return {need.key: need for need in standing.next.needs}


PREFERRED = [project("a", 0), project("b", 100, type=SUPPLY), project("c", 365)]


def test_nothing_contracted_is_qualifying():
    found = stand([project("talks", None), project("later", 11)], on=10)

    assert (found.rung, found.rung.label, found.proofs) == (Rung.R0, "qualifying", {})
    assert needs(found)["recent_engagements"].has == 0


def test_an_engagement_makes_it_one_off_from_the_day_of_contracting_until_1826_days_after_closing():
    one = [project("a", 10, closed=20)]

    rungs = [stand(one, on).rung for on in (9, 10, 20, 20 + 1826, 20 + 1827)]

    assert rungs == [Rung.R0, Rung.R1, Rung.R1, Rung.R1, Rung.R0]


def test_an_open_engagement_stays_recent_for_ever():
    assert stand([project("a", 0)], on=9_000).rung is Rung.R1


def test_a_cancelled_engagement_counts_until_it_was_cancelled():
    cancelled = [project("a", 0, cancelled=50)]

    assert [stand(cancelled, on).rung for on in (49, 50)] == [Rung.R1, Rung.R0]


def test_two_contracted_on_one_day_are_no_repeat():
    same_day = stand([project("a", 5), project("b", 5)], on=10)
    another_day = stand([project("a", 5), project("b", 5), project("c", 6)], on=10)

    assert (same_day.rung, needs(same_day)["contracting_days"].has) == (Rung.R1, 1)
    assert (another_day.rung, another_day.proofs[Rung.R2]) == (Rung.R2, ("a", "c"))


def test_preferred_use_needs_three_good_ones_varied_over_a_year():
    assert stand(PREFERRED, on=365).rung is Rung.R3
    assert stand(PREFERRED[::2], on=365).rung is Rung.R2
    assert stand([*PREFERRED[:2], project("c", 364)], on=365).rung is Rung.R2
    assert stand([*PREFERRED[:2], project("c", 365, closed=400, again=NO)], on=400).rung is Rung.R2
    assert stand([*PREFERRED[:2], project("c", 365, closed=400, again=WouldUseAgain.UNSURE)], on=400).rung is Rung.R3


def test_variety_is_two_types_or_one_of_complexity_three():
    plain = [project("a", 0), project("b", 100), project("c", 400)]

    assert stand(plain, on=400).rung is Rung.R2
    assert needs(stand(plain, on=400))["types_or_complexity"].met is False
    assert stand([*plain[:2], project("c", 400, complexity=2)], on=400).rung is Rung.R2
    assert stand([*plain[:2], project("c", 400, complexity=3)], on=400).rung is Rung.R3


def test_a_proof_of_preferred_use_is_three_engagements_even_among_many():
    many = [project(f"p{n:02}", 40 * n, type=SUPPLY if n == 6 else SIMPLE) for n in range(12)]

    assert stand(many, on=500).proofs[Rung.R3] == ("p00", "p06", "p10")


def test_a_proof_of_variety_by_complexity_holds_the_complex_one():
    many = [project(f"p{n:02}", 40 * n, complexity=3 if n == 3 else 1) for n in range(12)]

    assert stand(many, on=500).proofs[Rung.R3] == ("p00", "p03", "p10")


def test_of_two_contracted_on_one_day_the_lower_id_proves():
    assert stand([project("b", 5), project("a", 5)], on=10).proofs[Rung.R1] == ("a",)


def test_strategic_needs_a_long_term_engagement_active_for_180_days():
    strategic = [*PREFERRED, project("s", 400, mode=STRATEGIC)]
    programme = [*PREFERRED, project("s", 400, mode=EngagementMode.PROGRAMME, complexity=4)]
    simpler = [*PREFERRED, project("s", 400, mode=EngagementMode.PROGRAMME, complexity=3)]
    tactical = [*PREFERRED, project("s", 400, complexity=5)]
    short = [*PREFERRED, project("s", 400, closed=579, mode=STRATEGIC)]

    assert [stand(strategic, on).rung for on in (579, 580)] == [Rung.R3, Rung.R4]
    assert [stand(programme, on).rung for on in (579, 580)] == [Rung.R3, Rung.R4]
    assert [stand(others, on=900).rung for others in (simpler, tactical, short)] == [Rung.R3] * 3
    assert stand(strategic, on=580).proofs[Rung.R4] == ("a", "b", "c", "s")


def test_the_next_rung_says_from_which_day_waiting_alone_is_enough():
    waiting = needs(stand([*PREFERRED, project("s", 400, mode=STRATEGIC)], on=500))
    longest = needs(stand([*PREFERRED, project("s", 400, mode=STRATEGIC), project("t", 450, mode=STRATEGIC)], on=500))
    over = needs(stand([*PREFERRED, project("s", 400, closed=450, mode=STRATEGIC)], on=500))

    assert (waiting["active_days"].has, waiting["active_days"].needs) == (100, 180)
    assert (waiting["active_days"].met_on, over["active_days"].met_on) == (day(580), None)
    assert longest["active_days"].met_on == day(580)


def test_integrated_needs_two_strategic_at_once_one_joint_and_executive_contact():
    one, joint = project("s", 400, mode=STRATEGIC), project("j", 500, mode=STRATEGIC, type=JOINT)
    projects = [*PREFERRED, one, joint]

    assert [stand(projects, 700, (contact,)).rung for contact in (515, 516, 700, 701)] == [
        Rung.R4,
        Rung.R5,
        Rung.R5,
        Rung.R4,
    ]
    assert stand([*PREFERRED, joint], 700, (700,)).rung is Rung.R4
    assert stand([*PREFERRED, one, project("k", 500, mode=STRATEGIC)], 700, (700,)).rung is Rung.R4
    assert stand([*PREFERRED, one, project("j", 500, type=JOINT)], 700, (700,)).rung is Rung.R4
    assert stand([*PREFERRED, project("s", 400, 699, mode=STRATEGIC), joint], 700, (700,)).rung is Rung.R4


def test_at_the_top_there_is_no_next_rung():
    both = [project("s", 400, mode=STRATEGIC), project("j", 500, mode=STRATEGIC, type=JOINT)]
    top = stand([*PREFERRED, *both], 700, (650,))

    assert (top.rung.label, top.next) == ("integrated", None)
    assert top.proofs[Rung.R5] == ("a", "b", "c", "s", "j")


def test_a_need_states_what_is_there_and_what_it_takes():
    assert needs(stand(PREFERRED[:2], on=200))["good_engagements"] == Need(
        key="good_engagements",
        text="3 recent engagements, none closed with “would use again: no”",
        has=2,
        needs=3,
        met=False,
    )


def test_settings_that_break_the_order_of_rungs_are_refused():
    with pytest.raises(ValueError, match="different days"):
        LadderSettings(preferred_span_days=0)
    with pytest.raises(ValueError, match="at least two"):
        LadderSettings(preferred_engagements=1)


def test_history_names_what_raised_and_what_lowered_the_rung():
    one = project("s", 400, mode=STRATEGIC)
    joint = project("j", 500, 800, mode=STRATEGIC, type=JOINT)
    soured = project("b", 100, 900, type=SUPPLY, again=NO)
    changes = history([project("a", 0), soured, project("c", 365), one, joint], [day(600)], day(1000))

    assert [(change.on, change.before, change.after, change.because) for change in changes] == [
        (day(0), Rung.R0, Rung.R1, ("a",)),
        (day(100), Rung.R1, Rung.R2, ("a", "b")),
        (day(365), Rung.R2, Rung.R3, ("a", "b", "c")),
        (day(580), Rung.R3, Rung.R4, ("a", "b", "c", "s")),
        (day(600), Rung.R4, Rung.R5, ("a", "b", "c", "s", "j")),
        (day(785), Rung.R5, Rung.R4, ()),
    ]
    assert [need.key for need in changes[-1].missing] == ["executive_touches"]


def test_an_engagement_closed_with_would_use_again_no_is_named_for_the_fall():
    soured = project("b", 100, 900, type=SUPPLY, again=NO)

    changes = history([project("a", 0), soured, project("c", 365)], [], day(1000))

    fall = changes[-1]
    assert (fall.on, fall.before, fall.after, fall.because) == (day(900), Rung.R3, Rung.R2, ("b",))
    assert {need.key for need in fall.missing} == {"good_engagements", "types_or_complexity"}


def test_a_fall_of_several_rungs_names_what_the_lowest_lost_one_lacks():
    soured = project("b", 100, 900, type=SUPPLY, again=NO)
    strategic = project("s", 200, 800, mode=STRATEGIC)
    last = project("c", 365, 900, again=NO)

    fall = history([project("a", 0), soured, last, strategic], [], day(1000))[-1]

    assert (fall.before, fall.after, fall.because) == (Rung.R4, Rung.R2, ("b", "c"))
    assert {need.key for need in fall.missing} == {"good_engagements", "types_or_complexity", "span_days"}


def test_days_active_before_and_after_a_pause_add_up_to_strategic():
    endings = (Ending(day(450), until_on=day(500)),)
    paused = Project("s", "S", SIMPLE, STRATEGIC, 1, StageDates(day(400), endings))

    climb = history([*PREFERRED, paused], [], day(1000))[-1]

    assert (climb.on, climb.after) == (day(400 + 180 + 50), Rung.R4)
    assert [paused.active_days_on(day(on)) for on in (390, 410, 480)] == [0, 10, 50]


def test_an_engagement_over_on_its_first_day_was_never_active_but_counts_from_contracting():
    at_once, before = project("a", 15, closed=15), project("b", 15, closed=10)

    assert list(at_once.dates.active_stretches()) == list(before.dates.active_stretches()) == []
    assert history([before], [], day(100)) == [RungChange(day(15), Rung.R0, Rung.R1, ("b",), ())]


def test_history_ends_on_the_day_asked_for():
    both = [project("a", 0), project("b", 10)]

    assert history(both, [], day(9)) == [RungChange(day(0), Rung.R0, Rung.R1, ("a",), ())]
    assert len(history(both, [], day(10))) == 2


def change(on: int, stage: EngagementStage, again: WouldUseAgain | None = None) -> StageChange:
    return StageChange(day(on), stage, again)


def test_contracted_on_is_the_first_change_into_contracted_to_closed():
    changes = [
        change(90, EngagementStage.EXECUTING),
        change(40, EngagementStage.CONTRACTED),
        change(20, EngagementStage.ON_HOLD),
        change(10, EngagementStage.DILIGENCE),
    ]

    assert stage_dates(changes, EngagementStage.IDENTIFIED, day(5)).contracted_on == day(40)
    assert stage_dates(changes[2:], EngagementStage.IDENTIFIED, day(5)).contracted_on is None


def test_an_engagement_created_at_work_was_contracted_when_it_started():
    closed = [change(500, EngagementStage.CLOSED)]

    assert stage_dates([], EngagementStage.EXECUTING, day(7)).contracted_on == day(7)
    assert stage_dates(closed, EngagementStage.EXECUTING, day(7)) == StageDates(day(7), (Ending(day(500)),))
    assert stage_dates(closed, EngagementStage.EXECUTING, None).contracted_on == day(500)
    assert stage_dates([], EngagementStage.ON_HOLD, day(7)).contracted_on is None


def test_an_engagement_created_closed_ended_on_its_last_day():
    assert stage_dates([], EngagementStage.CLOSED, day(7), day(70)).closed_on == day(70)
    assert stage_dates([], EngagementStage.CLOSED, day(7)).closed_on == day(7)


def test_closing_carries_the_answer_and_saying_it_again_corrects_the_answer():
    closed = [change(10, EngagementStage.CONTRACTED), change(50, EngagementStage.CLOSED, NO)]
    again = [*closed, change(60, EngagementStage.CLOSED, WouldUseAgain.YES)]

    assert stage_dates(closed, EngagementStage.RFP, None).endings == (Ending(day(50), would_use_again=NO),)
    assert stage_dates(closed[::-1], EngagementStage.RFP, None).closed_on == day(50)
    assert stage_dates(closed, EngagementStage.RFP, None).cancelled_or_lost_on is None
    assert stage_dates(again, EngagementStage.RFP, None).endings == (
        Ending(day(50), would_use_again=WouldUseAgain.YES),
    )


def test_a_reopened_engagement_was_closed_only_in_between():
    changes = [
        change(0, EngagementStage.CONTRACTED),
        change(50, EngagementStage.CLOSED, NO),
        change(80, EngagementStage.EXECUTING),
    ]
    dates = stage_dates(changes, EngagementStage.RFP, None)
    reopened = Project("a", "A", SIMPLE, STRATEGIC, 1, dates)

    assert dates.closed_on is None
    assert [reopened.is_active_on(day(on)) for on in (49, 50, 79, 80)] == [True, False, False, True]
    assert [reopened.is_good_on(day(on)) for on in (49, 50, 79, 80)] == [True, False, False, True]
    assert reopened.active_days_on(day(100)) == 70


def test_a_stage_undone_on_the_same_day_leaves_no_trace():
    for mistaken in (EngagementStage.CLOSED, EngagementStage.CANCELLED):
        changes = [change(0, EngagementStage.CONTRACTED), change(50, mistaken), change(50, EngagementStage.EXECUTING)]

        assert stage_dates(changes, EngagementStage.RFP, None) == StageDates(day(0))


def test_cancelled_stays_cancelled_until_work_goes_on():
    cancelled = [change(0, EngagementStage.CONTRACTED), change(50, EngagementStage.CANCELLED)]
    talks = [*cancelled, change(60, EngagementStage.RFP)]
    held = [*talks, change(70, EngagementStage.ON_HOLD)]

    assert stage_dates(talks, EngagementStage.RFP, None).cancelled_or_lost_on == day(50)
    assert stage_dates(talks, EngagementStage.RFP, None).closed_on is None
    assert stage_dates(held, EngagementStage.RFP, None).cancelled_or_lost_on is None
    assert stage_dates(held, EngagementStage.RFP, None).ending_on(day(70)) is None


def test_complexity_is_reported_by_year_of_contracting():
    projects = [
        project("a", 0),
        project("b", 30, complexity=4, mode=STRATEGIC),
        project("c", 400, complexity=5, mode=EngagementMode.PROGRAMME),
        project("void", 20, cancelled=40, complexity=5),
    ]

    years = trends(projects, day(500)).complexity

    assert [(y.year, y.engagements, y.highest_complexity, y.mean_complexity) for y in years] == [
        (2018, 2, 4, 2.5),
        (2019, 1, 5, 5.0),
    ]
    assert years[0].by_mode == {EngagementMode.TACTICAL: 1, STRATEGIC: 1}
    assert [y.year for y in trends(projects, day(399)).complexity] == [2018]


def test_continuity_counts_follow_ons_active_months_and_the_longest_gap():
    # Active from 1 March to 9 April, from 5 to 14 August, and from 1 September 2018 on.
    projects = [
        project("a", 0, closed=40),
        project("b", 157, closed=167, after="a"),
        project("c", 184, after="b"),
    ]

    early = trends(projects, day(100)).continuity
    late = trends(projects, day(200), months=5).continuity

    assert (early.engagements, early.follow_ons, early.active_now, early.months_active) == (1, 0, 0, 2)
    assert early.longest_gap_days == 61
    assert (late.engagements, late.follow_ons, late.active_now, late.months_active) == (3, 2, 1, 2)
    assert late.longest_gap_days == 117


def test_a_long_engagement_bridges_the_gap_between_two_short_ones():
    bridged = [project("b", 200, closed=210), project("long", 0, closed=300), project("a", 10, closed=20)]

    assert trends(bridged, day(30)).continuity.months_active == 1
    assert trends(bridged, day(299)).continuity.longest_gap_days == 0
    assert trends(bridged, day(300)).continuity.longest_gap_days == 1


def test_trends_know_nothing_of_a_reopening_yet_to_come():
    endings = (Ending(day(10), until_on=day(90)),)
    reopened = Project("a", "A", SIMPLE, STRATEGIC, 1, StageDates(day(0), endings))

    continuity = trends([reopened], day(40)).continuity

    assert (continuity.months_active, continuity.longest_gap_days, continuity.active_now) == (1, 31, 0)


def test_without_engagements_there_are_no_trends():
    continuity = trends([], day(0)).continuity

    assert trends([], day(0)).complexity == ()
    assert (continuity.engagements, continuity.months_active, continuity.longest_gap_days) == (0, 0, 0)
