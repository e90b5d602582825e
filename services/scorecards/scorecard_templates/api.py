"""Routes of attributes and templates."""

from typing import Annotated

from fastapi import Path, Query

from services.scorecards.scorecard_templates import queries, usecases
from services.scorecards.scorecard_templates.importances import Profile
from services.scorecards.scorecard_templates.schemas import (
    AttributeOut,
    ChangeAttribute,
    ChangeTemplate,
    CreateAttribute,
    CreateTemplate,
    ImportancesOut,
    ProfileOut,
    TemplateOut,
)
from services.scorecards.values import ProjectType, Region, Size
from shared.auth import READ, WRITE, Side
from shared.http.pages import After, Limit, Page
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id
from shared.values import Number

api = Api(prefix="/v1")

TemplateVersion = Annotated[Number, Path(description="The version of the template, as scorecards name it.")]
AskedSide = Annotated[Side, Query(description="The side that would be asked.")]


@api.get("/attributes", rule=READ, tags=["attributes"])
def list_attributes(tx: Read) -> Page[AttributeOut]:
    """Lists what can be rated: the catalogue's thirty-six, then this installation's own, on one page. Archived ones are
    left out."""
    return queries.list_attributes(tx)


@api.get("/attributes/{attribute_id}", rule=READ, tags=["attributes"])
def get_attribute(attribute_id: Id, tx: Read) -> AttributeOut:
    """Answers one of this installation's own attributes. `attribute-not-found` where it is unknown or archived; what is
    shipped has no id."""
    return queries.get_attribute(tx, attribute_id)


@api.post("/attributes", rule=WRITE, tags=["attributes"])
def create_attribute(command: CreateAttribute, tx: Write, actor: CurrentActor, now: Now) -> AttributeOut:
    """Adds an attribute of one's own, which templates may ask from now on. `attribute-exists` where another, also an
    archived one, has the key."""
    return usecases.create_attribute(tx, command, actor, now)


@api.patch("/attributes/{attribute_id}", rule=WRITE, tags=["attributes"])
def change_attribute(
    attribute_id: Id, command: ChangeAttribute, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> AttributeOut:
    """Changes the fields that are sent and leaves the others. Cards that are open stay with the words they were opened
    with. `stale-version` where somebody else changed it first."""
    return usecases.change_attribute(tx, attribute_id, command, version, actor, now)


@api.delete("/attributes/{attribute_id}", rule=WRITE, tags=["attributes"])
def archive_attribute(attribute_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Takes an attribute out of the list: no template can ask it anew. `stale-version` where somebody else changed it
    first."""
    return usecases.archive_attribute(tx, attribute_id, version, actor, now)


@api.post("/attributes/{attribute_id}/restoration", rule=WRITE, status_code=200, tags=["attributes"])
def restore_attribute(attribute_id: Id, tx: Write, actor: CurrentActor, now: Now) -> AttributeOut:
    """Brings an archived attribute back into the list."""
    return usecases.restore_attribute(tx, attribute_id, actor, now)


@api.get("/scorecard-profiles", rule=READ, tags=["scorecard templates"])
async def list_profiles() -> Page[ProfileOut]:
    """Lists the shipped profiles with what each group of attributes weighs in them, on one page. They decide where a
    template gives no importances."""
    return queries.list_profiles()


@api.get("/scorecard-templates", rule=READ, tags=["scorecard templates"])
def list_templates(tx: Read, archived: bool = False, after: After = None, limit: Limit = 50) -> Page[TemplateOut]:
    """Lists the templates, those that are shipped first, then in the order in which they were made."""
    return queries.list_templates(tx, archived, after, limit)


@api.post("/scorecard-templates", rule=WRITE, tags=["scorecard templates"])
def create_template(command: CreateTemplate, tx: Write, actor: CurrentActor, now: Now) -> TemplateOut:
    """Adds a template: the attributes that cards ask, in their order. `invalid-field` where an attribute is unknown or
    named twice, or only some have an importance. `warnings` name what carries too much."""
    return usecases.create_template(tx, command, actor, now)


@api.get("/scorecard-templates/{template_id}", rule=READ, tags=["scorecard templates"])
def get_template(template_id: Id, tx: Read) -> TemplateOut:
    """Answers one template as it is now. `template-not-found` where it is unknown."""
    return queries.get_template(tx, template_id)


@api.get("/scorecard-templates/{template_id}/versions/{version}", rule=READ, tags=["scorecard templates"])
def get_template_version(template_id: Id, version: TemplateVersion, tx: Read) -> TemplateOut:
    """Answers one template as it was at one of its versions. `template-not-found` where there is none."""
    return queries.get_template(tx, template_id, version)


@api.get("/scorecard-templates/{template_id}/importances", rule=READ, tags=["scorecard templates"])
def get_importances(
    template_id: Id,
    tx: Read,
    side: AskedSide = "sponsor",
    sponsor_size: Size | None = None,
    provider_region: Region | None = None,
    project_type: ProjectType | None = None,
) -> ImportancesOut:
    """Answers what a card would ask of one side under one profile, and how much each question would count.
    `template-not-found` where the template is unknown."""
    return queries.get_importances(tx, template_id, side, Profile.of(sponsor_size, provider_region, project_type))


@api.patch("/scorecard-templates/{template_id}", rule=WRITE, tags=["scorecard templates"])
def change_template(
    template_id: Id, command: ChangeTemplate, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> TemplateOut:
    """Changes the fields that are sent, as a new version; `attributes` are replaced as a whole. Cards that are open
    stay with theirs. `template-shipped` for what is part of the product, `stale-version` where somebody else changed it
    first."""
    return usecases.change_template(tx, template_id, command, version, actor, now)


@api.delete("/scorecard-templates/{template_id}", rule=WRITE, tags=["scorecard templates"])
def archive_template(template_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Takes a template out of lists, so that no cycle can choose it anew. `template-shipped` for what is part of the
    product, `stale-version` where somebody else changed it first."""
    return usecases.archive_template(tx, template_id, version, actor, now)


@api.post("/scorecard-templates/{template_id}/restoration", rule=WRITE, status_code=200, tags=["scorecard templates"])
def restore_template(template_id: Id, tx: Write, actor: CurrentActor, now: Now) -> TemplateOut:
    """Brings an archived template back into lists. `template-shipped` for what is part of the product."""
    return usecases.restore_template(tx, template_id, actor, now)
