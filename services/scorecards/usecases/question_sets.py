"""The questions of a card as they stand when it opens, importances included."""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pydantic_core
import sqlalchemy as sa

from services.scorecards.reference import catalogue
from services.scorecards.tables import Attribute, QuestionSet, TemplateVersion
from shared.db import Tx, upsert

own_attributes = Attribute.__table__
question_sets = QuestionSet.__table__
template_versions = TemplateVersion.__table__
NAMESPACE = uuid.UUID("019aa000-0000-7000-8000-00000000000f")
ASKED = ("label", "definition", "below", "meets", "exceeds")


class NothingAsked(ValueError):
    """The template has no attribute that this side rates."""


def question_set_of(tx: Tx, template_id: str, template_version: int, side: str, profile: str) -> str:
    """The id of the set of questions that this side is asked; the same questions have the same id (UUIDv5)."""
    of = (template_versions.c.template_id == template_id, template_versions.c.version == template_version)
    listed = tx.run(sa.select(template_versions.c.attributes).where(*of)).scalar() or []
    attributes = attributes_rated_by(tx, listed, side)
    if not attributes:
        raise NothingAsked(f"the template asks nothing of the {side} side")
    shares = _importances(attributes, catalogue()["profiles"][profile])
    questions = [
        {"attribute": each["key"], "group": each["group"], "importance": shares[each["key"]]}
        | {name: each[name] for name in ASKED}
        for each in attributes
    ]
    question_set_id = str(uuid.uuid5(NAMESPACE, pydantic_core.to_json(questions).decode()))
    insert = upsert(question_sets, tx.connection().dialect.name).on_conflict_do_nothing()
    tx.run(insert, [{"question_set_id": question_set_id, "questions": questions}])
    return question_set_id


def attributes_rated_by(tx: Tx, listed: Sequence[dict[str, Any]], side: str) -> list[dict[str, Any]]:
    """Of a template's list, those that this side rates, each with its words and own importance."""
    own = sa.select(own_attributes).where(own_attributes.c.key.in_([each["attribute"] for each in listed]))
    known = {each["key"]: each for each in catalogue()["attributes"] + catalogue()["provider_attributes"]}
    known |= {row["key"]: dict(row) for row in tx.run(own).mappings()}
    return [
        known[each["attribute"]] | {"importance": each["importance"]}
        for each in listed
        if known[each["attribute"]]["rated_by"] in (side, "both")
    ]


def _importances(attributes: Sequence[dict[str, Any]], weights: dict[str, float]) -> dict[str, float]:
    weights = weights | {"sponsor_conduct": catalogue()["sponsor_conduct_weight"]}
    of_group = Counter(each["group"] for each in attributes)
    raw = {
        each["key"]: float(each["importance"] or weights.get(each["group"], 1) / of_group[each["group"]])
        for each in attributes
    }
    return {key: weight / sum(raw.values()) for key, weight in raw.items()}
