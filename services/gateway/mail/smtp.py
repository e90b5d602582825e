"""The way to the mail server: one kept connection, bounded in time, and what its refusals mean."""

import asyncio
from contextlib import suppress
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException

STEP_S = 10.0
STARTTLS = {"offered": None, "required": True, "never": False}


class ServerAway(Exception):
    """The mail server does not answer, or does not let us in: no mail can be sent just now."""


class NotNow(Exception):
    """This mail was deferred; it may be accepted later."""


class Undeliverable(Exception):
    """This mail was refused for good."""


class SmtpClient:
    """A mail server by its URL (docs/mail.md). A user's password never goes over a line that is not encrypted, unless
    the URL says `starttls=never`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        wanted = parse_qs(parts.query).get("starttls", ["offered" if user is None else "required"])[0]
        is_tls = parts.scheme == "smtps"
        self._server = aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or (465 if is_tls else 587 if user else 25),
            username=user,
            password=password,
            use_tls=is_tls,
            start_tls=False if is_tls else STARTTLS[wanted],
            timeout=STEP_S,
        )

    async def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand a mail over; returning means that the server has accepted it. Errors name no recipient."""
        try:
            if not self._server.is_connected:
                await self._server.connect()
        except (SMTPException, OSError, ValueError) as error:
            self._server.close()
            raise ServerAway(_reason(error, recipient)) from None
        except BaseException:
            self._server.close()
            raise
        try:
            await self._server.send_message(message, recipients=[recipient])
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError) as error:
            self._server.close()
            raise ServerAway(_reason(error, recipient)) from None
        except (SMTPException, ValueError) as error:
            raise self._refusal(error, recipient) from None
        except BaseException:
            # Stopped in the middle: its next answer would belong to no request of ours.
            self._server.close()
            raise

    def _refusal(self, error: Exception, recipient: str) -> Exception:
        reason = _reason(error, recipient)
        if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
            error = error.recipients[0]
        if isinstance(error, aiosmtplib.SMTPSenderRefused):
            return ServerAway(reason)  # a refused sender is a fault of the settings
        if isinstance(error, SMTPResponseException):
            if error.code == 421:  # it closes
                self._server.close()
                return ServerAway(reason)
            return NotNow(reason) if error.code < 500 else Undeliverable(reason)
        return Undeliverable(reason)

    async def close(self) -> None:
        with suppress(SMTPException, OSError, asyncio.TimeoutError):
            if self._server.is_connected:
                await self._server.quit(timeout=1)
        self._server.close()


def _reason(error: Exception, recipient: str) -> str:
    """One line of the server's answer without the address, so that an erased contact's is not stored."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, SMTPResponseException):
        text = f"{error.code} {error.message}"
    else:
        text = str(error) or type(error).__name__
    for secret in (recipient, recipient.rpartition("@")[0]):
        text = text.replace(secret, "the recipient") if len(secret) > 2 else text
    return " ".join(text.split())
