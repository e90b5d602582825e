"""Requests and responses of accounts."""

from datetime import datetime

from pydantic import MISSING, BaseModel

from services.accounts.values import (
    AccountKind,
    AccountSize,
    Country,
    CustomFields,
    ExternalIds,
    Name,
    Region,
    Website,
    Words,
)
from shared.http.bodies import Command
from shared.http.pages import After, Ids, Limit, Text
from shared.ids import Id


class CreateAccount(Command):
    name: Name
    kind: AccountKind
    size: AccountSize | None = None
    region: Region | None = None
    country: Country | None = None
    website: Website | None = None
    parent_id: Id | None = None
    external_ids: ExternalIds = {}
    tags: Words = []
    capabilities: Words = []
    custom_fields: CustomFields = {}


class ChangeAccount(Command):
    """Fields present are changed; null clears."""

    name: Name | MISSING = MISSING
    size: AccountSize | MISSING | None = MISSING
    region: Region | MISSING | None = MISSING
    country: Country | MISSING | None = MISSING
    website: Website | MISSING | None = MISSING
    parent_id: Id | MISSING | None = MISSING
    external_ids: ExternalIds | MISSING = MISSING
    tags: Words | MISSING = MISSING
    capabilities: Words | MISSING = MISSING
    custom_fields: CustomFields | MISSING = MISSING


class AccountOut(BaseModel):
    id: str
    version: int
    name: str
    kind: AccountKind
    size: AccountSize | None
    region: Region | None
    country: str | None
    website: str | None
    parent_id: str | None
    external_ids: dict[str, str]
    tags: list[str]
    capabilities: list[str]
    custom_fields: dict[str, object]
    created_at: datetime
    archived_at: datetime | None


class AccountFilter(BaseModel):
    """What a list of accounts may be asked for; `ids` bring archived accounts too."""

    q: Text = None
    kind: AccountKind | None = None
    tag: Text = None
    parent_id: Id | None = None
    ids: Ids = ()
    external_system: Text = None
    external_id: Text = None
    archived: bool = False
    after: After = None
    limit: Limit = 50
