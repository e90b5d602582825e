"""Settings: one object, every bad variable named at once, every variable documented."""

from pathlib import Path

import pytest

from services.registry import UPSTREAMS
from shared.settings import BadSettings, data_folder, read_settings, settings_with

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_bad_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_PORT", "many")
    monkeypatch.setenv("ENTENTE_THREADS", "0")

    with pytest.raises(BadSettings) as refused:
        read_settings()

    assert "ENTENTE_PORT" in str(refused.value)
    assert "ENTENTE_THREADS" in str(refused.value)


def test_settings_come_from_the_environment_and_give_way_to_what_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_PORT", "9000")
    monkeypatch.setenv("ENTENTE_DEMO", "0")

    assert read_settings().port == 9000
    assert read_settings(port=9001).port == 9001
    assert read_settings().demo is False


def test_a_service_has_its_own_database(tmp_path: Path) -> None:
    settings = read_settings(data_dir=tmp_path)

    assert settings.database_of("accounts") == f"sqlite:///{tmp_path}/accounts.sqlite"


def test_a_data_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(BadSettings, match="cannot be written"):
        data_folder(tmp_path / "file")


def test_every_setting_is_documented_with_its_description_and_default() -> None:
    text = DOCUMENT.read_text()

    for name, field in settings_with(UPSTREAMS).model_fields.items():
        assert f"| `ENTENTE_{name.upper()}` |" in text
        assert field.description is not None
        assert field.description in text
    assert text.count("| `ENTENTE_") == len(settings_with(UPSTREAMS).model_fields)


MAIL = {"smtp_url": "smtp://mail.example", "mail_from": "Entente <e@example.org>", "public_url": "https://e.example"}


def test_mail_needs_a_server_a_sender_and_a_public_address() -> None:
    assert read_settings(**MAIL).mail_from == MAIL["mail_from"]
    assert read_settings(**MAIL | {"smtp_url": "smtps://us%40er:p%40ss@mail.example:4650"}).smtp_url is not None
    assert read_settings(**MAIL | {"smtp_url": "smtp://mail.example?starttls=required"}).smtp_url is not None
    assert read_settings().smtp_url is None


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"smtp_url": "http://mail.example"}, "ENTENTE_SMTP_URL"),
        ({"smtp_url": "smtp://"}, "ENTENTE_SMTP_URL"),
        ({"smtp_url": "smtp://mail.example:mail"}, "ENTENTE_SMTP_URL"),
        ({"smtp_url": "smtp://mail.example/inbox"}, "ENTENTE_SMTP_URL"),
        ({"smtp_url": "smtp://mail.example?starttls=maybe"}, "ENTENTE_SMTP_URL"),
        ({"smtp_url": "smtps://mail.example?starttls=never"}, "ENTENTE_SMTP_URL"),
        ({"public_url": None}, "ENTENTE_PUBLIC_URL"),
        ({"mail_from": None}, "ENTENTE_MAIL_FROM"),
        ({"mail_from": "nobody"}, "ENTENTE_MAIL_FROM"),
        ({"mail_language": "fr"}, "ENTENTE_MAIL_LANGUAGE"),
    ],
)
def test_a_mail_setting_that_cannot_work_is_named(wrong: dict[str, str | None], named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        read_settings(**MAIL | wrong)  # type: ignore[arg-type]


def test_a_bad_mail_server_is_named_without_its_password() -> None:
    with pytest.raises(BadSettings) as refused:
        read_settings(**MAIL | {"smtp_url": "smtp://user:very-secret@mail.example/inbox"})

    assert "very-secret" not in str(refused.value)
