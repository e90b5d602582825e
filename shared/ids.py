"""Identifiers made by the application: UUIDv7 as text, so that ids sort by the time they were made."""

import re
from typing import Annotated

import uuid_utils
from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import String

ID_PATTERN = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_ID = re.compile(ID_PATTERN)

# Byte order on both databases: a database's own collation could order the same cursor differently.
id_type = String(36).with_variant(String(36, collation="C"), "postgresql")


def new_id() -> str:
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    return _ID.match(text) is not None


def _check(text: str) -> str:
    if not is_id(text):
        raise ValueError("is not an id, as 01890a5d-ac96-774b-bcce-b302099a8057")
    return text


Id = Annotated[str, AfterValidator(_check), WithJsonSchema({"type": "string", "pattern": ID_PATTERN})]
