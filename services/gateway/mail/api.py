"""Routes of mail: parse, call, return."""

from services.gateway.mail import queue
from services.gateway.mail.schemas import MailOut, MailStatus
from shared.auth import ADMIN
from shared.http.pages import After, Limit, Page
from shared.http.routing import Api, Now, Read, Write
from shared.ids import Id

api = Api(prefix="/api/v1/mails", tags=["mails"])


@api.get("", rule=ADMIN)
def list_mails(tx: Read, status: MailStatus | None = None, after: After = None, limit: Limit = 50) -> Page[MailOut]:
    """Lists mail that was sent, waits, was skipped or failed, newest first; never its text or an address."""
    return queue.list_mails(tx, status=status, after=after, limit=limit)


@api.post("/{mail_id}/retry", rule=ADMIN, status_code=200)
def retry_mail(mail_id: Id, tx: Write, now: Now) -> MailOut:
    """Tries a mail at once, and as often as a new one, whether it waits, was skipped or has failed. `mail-not-found`
    where there is none, `mail-not-retriable` where it is sent or being sent."""
    return queue.retry_mail(tx, mail_id, now)
