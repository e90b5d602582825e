"""A reading becomes a pack. Pure; what it says is the same whatever form it is then given."""

from datetime import datetime

from services.gateway.packs.data import Reading
from services.gateway.packs.pack import Block, Column, Pack, Section, Table, sources_of
from services.gateway.packs.request import Asked
from services.gateway.packs.sections import scorecards, standing, work


def composed(reading: Reading, asked: Asked, made_at: datetime) -> Pack:
    sections = (
        standing.at_a_glance(reading, asked),
        standing.why(reading),
        standing.heading(reading),
        scorecards.scorecards(reading),
        work.facts(reading),
        standing.together(reading),
        work.engagements(reading, asked),
        work.actions(reading, asked),
        work.events(reading),
    )
    return Pack(
        sponsor=reading.relationship.body["sponsor_name"],
        provider=reading.relationship.body["provider_name"],
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        audience=asked.audience,
        made_at=made_at,
        sections=(*sections, _sources([block for section in sections for block in section.blocks], reading)),
    )


def _sources(blocks: list[Block], reading: Reading) -> Section:
    columns = (Column("What", 3), Column("Asked of the API", 9), Column("As of", 2, True))
    rows = tuple((source.title, source.route, source.as_of) for source in sources_of(blocks))
    return Section(
        "Where the figures come from", (Table("", columns, rows, reading.relationship.source, ""),), is_index=True
    )
