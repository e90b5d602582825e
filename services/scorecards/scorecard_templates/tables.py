"""What is asked: attributes, templates and their versions, and the questions of cards as they stood."""

from datetime import datetime
from typing import TypedDict

from sqlmodel import Field

from services.scorecards.table import Table
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type


class Attribute(Table, table=True):
    """One of this installation's own; those of the shipped catalogue stand in `reference/`."""

    __tablename__ = "attribute"

    attribute_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    key: str = Field(max_length=60, unique=True)
    label: str = Field(max_length=120)
    group: str = Field(max_length=40)
    definition: str = Field(max_length=500)
    rated_by: str = Field(max_length=10)
    below: str = Field(max_length=500)
    meets: str = Field(max_length=500)
    exceeds: str = Field(max_length=500)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class Template(Table, table=True):
    """What is asked. Its version counts every change; each of them keeps its own list of attributes."""

    __tablename__ = "scorecard_template"

    template_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    name: str = Field(max_length=120)
    description: str = Field(max_length=500)
    is_shipped: bool
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class TemplateVersion(Table, table=True):
    """`attributes` is a list of `{"attribute": key, "importance": number above 0, or null: by the profile}`."""

    __tablename__ = "scorecard_template_version"

    template_id: str = Field(sa_type=id_type, primary_key=True, foreign_key="scorecard_template.template_id")
    version: int = Field(primary_key=True)
    attributes: list[object] = Field(sa_type=json_type)
    created_at: datetime = Field(sa_type=UtcDateTime)


class QuestionSet(Table, table=True):
    """The questions of cards as they stood when these opened, importances included; named by its content (UUIDv5).

    `questions` is a list of `{"attribute", "group", "label", "definition", "below", "meets", "exceeds", "importance"}`,
    the importances adding up to 1.
    """

    __tablename__ = "question_set"

    question_set_id: str = Field(sa_type=id_type, primary_key=True)
    questions: list[object] = Field(sa_type=json_type)


class AttributeRow(TypedDict):
    attribute_id: str
    version: int
    key: str
    label: str
    group: str
    definition: str
    rated_by: str
    below: str
    meets: str
    exceeds: str
    created_at: datetime
    archived_at: datetime | None


class TemplateRow(TypedDict):
    template_id: str
    version: int
    name: str
    description: str
    is_shipped: bool
    created_at: datetime
    archived_at: datetime | None


attributes = Attribute.__table__
templates = Template.__table__
template_versions = TemplateVersion.__table__
question_sets = QuestionSet.__table__
