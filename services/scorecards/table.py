"""The base of every table of scorecards."""

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from shared.db.system_tables import add_system_tables

# Byte order on both databases, so that a cursor means the same position on each.
sortable = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


class Table(SQLModel, registry=registry()):
    __table__: ClassVar[sa.Table]


add_system_tables(Table.metadata)
