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
    """What the company is called, up to 200 characters."""
    kind: AccountKind
    """sponsor, provider or other; it never changes. A relationship is between a sponsor and a provider."""
    size: AccountSize | None = None
    """By yearly revenue; null where it is not known. Scorecards of different sponsor sizes are never compared."""
    region: Region | None = None
    """Where its head office is; null where it is not known."""
    country: Country | None = None
    """Two capital letters of ISO 3166-1, as DE; null where it is not known."""
    website: Website | None = None
    """An address that begins with http:// or https://, up to 300 characters; null where there is none."""
    parent_id: Id | None = None
    """The id of the company that it belongs to; null where it stands alone. No account is above itself."""
    external_ids: ExternalIds = {}
    """What other systems call it: up to 20 ids of 200 characters, by the system's name of up to 80. An id of a system
    names one account."""
    tags: Words = []
    """Up to 50 words of up to 80 characters to find it by; a review cycle may choose its audience by them."""
    capabilities: Words = []
    """What it can do: up to 50 entries of up to 80 characters."""
    custom_fields: CustomFields = {}
    """Up to 50 fields of this installation's own by names of up to 80 characters, each a text, a number, true, false or
    null."""


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
    """Only those with this text in their name; upper and lower case are the same."""
    kind: AccountKind | None = None
    """Only sponsors, only providers or only others."""
    tag: Text = None
    """Only those with exactly this tag."""
    parent_id: Id | None = None
    """Only those directly below this account."""
    ids: Ids = ()
    external_system: Text = None
    """Only those with an id of this system."""
    external_id: Text = None
    """Only those with exactly this id, of `external_system` or, without it, of any system."""
    archived: bool = False
    after: After = None
    limit: Limit = 50
