"""Reads of attributes and templates: the shipped ones and this installation's own."""

import json
import uuid
from collections.abc import Mapping, Sequence
from functools import cache

import sqlalchemy as sa

from services.scorecards.reference import Figure, KnownAttribute, catalogue, reference_figures
from services.scorecards.scorecard_templates.importances import (
    RATED_BY,
    AskedJson,
    Profile,
    QuestionJson,
    importances,
    overweight,
)
from services.scorecards.scorecard_templates.schemas import (
    AskedAttributeOut,
    AttributeOut,
    ImportanceOut,
    ImportancesOut,
    ProfileOut,
    TemplateOut,
    WarningOut,
)
from services.scorecards.scorecard_templates.tables import (
    AttributeRow,
    attributes,
    template_versions,
    templates,
)
from shared.auth import Side
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.errors import NotFound
from shared.http.pages import Page

_CONTENT = uuid.UUID("0b0c6c0e-4d5b-5d6c-9b0a-6f2d9c1b7e55")


class TemplateNotFound(NotFound):
    slug, title = "template-not-found", "No such template"


class AttributeNotFound(NotFound):
    slug, title = "attribute-not-found", "No such attribute"


@cache
def shipped_attributes() -> Mapping[str, KnownAttribute]:
    """The thirty that sponsors rate, then the six that providers rate their sponsor on, by key."""
    every = catalogue()["attributes"] + catalogue()["provider_attributes"]
    return {attribute["key"]: attribute for attribute in every}


@cache
def _published() -> dict[str, list[Figure]]:
    figures = reference_figures()
    found: dict[str, list[Figure]] = {}
    for figure in (*figures["attribute_importance"], *figures["base_rates"]):
        found.setdefault(figure["attribute"], []).append(figure)
    return found


def known_attributes(tx: Tx) -> dict[str, KnownAttribute]:
    """Every attribute that a template may ask, by key; archived ones too, for a card keeps what it was made with."""
    own = tx.run(sa.select(attributes).order_by(attributes.c.attribute_id)).mappings()
    return {**shipped_attributes(), **{row["key"]: own_attribute(row) for row in own}}


def own_attribute(row: AttributeRow | sa.RowMapping) -> KnownAttribute:
    return {
        "key": row["key"],
        "label": row["label"],
        "group": row["group"],
        "definition": row["definition"],
        "rated_by": row["rated_by"],
        "below": row["below"],
        "meets": row["meets"],
        "exceeds": row["exceeds"],
        "attribute_id": row["attribute_id"],
        "version": row["version"],
        "archived_at": row["archived_at"],
    }


def list_attributes(tx: Tx) -> Page[AttributeOut]:
    items = [attribute_out(attribute) for attribute in known_attributes(tx).values()]
    return Page(items=[item for item in items if item is not None], next=None)


def get_attribute(tx: Tx, attribute_id: str) -> AttributeOut:
    """One of the installation's own; `AttributeNotFound` where it is archived or none."""
    row = tx.run(sa.select(attributes).where(attributes.c.attribute_id == attribute_id)).mappings().first()
    found = None if row is None else attribute_out(own_attribute(row))
    if found is None:
        raise AttributeNotFound()
    return found


def attribute_out(attribute: KnownAttribute) -> AttributeOut | None:
    """None for an archived one."""
    if attribute.get("archived_at") is not None:
        return None
    own_id = attribute.get("attribute_id")
    return AttributeOut(
        key=attribute["key"],
        label=attribute["label"],
        group=attribute["group"],
        definition=attribute["definition"],
        rated_by=attribute["rated_by"],
        below=attribute["below"],
        meets=attribute["meets"],
        exceeds=attribute["exceeds"],
        basis=attribute.get("basis"),
        published=_published().get(attribute["key"], []),
        id=own_id,
        version=attribute.get("version"),
        is_own=own_id is not None,
    )


def list_templates(tx: Tx, archived: bool, after: str | None, limit: int) -> Page[TemplateOut]:
    """By id: the shipped ones come first."""
    statement = _with_attributes()
    if not archived:
        statement = statement.where(templates.c.archived_at.is_(None))
    found = tx.run(keyset(statement, [(templates.c.template_id, False)], after, limit)).mappings().all()
    rows, following = cut(found, ["template_id"], limit)
    return Page(items=[template_out(row) for row in rows], next=following)


