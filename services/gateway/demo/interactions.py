"""Interactions of every kind between the two companies, follow-up actions and issues."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from services.gateway.demo.projects import Context, Project
from services.gateway.demo.records import Action, Delivery, Interaction, Issue, Milestone
from services.gateway.demo.scenarios import SCENARIOS
from services.gateway.demo.sentences import PHRASES

# How many of a hundred working contacts are of each kind, and how many of a hundred of them are rated.
_EVERYDAY = {
    "call": (17, 40),
    "email": (12, 25),
    "working_meeting": (15, 70),
    "technical_review": (13, 80),
    "quality_review": (11, 80),
    "forecast_review": (9, 65),
    "site_visit": (5, 75),
    "deviation": (4, 50),
    "change_request": (4, 0),
    "note": (3, 0),
    "health_check": (2, 50),
    "training": (2, 70),
    "technology_scouting": (1, 0),
    "recognition": (1, 0),
    "conference": (1, 0),
}
_EVERYDAY_KINDS = tuple(kind for kind, (share, _) in _EVERYDAY.items() for _ in range(share))
_RATED = {kind: rated for kind, (_, rated) in _EVERYDAY.items()} | {
    "kickoff": 70,
    "business_review": 85,
    "steering_committee": 85,
    "executive_review": 70,
    "escalation": 100,
}

_ATTRIBUTES = {
    "call": ("communication", "responsiveness", "flexibility"),
    "email": ("communication", "responsiveness", "change_control_docs"),
    "working_meeting": ("project_management", "problem_solving", "working_relationship"),
    "kickoff": ("project_management", "tech_transfer"),
    "technical_review": ("scientific_knowledge", "problem_solving", "scale_up"),
    "quality_review": ("deviation_capa", "quality_systems", "right_first_time"),
    "forecast_review": ("capacity_availability", "supply_continuity", "flexibility"),
    "site_visit": ("facilities_equipment", "cultural_fit", "quality_systems"),
    "deviation": ("deviation_capa", "issue_resolution"),
    "business_review": ("governance_engagement", "commitments_kept", "cost_value"),
    "steering_committee": ("governance_engagement", "mutual_benefit", "innovation_investment"),
    "executive_review": ("governance_engagement", "mutual_benefit"),
    "health_check": ("working_relationship", "communication"),
    "escalation": ("issue_resolution", "commitments_kept", "communication"),
    "training": ("scientific_knowledge", "tech_transfer"),
}
_PEOPLE = {
    "technical_review": ("technical", "quality"),
    "quality_review": ("quality",),
    "audit": ("quality", "regulatory"),
    "inspection": ("quality", "regulatory"),
    "forecast_review": ("supply", "commercial"),
    "negotiation": ("commercial", "alliance_lead"),
    "rfp": ("commercial",),
    "proposal": ("commercial", "technical"),
    "executive_review": ("executive_sponsor", "alliance_lead"),
    "steering_committee": ("executive_sponsor", "alliance_lead", "technical"),
    "site_visit": ("technical", "supply"),
    "deviation": ("quality", "technical"),
    "note": (),
}
_LEADS_TO_ACTIONS = frozenset(
    ("business_review", "steering_committee", "quality_review", "escalation", "working_meeting", "forecast_review")
)


class InteractionLog:
    """Collects the interactions of one relationship; `entries` gives them in order of their instants."""

    def __init__(self, context: Context, projects: Sequence[Project]) -> None:
        self._context, self._projects = context, projects
        self._found: list[tuple[float, Interaction]] = []
        first = max((project.began for project in projects if project.is_contracted), default=0)
        self._since = first
        self._until = min((project.ended for project in projects if project.is_contracted), default=first)

    def entries(self, delivered: Iterable[tuple[Project, Delivery]]) -> tuple[Interaction, ...]:
        for project in self._projects:
            self._beginnings(project)
            for milestone in project.engagement.milestones:
                self._missed(project, milestone)
        for project, delivery in delivered:
            self._late(project, delivery)
        for point in SCENARIOS[self._context.pair.scenario].turning_points:
            self._add(point.ago, point.kind, point.summary, point.experience, point.findings)
        self._everyday()
        self._governance()
        self._audits()
        if self._context.happens("private note", 0.3):
            self._add(
                self._context.chance.randint(15, 90), "note", self._sentence("private", "plain", 60), is_private=True
            )
        in_order = sorted((interaction for _, interaction in self._found), key=lambda one: one.occurred_at)
        return tuple(in_order)

    def _beginnings(self, project: Project) -> None:
        """How an engagement came about: asked for, offered, agreed and begun."""
        context, began, project_name = self._context, project.began, project.engagement.name
        if SCENARIOS[context.pair.scenario].turning_points and not project.is_contracted and project.step.end == "open":
            if context.pair.path != "qualifying":
                self._add_sentence(began - 2, "rfp", "plain", project)
            return
        if project.step.complexity >= 3 or not project.is_contracted:
            self._add_sentence(began + (44 if project.is_contracted else -1), "rfp", "plain", project)
            self._add_sentence(began + (27 if project.is_contracted else -12), "proposal", "plain", project)
        if project.is_contracted:
            self._add_sentence(began + 11, "negotiation", "plain", project)
            mood = self._mood("kickoff", began - 8)
            summary = self._sentence("kickoff", mood, began - 8, project=project_name, product=_product(project))
            self._add(began - 8, "kickoff", summary, None if mood == "plain" else mood, project=project)

    def _everyday(self) -> None:
        context = self._context
        ago = self._since - 14.0
        while ago > max(1, self._until):
            running = [project for project in self._projects if project.runs(ago)]
            conditions = context.conditions(ago)
            if running and conditions.activity:
                project = context.chance.choice(running)
                kind = context.writer.next_of("everyday", _EVERYDAY_KINDS)
                mood = self._mood(kind, ago)
                self._add_sentence(ago, kind, mood, project)
            ago -= context.chance.uniform(17, 50) / (0.6 + 0.25 * len(running) or 1)

    def _governance(self) -> None:
        context, path = self._context, self._context.pair.path
        has_strategy = path in ("integrated", "programmes", "strategic", "lapsed")
        for kind, since, every in (
            ("business_review", self._since - 70, 91 if has_strategy or context.pair.pace > 1.2 else 182),
            ("steering_committee", 640 if has_strategy else 0, 126),
            ("executive_review", 560 if has_strategy else 0, 330),
        ):
            ago = since - context.chance.uniform(0, 20)
            last = 205 if path == "lapsed" and kind != "business_review" else max(2, self._until)
            while ago > last:
                running = [project for project in self._projects if project.runs(ago)]
                if running and context.conditions(ago).activity:
                    self._add_sentence(ago, kind, self._mood(kind, ago), running[-1])
                ago -= every * context.chance.uniform(0.92, 1.08)

    def _audits(self) -> None:
        context = self._context
        ago = self._since - context.chance.uniform(60, 160)
        number = 0
        while ago > max(5, self._until):
            conditions = context.conditions(ago)
            if conditions.activity:
                findings = conditions.audit[number % len(conditions.audit)]
                kind = "inspection" if number % 3 == 2 else "audit"
                number += 1
                running = [project for project in self._projects if project.runs(ago)]
                self._add_sentence(ago, kind, "plain", running[-1] if running else None, findings)
            ago -= context.chance.uniform(210, 330)

    def _late(self, project: Project, delivery: Delivery) -> None:
        """An entry about a late delivery; not about each, as in real records."""
        if delivery.delivered_on is None or delivery.delivered_on <= delivery.promised_on:
            return
        context, slip = self._context, (delivery.delivered_on - delivery.promised_on).days
        ago = (context.today - delivery.promised_on).days + context.chance.choice((-2, -1, 0, 1, 3))
        words = {"slip": slip, "product": _product(project), "item": delivery.name.rsplit(" ", 1)[0].split(" ", 1)[1]}
        words["lot"] = delivery.name.rsplit(" ", 1)[1]
        if delivery.late_cause != "provider":
            sentence = self._sentence(f"{delivery.late_cause}_late", "plain", ago, **words)
            self._add(ago, "email", sentence, project=project)
        elif context.happens("late written down", 0.5):
            mood = (
                "below" if context.happens("late resented", 0.25 + context.conditions(max(ago, 0)).below) else "plain"
            )
            kind = "escalation" if slip > 20 and mood == "below" else "call" if mood == "below" else "email"
            sentence = self._sentence("late", mood, ago, **words)
            self._add(ago, kind, sentence, None if mood == "plain" else mood, project=project)

    def _missed(self, project: Project, milestone: Milestone) -> None:
        if milestone.completed_on is None or milestone.late_cause != "provider":
            return
        context, slip = self._context, (milestone.completed_on - milestone.promised_on).days
        ago = (context.today - milestone.promised_on).days - 1
        mood = "below" if slip > 20 and context.conditions(ago).on_time < 0.8 else "plain"
        sentence = self._sentence(
            "missed", mood, ago, milestone=milestone.name, slip=slip, project=project.engagement.name
        )
        self._add(ago, "working_meeting", sentence, None if mood == "plain" else mood, project=project)

    def _mood(self, kind: str, ago: float) -> str:
        context, conditions = self._context, self._context.conditions(ago)
        if not context.happens(f"{kind} rated", _RATED[kind] / 100):
            mood = "plain"
        elif context.happens("below", conditions.below):
            mood = "below"
        else:
            mood = "exceeds" if context.happens("above", conditions.above / (1 - conditions.below)) else "meets"
        if context.writer.has(kind, mood):
            return mood
        return "plain" if context.writer.has(kind, "plain") else "below"

    def _add_sentence(
        self, ago: float, kind: str, mood: str, project: Project | None, findings: str | None = None
    ) -> None:
        words = {} if project is None else {"project": project.engagement.name, "product": _product(project)}
        summary = self._sentence(kind, mood, ago, **words)
        self._add(ago, kind, summary, None if mood == "plain" else mood, findings, project)

    def _sentence(self, kind: str, mood: str, ago: float, **words: object) -> str:
        return self._context.writer.write(kind, mood, self._context.day(ago), **self._usual() | words)

    def _usual(self) -> dict[str, object]:
        last = self._projects[-1]
        return {"project": last.engagement.name, "product": _product(last)}

    def _add(
        self,
        ago: float,
        kind: str,
        summary: str,
        experience: str | None = None,
        findings: str | None = None,
        project: Project | None = None,
        is_private: bool = False,
    ) -> None:
        context, chance = self._context, self._context.chance
        on = context.day(max(1, round(ago)))
        if "{" in summary:
            summary = context.writer.fill(summary, on, **self._usual())
        functions = _PEOPLE.get(kind, ("alliance_lead", chance.choice(("technical", "supply", "quality"))))
        theirs = [context.contact("provider", function) for function in functions]
        ours = [context.contact("sponsor", functions[0])] if functions and chance.random() < 0.6 else []
        attributes = _ATTRIBUTES.get(kind, ()) if experience else ()
        at = datetime.combine(on, time(chance.randint(7, 16), chance.choice((0, 15, 30, 45))), UTC)
        interaction = Interaction(
            key=f"{context.key}:said:{len(self._found)}",
            engagement=None if project is None else project.engagement.key,
            kind=kind,
            occurred_at=at,
            summary=summary,
            experience=experience,
            findings=findings,
            attributes=tuple(chance.sample(attributes, min(len(attributes), chance.randint(1, 2)))),
            participants=tuple(dict.fromkeys((*theirs, *ours))),
            is_private=is_private,
        )
        self._found.append((ago, interaction))


def actions(context: Context, work: Sequence[Project], interactions: Iterable[Interaction]) -> Iterator[Action]:
    """Follow-ups: most are done about when they were due, some of the last weeks are open or late."""
    chance, writer = context.chance, context.writer
    products = {project.engagement.key: _product(project) for project in work}
    for interaction in interactions:
        on = interaction.occurred_at.date()
        if interaction.kind not in _LEADS_TO_ACTIONS or not context.happens("action", 0.2):
            continue
        due = _weekday(on + timedelta(chance.randint(9, 35)))
        done = _weekday(due + timedelta(chance.randint(-6, 5)))
        is_done = done < context.today and ((context.today - due).days > 40 or chance.random() < 0.6)
        product = products.get(interaction.engagement or "", _product(work[-1]))
        is_theirs = chance.random() < 0.6
        yield Action(
            title=writer.fill(writer.next_of("actions", PHRASES["actions"]["titles"]), on, product=product),
            interaction=interaction.key,
            contact=context.contact("provider", chance.choice(("alliance_lead", "technical"))) if is_theirs else None,
            due_on=due,
            done_on=max(done, on) if is_done else None,
        )


def issues(context: Context, running: Sequence[Project], until: int) -> Iterator[Issue]:
    """Problems that were given a name: more of them in bad times, and worse ones."""
    chance, writer = context.chance, context.writer
    for ago in range(max((project.began for project in running), default=0) - 40, max(until, 8), -30):
        conditions = context.conditions(ago)
        active = [project for project in running if project.runs(ago)]
        if not active or not context.happens("issue", 0.03 + 0.45 * (1 - conditions.on_time) * conditions.activity):
            continue
        opened = context.day(ago - chance.randint(0, 6))
        closed = _weekday(opened + timedelta(chance.randint(9, 75)))
        is_worse = conditions.on_time < 0.75 and chance.random() < 0.6
        severity = "critical" if conditions.on_time < 0.3 and is_worse else "major" if is_worse else "minor"
        project = chance.choice(active)
        words = {"product": _product(project)}
        is_closed = closed < context.today
        closing = writer.next_of("closed", PHRASES["issues"]["closed"])
        yield Issue(
            title=writer.fill(writer.next_of("titles", PHRASES["issues"]["titles"]), opened, **words),
            severity=severity,
            engagement=project.engagement.key,
            opened_on=opened,
            escalated_on=min(_weekday(opened + timedelta(4)), context.today) if severity != "minor" else None,
            closed_on=closed if is_closed else None,
            reason=writer.fill(closing, closed) if is_closed else None,
        )


def _product(project: Project) -> str:
    return project.engagement.products[0]


def _weekday(on: date) -> date:
    return on + timedelta((7 - on.weekday()) % 7 if on.weekday() > 4 else 0)
