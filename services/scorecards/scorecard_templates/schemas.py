"""What is asked: attributes and templates."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import MISSING, Field, StringConstraints
from typing_extensions import TypeAliasType

from services.scorecards.values import Key, Out
from shared.auth import Side
from shared.http.bodies import Command
from shared.ids import Id
from shared.text import Plain

Name = Annotated[str, StringConstraints(min_length=1, max_length=120), Plain]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500)]
RatedBy = TypeAliasType("RatedBy", Literal["sponsor", "provider", "both"])


class CreateAttribute(Command):
    """An attribute of one's own, beside the thirty-six of the catalogue; `group` may be one of theirs or a new one."""

    key: Key
    label: Name
    group: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    definition: Sentence
    rated_by: RatedBy
    below: Sentence
    meets: Sentence
    exceeds: Sentence


class ChangeAttribute(Command):
    label: Name | MISSING = MISSING
    definition: Sentence | MISSING = MISSING
    below: Sentence | MISSING = MISSING
    meets: Sentence | MISSING = MISSING
    exceeds: Sentence | MISSING = MISSING


class AttributeOut(Out):
    """What is rated, and what below, meets and exceeds mean for it.

    The shipped ones are this project's proposal, not a survey's list: they have no id and no version. `published` is
    what surveys have said of it, each with its year and question: history, never a benchmark of today.
    """

    key: str
    label: str
    group: str
    definition: str
    rated_by: RatedBy
    below: str
    meets: str
    exceeds: str
    basis: str | None
    published: list[dict[str, object]]
    id: str | None
    version: int | None
    is_own: bool


class AskedAttribute(Command):
    """`importance`: all of a template's attributes have one, or none: then the profile decides."""

    attribute: Key
    importance: Annotated[float, Field(gt=0, le=1_000_000)] | None = None


Asked = Annotated[list[AskedAttribute], Field(min_length=1, max_length=100)]


class CreateTemplate(Command):
    name: Name
    description: Annotated[str, StringConstraints(max_length=500)] = ""
    attributes: Asked


class ChangeTemplate(Command):
    name: Name | MISSING = MISSING
    description: Annotated[str, StringConstraints(max_length=500)] | MISSING = MISSING
    attributes: Asked | MISSING = MISSING


class AskedAttributeOut(Out):
    """`importance` as it was given; `share` is what it comes to, all adding up to 1. Both are null by profile."""

    attribute: str
    importance: float | None
    share: float | None


class WarningOut(Out):
    attribute: str
    detail: str


class TemplateOut(Out):
    id: Id
    version: int
    name: str
    description: str
    is_shipped: bool
    attributes: list[AskedAttributeOut]
    warnings: list[WarningOut]
    created_at: datetime
    archived_at: datetime | None


class ProfileOut(Out):
    """`weights` by group: what a card of this profile shares out among the attributes it asks."""

    profile: str
    sponsor_size: str
    provider_region: str
    project_type: str
    weights: dict[str, float]


class ImportanceOut(Out):
    attribute: str
    group: str
    share: float


class ImportancesOut(Out):
    """What a card would ask of one side under one profile."""

    template_id: Id
    template_version: int
    side: Side
    profile: str
    importances: list[ImportanceOut]
    warnings: list[WarningOut]