def get_template(tx: Tx, template_id: str, version: int | None = None) -> TemplateOut:
    """A template as it is, or as it was at one of its versions."""
    row = find_template(tx, template_id, version)
    if row is None:
        raise TemplateNotFound()
    return template_out(row)


def find_template(tx: Tx, template_id: str, version: int | None = None) -> sa.RowMapping | None:
    statement = _with_attributes(version).where(templates.c.template_id == template_id)
    return tx.run(statement).mappings().first()


def _with_attributes(version: int | None = None) -> sa.Select[tuple[object, ...]]:
    of = templates.c.version if version is None else sa.literal(version)
    joined = templates.join(
        template_versions,
        sa.and_(template_versions.c.template_id == templates.c.template_id, template_versions.c.version == of),
    )
    others = [column for column in templates.c if column.name != "version"]
    return sa.select(*others, template_versions.c.version, template_versions.c.attributes).select_from(joined)


def template_out(row: sa.RowMapping) -> TemplateOut:
    explicit = {each["attribute"]: each["importance"] for each in row["attributes"]}
    is_explicit = all(importance is not None for importance in explicit.values())
    shares = importances(dict.fromkeys(explicit, ""), explicit, {}) if is_explicit else {}
    asked = [AskedAttributeOut(**each, share=shares.get(each["attribute"])) for each in row["attributes"]]
    shown = {name: row[name] for name in ("version", "name", "description", "is_shipped", "created_at", "archived_at")}
    return TemplateOut(id=row["template_id"], **shown, attributes=asked, warnings=_warnings(shares))


def list_profiles() -> Page[ProfileOut]:
    """The shipped ones, each with what the sponsor's conduct weighs for a provider."""
    items = []
    for name in catalogue()["profiles"]:
        size, region, project_type = name.split("/")
        weights = Profile(size, region, project_type).group_weights
        items.append(
            ProfileOut(
                profile=name, sponsor_size=size, provider_region=region, project_type=project_type, weights=weights
            )
        )  # fmt: skip
    return Page(items=items, next=None)


def get_importances(tx: Tx, template_id: str, side: Side, profile: Profile) -> ImportancesOut:
    row = find_template(tx, template_id)
    if row is None:
        raise TemplateNotFound()
    questions = questions_of(tx, row["attributes"], side, profile)
    shares = {question["attribute"]: question["importance"] for question in questions}
    return ImportancesOut(
        template_id=template_id,
        template_version=row["version"],
        side=side,
        profile=profile.name,
        importances=[ImportanceOut(**{**question, "share": question["importance"]}) for question in questions],
        warnings=_warnings(shares),
    )


def _warnings(shares: Mapping[str, float]) -> list[WarningOut]:
    return [
        WarningOut(attribute=key, detail=f"carries {shares[key]:.0%} of the importance alone")
        for key in overweight(shares)
    ]


def questions_of(tx: Tx, asked: Sequence[AskedJson], side: str, profile: Profile) -> list[QuestionJson]:
    """What a card of this side asks, in the template's order, with each question's share of importance."""
    explicit = {each["attribute"]: each["importance"] for each in asked}
    chosen = attributes_rated_by(tx, asked, side)
    groups = {attribute["key"]: attribute["group"] for attribute in chosen}
    shares = importances(groups, explicit, profile.group_weights)
    return [
        {
            "attribute": each["key"],
            "group": each["group"],
            "label": each["label"],
            "definition": each["definition"],
            "below": each["below"],
            "meets": each["meets"],
            "exceeds": each["exceeds"],
            "importance": shares[each["key"]],
        }
        for each in chosen
    ]


def attributes_rated_by(tx: Tx, asked: Sequence[AskedJson], side: str) -> list[KnownAttribute]:
    """Of what a template asks, the attributes that this side rates, in the template's order."""
    known = known_attributes(tx)
    return [known[each["attribute"]] for each in asked if known[each["attribute"]]["rated_by"] in RATED_BY[side]]


def content_id(questions: Sequence[QuestionJson]) -> str:
    """The same questions with the same importances have the same id."""
    return str(uuid.uuid5(_CONTENT, json.dumps(questions, sort_keys=True, separators=(",", ":"))))
