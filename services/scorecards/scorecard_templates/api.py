"""Routes of attributes and templates."""

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


@api.get("/attributes", rule=READ, tags=["attributes"])
def list_attributes(tx: Read) -> Page[AttributeOut]:
    return queries.list_attributes(tx)


@api.get("/attributes/{attribute_id}", rule=READ, tags=["attributes"])
def get_attribute(attribute_id: Id, tx: Read) -> AttributeOut:
    return queries.get_attribute(tx, attribute_id)


@api.post("/attributes", rule=WRITE, tags=["attributes"])
def create_attribute(command: CreateAttribute, tx: Write, actor: CurrentActor, now: Now) -> AttributeOut:
    return usecases.create_attribute(tx, command, actor, now)


@api.patch("/attributes/{attribute_id}", rule=WRITE, tags=["attributes"])
def change_attribute(
    attribute_id: Id, command: ChangeAttribute, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> AttributeOut:
    return usecases.change_attribute(tx, attribute_id, command, version, actor, now)


@api.delete("/attributes/{attribute_id}", rule=WRITE, tags=["attributes"])
def archive_attribute(attribute_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_attribute(tx, attribute_id, version, actor, now)


@api.post("/attributes/{attribute_id}/restoration", rule=WRITE, status_code=200, tags=["attributes"])
def restore_attribute(attribute_id: Id, tx: Write, actor: CurrentActor, now: Now) -> AttributeOut:
    return usecases.restore_attribute(tx, attribute_id, actor, now)


@api.get("/scorecard-profiles", rule=READ, tags=["scorecard templates"])
async def list_profiles() -> Page[ProfileOut]:
    return queries.list_profiles()


@api.get("/scorecard-templates", rule=READ, tags=["scorecard templates"])
def list_templates(tx: Read, archived: bool = False, after: After = None, limit: Limit = 50) -> Page[TemplateOut]:
    return queries.list_templates(tx, archived, after, limit)


@api.post("/scorecard-templates", rule=WRITE, tags=["scorecard templates"])
def create_template(command: CreateTemplate, tx: Write, actor: CurrentActor, now: Now) -> TemplateOut:
    return usecases.create_template(tx, command, actor, now)


@api.get("/scorecard-templates/{template_id}", rule=READ, tags=["scorecard templates"])
def get_template(template_id: Id, tx: Read) -> TemplateOut:
    return queries.get_template(tx, template_id)


@api.get("/scorecard-templates/{template_id}/versions/{version}", rule=READ, tags=["scorecard templates"])
def get_template_version(template_id: Id, version: Number, tx: Read) -> TemplateOut:
    return queries.get_template(tx, template_id, version)


@api.get("/scorecard-templates/{template_id}/importances", rule=READ, tags=["scorecard templates"])
def get_importances(
    template_id: Id,
    tx: Read,
    side: Side = "sponsor",
    sponsor_size: Size | None = None,
    provider_region: Region | None = None,
    project_type: ProjectType | None = None,
) -> ImportancesOut:
    return queries.get_importances(tx, template_id, side, Profile.of(sponsor_size, provider_region, project_type))


@api.patch("/scorecard-templates/{template_id}", rule=WRITE, tags=["scorecard templates"])
def change_template(
    template_id: Id, command: ChangeTemplate, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> TemplateOut:
    return usecases.change_template(tx, template_id, command, version, actor, now)


@api.delete("/scorecard-templates/{template_id}", rule=WRITE, tags=["scorecard templates"])
def archive_template(template_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_template(tx, template_id, version, actor, now)


@api.post("/scorecard-templates/{template_id}/restoration", rule=WRITE, status_code=200, tags=["scorecard templates"])
def restore_template(template_id: Id, tx: Write, actor: CurrentActor, now: Now) -> TemplateOut:
    return usecases.restore_template(tx, template_id, actor, now)
