"""Handing mail to a real server: over TLS, with a login, and what its refusals, stalls and hang-ups mean."""

import asyncio
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from services.gateway.mail import smtp
from services.gateway.mail.smtp import NotNow, ServerAway, SmtpClient, Undeliverable
from tests.support.certificates import server_context
from tests.support.mail import PASSWORD, USER, MailServer, mail_server

TO = "rater@example.org"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    context, file = server_context(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context  # type: ignore[return-value]


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "entente@example.org", TO, "Grüße"
    message.set_content("Bitte bewerten")
    return message


def hand_over(url: str, *recipients: str) -> list[Exception | None]:
    """What became of a mail to each of these, over one connection."""

    async def send() -> list[Exception | None]:
        way, outcomes = SmtpClient(url), []
        for recipient in recipients or (TO,):
            try:
                await way.send(letter(), recipient)
                outcomes.append(None)
            except (NotNow, ServerAway, Undeliverable) as error:
                outcomes.append(error)
        await way.close()
        return outcomes

    return asyncio.run(send())


def test_a_refused_recipient_is_undeliverable_and_not_named(server: MailServer) -> None:
    server.moods[TO] = "refuse"

    [refused, other] = hand_over(f"smtp://127.0.0.1:{server.port}", TO, "other@example.org")

    assert isinstance(refused, Undeliverable)
    assert str(refused) == "550 5.1.1 <the recipient>: no such mailbox"
    assert other is None
    assert server.recipients == ["other@example.org"]


def test_a_greylisted_recipient_is_put_off_and_the_next_is_not(server: MailServer) -> None:
    server.moods[TO] = "later"

    [put_off, other] = hand_over(f"smtp://127.0.0.1:{server.port}", TO, "other@example.org")

    assert isinstance(put_off, NotNow)
    assert other is None


def test_a_server_that_hangs_up_is_away_and_called_again(server: MailServer) -> None:
    server.moods[TO] = "hang up"

    [cut, other] = hand_over(f"smtp://127.0.0.1:{server.port}", TO, "other@example.org")

    assert isinstance(cut, ServerAway)
    assert other is None


def test_a_server_that_does_not_answer_is_away(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "STEP_S", 0.3)
    server.moods[TO] = "stall"

    [stalled] = hand_over(f"smtp://127.0.0.1:{server.port}")

    assert isinstance(stalled, ServerAway)


def test_nobody_listening_is_a_server_away(server: MailServer) -> None:
    with mail_server() as gone:
        pass

    [refused] = hand_over(f"smtp://127.0.0.1:{gone.port}")

    assert isinstance(refused, ServerAway)


def test_a_password_is_not_told_over_an_open_line() -> None:
    with mail_server(asks_login=True, auth_require_tls=False) as server:
        [refused] = hand_over(f"smtp://{USER}:{quote(PASSWORD)}@127.0.0.1:{server.port}")

    assert isinstance(refused, ServerAway)
    assert server.logins == []


def test_a_server_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    context, _ = server_context(tmp_path)
    with mail_server(ssl_context=context) as server:
        [refused] = hand_over(f"smtps://127.0.0.1:{server.port}")

    assert isinstance(refused, ServerAway)
    assert server.taken == []


def test_a_wrong_login_is_a_server_away(trusted: object) -> None:
    with mail_server(tls_context=trusted, require_starttls=True, asks_login=True) as server:
        [refused] = hand_over(f"smtp://{USER}:wrong@127.0.0.1:{server.port}")

    assert isinstance(refused, ServerAway)
    assert "wrong" not in str(refused)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_mail_goes_out_over_tls_with_a_login(trusted: object, scheme: str) -> None:
    tls = {"ssl_context": trusted, "auth_require_tls": False} if scheme == "smtps" else {"tls_context": trusted}
    with mail_server(asks_login=True, **tls) as server:
        [sent] = hand_over(f"{scheme}://{USER}:{quote(PASSWORD)}@127.0.0.1:{server.port}")

    assert sent is None
    assert server.logins
    [mail] = server.taken
    assert mail["Subject"] == "Grüße"
    assert mail.get_content().strip() == "Bitte bewerten"
