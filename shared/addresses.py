"""E-mail addresses: stored and mailed as they are typed, and compared by one key."""

import unicodedata
from typing import Annotated

import idna
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, WithJsonSchema

EMAIL_MOST = 254


def email_in(text: str) -> str:
    """An e-mail address, as it was typed; `ValueError` where it is none."""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError(f"is not an e-mail address, as ines@example.org: {_lowered(str(error))}") from None
    return text


def email_key(address: str) -> str:
    """What two addresses are compared by: NFC, the local part without case, the domain by IDNA 2008 in ASCII.

    Defined for every text, so that what is typed at sign-in can be looked up whatever it is.
    """
    local, at, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    return unicodedata.normalize("NFC", local.casefold()) + at + ascii_domain(domain)


def mailed(address: str) -> str:
    """The address as it is handed to a mail server: as typed, with its domain in ASCII where the rest is."""
    local, at, domain = address.rpartition("@")
    return local + at + ascii_domain(domain) if local.isascii() and not domain.isascii() else address


def ascii_domain(domain: str) -> str:
    """The domain as the name system has it, lower case; one that IDNA does not allow only without case."""
    try:
        return idna.encode(domain, uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        return unicodedata.normalize("NFKC", domain).casefold()


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


Email = Annotated[
    str,
    Field(max_length=EMAIL_MOST),
    AfterValidator(email_in),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": EMAIL_MOST}),
]
