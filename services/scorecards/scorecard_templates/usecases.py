"""Writes of attributes and templates. What was made with an earlier version keeps it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from pydantic import MISSING

from services.scorecards.scorecard_templates.queries import (
    AttributeNotFound,
    TemplateNotFound,
    attribute_out,
    get_template,
    known_attributes,
    own_attribute,
    shipped_attributes,
)
from services.scorecards.scorecard_templates.schemas import (
    AskedAttribute,
    AttributeOut,
    ChangeAttribute,
    ChangeTemplate,
    CreateAttribute,
    CreateTemplate,
    TemplateOut,
)
from services.scorecards.scorecard_templates.tables import (
    AttributeRow,
    TemplateRow,
    attributes,
    template_versions,
    templates,
)
from shared.auth import Actor
from shared.db import records
from shared.db.database import Tx
from shared.db.records import R, Records
from shared.errors import Conflict, InvalidFields, Located, StaleVersion
from shared.ids import new_id
from shared.sentences import shown, to_restore

ATTRIBUTES = Records[AttributeRow](attributes, lambda actor: sa.select(attributes), lambda _: AttributeNotFound())
TEMPLATES = Records[TemplateRow](templates, lambda actor: sa.select(templates), lambda _: TemplateNotFound())


class AttributeExists(Conflict):
    slug, title = "attribute-exists", "Another attribute has this key"


class TemplateShipped(Conflict):
    slug, title = "template-shipped", "What is shipped stays as it is; copy it to change it"


def create_attribute(tx: Tx, command: CreateAttribute, actor: Actor, now: datetime) -> AttributeOut:
    if command.key in shipped_attributes():
        raise AttributeExists("the catalogue has an attribute of this key")
    columns = attributes.c.attribute_id, attributes.c.archived_at
    other = tx.run(sa.select(*columns).where(attributes.c.key == command.key)).first()
    if other is not None and other.archived_at is not None:
        restore = to_restore("attributes", other.attribute_id)
        more = {"id": other.attribute_id, "is_archived": True, "restore": restore}
        detail = f"{shown(command.key)} is the key of an attribute that is archived and can be restored"
        raise AttributeExists(detail, more=more)
    if other is not None:
        raise AttributeExists(more={"id": other.attribute_id, "is_archived": False})
    row: AttributeRow = {
        "attribute_id": new_id(),
        "version": 1,
        "key": command.key,
        "label": command.label,
        "group": command.group,
        "definition": command.definition,
        "rated_by": command.rated_by,
        "below": command.below,
        "meets": command.meets,
        "exceeds": command.exceeds,
        "created_at": now,
        "archived_at": None,
    }
    tx.add_row(attributes, **row)
    return _attribute(row)


def change_attribute(
    tx: Tx, attribute_id: str, command: ChangeAttribute, version: int, actor: Actor, now: datetime
) -> AttributeOut:
    """Cards that are open keep the words they were opened with."""
    return _attribute(_change(tx, ATTRIBUTES, attribute_id, version, command.model_dump(), actor))


def archive_attribute(tx: Tx, attribute_id: str, version: int, actor: Actor, now: datetime) -> None:
    _change(tx, ATTRIBUTES, attribute_id, version, {"archived_at": now}, actor)


def restore_attribute(tx: Tx, attribute_id: str, actor: Actor, now: datetime) -> AttributeOut:
    return _attribute(_change(tx, ATTRIBUTES, attribute_id, None, {"archived_at": None}, actor))


def _attribute(row: AttributeRow) -> AttributeOut:
    found = attribute_out(own_attribute(row))
    assert found is not None, "an archived attribute is not shown"
    return found


def create_template(tx: Tx, command: CreateTemplate, actor: Actor, now: datetime) -> TemplateOut:
    _check(tx, command.attributes)
    template_id = new_id()
    tx.add_row(
        templates, template_id=template_id, version=1, name=command.name, description=command.description,
        is_shipped=False, created_at=now, archived_at=None,
    )  # fmt: skip
    _add_version(tx, template_id, 1, [each.model_dump() for each in command.attributes], now)
    return get_template(tx, template_id)


def change_template(
    tx: Tx, template_id: str, command: ChangeTemplate, version: int, actor: Actor, now: datetime
) -> TemplateOut:
    _refuse_shipped(tx, template_id)
    present = command.model_dump(exclude={"attributes"})
    asked = _asked(tx, template_id)
    if command.attributes is not MISSING:
        _check(tx, command.attributes)
        asked = [each.model_dump() for each in command.attributes]
    row = _change(tx, TEMPLATES, template_id, version, present, actor)
    _add_version(tx, template_id, row["version"], asked, now)
    return get_template(tx, template_id)


def archive_template(tx: Tx, template_id: str, version: int, actor: Actor, now: datetime) -> None:
    _archive(tx, template_id, version, now, actor, now)


def restore_template(tx: Tx, template_id: str, actor: Actor, now: datetime) -> TemplateOut:
    _archive(tx, template_id, None, None, actor, now)
    return get_template(tx, template_id)


def _archive(
    tx: Tx, template_id: str, version: int | None, archived_at: datetime | None, actor: Actor, now: datetime
) -> None:
    _refuse_shipped(tx, template_id)
    asked = _asked(tx, template_id)
    row = _change(tx, TEMPLATES, template_id, version, {"archived_at": archived_at}, actor)
    _add_version(tx, template_id, row["version"], asked, now)


def _asked(tx: Tx, template_id: str) -> list[dict[str, object]]:
    return [each.model_dump(exclude={"share"}) for each in get_template(tx, template_id).attributes]


def _refuse_shipped(tx: Tx, template_id: str) -> None:
    is_shipped = tx.run(sa.select(templates.c.is_shipped).where(templates.c.template_id == template_id)).scalar()
    if is_shipped:
        raise TemplateShipped()


def _add_version(tx: Tx, template_id: str, version: int, asked: Sequence[Mapping[str, object]], now: datetime) -> None:
    tx.add_row(template_versions, template_id=template_id, version=version, attributes=asked, created_at=now)


def _check(tx: Tx, asked: Sequence[AskedAttribute]) -> None:
    """Known attributes, each once, all or none with an importance."""
    known, seen, errors = known_attributes(tx), set(), []
    is_explicit = asked[0].importance is not None
    for i, each in enumerate(asked):
        if each.attribute not in known or known[each.attribute].get("archived_at") is not None:
            errors.append(Located(pointer=f"/attributes/{i}/attribute", detail="no such attribute"))
        elif each.attribute in seen:
            errors.append(Located(pointer=f"/attributes/{i}/attribute", detail="is asked already"))
        if (each.importance is not None) != is_explicit:
            detail = "all of a template's attributes have an importance, or none"
            errors.append(Located(pointer=f"/attributes/{i}/importance", detail=detail))
        seen.add(each.attribute)
    if errors:
        raise InvalidFields(errors)


def _change(
    tx: Tx, kind: Records[R], row_id: str, version: int | None, values: Mapping[str, object], actor: Actor
) -> R:
    row = records.lock(tx, kind, row_id, actor)
    if version is not None and row["version"] != version:
        raise StaleVersion()
    return records.change(tx, kind, row, values)
