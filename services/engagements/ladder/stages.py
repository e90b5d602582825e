"""When an engagement was contracted and when it was over, from its stage history (docs/design/contract.md). Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.engagements.vocabulary import CONTRACTED_STAGES, VOID_STAGES, EngagementStage, WouldUseAgain

# An engagement that is over is not resumed by talks: only by work, or by work put on hold.
_RESUMING_STAGES = CONTRACTED_STAGES - {EngagementStage.CLOSED} | {EngagementStage.ON_HOLD}


@dataclass(frozen=True)
class StageChange:
    """An engagement came to `stage` on a day; `would_use_again` goes with closing."""

    on: date
    stage: EngagementStage
    would_use_again: WouldUseAgain | None = None


@dataclass(frozen=True)
class Ending:
    """From `on` an engagement was over: cancelled or lost (`is_void`), else closed. Resumed on `until_on`."""

    on: date
    is_void: bool = False
    would_use_again: WouldUseAgain | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class StageDates:
    """When an engagement was contracted and when it was over, in order of day and without overlap."""

    contracted_on: date | None = None
    endings: tuple[Ending, ...] = ()

    @property
    def closed_on(self) -> date | None:
        """The day of closing, unless resumed or cancelled since."""
        return next((end.on for end in self.endings[-1:] if end.until_on is None and not end.is_void), None)

    @property
    def cancelled_or_lost_on(self) -> date | None:
        """The day it was cancelled or lost, unless resumed since."""
        return next((end.on for end in self.endings[-1:] if end.until_on is None and end.is_void), None)

    def ending_on(self, day: date) -> Ending | None:
        """The ending that holds on a day, if it is over on that day."""
        return next((e for e in self.endings if e.on <= day and (e.until_on is None or day < e.until_on)), None)

    def active_stretches(self) -> Iterator[tuple[date, date | None]]:
        """Spans [from, to) in which it was contracted and not over; an open end is None."""
        start = self.contracted_on
        if start is None:
            return
        for ending in self.endings:
            if start < ending.on:
                yield start, ending.on
            if ending.until_on is None:
                return
            start = max(start, ending.until_on)
        yield start, None


def stage_dates(
    changes: Iterable[StageChange],
    created_stage: EngagementStage,
    starts_on: date | None,
    ends_on: date | None = None,
) -> StageDates:
    """The dates in a stage history; changes of one day in the order in which they were entered.

    Contracted on the first change into contracted .. closed, or on `starts_on` where it was created in such a stage and
    that is earlier. One created closed was closed on `ends_on`, else on `starts_on`.
    """
    in_order = sorted(changes, key=lambda change: change.on)
    contracted = [change.on for change in in_order if change.stage in CONTRACTED_STAGES]
    if created_stage in CONTRACTED_STAGES and starts_on is not None:
        contracted.append(starts_on)
        if created_stage is EngagementStage.CLOSED:
            in_order.insert(0, StageChange(ends_on or starts_on, created_stage))

    endings: list[Ending] = []
    for change in in_order:
        is_void = change.stage in VOID_STAGES
        is_over = is_void or change.stage is EngagementStage.CLOSED
        last = endings[-1] if endings and endings[-1].until_on is None else None
        if last is not None and is_over and last.is_void == is_void:
            # Entered twice: the first day holds, the later answer corrects the earlier one.
            endings[-1] = replace(last, would_use_again=change.would_use_again or last.would_use_again)
            continue
        if last is not None and (is_over or change.stage in _RESUMING_STAGES):
            endings.pop()
            if last.on < change.on:
                endings.append(replace(last, until_on=change.on))
        if is_over:
            endings.append(Ending(change.on, is_void, change.would_use_again))
    return StageDates(min(contracted, default=None), tuple(endings))
