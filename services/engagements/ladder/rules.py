"""Where a relationship stands by its engagement history (docs/design/model.md). Pure: every day is an argument.

Each rule is a count, a span or a maximum over a set of engagements, never a mean: one more project never lowers a rung.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum

from services.engagements.ladder.stages import StageDates
from services.engagements.vocabulary import JOINT_TYPES, EngagementMode, EngagementType, WouldUseAgain


class Rung(IntEnum):
    """The rungs, lowest first; each needs the one before. `name` is R0..R5, `label` its word."""

    R0 = 0
    R1 = 1
    R2 = 2
    R3 = 3
    R4 = 4
    R5 = 5

    @property
    def label(self) -> str:
        return ("qualifying", "one_off", "repeat", "preferred_use", "strategic", "integrated")[self]


@dataclass(frozen=True)
class LadderSettings:
    """The numbers of the rules. Spans are in days, complexities 1..5, the rest are counts.

    Raises ValueError where R3 would no longer include R2, whose proof it must contain.
    """

    version: int = 1
    recent_days: int = 1826
    preferred_engagements: int = 3
    preferred_types: int = 2
    preferred_complexity: int = 3
    preferred_span_days: int = 365
    strategic_complexity: int = 4
    strategic_active_days: int = 180
    integrated_engagements: int = 2
    executive_contact_days: int = 184

    def __post_init__(self) -> None:
        if self.preferred_engagements < 2 or self.preferred_span_days < 1:
            raise ValueError("preferred use needs at least two engagements contracted on different days")


DEFAULT_SETTINGS = LadderSettings()


@dataclass(frozen=True)
class Project:
    """What the rules read of an engagement; `complexity` is 1..5."""

    engagement_id: str
    name: str
    type: EngagementType
    mode: EngagementMode
    complexity: int
    dates: StageDates
    predecessor_id: str | None = None

    @property
    def contracted_on(self) -> date:
        """The day of contracting; the end of the calendar where there is none."""
        return self.dates.contracted_on or date.max

    def counts_on(self, day: date) -> bool:
        """Contracted by that day and not cancelled or lost on it."""
        ending = self.dates.ending_on(day)
        return self.dates.contracted_on is not None and self.contracted_on <= day and not (ending and ending.is_void)

    def is_active_on(self, day: date) -> bool:
        return self.counts_on(day) and self.dates.ending_on(day) is None

    def is_recent_on(self, day: date, recent_days: int) -> bool:
        ending = self.dates.ending_on(day)
        return self.counts_on(day) and (ending is None or (day - ending.on).days <= recent_days)

    def is_good_on(self, day: date) -> bool:
        ending = self.dates.ending_on(day)
        return self.counts_on(day) and not (ending and ending.would_use_again is WouldUseAgain.NO)

    def active_days_on(self, day: date) -> int:
        """Days active before `day`, over all stretches."""
        return sum(max(0, (min(end or day, day) - start).days) for start, end in self.dates.active_stretches())


@dataclass(frozen=True)
class Need:
    """One condition of a rung: met when `has` reaches `needs`, or as `text` says; `met_on` if waiting alone will do."""

    key: str
    """Names the condition, for programs."""
    text: str
    """The condition in English."""
    has: int
    """How much of it there is: a count, or days."""
    needs: int
    """How much of it is asked for, in the same unit."""
    met: bool
    """Whether it is met."""
    met_on: date | None = None
    """The day on which it will be met if nothing happens; null where waiting alone will not do."""


@dataclass(frozen=True)
class NextRung:
    """The rung above, and everything that it needs beyond the present one."""

    rung: Rung
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Standing:
    """The rung on a day. Each reached rung has engagements that alone suffice for it; the next is None at the top."""

    as_of: date
    settings_version: int
    rung: Rung
    proofs: Mapping[Rung, tuple[str, ...]]
    next: NextRung | None


@dataclass(frozen=True)
class RungChange:
    """A step up, because of the engagements that prove the rung; or down, because of those that no longer do.

    `missing` are the unmet needs of the rung just lost. No engagement is named where only executive contact ran out.
    """

    on: date
    before: Rung
    after: Rung
    because: tuple[str, ...]
    missing: tuple[Need, ...]


def standing(
    projects: Iterable[Project],
    executive_contacts: Iterable[date],
    as_of: date,
    settings: LadderSettings = DEFAULT_SETTINGS,
) -> Standing:
    """The rung as known on a day; `executive_contacts` are the days of steering committees and executive reviews.

    `as_of` lies before the year 9999, so that the day on which a need will be met is a date.
    """
    return _Day(_in_order(projects), sorted(set(executive_contacts)), as_of, settings).standing()


def history(
    projects: Iterable[Project],
    executive_contacts: Iterable[date],
    until: date,
    settings: LadderSettings = DEFAULT_SETTINGS,
) -> list[RungChange]:
    """Every change of rung from R0 up to and including `until`, oldest first."""
    in_order, contacts = _in_order(projects), sorted(set(executive_contacts))
    changes: list[RungChange] = []
    before: _Day | None = None
    rung = Rung.R0
    for day in _critical_days(in_order, contacts, until, settings):
        today = _Day(in_order, contacts, day, settings)
        reached = today.rung()
        if reached > rung:
            changes.append(RungChange(day, rung, reached, today.proof(reached), ()))
        elif before is not None and reached < rung:
            lost = Rung(reached + 1)
            left = {p.engagement_id for p in before.pool(lost)} - {p.engagement_id for p in today.pool(lost)}
            because = tuple(engagement_id for engagement_id in before.proof(lost) if engagement_id in left)
            missing = tuple(need for need in today.needs(lost) if not need.met)
            changes.append(RungChange(day, rung, reached, because, missing))
        before, rung = today, reached
    return changes


def _in_order(projects: Iterable[Project]) -> list[Project]:
    return sorted(projects, key=lambda project: (project.contracted_on, project.engagement_id))


def _critical_days(
    projects: Sequence[Project], contacts: Sequence[date], until: date, settings: LadderSettings
) -> list[date]:
    """The days on which a rung can change, oldest first.

    The span of R3 is between days of contracting, so it adds no day of its own.
    """
    # Ordinals, since a day at the end of the calendar plus a span is no date.
    days = {
        edge
        for contact in contacts
        for edge in (contact.toordinal(), contact.toordinal() + settings.executive_contact_days + 1)
    }
    for project in projects:
        for ending in project.dates.endings:
            days |= {ending.on.toordinal(), ending.on.toordinal() + settings.recent_days + 1}
        missing_days = settings.strategic_active_days
        for start, end in project.dates.active_stretches():
            days |= {start.toordinal(), start.toordinal() + missing_days}
            missing_days -= (end - start).days if end is not None else 0
        days |= {project.contracted_on.toordinal()}
    return [date.fromordinal(day) for day in sorted(days) if day <= until.toordinal()]


class _Day:
    """The engagements that each rung is proved by, on one day, in order of contracting."""

    def __init__(
        self, projects: Sequence[Project], contacts: Sequence[date], on: date, settings: LadderSettings
    ) -> None:
        self.on, self.settings = on, settings
        self.recent = [p for p in projects if p.is_recent_on(on, settings.recent_days)]
        self.good = [p for p in self.recent if p.is_good_on(on)]
        self.long_term = [p for p in self.good if self._is_long_term(p)]
        self.strategic = [p for p in self.recent if p.mode is EngagementMode.STRATEGIC and p.is_active_on(on)]
        self.contacts = sum(0 <= (on - contact).days <= settings.executive_contact_days for contact in contacts)

    def _is_long_term(self, project: Project) -> bool:
        is_complex = project.complexity >= self.settings.strategic_complexity
        return project.mode is EngagementMode.STRATEGIC or (project.mode is EngagementMode.PROGRAMME and is_complex)

    def pool(self, rung: Rung) -> list[Project]:
        """The engagements among which a rung above R0 looks for its proof."""
        return (self.recent, self.recent, self.good, self.long_term, self.strategic)[rung - 1]

    def rung(self) -> Rung:
        reached = Rung.R0
        while reached < Rung.R5 and all(need.met for need in self.needs(Rung(reached + 1))):
            reached = Rung(reached + 1)
        return reached

    def standing(self) -> Standing:
        rung = self.rung()
        above = NextRung(Rung(rung + 1), self.needs(Rung(rung + 1))) if rung < Rung.R5 else None
        proofs = {reached: self.proof(reached) for reached in Rung if Rung.R0 < reached <= rung}
        return Standing(self.on, self.settings.version, rung, proofs, above)

    def needs(self, rung: Rung) -> tuple[Need, ...]:
        """The conditions of a rung above R0, beyond those of the rung before."""
        s = self.settings
        if rung is Rung.R1:
            text = f"One engagement contracted that is active or was closed at most {s.recent_days:,} days ago"
            return (_at_least("recent_engagements", text, len(self.recent), 1),)
        if rung is Rung.R2:
            days = len({p.contracted_on for p in self.recent})
            return (_at_least("contracting_days", "Two recent engagements contracted on different days", days, 2),)
        if rung is Rung.R3:
            return self._preferred_needs()
        if rung is Rung.R4:
            return self._strategic_needs()
        joint = sum(p.type in JOINT_TYPES for p in self.strategic)
        together = f"{s.integrated_engagements} engagements of mode strategic active at once"
        shared = "One of them a co-development or a multi-product programme"
        contact = f"A steering committee or executive review in the last {s.executive_contact_days} days"
        return (
            _at_least("strategic_active", together, len(self.strategic), s.integrated_engagements),
            _at_least("joint_active", shared, joint, 1),
            _at_least("executive_touches", contact, self.contacts, 1),
        )

    def _preferred_needs(self) -> tuple[Need, ...]:
        s = self.settings
        types = len({p.type for p in self.good})
        highest = max((p.complexity for p in self.good), default=0)
        days = [p.contracted_on for p in self.good]
        span = (max(days) - min(days)).days if days else 0
        good = f"{s.preferred_engagements} recent engagements, none closed with “would use again: no”"
        varied = (
            f"At least {s.preferred_types} types among them, or one of complexity {s.preferred_complexity} or more"
            f" (highest so far: {highest})"
        )
        is_varied = types >= s.preferred_types or highest >= s.preferred_complexity
        return (
            _at_least("good_engagements", good, len(self.good), s.preferred_engagements),
            Need("types_or_complexity", varied, types, s.preferred_types, is_varied),
            _at_least(
                "span_days", f"Contracted over at least {s.preferred_span_days} days", span, s.preferred_span_days
            ),
        )

    def _strategic_needs(self) -> tuple[Need, ...]:
        s = self.settings
        has = max((p.active_days_on(self.on) for p in self.long_term), default=0)
        running = [p.active_days_on(self.on) for p in self.long_term if p.is_active_on(self.on)]
        met_on = None
        if running and has < s.strategic_active_days:
            met_on = self.on + timedelta(s.strategic_active_days - max(running))
        mode = (
            "A recent engagement of mode strategic, or a programme of complexity"
            f" {s.strategic_complexity} or more, not closed with “would use again: no”"
        )
        active = f"Such an engagement active for at least {s.strategic_active_days} days"
        return (
            _at_least("long_term_engagements", mode, len(self.long_term), 1),
            replace(_at_least("active_days", active, has, s.strategic_active_days), met_on=met_on),
        )

    def proof(self, rung: Rung) -> tuple[str, ...]:
        """Few engagements that alone suffice for a reached rung, in order of contracting; R5 needs contact beside."""
        chosen = self._proof_of(rung)
        return tuple(p.engagement_id for p in self.recent if p in chosen)

    def _proof_of(self, rung: Rung) -> list[Project]:
        if rung is Rung.R1:
            return self.recent[:1]
        if rung is Rung.R2:
            first = self.recent[0]
            return [first, next(p for p in self.recent if p.contracted_on > first.contracted_on)]
        if rung is Rung.R3:
            return self._preferred_proof()
        if rung is Rung.R4:
            return [*self._preferred_proof(), max(self.long_term, key=lambda p: p.active_days_on(self.on))]
        joint = next(p for p in self.strategic if p.type in JOINT_TYPES)
        others = [p for p in self.strategic if p is not joint]
        return [*self._proof_of(Rung.R4), joint, *others[: self.settings.integrated_engagements - 1]]

    def _preferred_proof(self) -> list[Project]:
        """The earliest pair that spans enough, then what variety lacks, then the earliest up to the count."""
        s = self.settings
        spanned_on = self.good[0].contracted_on + timedelta(s.preferred_span_days)
        chosen = [self.good[0], next(p for p in self.good if p.contracted_on >= spanned_on)]
        if all(p.complexity < s.preferred_complexity for p in chosen):
            for project in self.good:
                if len({p.type for p in chosen}) < s.preferred_types and project.type not in {p.type for p in chosen}:
                    chosen.append(project)
            if len({p.type for p in chosen}) < s.preferred_types:
                chosen.append(max(self.good, key=lambda p: p.complexity))
        rest = [p for p in self.good if p not in chosen]
        return [*chosen, *rest[: max(0, s.preferred_engagements - len(chosen))]]


def _at_least(key: str, text: str, has: int, needs: int) -> Need:
    return Need(key, text, has, needs, has >= needs)
