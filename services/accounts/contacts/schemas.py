"""Requests and responses of contacts."""

from datetime import datetime
from typing import Annotated

from pydantic import MISSING, BaseModel, StringConstraints

from services.accounts.values import Function, Name
from shared.addresses import Email
from shared.http.bodies import Command
from shared.http.pages import After, Ids, Limit
from shared.ids import Id


class CreateContact(Command):
    name: Name
    """The person's name, up to 200 characters; `erased` once the person was erased."""
    function: Function
    """What the person does: by it a review cycle finds raters, and peers face each other."""
    email: Email | None = None
    """An address for mail, as rating links are sent to; null where there is none, and once erased."""
    phone: Annotated[str, StringConstraints(min_length=3, max_length=60)] | None = None
    """As it is dialled, 3 to 60 characters; null where there is none, and once erased."""


class ChangeContact(Command):
    name: Name | MISSING = MISSING
    function: Function | MISSING = MISSING
    email: Email | MISSING | None = MISSING
    phone: Annotated[str, StringConstraints(min_length=3, max_length=60)] | MISSING | None = MISSING


class ContactOut(BaseModel):
    id: str
    version: int
    account_id: str
    """The id of the account that the person works for."""
    name: str
    function: Function
    email: str | None
    phone: str | None
    created_at: datetime
    archived_at: datetime | None
    erased_at: datetime | None
    """When name, e-mail and phone were erased for good (UTC); null while they are not."""


class ContactFilter(BaseModel):
    """What a list of contacts may be asked for; `ids` bring archived contacts too."""

    account_id: Id | None = None
    function: Function | None = None
    ids: Ids = ()
    archived: bool = False
    after: After = None
    limit: Limit = 50
