"""The whole story: a portfolio of about forty relationships over three years, the same for the same day and seed."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from random import Random

from services.gateway.demo.companies import MARK, NAMES, PAIRS, PROVIDERS, REGIONS, SPONSORS, Company, Pair
from services.gateway.demo.interactions import InteractionLog, actions, issues
from services.gateway.demo.people import OWNERS
from services.gateway.demo.projects import Context, deliveries, left_open, projects
from services.gateway.demo.records import Account, Contact, Relationship, Story
from services.gateway.demo.specialties import SPECIALTIES

_FUNCTIONS = ("alliance_lead", "executive_sponsor", "technical", "quality", "regulatory", "supply", "commercial")
_FUNCTIONS_OF_SIZE = {"small": _FUNCTIONS[:4], "mid": (*_FUNCTIONS[:4], "supply"), "large": _FUNCTIONS}
_WENT_BAD = frozenset(("poor", "fallen"))


def write_story(today: date, seed: int = 2) -> Story:
    """Everything that had happened by `today`; pure."""
    accounts = [_account(company, "sponsor") for company in SPONSORS]
    accounts += [_account(company, "provider") for company in PROVIDERS]
    contacts = tuple(contact for company in (*SPONSORS, *PROVIDERS) for contact in _contacts(company, seed))
    people = {(contact.account, contact.function): contact.key for contact in contacts}
    companies = {company.key: company for company in PROVIDERS}
    relationships = tuple(
        _relationship(Context(pair, companies[pair.provider], today, _chance(seed, pair), people)) for pair in PAIRS
    )
    return Story(today, tuple(accounts), contacts, relationships)


def _chance(seed: int, pair: Pair) -> Random:
    return Random(f"{seed} {pair.sponsor} {pair.provider}")


def _account(company: Company, kind: str) -> Account:
    return Account(
        key=company.key,
        name=company.name + (MARK if kind == "sponsor" else ""),
        kind=kind,
        size=company.size,
        region=REGIONS[company.country],
        country=company.country,
        website=f"https://{company.key}.example.com",
        parent=company.parent,
        capabilities=SPECIALTIES[company.specialty].capabilities if company.specialty else (),
    )


def _contacts(company: Company, seed: int) -> Iterator[Contact]:
    chance = Random(f"{seed} {company.key}")
    given, family = (chance.sample(names, len(names)) for names in NAMES[company.country])
    for index, function in enumerate(_FUNCTIONS_OF_SIZE[company.size]):
        first, last = given[index % len(given)], family[index % len(family)]
        yield Contact(
            key=f"{company.key}:{function}",
            account=company.key,
            name=f"{first} {last}",
            function=function,
            email=f"{_plain(first)}.{_plain(last)}@{company.key}.example.com",
        )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


def _relationship(context: Context) -> Relationship:
    pair = context.pair
    work = projects(context)
    delivered = [(project, delivery) for project in work for delivery in deliveries(context, project)]
    interactions = InteractionLog(context, work).entries(delivered)
    if pair.scenario in _WENT_BAD:
        last = next(project for project in reversed(work) if project.is_contracted and not project.ended)
        delivered += [(last, delivery) for delivery in left_open(context, last)]
    ended = min((project.ended for project in work if project.is_contracted), default=0)
    is_deep = pair.path in ("integrated", "programmes", "strategic", "lapsed")
    met = [interaction.occurred_at.date() for interaction in interactions]
    started = min([*met, *(engagement.stages[0].on for engagement in (project.engagement for project in work))])
    return Relationship(
        key=context.key,
        sponsor=pair.sponsor,
        provider=pair.provider,
        owner_id=tuple(OWNERS)[pair.owner],
        is_restricted=pair.is_restricted,
        started_on=started,
        has_committee=is_deep,
        cadence="quarterly" if is_deep or pair.pace > 1.2 else "half_yearly",
        peers=tuple(
            (function, context.contact("sponsor", function), context.contact("provider", function))
            for function in (*_FUNCTIONS[:4], *(("supply",) if is_deep else ()))
        ),
        engagements=tuple(project.engagement for project in work),
        deliveries=tuple(delivery for _, delivery in delivered),
        interactions=interactions,
        actions=tuple(actions(context, work, interactions)),
        issues=tuple(issues(context, work, ended)),
    )
