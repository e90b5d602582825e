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
from services.gateway.mail.eligibility import NotToBeSent, content_of
from services.gateway.mail.message import Letters
from services.gateway.mail.smtp import NotNow, Post, ServerAway, Undeliverable
from services.gateway.upstream import Upstreams
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
"""Pauses while the mail server takes nothing, the last one again and again."""
NO_SERVER = "no mail server is set (ENTENTE_SMTP_URL)"


@dataclass
class MailRoom:
    """What mail is made and sent with; without a mail server it waits, and says so."""

    database: Database
    upstreams: Upstreams
    settings: Settings
    clock: Clock

    def run(self, stopping: threading.Event, heartbeat: Callable[[], None]) -> None:
        """Send what is due until told to stop."""
        url = self.settings.smtp_url
        sender = None if url is None else Sender(self, Post(url.get_secret_value()), Letters(self.settings))
        with asyncio.Runner() as loop:
            while not stopping.is_set():
                heartbeat()
                try:
                    pause = self._say_so() if sender is None else loop.run(sender.send_some(stopping, heartbeat))
                except Exception as error:
                    log.warning("mail waits", error=repr(error))
                    pause = 1.0
                _rest(pause, stopping, heartbeat)
            if sender is not None:
                loop.run(sender.close())

    def _say_so(self) -> float:
        with self.database.read() as tx:
            is_waiting = queue.has_due(tx, self.clock())
        if is_waiting:
            with self.database.write() as tx:
                queue.note_no_server(tx, NO_SERVER)
        return POLL_S * 4


def _rest(pause: float, stopping: threading.Event, heartbeat: Callable[[], None]) -> None:
    """Wait so many seconds, and show meanwhile that nothing stands still."""
    until = time.monotonic() + pause
    while not stopping.wait(min(1.0, max(0.0, until - time.monotonic()))) and time.monotonic() < until:
        heartbeat()


async def _beat_on(heartbeat: Callable[[], None]) -> None:
    while True:
        heartbeat()
        await asyncio.sleep(1)


class Sender:
    def __init__(self, room: MailRoom, post: Post, letters: Letters) -> None:
        self._room, self._post, self._letters = room, post, letters
        self._holder = new_id()
        self._failures = 0

    async def send_some(self, stopping: threading.Event, heartbeat: Callable[[], None]) -> float:
        """Send a batch of what is due; how long to wait before the next, in seconds."""
        batch = self._claim()
        if not batch:
            return POLL_S
        left = {mail["mail_id"] for mail in batch}
        heart = asyncio.create_task(_beat_on(heartbeat))
        try:
            for mail in batch:
                if stopping.is_set():
                    break
                left.discard(mail["mail_id"])
                await self._send(mail)
            self._failures = 0
            return 0.0
        except ServerAway as error:
            self._failures += 1
            log.warning("mail server does not take mail", reason=str(error))
            return AWAY_S[min(self._failures, len(AWAY_S)) - 1]
        finally:
            heart.cancel()
            if left:
                with self._room.database.write() as tx:
                    queue.release(tx, self._holder, left, self._room.clock())

    def _claim(self) -> Sequence[sa.RowMapping]:
        database, clock = self._room.database, self._room.clock
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
        except (NotToBeSent, Undeliverable, NotNow, ServerAway, Unavailable, TimeoutError) as error:
            self._note_unsent(mail, error)
            if isinstance(error, ServerAway):
                raise
            return
        except Exception as error:
            # Whatever is wrong with this one, the others are not to wait for it.
            log.error("mail failed", mail_id=mail["mail_id"], exc_info=error)
            self._note_unsent(mail, NotNow("something went wrong on our side; it is logged"))
            return
        with self._room.database.write() as tx:
            queue.note_sent(tx, self._holder, mail, self._room.clock())
        log.info("mail sent", mail_id=mail["mail_id"], template=mail["template"], seconds=time.monotonic() - began)

    async def _hand_over(self, mail: sa.RowMapping) -> None:
        room = self._room
        now = room.clock()
        if mail["template"] == "signing_code" and now > mail["created_at"] + codes.LIFE:
            raise NotToBeSent("nobody waits for this code any more")
        content = await content_of(mail, room.database, room.upstreams)
        if mail["template"] == "signing_code":
            with room.database.write() as tx:
                content = replace(content, code=codes.make_code(tx, mail["mail_id"], now))
        try:
            message = self._letters.write(content, now)
        except ValueError as error:
            raise Undeliverable("the recipient's address cannot be written to") from error
        await self._post.send(message, content.email)

    def _note_unsent(self, mail: sa.RowMapping, error: Exception) -> None:
        reason = str(error) or "it took too long"
        with self._room.database.write() as tx:
            if isinstance(error, NotToBeSent):
                queue.note_skipped(tx, self._holder, mail, reason)
            elif isinstance(error, Undeliverable):
                queue.note_failed(tx, self._holder, mail, reason)
            else:
                queue.note_later(tx, self._holder, mail, reason, self._room.clock())
        log.warning("mail not sent", mail_id=mail["mail_id"], template=mail["template"], reason=reason)

    async def close(self) -> None:
        await self._post.close()
        await self._room.upstreams.close()
