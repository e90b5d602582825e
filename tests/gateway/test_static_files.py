"""The internal UI's files: whole, cached by name, under a strict policy; a plain page while there are none."""

import gzip
import re
from pathlib import Path

import pytest

from services.gateway.http.static_files import Ui
from tests.support.installation import InstallationUnderTest


@pytest.fixture
def ui(installation: InstallationUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ui:
    """The installation's UI, as yet without a build."""
    served: Ui = installation.product.gateway.app.state.ui
    for name, value in vars(Ui(tmp_path)).items():
        monkeypatch.setattr(served, name, value)
    return served


def put_build(folder: Path, name: str = "0123456789abcdef") -> None:
    assets = folder / name / "assets"
    assets.mkdir(parents=True)
    (folder / name / "index.html").write_text('<meta name="csp-nonce" content="__NONCE__">the UI')
    (assets / "main-abc.js").write_text("run()")
    (assets / "main-abc.js.gz").write_bytes(gzip.compress(b"run()"))
    (folder / name / "scheme.js").write_text("paint()")


def test_without_a_build_there_is_a_plain_page_and_the_api_says_so(installation: InstallationUnderTest, ui: Ui) -> None:
    visitor = installation.visitor()

    assert "The API" in visitor.get("/").text
    assert visitor.get("/readyz").json()["ui"] == "absent"

    ui.is_building = True

    assert "being built" in visitor.get("/").text
    assert visitor.get("/readyz").json()["ui"] == "building"


def test_the_page_answers_every_path_of_its_router_and_nothing_else(
    installation: InstallationUnderTest, ui: Ui, tmp_path: Path
) -> None:
    put_build(tmp_path)
    ui.load_newest()
    visitor = installation.visitor()

    assert visitor.get("/readyz").json()["ui"] == "ready"
    for path in ("/", "/relationships/0198a000-0000-7000-8000-000000000001", "/sign-in"):
        assert visitor.get(path).text.endswith("the UI")
    for path in ("/api/nothing", "/api/v1/nothing", "/nothing.js", "/assets/nothing.js", "/../service.py"):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_no_script_or_style_runs_but_the_pages_own(installation: InstallationUnderTest, ui: Ui, tmp_path: Path) -> None:
    put_build(tmp_path)
    ui.load_newest()

    answers = [installation.visitor().get("/") for _ in range(2)]

    nonces = {re.search(r'content="([^"]+)"', answer.text).group(1) for answer in answers}  # type: ignore[union-attr]
    assert len(nonces) == 2
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert re.search(r"style-src 'self' 'nonce-([^']+)'", policy).group(1) in nonces  # type: ignore[union-attr]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"


def test_what_is_named_by_its_content_is_kept_for_ever_and_sent_compressed(
    installation: InstallationUnderTest, ui: Ui, tmp_path: Path
) -> None:
    put_build(tmp_path)
    ui.load_newest()
    visitor = installation.visitor()

    hashed = visitor.get("/assets/main-abc.js", headers={"accept-encoding": "gzip, deflate"})
    plain = visitor.get("/assets/main-abc.js", headers={"accept-encoding": "identity"})
    named = visitor.get("/scheme.js")

    assert hashed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert hashed.text == plain.text == "run()"
    assert "immutable" in hashed.headers["cache-control"]
    assert hashed.headers["vary"] == "Accept-Encoding"
    assert hashed.headers["content-type"] == "text/javascript; charset=utf-8"
    assert named.headers["cache-control"] == "no-cache"


def test_a_new_build_takes_the_place_of_the_former(installation: InstallationUnderTest, ui: Ui, tmp_path: Path) -> None:
    put_build(tmp_path)
    (tmp_path / ".building-1234").mkdir()
    ui.load_newest()

    put_build(tmp_path, "fedcba9876543210")
    (tmp_path / "fedcba9876543210" / "index.html").write_text("another")
    ui.load_newest()

    assert installation.visitor().get("/").text == "another"
