"""The names that other systems have for accounts."""

from sqlmodel import Field

from services.accounts.access import Table
from shared.ids import id_type


class AccountExternalId(Table, table=True):
    __tablename__ = "account_external_id"

    system: str = Field(max_length=80, primary_key=True)
    external_id: str = Field(max_length=200, primary_key=True)
    account_id: str = Field(sa_type=id_type, foreign_key="account.account_id", index=True)
