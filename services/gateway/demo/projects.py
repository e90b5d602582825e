"""The projects of one relationship: engagements with their stages and milestones, and what was delivered in them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from services.gateway.demo.companies import Company, Pair
from services.gateway.demo.engagement_paths import GATES, PATHS, ROLES, Role, Step
from services.gateway.demo.records import Delivery, Engagement, Milestone, StageChange
from services.gateway.demo.scenarios import SCENARIOS, Conditions
from services.gateway.demo.sentences import PHRASES, SentenceWriter
from services.gateway.demo.specialties import SPECIALTIES, Item

_PREFIXES = {"wrenfield": "WT", "halvorsund": "HP", "pinecrag": "PB"}
_LOOK_AHEAD_DAYS = 75
_ON_HOLD_SINCE = 32
_TAKES_LONGER = ("supply", "joint", "programme")


@dataclass
class Context:
    """What every part of one relationship's story uses. Days are counted back from today, so that the story of
    another day is the same story; only weekends move an event, by two days at most."""

    pair: Pair
    provider: Company
    today: date
    chance: Random
    people: dict[tuple[str, str], str]
    writer: SentenceWriter = field(init=False)
    _debts: defaultdict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        self.writer = SentenceWriter(SPECIALTIES[self.provider.specialty], self.chance)
        self._debts = defaultdict(lambda: self.chance.uniform(0, 0.8))

    @property
    def key(self) -> str:
        return f"{self.pair.sponsor}:{self.pair.provider}"

    def day(self, ago: float) -> date:
        """The working day `ago` days back, or the Friday before it; ahead of today where negative."""
        on = self.today - timedelta(round(ago))
        return on - timedelta(max(0, on.weekday() - 4))

    def conditions(self, ago: float) -> Conditions:
        return [conditions for since, conditions in SCENARIOS[self.pair.scenario].phases if ago <= since][-1]

    def happens(self, what: str, share: float) -> bool:
        """True for `share` of the calls, at intervals rather than by luck: few events then still show the share."""
        self._debts[what] += share * self.chance.uniform(0.6, 1.4)
        if self._debts[what] < 1:
            return False
        self._debts[what] -= 1
        return True

    def contact(self, side: str, function: str) -> str:
        """Who sees to this function at our or their account: in a small company, the alliance lead."""
        account = self.pair.sponsor if side == "sponsor" else self.pair.provider
        return self.people.get((account, function)) or self.people[account, "alliance_lead"]


@dataclass(frozen=True)
class Project:
    """An engagement with the days it ran, counted back from today; `ended` is 0 while it runs."""

    engagement: Engagement
    step: Step
    role: Role
    began: int
    ended: int

    @property
    def is_contracted(self) -> bool:
        return self.step.end not in ("open", "lost")

    def runs(self, ago: float) -> bool:
        return self.is_contracted and self.ended <= ago <= self.began


def projects(context: Context) -> list[Project]:
    """The path of the pair, each engagement with its promises, in order of contracting."""
    found: list[Project] = []
    numbers = context.chance.sample(range(101, 420), 3)
    codes = [f"{_PREFIXES[context.pair.sponsor]}-{number}" for number in numbers]
    for index, step in enumerate(PATHS[context.pair.path]):
        role = ROLES[SPECIALTIES[context.provider.specialty].family].get(step.role) or ROLES["maker"][step.role]
        began = step.began + (context.chance.randint(-27, 27) if step.began > 100 else 0)
        ended = 0 if step.lasted is None else max(1, began - step.lasted)
        product = codes[index % 2 if step.after is None else (1 if step.role in _TAKES_LONGER else 0)]
        predecessor = None if step.after is None else found[step.after].engagement.key
        engagement = Engagement(
            key=f"{context.key}:{index}",
            name=context.writer.next_of(f"{step.role} name", role.names).format(product=product),
            type=role.type,
            mode=step.mode,
            complexity=step.complexity,
            value=round(context.chance.uniform(60, 190) * 1000 * step.complexity**1.7, -3),
            currency="EUR" if context.pair.sponsor == "halvorsund" else "USD",
            products=tuple(codes) if step.role == "programme" else (product,),
            modality=SPECIALTIES[context.provider.specialty].modality,
            starts_on=context.day(began),
            ends_on=context.day(ended) if ended else None,
            predecessor=predecessor,
            stages=tuple(_stages(context, step, began, ended)),
            milestones=(),
        )
        found.append(Project(engagement, step, role, began, ended))
    return [replace(project, engagement=_with_milestones(context, project)) for project in found]


def _stages(context: Context, step: Step, began: int, ended: int) -> Iterator[StageChange]:
    day = context.day
    if step.end in ("open", "lost"):
        yield StageChange("identified", day(began + 30))
        yield StageChange("rfp", day(began))
        if step.end == "lost":
            yield StageChange("lost", day(ended), "Awarded to another provider with the slot we needed")
        elif began < 30:
            yield StageChange("diligence", day(began - 6))
        return
    if step.complexity >= 3:
        yield StageChange("rfp", day(began + 48))
    yield StageChange("contracted", day(began))
    if step.complexity >= 4:
        yield StageChange("kickoff", day(began - 8))
    yield StageChange("tech_transfer" if step.role == "transfer" else "executing", day(began - 24))
    if step.role in _TAKES_LONGER and began > 200:
        yield StageChange("steady_state", day(began - 130))
    if step.end == "on_hold":
        yield StageChange(
            "on_hold", day(_ON_HOLD_SINCE), "Waiting for the clinical read-out; slots given back for one quarter"
        )
    elif ended and step.end == "cancelled":
        yield StageChange("cancelled", day(ended), "Portfolio decision on our side")
    elif ended:
        outcome = {"no": "below", "unsure": "meets"}.get(step.would_use_again)
        if outcome is None:
            outcome = "exceeds" if context.conditions(ended).above > 0.4 else "meets"
        yield StageChange("closed", day(ended), None, outcome, step.would_use_again)


def _with_milestones(context: Context, project: Project) -> Engagement:
    if not project.is_contracted:
        return project.engagement
    names = project.role.milestones
    lasts = project.began - project.ended if project.ended else max(300, project.began + 90)
    if project.step.role == "transfer" and not project.ended:
        lasts = project.began + 60
    spacing = lasts / (len(names) + (0 if project.ended else 0.4))
    milestones = []
    for index, name in enumerate(names):
        promised = project.began - spacing * (index + 1) + (4 if project.ended else 0)
        if project.step.end != "cancelled" or promised > project.ended:
            milestones.append(_milestone(context, project, name, index, promised))
    return replace(project.engagement, milestones=tuple(milestones))


def _milestone(context: Context, project: Project, name: str, index: int, promised: float) -> Milestone:
    chance, conditions = context.chance, context.conditions(max(promised, 0))
    is_gate = project.role.milestones is GATES
    is_late = context.happens("milestone late", 1 - conditions.on_time)
    slip = chance.randint(6, 34) if is_late else -chance.randint(0, 4)
    done = promised - slip
    is_done = promised > (_ON_HOLD_SINCE + 2 if project.step.end == "on_hold" else 3) and done > 0.5
    cause = _cause(context, "milestone") if is_late and is_done else None
    is_above = context.happens("milestone above", conditions.above)
    outcome = "exceeds" if is_above and not is_late else "below" if is_late and chance.random() < 0.3 else "meets"
    on = context.day(promised)
    return Milestone(
        name=f"G{index} {name}" if is_gate else name,
        kind=f"G{index}" if is_gate else "milestone",
        promised_on=on,
        completed_on=_done_on(context, on, slip) if is_done else None,
        outcome=outcome if is_done else None,
        late_cause=cause,
        reason=_reason(context, cause, on) if cause else None,
        sponsor_owner=context.contact("sponsor", "technical") if is_gate else None,
        provider_owner=context.contact("provider", ("technical", "quality")[index % 2]) if is_gate else None,
    )


def deliveries(context: Context, project: Project) -> Iterator[Delivery]:
    """What was promised in an engagement, in order of the promises; the last few are still to come."""
    if not project.is_contracted or not project.role.per_year:
        return
    every = 365 / (project.role.per_year * context.pair.pace)
    promised, number = project.began - 45.0, 0
    until = project.ended + 5 if project.ended else -_LOOK_AHEAD_DAYS
    if project.step.end == "on_hold":
        until = _ON_HOLD_SINCE + 2
    while promised > until:
        conditions = context.conditions(max(promised, 0))
        if conditions.activity:
            number += 1
            yield _delivery(context, project, number, promised)
        promised -= every * context.chance.uniform(0.75, 1.25) / (conditions.activity or 1)


def _delivery(context: Context, project: Project, number: int, promised: float) -> Delivery:
    chance, conditions = context.chance, context.conditions(max(promised, 0))
    on = context.day(promised)
    item: Item = context.writer.next_of("items", SPECIALTIES[context.provider.specialty].items)
    is_bad = promised > 0 and context.happens("delivery bad", 1 - conditions.on_time)
    is_late = is_bad and chance.random() < 0.88
    slip = chance.randint(3, 16) if is_late else -chance.choice((0, 0, 0, 1, 2, 3))
    if is_late and conditions.on_time < 0.3:
        slip = chance.randint(12, 48)
    is_done = promised - slip > 0.5
    cause = _cause(context, "delivery") if is_late and is_done else None
    return Delivery(
        key=f"{project.engagement.key}:{number}",
        engagement=project.engagement.key,
        name=f"{_turn(project.engagement.products, number)} {item.name} {on:%y}{number:02d}",
        promised_on=on,
        delivered_on=_done_on(context, on, slip) if is_done else None,
        accepted=is_late or not is_bad or not is_done,
        quantity=float(f"{item.quantity * chance.uniform(0.8, 1.2):.3g}"),
        unit=item.unit,
        late_cause=cause,
        reason=_reason(context, cause, on) if cause else None,
    )


def _turn(products: tuple[str, ...], number: int) -> str:
    return products[number % len(products)]


def left_open(context: Context, project: Project) -> Iterator[Delivery]:
    """What a record that went bad leaves behind: a promise that has lapsed, and one that the provider called off."""
    for number, (promised, cancelled) in enumerate(((104, None), (47, 58)), start=91):
        yield replace(
            _delivery(context, project, number, promised),
            delivered_on=None,
            accepted=True,
            late_cause=None,
            reason="Slot given to another sponsor" if cancelled else None,
            cancelled_on=context.day(cancelled) if cancelled else None,
        )


def _done_on(context: Context, promised_on: date, slip: int) -> date:
    """A working day on the right side of the promise, and not after today."""
    on = promised_on + timedelta(slip)
    if on.weekday() > 4:
        on += timedelta(7 - on.weekday() if slip > 0 else 4 - on.weekday())
    return min(on, context.today)


def _cause(context: Context, what: str) -> str:
    blamed = SCENARIOS[context.pair.scenario].late_cause
    if blamed and context.happens(f"{what} blamed", 0.75):
        return blamed
    if context.happens(f"{what} excused", 0.12):
        return context.chance.choice(("sponsor", "external"))
    return "provider"


def _reason(context: Context, cause: str, on: date) -> str:
    return context.writer.fill(context.writer.next_of(cause, PHRASES["reasons"][cause]), on)
