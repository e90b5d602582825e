"""Sends mail in `work gateway`: claimed first, then sent, then noted.

Whoever dies between sending and noting leaves a mail that is sent once more, under the same Message-ID
(docs/decisions/0005).
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
import structlog

from services.gateway.mail import codes, queue
from services.gateway.mail.eligibility import NoLongerEligible, content_of
from services.gateway.mail.message import MessageWriter
from services.gateway.mail.smtp import NotNow, ServerAway, SmtpClient, Undeliverable
from services.gateway.upstream import Upstreams
from shared.addresses import mailed
from shared.clock import Clock
from shared.db.database import Database
from shared.errors import Unavailable
from shared.ids import new_id
from shared.settings import Settings

log = structlog.get_logger()

POLL_S = 0.5
BATCH = 10
MAIL_S = 25.0
"""One mail, questions and all. A whole batch takes less than `queue.HELD_FOR`."""
AWAY_S = (2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Pauses while the mail server takes nothing, the last one repeatedly."""
NO_SERVER = "no mail server is set (ENTENTE_SMTP_URL)"


@dataclass
class MailWorker:
    """What mail is made and sent with; without a mail server mail waits, and each says why."""

    database: Database
    upstreams: Upstreams
    settings: Settings
    clock: Clock

    def run(self, stopping: threading.Event, heartbeat: Callable[[], None]) -> None:
        """Send what is due until stopped."""
        url = self.settings.smtp_url
        sender = None if url is None else Sender(self, SmtpClient(url.get_secret_value()), MessageWriter(self.settings))
        with asyncio.Runner() as loop:
            while not stopping.is_set():
                heartbeat()
                try:
                    pause = (
                        self._note_missing_server()
                        if sender is None
                        else loop.run(sender.send_some(stopping, heartbeat))
                    )
                except Exception as error:
                    log.warning("mail waits", error=repr(error))
                    pause = 1.0
                _pause(pause, stopping, heartbeat)
            if sender is not None:
                loop.run(sender.close())

    def _note_missing_server(self) -> float:
        with self.database.read() as tx:
            is_waiting = queue.has_due(tx, self.clock())
        if is_waiting:
            with self.database.write() as tx:
                queue.note_no_server(tx, NO_SERVER)
        return POLL_S * 4


def _pause(pause: float, stopping: threading.Event, heartbeat: Callable[[], None]) -> None:
    """Wait so many seconds, with a heartbeat each second."""
    until = time.monotonic() + pause
    while not stopping.wait(min(1.0, max(0.0, until - time.monotonic()))) and time.monotonic() < until:
        heartbeat()


async def _send_heartbeats(heartbeat: Callable[[], None]) -> None:
    while True:
        heartbeat()
        await asyncio.sleep(1)


class Sender:
    def __init__(self, worker: MailWorker, smtp: SmtpClient, writer: MessageWriter) -> None:
        self._worker, self._smtp, self._writer = worker, smtp, writer
        self._holder = new_id()
        self._failures = 0

    async def send_some(self, stopping: threading.Event, heartbeat: Callable[[], None]) -> float:
        """Send a batch of what is due; how long to wait before the next, in seconds."""
        batch = self._claim()
        if not batch:
            return POLL_S
        untried = {mail["mail_id"] for mail in batch}
        heart = asyncio.create_task(_send_heartbeats(heartbeat))
        try:
            for mail in batch:
                if stopping.is_set():
                    break
                untried.discard(mail["mail_id"])
                await self._send(mail)
            self._failures = 0
            return 0.0
        except ServerAway as error:
            self._failures += 1
            log.warning("mail server does not take mail", reason=str(error))
            return AWAY_S[min(self._failures, len(AWAY_S)) - 1]
        finally:
            heart.cancel()
            if untried:
                with self._worker.database.write() as tx:
                    queue.release(tx, self._holder, untried, self._worker.clock())

    def _claim(self) -> Sequence[sa.RowMapping]:
        database, clock = self._worker.database, self._worker.clock
        with database.read() as tx:
            if not queue.has_due(tx, clock()):
                return []
        with database.write() as tx:
            return queue.claim(tx, self._holder, clock(), BATCH)

    async def _send(self, mail: sa.RowMapping) -> None:
        """Send one mail and note what became of it; `ServerAway` where no other can be sent either."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(MAIL_S):
                await self._hand_over(mail)
        except (NoLongerEligible, Undeliverable, NotNow, ServerAway, Unavailable, TimeoutError) as error:
            self._note_unsent(mail, error)
            if isinstance(error, ServerAway):
                raise
            return
        except Exception as error:
            # Whatever is wrong with this one, the others are not to wait for it.
            log.error("mail failed", mail_id=mail["mail_id"], exc_info=error)
            self._note_unsent(mail, NotNow("something went wrong on our side; it is logged"))
            return
        with self._worker.database.write() as tx:
            queue.note_sent(tx, self._holder, mail, self._worker.clock())
        log.info("mail sent", mail_id=mail["mail_id"], template=mail["template"], seconds=time.monotonic() - began)

    async def _hand_over(self, mail: sa.RowMapping) -> None:
        worker = self._worker
        now = worker.clock()
        if mail["template"] == "signing_code" and now > mail["created_at"] + codes.LIFE:
            raise NoLongerEligible("nobody waits for this code any more")
        content = await content_of(mail, worker.database, worker.upstreams)
        if mail["template"] == "signing_code":
            with worker.database.write() as tx:
                content = replace(content, code=codes.make_code(tx, mail["mail_id"], now))
        try:
            message = self._writer.write(content, now)
        except ValueError as error:
            raise Undeliverable("the recipient's address cannot be written to") from error
        await self._smtp.send(message, mailed(content.email))

    def _note_unsent(self, mail: sa.RowMapping, error: Exception) -> None:
        reason = str(error) or "it took too long"
        with self._worker.database.write() as tx:
            if isinstance(error, NoLongerEligible):
                queue.note_skipped(tx, self._holder, mail, reason)
            elif isinstance(error, Undeliverable):
                queue.note_failed(tx, self._holder, mail, reason)
            else:
                queue.note_later(tx, self._holder, mail, reason, self._worker.clock())
        log.warning("mail not sent", mail_id=mail["mail_id"], template=mail["template"], reason=reason)

    async def close(self) -> None:
        await self._smtp.close()
        await self._worker.upstreams.close()
