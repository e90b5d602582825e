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
"""Which side rates an attribute."""


class CreateAttribute(Command):
    """An attribute of one's own, beside the thirty-six of the catalogue; `group` may be one of theirs or a new one."""

    key: Key
    """Its name for programs: 2 to 60 small letters, digits and underscores. It never changes, and no two have the same.
    """
    label: Name
    """What it is called, up to 120 characters."""
    group: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    """The key of its group: one of the catalogue's, or a new one of 2 to 40 small letters, digits and underscores."""
    definition: Sentence
    """What it is about, up to 500 characters."""
    rated_by: RatedBy
    """The side that rates it."""
    below: Sentence
    """What below means for it, up to 500 characters."""
    meets: Sentence
    """What meets means for it, up to 500 characters."""
    exceeds: Sentence
    """What exceeds means for it, up to 500 characters."""


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
    """What the shipped attribute rests on; null of one's own."""
    published: list[dict[str, object]]
    """What surveys have said of it, each with its year and question."""
    id: str | None
    """The id of one's own attribute; null of a shipped one."""
    version: int | None
    """Counts the changes of one's own attribute from 1; null of a shipped one."""
    is_own: bool
    """Whether it is this installation's own, and can be changed."""


class AskedAttribute(Command):
    """`importance`: all of a template's attributes have one, or none: then the profile decides."""

    attribute: Key
    importance: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    """How much it counts beside the others, above 0, at most 1,000,000; null where the profile decides."""


Asked = Annotated[list[AskedAttribute], Field(min_length=1, max_length=100)]


class CreateTemplate(Command):
    name: Name
    """What the template is called, up to 120 characters."""
    description: Annotated[str, StringConstraints(max_length=500)] = ""
    """What it is for, up to 500 characters; empty where nothing is said."""
    attributes: Asked
    """1 to 100 attributes in the order in which cards ask them, each once."""


class ChangeTemplate(Command):
    name: Name | MISSING = MISSING
    description: Annotated[str, StringConstraints(max_length=500)] | MISSING = MISSING
    attributes: Asked | MISSING = MISSING


class AskedAttributeOut(Out):
    """`importance` as it was given; `share` is what it comes to, all adding up to 1. Both are null by profile."""

    attribute: str
    importance: float | None
    """As it was given; null where the profile decides."""
    share: float | None
    """What it comes to, in 0..1; all add up to 1. Null where the profile decides."""


class WarningOut(Out):
    attribute: str
    detail: str
    """What is unusual, for people; the template works all the same."""


class TemplateOut(Out):
    id: Id
    version: int
    """Counts the template's changes from 1; every earlier one can be read, and cards name the one that they ask by."""
    name: str
    description: str
    is_shipped: bool
    """Whether it is part of the product, and never changes."""
    attributes: list[AskedAttributeOut]
    warnings: list[WarningOut]
    """Attributes that carry so much that the others hardly count."""
    created_at: datetime
    archived_at: datetime | None


class ProfileOut(Out):
    """`weights` by group: what a card of this profile shares out among the attributes it asks."""

    profile: str
    """Sponsor size, provider region and project type, as large/europe/clinical_supply."""
    sponsor_size: str
    """The sponsor's size."""
    provider_region: str
    """The provider's region."""
    project_type: str
    """The type of project."""
    weights: dict[str, float]
    """How much each group of attributes counts."""


class ImportanceOut(Out):
    attribute: str
    group: str
    share: float
    """Its part of the whole, in 0..1; all add up to 1."""


class ImportancesOut(Out):
    """What a card would ask of one side under one profile."""

    template_id: Id
    template_version: int
    """The version of the template."""
    side: Side
    """The side that would be asked."""
    profile: str
    importances: list[ImportanceOut]
    """The attributes that this side is asked, in the template's order."""
    warnings: list[WarningOut]
    """Attributes that carry so much that the others hardly count."""
