"""Composes a pack from the data. Pure; the content is the same in every format."""

from datetime import datetime

from services.gateway.packs.data import PackData
from services.gateway.packs.pack import Block, Column, Pack, Section, Table, sources_of
from services.gateway.packs.request import PackRequest
from services.gateway.packs.sections import scorecards, standing, work


def compose(data: PackData, request: PackRequest, made_at: datetime) -> Pack:
    sections = (
        standing.at_a_glance(data, request),
        standing.explanation(data),
        standing.outlook(data),
        scorecards.scorecards(data),
        work.facts(data),
        standing.common_ground(data),
        work.engagements(data, request),
        work.actions(data, request),
        work.events(data),
    )
    return Pack(
        sponsor=data.relationship.body["sponsor_name"],
        provider=data.relationship.body["provider_name"],
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        audience=request.audience,
        made_at=made_at,
        sections=(*sections, _sources([block for section in sections for block in section.blocks], data)),
    )


def _sources(blocks: list[Block], data: PackData) -> Section:
    columns = (Column("What", 3), Column("Asked of the API", 9), Column("As of", 2, True))
    rows = tuple((source.title, source.route, source.as_of) for source in sources_of(blocks))
    return Section(
        "Where the figures come from", (Table("", columns, rows, data.relationship.source, ""),), is_index=True
    )
