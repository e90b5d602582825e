"""What authentication does with the public address."""

from pathlib import Path

import pytest

from services.gateway.http.authentication import Authenticator, CsrfRefused
from services.gateway.identity.links import RatingLinks
from services.gateway.service import service
from services.gateway.upstream import Upstreams
from shared.actor_tokens import TokenSigner, new_key
from shared.clock import system_clock
from shared.settings import read_settings


def authenticator(tmp_path: Path, public_url: str | None) -> Authenticator:
    settings = read_settings(data_dir=tmp_path, public_url=public_url)
    links = RatingLinks(Upstreams(TokenSigner(new_key()), {}))
    return Authenticator(service.database("sqlite://"), links, settings, system_clock)


@pytest.mark.parametrize(
    ("public_url", "cookie", "is_secure"),
    [
        (None, "entente", False),
        ("http://entente.local:8080", "entente", False),
        ("https://entente.example", "__Host-entente", True),
    ],
)
def test_behind_https_the_cookie_is_bound_to_host_and_https(
    tmp_path: Path, public_url: str | None, cookie: str, is_secure: bool
) -> None:
    made = authenticator(tmp_path, public_url)

    assert (made.cookie.name, made.cookie.is_secure) == (cookie, is_secure)
    assert made.session_secret({b"cookie": f"other=1; {cookie}=secret; more=2".encode()}) == b"secret"
    assert made.session_secret({b"cookie": b"other=1"}) is None


@pytest.mark.parametrize(
    ("public_url", "origin", "is_own"),
    [
        ("https://entente.example", b"https://entente.example", True),
        ("https://entente.example", b"http://entente.example", False),
        ("https://entente.example", b"https://entente.example.evil.example", False),
        (None, b"http://127.0.0.1:8080", True),
        (None, b"http://127.0.0.1:8081", False),
        (None, b"null", False),
    ],
)
def test_only_the_own_origin_may_send_unsafe_calls(
    tmp_path: Path, public_url: str | None, origin: bytes, is_own: bool
) -> None:
    found = {b"origin": origin, b"host": b"127.0.0.1:8080"}
    made = authenticator(tmp_path, public_url)

    if is_own:
        made.check_origin(found)
    else:
        with pytest.raises(CsrfRefused):
            made.check_origin(found)
